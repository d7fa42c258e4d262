"""The audit log: who did what to which object, when, from where and how it ended (BIO2 8.15).

Each row holds the hash of the row before it, so that a changed, added or missing row shows. Someone who can write the
database and knows this file can make the whole chain again; against that, note the last hash that `verify` gives
elsewhere. Question text, passage text and keys are never part of a row.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from corpus.database import Database, Lock
from corpus.schema import audit, facts

GENESIS = "0" * 64
PRUNED = "audit.prune"  # action of the anchor row: its object is "<seq>:<hash>" of the last row that was taken away
END = "audit_end"  # name of the fact that holds "<seq>:<hash>" of the newest row
_MARK = re.compile(r"(?P<seq>\d+):(?P<hash>[0-9a-f]{64})")
_SIZES = {"actor": 200, "role": 16, "action": 64, "object": 500, "result": 32, "origin": 64}


def moment() -> str:
    """Now, in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened."""

    actor: str
    role: str
    action: str
    object: str
    result: str
    origin: str
    time: str = field(default_factory=moment)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with its place in the chain."""

    seq: int
    time: str
    actor: str
    role: str
    action: str
    object: str
    result: str
    origin: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found; `broken` is the first row that does not fit, None when all do."""

    rows: int  # that fit
    seq: int  # number and hash of the last row that fits
    hash: str
    broken: int | None = None
    reason: str = ""


def append(database: Database, entries: Sequence[Entry]) -> None:
    """Add rows to the chain, in one transaction of their own."""
    if not entries:
        return
    with database.write(Lock.AUDIT) as connection:
        append_in(connection, entries)


def append_in(connection: sa.Connection, entries: Sequence[Entry]) -> None:
    """Add rows to the chain. The caller holds the write transaction, with the lock of the audit log."""
    seq, previous = _end(connection)
    rows = []
    for entry in entries:
        seq += 1
        values = {"seq": seq, **_cleaned(entry), "previous": previous}
        previous = _hash(values)
        rows.append({**values, "hash": previous})
    connection.execute(sa.insert(audit), rows)
    connection.execute(sa.delete(facts).where(facts.c.name == END))
    connection.execute(sa.insert(facts).values(name=END, value=f"{seq}:{previous}"))


def read(database: Database, since: str = "") -> list[Row]:
    """Rows from this moment on (UTC, text that compares), oldest first."""
    with database.read() as connection:
        found = connection.execute(sa.select(audit).where(audit.c.time >= since).order_by(audit.c.seq))
        return [Row(**row) for row in found.mappings()]


def verify(database: Database) -> Verdict:
    """Walk the chain from its first row and stop at the first that does not fit."""
    with database.read() as connection:
        anchors = [
            _parsed(mark) for mark in connection.scalars(sa.select(audit.c.object).where(audit.c.action == PRUNED))
        ]
        every = sa.select(audit).order_by(audit.c.seq)
        with connection.execution_options(yield_per=1000).execute(every) as rows:
            verdict = _walk((Row(**row) for row in rows.mappings()), anchors)
        end = connection.scalar(sa.select(facts.c.value).where(facts.c.name == END))
    if verdict.broken is None and (end or f"0:{GENESIS}") != f"{verdict.seq}:{verdict.hash}":
        return replace(verdict, broken=verdict.seq + 1, reason="wat hierna hoort, ontbreekt")
    return verdict


def _walk(rows: Iterable[Row], anchors: Sequence[tuple[int, str]]) -> Verdict:
    count, seq, previous = 0, 0, GENESIS
    for row in rows:
        if not count:  # the chain begins where an anchor, itself in the chain, says that it was cut
            seq, previous = max((anchor for anchor in anchors if anchor[0] < row.seq), default=(0, GENESIS))
        reason = _misfit(row, seq, previous)
        if reason:
            return Verdict(count, seq, previous, seq + 1, reason)
        count, seq, previous = count + 1, row.seq, row.hash
    return Verdict(count, seq, previous)


def _misfit(row: Row, seq: int, previous: str) -> str:
    if row.seq != seq + 1:
        return f"rij {seq + 1} tot en met {row.seq - 1} ontbreken"
    if row.previous != previous:
        return "de rij sluit niet aan op die ervoor"
    values = asdict(row)
    if values.pop("hash") != _hash(values):
        return "de inhoud is veranderd"
    return ""


def prune(database: Database, days: int, actor: str) -> int:
    """Take away the oldest rows, those of more than `days` days ago; returns their number.

    The anchor row that is added holds the hash of the last row that went, so that the rest can still be verified.
    """
    border = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with database.write(Lock.AUDIT) as connection:
        # Only from the front: a row with an older time between younger ones (a clock was set back) waits for them.
        kept = connection.scalar(sa.select(sa.func.min(audit.c.seq)).where(audit.c.time >= border))
        old = audit.c.seq < kept if kept is not None else sa.true()
        query = sa.select(audit.c.seq, audit.c.hash).where(old).order_by(audit.c.seq.desc()).limit(1)
        last = connection.execute(query).one_or_none()
        if last is None:
            return 0
        count = int(connection.execute(sa.delete(audit).where(old)).rowcount)
        append_in(connection, [Entry(actor, "beheerder", PRUNED, f"{last.seq}:{last.hash}", "gelukt", "")])
    return count


def _end(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash of the newest row that was ever written: when it was taken away, the gap stays to be seen."""
    value = connection.scalar(sa.select(facts.c.value).where(facts.c.name == END))
    if value is not None and _MARK.fullmatch(value):
        return _parsed(value)
    query = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    newest = connection.execute(query).one_or_none()
    return (newest.seq, newest.hash) if newest else (0, GENESIS)


def _parsed(mark: str) -> tuple[int, str]:
    """Number and hash of a row; what is not like that is before everything."""
    found = _MARK.fullmatch(mark)
    return (int(found["seq"]), found["hash"]) if found else (0, GENESIS)


def _cleaned(entry: Entry) -> dict[str, Any]:
    """Without control characters, which could make one row look like two, and not longer than the columns."""
    shown = {name: "".join(c if c.isprintable() else "?" for c in value) for name, value in asdict(entry).items()}
    return {name: value[: _SIZES.get(name, 32)] for name, value in shown.items()}


def _hash(values: dict[str, Any]) -> str:
    """SHA-256 over the hash of the row before and the row as canonical JSON."""
    content = {name: value for name, value in values.items() if name != "previous"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((values["previous"] + text).encode()).hexdigest()
