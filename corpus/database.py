"""The catalogue's database: transactions and migrations, and how its SQLite file is opened."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from corpus.errors import CatalogueBusyError, CatalogueError, DiskFullError
from corpus.read_only import read_only_engine
from corpus.stamp import Stamp

FILE_NAME = "catalogus.sqlite"
BUSY_TIMEOUT_S = 30
HEAD = "0001"  # the latest of corpus/migrations: where a catalogue has it, Alembic need not be loaded
MINIMUM_SQLITE = (3, 40, 0)  # FTS5 as Debian 12 ships it


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: sqlite3 would start a transaction too late
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    # A writer takes the lock at once; one that starts as a reader can not be promoted while another writes.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def sqlite_version() -> tuple[int, ...]:
    """Version of the SQLite library that Python was built with."""
    return sqlite3.sqlite_version_info


class Lock(IntEnum):
    """What a writer keeps others from writing. SQLite knows one lock, so there every writer waits for every other."""

    CATALOGUE = 1
    AUDIT = 2  # also what keys are used for: reading must not wait for a large document that is being published
    INDEX = 3  # an index outside the catalogue


Held = Callable[[], None]  # raises CatalogueError when a lock is no longer held


class Database:
    """The catalogue's file. Readers never wait; one writer at a time, others wait up to 30 s and are then refused."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._stamp = Stamp(engine)

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.engine.url.database or ""

    def stamp(self) -> int | None:
        """While this number is the same nobody has written; None where only a query tells."""
        return self._stamp.now()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment of the catalogue."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self, _lock: Lock = Lock.CATALOGUE) -> Iterator[sa.Connection]:
        """A transaction that is kept whole at the end of the block, or not at all when the block raises."""
        with self._translated(), self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._as_catalogue_error(error) from error

    def _as_catalogue_error(self, error: DBAPIError) -> CatalogueError:
        return _as_catalogue_error(error, self.name)

    @contextmanager
    def exclusive(self, wait_s: float | None = None) -> Iterator[Held]:
        """Keep other processes from changing the index outside the catalogue. The lock ends with the process.

        Raises CatalogueBusyError when another has it for longer than that.
        """
        with (Path(self.name).parent / "index.slot").open("wb") as file:
            _take_lock(file.fileno(), self.name, BUSY_TIMEOUT_S if wait_s is None else wait_s)
            yield lambda: None

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that what was removed is not left behind in it. Skipped while others read."""
        with self._translated(), self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1000")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")

    def close(self) -> None:
        """Close all connections."""
        self._stamp.close()
        self.engine.dispose()


def _take_lock(descriptor: int, path: str, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise CatalogueBusyError(
                    f"Een ander proces werkt de index van {path} bij. Probeer het later."
                ) from None
            time.sleep(0.01)


def _as_catalogue_error(error: DBAPIError, path: str) -> CatalogueError:
    text = str(error.orig)
    if "locked" in text or "busy" in text:
        return CatalogueBusyError(
            f"De catalogus {path} is in gebruik door een ander proces. Probeer het later opnieuw."
        )
    if "readonly" in text or "read-only" in text:
        return CatalogueError(f"De catalogus {path} is alleen-lezen. Geef schrijfrechten op de map.")
    if "unable to open" in text:
        return CatalogueError(f"De catalogus {path} is niet te openen. Geef lees- en schrijfrechten op de map.")
    if "full" in text:
        return DiskFullError(f"De schijf met {path} is vol. Maak ruimte vrij en probeer het opnieuw.")
    if "malformed" in text or "not a database" in text:
        return CatalogueError(f"De catalogus {path} is beschadigd. Zet een reservekopie terug.")
    return CatalogueError(f"De catalogus {path} geeft een fout: {text}")


def open_database(data: Path, *, create: bool) -> Database:
    """The catalogue in folder `data`, migrated to this version. Raises CatalogueError when it is absent or newer."""
    path = data / FILE_NAME
    if not create and not path.exists():
        raise CatalogueError(f"In {data} staat nog geen kennisbank. Voeg documenten toe met: kennislab ingest MAP")
    if sqlite_version() < MINIMUM_SQLITE:
        raise CatalogueError(f"SQLite {sqlite3.sqlite_version} is te oud; nodig is 3.40 of nieuwer.")
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogueError(f"De map {data} is niet te maken: {error.strerror}.") from error
    arguments = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    engine = read_only_engine(path, arguments) or sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), connect_args=arguments, pool_size=16, max_overflow=48
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    database = Database(engine)
    try:
        migrate(database)
    except CatalogueError:
        database.close()
        raise
    return database


def migrate(database: Database) -> None:
    """Bring the tables up to date, in one transaction. A catalogue of a newer Kennislab is refused."""
    current = _revision(database)
    if current == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": None})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise CatalogueError(f"De catalogus is van een nieuwere Kennislab (migratie {current}). Werk Kennislab bij.")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return found


def rows_of(result: sa.Result[Any]) -> list[dict[str, Any]]:
    """All rows of a result as dictionaries."""
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]
