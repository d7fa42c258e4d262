"""Writes the audit log: at once for what changes something, in the background for what only reads.

Rows that wait are written a tenth of a second later, many in one transaction, and before the process stops; a process
that is killed loses at most those. While the catalogue is busy or not yet open, rows wait for it.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from corpus.audit import Entry, append, append_in
from corpus.database import Database, Lock
from corpus.errors import CatalogueError
from corpus.keys import mark_used

logger = logging.getLogger(__name__)

CAPACITY = 10_000
GATHER_S = 0.1
RETRY_S = 1.0
ROOM_S = 30.0
LAST_TRIES = 5  # when stopping


@dataclass(frozen=True, slots=True)
class _KeyUse:
    key_id: str
    day: str


class Recorder:
    """A bounded queue and the thread that empties it."""

    def __init__(self, database: Callable[[], Database | None]) -> None:
        self._database = database
        self._queue: queue.Queue[Entry | _KeyUse] = queue.Queue(CAPACITY)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._noted: set[_KeyUse] = set()

    def start(self) -> None:
        """Begin writing."""
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def now(self, entry: Entry) -> None:
        """Write a row before returning. When the catalogue can not take it, it waits in the queue."""
        database = self._database()
        try:
            if database is not None:
                append(database, [entry])
                return
        except CatalogueError as error:
            logger.error("Een regel van het auditlog moet wachten: %s", error)
        self.later(entry)

    def offer(self, entry: Entry) -> bool:
        """Queue a row without waiting; False when the queue is full."""
        try:
            self._queue.put_nowait(entry)
        except queue.Full:
            return False
        return True

    def later(self, entry: Entry) -> None:
        """Queue a row, waiting for room: a request rather waits than goes unrecorded."""
        try:
            self._queue.put(entry, timeout=ROOM_S)
        except queue.Full:
            logger.critical("Het auditlog is vol en niet te schrijven; een regel is niet bewaard.")

    def used(self, key_id: str) -> None:
        """Note that a key was used today; written once a day."""
        use = _KeyUse(key_id, datetime.now(UTC).date().isoformat())
        if use in self._noted:
            return
        try:
            self._queue.put_nowait(use)
        except queue.Full:
            return  # the next request will note it
        self._noted = {noted for noted in self._noted if noted.day == use.day} | {use}

    def _run(self) -> None:
        while not (self._stopping.is_set() and self._queue.empty()):
            try:
                batch = [self._queue.get(timeout=GATHER_S)]
            except queue.Empty:
                continue
            self._stopping.wait(GATHER_S)
            while len(batch) < CAPACITY and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            self._write_until_done(batch)

    def _write_until_done(self, batch: Sequence[Entry | _KeyUse]) -> None:
        last_tries = LAST_TRIES
        while not self._written(batch):
            if self._stopping.is_set():
                last_tries -= 1
                if not last_tries or self._database() is None:
                    logger.error("%d regels van het auditlog zijn niet bewaard.", len(batch))
                    return
            self._stopping.wait(RETRY_S)

    def _written(self, batch: Sequence[Entry | _KeyUse]) -> bool:
        database = self._database()
        if database is None:
            return False
        entries = [item for item in batch if isinstance(item, Entry)]
        uses = [item for item in batch if isinstance(item, _KeyUse)]
        try:
            with database.write(Lock.AUDIT) as connection:
                if entries:
                    append_in(connection, entries)
                for day in {use.day for use in uses}:
                    mark_used(connection, {use.key_id for use in uses if use.day == day}, day)
        except CatalogueError as error:
            logger.error("Het auditlog is niet te schrijven, nieuwe poging volgt: %s", error)
            return False
        return True
