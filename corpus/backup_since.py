"""What happened after a backup was made: what was withdrawn must not come back with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from corpus.backup_draft import draft_beside, put_in_place, write_synced
from corpus.database import Database
from corpus.errors import BackupError
from corpus.schema import api_keys, changes, documents
from corpus.types import Classification

_HEADER = "# Wat uit de kennisbank is verwijderd: volgnummer en id. Voor kennislab restore --verwijderd."
_LINE = re.compile(r"(?P<seq>\d{1,18})\t(?P<id>\w{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Erased:
    """A document that was withdrawn, with its number in the change sequence."""

    seq: int
    document_id: str


@dataclass(frozen=True, slots=True)
class Tightened:
    """What people may see less of than the backup says."""

    levels: tuple[tuple[str, Classification], ...]  # documents, with the stricter level they have now
    keys: tuple[str, ...]  # access keys that were revoked since


def erased(database: Database) -> list[Erased]:
    """Every document that was withdrawn and did not come back, oldest first."""
    last = sa.select(changes.c.document_id, sa.func.max(changes.c.seq).label("seq")).group_by(changes.c.document_id)
    gone = last.where(changes.c.document_id.not_in(sa.select(documents.c.id))).subquery()
    with database.read() as connection:
        rows = connection.execute(sa.select(gone).order_by(gone.c.seq))
        return [Erased(row.seq, row.document_id) for row in rows]


def write_erased(database: Database, target: Path) -> int:
    """Write the list of what was withdrawn, in place of an earlier one; returns how many documents stand in it."""
    found = erased(database)
    lines = [_HEADER, *(f"{entry.seq}\t{entry.document_id}" for entry in found)]
    if target.is_dir():
        raise BackupError(f"{target} is een map. Geef een bestandsnaam.")
    with draft_beside(target) as folder:
        write_synced(folder / "lijst", "".join(f"{line}\n" for line in lines).encode())
        put_in_place(folder / "lijst", target)
    return len(found)


def read_erased(path: Path) -> list[Erased]:
    """The list that `write_erased` wrote. Raises BackupError that names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        text = f"De lijst {path} is niet te lezen. Gebruik een lijst van: kennislab backup --verwijderd"
        raise BackupError(text) from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise BackupError(f"{path}, regel {number}: hier horen een volgnummer en een id, met een tab ertussen.")
        found.append(Erased(int(match["seq"]), match["id"]))
    return found


def after(entries: Iterable[Erased], last_change: int) -> set[str]:
    """The documents among these that were withdrawn after this change."""
    return {entry.document_id for entry in entries if entry.seq > last_change}


def tightened(restored: Database, current: Database) -> Tightened:
    """What became stricter in the current catalogue since the restored one."""
    with restored.read() as connection:
        levels = {row.id: Classification(row.classification) for row in connection.execute(_levels())}
        keys = set(connection.scalars(sa.select(api_keys.c.id).where(api_keys.c.revoked.is_(None))))
    with current.read() as connection:
        now = {row.id: Classification(row.classification) for row in connection.execute(_levels())}
        revoked = set(connection.scalars(sa.select(api_keys.c.id).where(api_keys.c.revoked.is_not(None))))
    stricter = [(name, now[name]) for name in sorted(levels.keys() & now.keys()) if now[name].rank > levels[name].rank]
    return Tightened(tuple(stricter), tuple(sorted(keys & revoked)))


def _levels() -> sa.Select[tuple[str, str]]:
    return sa.select(documents.c.id, documents.c.classification)
