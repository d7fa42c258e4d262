"""The catalogue on PostgreSQL, for more than one machine: the same tables and the same promises.

Writers of the catalogue go one by one, as in SQLite: so the change sequence is in the order of the transactions, and
files can be erased without asking whether another process is about to need them. Most of the time of taking in a
document goes to reading and embedding it, which is done before.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, TimeoutError

from corpus import database as limits
from corpus.database import Database, Held, Lock, migrate
from corpus.errors import CatalogueBusyError, CatalogueError, SettingsError

DRIVER = "postgresql+psycopg"
MINIMUM_VERSION = 13
_PORT = 5432
_LOCKS = 0x6B6C  # ours among the advisory locks of the database
_TAKE_LOCK = sa.text("SELECT pg_advisory_xact_lock(:ours + :lock, hashtext(current_schema()))")

# What the server says by its codes (PostgreSQL, appendix A), and what we say.
_MESSAGES = {
    "28": "laat ons niet toe. Controleer gebruiker en wachtwoord in KENNISLAB_CATALOGUE.",
    "3D": "bestaat niet. Maak de database eerst: createdb.",
    "42501": "geeft deze gebruiker te weinig rechten. Maak hem eigenaar van de database.",
    "25006": "is alleen-lezen, zoals een reserveserver. Gebruik het adres van de hoofdserver.",
    "53100": "heeft geen schijfruimte meer. Maak ruimte vrij en probeer het opnieuw.",
    "53300": "heeft geen verbindingen meer vrij. Verhoog max_connections of start minder processen.",
    "57": "is gestopt of start nog. Probeer het zo opnieuw.",
}
_BUSY = ("55P03", "40001", "40P01")


def parse_url(url: str) -> sa.URL:
    """The address of a catalogue. Raises SettingsError, which never repeats it: it may hold a password."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(f"Instelling catalogue is geen adres. Schrijf {_EXAMPLE}.") from error
    if parsed.drivername not in {DRIVER, "postgresql", "postgres"} or not parsed.database:
        kind = re.sub(r"[^a-z+]", "", parsed.drivername)
        raise SettingsError(f"Instelling catalogue kan niet met {kind or 'dit'}://. Schrijf {_EXAMPLE}.")
    return parsed.set(drivername=DRIVER)


_EXAMPLE = f"{DRIVER}://gebruiker:wachtwoord@server:{_PORT}/kennislab"


def postgres_url(url: str) -> str:
    """The address when it is one. Raises SettingsError."""
    parse_url(url)
    return url


class PostgresDatabase(Database):
    """The catalogue's database on a server."""

    @property
    def name(self) -> str:
        url = self.engine.url
        host = url.host or url.query.get("host") or "deze machine"
        return f"{url.database} op {host}:{url.port or _PORT}"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._translated(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, lock: Lock = Lock.CATALOGUE) -> Iterator[sa.Connection]:
        # Each statement sees what was there when it began, so all that follow the lock see what earlier writers did.
        with self._translated(), self.engine.begin() as connection:
            connection.execute(_TAKE_LOCK, {"ours": _LOCKS, "lock": lock.value})
            yield connection

    @contextmanager
    def exclusive(self, wait_s: float | None = None) -> Iterator[Held]:
        with self._translated(), self.engine.begin() as connection:
            if wait_s is not None:
                milliseconds = str(max(1, int(wait_s * 1000)))  # 0 would be for ever
                connection.execute(sa.text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": milliseconds})
            connection.execute(_TAKE_LOCK, {"ours": _LOCKS, "lock": Lock.INDEX.value})
            yield lambda: self._still(connection)

    def _still(self, connection: sa.Connection) -> None:
        with self._translated():
            connection.execute(sa.text("SELECT 1"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with super()._translated():
                yield
        except TimeoutError as error:
            raise CatalogueBusyError(
                f"De catalogus {self.name} heeft het te druk. Probeer het later opnieuw."
            ) from error

    def _as_catalogue_error(self, error: DBAPIError) -> CatalogueError:
        code = str(getattr(error.orig, "sqlstate", None) or "")
        if code in _BUSY:
            return CatalogueBusyError(
                f"De catalogus {self.name} is in gebruik door een ander proces. Probeer het later opnieuw."
            )
        for start, message in _MESSAGES.items():
            if code.startswith(start):
                return CatalogueError(f"De catalogus {self.name} {message}")
        if not code and isinstance(error, OperationalError):
            return CatalogueError(self._unreachable(str(error.orig)))
        return CatalogueError(f"De catalogus {self.name} geeft een fout: {str(error.orig).splitlines()[0]}")

    def _unreachable(self, said: str) -> str:
        """Before there is a connection the driver gives no codes, only the words of the server."""
        if "password" in said or "authentication" in said or "role" in said:
            return f"De catalogus {self.name} {_MESSAGES['28']}"
        if "does not exist" in said:
            return f"De catalogus {self.name} {_MESSAGES['3D']}"
        return f"De catalogus {self.name} is niet bereikbaar. Controleer het adres en of PostgreSQL draait."

    def close(self) -> None:
        """Close all connections, also those that a thread still uses: those when it gives them back."""
        event.listen(self.engine, "checkin", _close)
        super().close()

    def checkpoint(self) -> None:
        """Nothing to do: the server clears away what was removed by itself."""


def _close(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver may not be there
    if connection is not None:
        connection.close()


def open_postgres(url: str, *, create: bool) -> Database:
    """The catalogue at this address, migrated to this version. Raises CatalogueError when it is absent or newer."""
    database = PostgresDatabase(_engine(parse_url(url)))
    try:
        _require_version(database)
        with database.read() as connection:
            absent = not sa.inspect(connection).has_table("documents")
        if absent and not create:
            raise CatalogueError(
                f"In {database.name} staat nog geen kennisbank. Voeg documenten toe met: kennislab ingest MAP"
            )
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _engine(url: sa.URL) -> sa.Engine:
    options = {"connect_timeout": 10, "application_name": "kennislab", "client_encoding": "utf8"}
    try:
        engine = sa.create_engine(
            url,
            connect_args={**options, "options": f"-c lock_timeout={int(limits.BUSY_TIMEOUT_S * 1000)} -c timezone=UTC"},
            pool_size=8,
            max_overflow=24,
            pool_timeout=limits.BUSY_TIMEOUT_S,
            pool_pre_ping=True,  # the server may have been started again
        )
    except ImportError as error:
        raise SettingsError(
            "Voor een catalogus op PostgreSQL is een extra pakket nodig: pip install 'kennislab[schaal]'"
        ) from error
    event.listen(engine, "connect", _without_zeros)
    return engine


def _without_zeros(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver may not be there
    """PostgreSQL keeps no NUL characters, and refuses a question that holds one."""
    from psycopg.types.string import StrDumper

    class Dumper(StrDumper):
        def dump(self, obj: str) -> Any:  # noqa: ANN401 - bytes or a buffer, as the driver likes
            return super().dump(obj.replace("\0", "")) if "\0" in obj else super().dump(obj)

    connection.adapters.register_dumper(str, Dumper)


def _require_version(database: Database) -> None:
    with database.read() as connection:
        number = int(str(connection.scalar(sa.text("SHOW server_version_num"))))
    if number < MINIMUM_VERSION * 10_000:
        raise CatalogueError(
            f"PostgreSQL {number // 10_000} van {database.name} is te oud; nodig is {MINIMUM_VERSION} of nieuwer."
        )
