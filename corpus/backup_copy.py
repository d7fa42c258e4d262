"""A copy of the catalogue as it is at one moment, made while others read and write, and what such a copy speaks of."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import BackupError, CatalogueError, DiskFullError
from corpus.tasks import SPOOLED

_CURRENT = "SELECT DISTINCT v.sha256 FROM versions v JOIN documents d ON d.id = v.document_id AND d.version = v.version"
_WAITING = "SELECT DISTINCT sha256 FROM task_files WHERE sha256 <> '' AND status IN ({})".format(  # noqa: S608
    ", ".join(f"'{status}'" for status in sorted(SPOOLED))
)
_COUNTS = {
    "documenten": "documents",
    "versies": "versions",
    "paginas": "pages",
    "passages": "passages",
    "vectoren": "embeddings",
    "taken": "tasks",
    "sleutels": "api_keys",
    "auditregels": "audit",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """Facts of a copy of the catalogue."""

    made: str
    originals: frozenset[str]  # hashes of what the documents are made of
    waiting: frozenset[str]  # hashes of what the queue still needs
    counts: dict[str, int]
    last_change: int
    fingerprint: str


def copy_catalogue(catalogue: Catalogue, path: Path) -> Copied:
    """Write the catalogue to the empty or absent file `path`, without the pages of what was erased.

    Readers and writers go on: the copy is that of the moment at which it began.
    """
    raw = catalogue.database.engine.raw_connection()
    try:
        connection = raw.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise BackupError(
                "De catalogus staat niet in SQLite. Maak de reservekopie met de middelen van de database."
            )
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        connection.execute("VACUUM INTO ?", (str(path),))
        return _facts(path, moment)
    except sqlite3.Error as error:
        if "full" in str(error):
            raise DiskFullError(f"Er is geen ruimte in {path.parent.parent} voor de catalogus.") from error
        raise CatalogueError(f"De catalogus is niet te kopiëren: {error}. Probeer: kennislab doctor") from error
    finally:
        raw.close()


def still_needed(catalogue: Catalogue, sha256: str) -> bool:
    """Whether a document or the queue needs this file now."""
    with catalogue.database.read() as connection:
        found = connection.exec_driver_sql(f"SELECT ? IN ({_CURRENT}) OR ? IN ({_WAITING})", (sha256, sha256))
        return bool(found.scalar())


def needed_files(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Hashes of the originals and of the waiting files that the catalogue in this file speaks of."""
    with reading(path) as connection:
        return _needed(connection)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _facts(path: Path, moment: str) -> Copied:
    with reading(path) as connection:
        originals, waiting = _needed(connection)
        counts = {
            name: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
            for name, table in _COUNTS.items()
        }
        (last,) = connection.execute("SELECT max(seq) FROM changes").fetchone()
        found = connection.execute("SELECT value FROM facts WHERE name = 'fingerprint'").fetchone()
        return Copied(moment, originals, waiting, counts, last or 0, found[0] if found else "")


def _needed(connection: sqlite3.Connection) -> tuple[frozenset[str], frozenset[str]]:
    originals, waiting = (frozenset(row[0] for row in connection.execute(query)) for query in (_CURRENT, _WAITING))
    return originals, waiting
