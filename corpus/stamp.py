"""Whether anyone wrote to the catalogue's file since the last look, for a hundredth of what a query costs."""

import sqlite3
import threading

import sqlalchemy as sa


class Stamp:
    """A number that another one takes the place of at every commit, by whatever connection or process.

    SQLite tells it to a connection that never writes itself (PRAGMA data_version), so it has one of its own.
    """

    def __init__(self, engine: sa.Engine) -> None:
        # A disk that can not be written has connections that do not last, and a server has other ways.
        self._engine = engine if isinstance(engine.pool, sa.QueuePool) and engine.dialect.name == "sqlite" else None
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def now(self) -> int | None:
        """The number at this moment; None when it is not known, and only a query tells whether something changed."""
        if self._engine is None:
            return None
        with self._lock:
            try:
                self._connection = self._connection or self._open(self._engine)
                return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            except (sqlite3.Error, sa.exc.DBAPIError):  # the query that follows says what is wrong
                self._close()
                return None

    def _open(self, engine: sa.Engine) -> sqlite3.Connection:
        borrowed = engine.raw_connection()
        connection = borrowed.driver_connection
        borrowed.detach()  # out of the pool, which may then make another in its place
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError(f"not a connection of SQLite: {connection!r}")
        return connection

    def close(self) -> None:
        """Let go of the file; the next look opens it again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
