"""A worker: takes files from the queue and makes documents of them, until it is told to stop.

Whatever happens to a file, its row says so: done in the transaction that publishes it, put back when the worker has to
stop or the catalogue is busy, parked with a reason otherwise. A worker that is killed leaves a lease that ends.
"""

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from corpus.catalogue import Catalogue, read_document
from corpus.errors import (
    CatalogueError,
    ConflictError,
    DiskFullError,
    FingerprintError,
    LeaseLostError,
    ReadError,
    StoreUnavailableError,
)
from corpus.leases import LEASE_S, Ending, Lease, end, give_back, is_waiting, postpone, renew, take
from corpus.publishing import CLEANED, set_fact, sweep
from corpus.scrub import file_size, scrub
from corpus.tasks import FileStatus, clear_old, drop_from_spool, sweep_spool
from ingest.metadata import given_metadata
from ingest.pipeline import Incoming, Outcome, Pipeline, Status
from ingest.retention import retire

logger = logging.getLogger(__name__)

POLL_S = 0.5
CHORES_S = 600.0  # how often is looked whether today's chores are done
SCRUB_S = 5.0  # how often is looked, when nothing waits, whether the catalogue is to be scrubbed
SCRUB_AT_ONCE_BYTES = 256 << 20  # a larger catalogue keeps writers waiting for long: that is done once a day
SCRUB_SHARE = 50  # writing the file anew keeps others waiting: at most this part of the time
SPACE_S = 5.0  # how often is looked whether a full disk has room again
REPORT_S = 0.4  # at most so often is progress written
FILE_LIMIT_S = 3600.0
EXIT_HUNG = 75

_ENDINGS = {
    Status.PROCESSED: FileStatus.PROCESSED,
    Status.FAILED: FileStatus.FAILED,
    Status.SKIPPED: FileStatus.SKIPPED,
}


class _StoppedError(Exception):
    """The worker has to stop; the file goes back to the queue."""


def worker_name() -> str:
    """A name of this process that is used once: machine, process, and a token of its own."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    _OURS.add(name)
    return name


_OURS: set[str] = set()  # the workers in this very process


def is_alive(worker: str) -> bool:
    """Whether a worker may still be at work; of another machine only the end of its lease tells."""
    host, process, _token = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    if int(process) == os.getpid():
        return worker in _OURS
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Worker:
    """Works through the queue. Several may, also in several processes.

    The pipeline is opened when the first file waits: until then the model costs no memory.
    """

    def __init__(
        self, catalogue: Catalogue, opener: Callable[[], Pipeline], stopping: threading.Event | None = None
    ) -> None:
        self.name = worker_name()
        self.stopping = stopping or threading.Event()
        self._catalogue = catalogue
        self._opener = opener
        self._pipeline: Pipeline | None = None
        self._chores_at = 0.0
        self._scrub_at = 0.0
        self._told = ""  # what went wrong last, so that it is told once

    def run(self) -> None:
        """Work until `stopping` is set. Raises FingerprintError when the index became another model's."""
        self._insist(lambda: sweep_spool(self._catalogue))
        if self._catalogue.files.place:  # it may have stored what a killed worker sent, after its document went
            self._insist(lambda: sweep(self._catalogue))
        while not self.stopping.is_set():
            try:
                self.chores()
                busy = self.work_once()
                if not busy:
                    self.scrub()
            except CatalogueError as error:
                self._tell(str(error))
                busy = False
            else:
                self._told = ""
            if not busy:
                self.stopping.wait(POLL_S)

    def work_once(self) -> bool:
        """Take one file to its end; False when none waited."""
        if self._pipeline is None:
            if not is_waiting(self._catalogue, is_alive):
                return False
            self._pipeline = self._opener()
        lease = take(self._catalogue, self.name, is_alive)
        if lease is None:
            return False
        with _heartbeat(self._catalogue, lease):
            self._process(lease, self._pipeline)
        if lease.file.sha256:
            self._insist(lambda: drop_from_spool(self._catalogue, [lease.file.sha256]))
        return True

    def chores(self, today: date | None = None) -> None:
        """Once a day: withdraw what is past its retention date, let go of old tasks, clear what was left behind."""
        if today is None and time.monotonic() < self._chores_at:
            return
        self._chores_at = time.monotonic() + CHORES_S
        today = today or date.today()  # noqa: DTZ011 - a retention date is a day on the calendar here
        if self._catalogue.fact(CLEANED) == today.isoformat():
            return
        for document in retire(self._catalogue, today, "werker"):
            logger.warning("Bewaartermijn verstreken: document %s is verwijderd.", document.id)
        clear_old(self._catalogue)
        sweep_spool(self._catalogue)
        sweep(self._catalogue)
        scrub(self._catalogue)
        set_fact(self._catalogue, CLEANED, today.isoformat())

    def scrub(self) -> None:
        """Once nothing waits: let nothing be left of what was withdrawn. The longer that takes, the less often."""
        start = time.monotonic()
        if start < self._scrub_at or self.stopping.is_set():
            return
        self._scrub_at = start + SCRUB_S
        if file_size(self._catalogue) > SCRUB_AT_ONCE_BYTES:
            return
        try:
            scrub(self._catalogue)
        finally:
            self._scrub_at = max(self._scrub_at, time.monotonic() + SCRUB_SHARE * (time.monotonic() - start))

    def _process(self, lease: Lease, pipeline: Pipeline) -> None:
        try:
            self._take_in(lease, pipeline)
        except _StoppedError:
            self._insist(lambda: give_back(self._catalogue, lease))
        except FingerprintError:  # not the file's fault, and no file will do better until we start anew
            self._insist(lambda: give_back(self._catalogue, lease))
            raise
        except LeaseLostError as error:
            logger.info("%s", error)
        except DiskFullError as error:
            self._tell(str(error))
            self._wait_for_space(lease)
        except StoreUnavailableError:  # nor this: the file waits for as long as it takes
            self._insist(lambda: give_back(self._catalogue, lease))
            raise
        except (CatalogueError, ConflictError) as problem:  # of which another attempt may do better
            reason = str(problem)
            self._insist(lambda: postpone(self._catalogue, lease, reason))
        except MemoryError:
            self._fail(lease, "Het bestand vraagt meer geheugen dan er is. Deel het op en bied de delen aan.")
        except Exception as error:
            logger.exception("onverwachte fout bij bestand %s van taak %s", lease.file.number, lease.file.task_id)
            kind = type(error).__name__
            self._fail(lease, f"Onverwachte fout bij het verwerken ({kind}). Meld dit aan de beheerder.")

    def _wait_for_space(self, lease: Lease) -> None:
        """Put the file back once that can be written, as if it was never taken: a full disk is not its fault."""
        while not self.stopping.wait(SPACE_S):
            try:
                give_back(self._catalogue, lease)
                return
            except LeaseLostError:
                return
            except CatalogueError as error:
                self._tell(str(error))

    def _tell(self, problem: str) -> None:
        if problem != self._told:
            logger.error("%s", problem)
        self._told = problem

    def _take_in(self, lease: Lease, pipeline: Pipeline) -> None:
        try:
            outcome = pipeline.take(self._incoming(lease), self._reporter(lease), _settler(lease))
        except ReadError as error:
            outcome = Outcome(lease.file.file_name, Status.FAILED, str(error))
        if outcome.status is Status.PROCESSED:
            return  # settled in the transaction that published it
        with self._catalogue.database.write() as connection:
            if outcome.document_id and read_document(connection, outcome.document_id) is None:
                raise ConflictError(f"Document {outcome.document_id} is intussen verwijderd.")
            end(connection, lease, _ending(outcome))

    def _incoming(self, lease: Lease) -> Incoming:
        file = lease.file
        origin = f"upload:{file.replaces or f'{file.task_id}.{file.number}'}"
        given = given_metadata(file.metadata)
        data = self._catalogue.spool.read(file.sha256)
        return Incoming(data, file.file_name, origin, given, replaces=file.replaces)

    def _reporter(self, lease: Lease) -> Callable[[str, int, int], None]:
        last = ("", 0.0)

        def report(phase: str, done: int, pages: int) -> None:
            nonlocal last
            if self.stopping.is_set():
                raise _StoppedError
            now = time.monotonic()
            if phase != last[0] or now - last[1] > REPORT_S:
                last = (phase, now)
                renew(self._catalogue, lease, phase, done, pages)

        return report

    def _fail(self, lease: Lease, reason: str) -> None:
        def write() -> None:
            with self._catalogue.database.write() as connection:
                end(connection, lease, Ending(FileStatus.FAILED, reason))

        self._insist(write)

    @staticmethod
    def _insist(write: Callable[[], Any], attempts: int = 3) -> None:
        """Write what must be known; when the catalogue stays busy the end of the lease will do."""
        for attempt in range(1, attempts + 1):
            try:
                write()
                return
            except LeaseLostError:
                return
            except CatalogueError as error:
                logger.error("%s (poging %d)", error, attempt)


def _settler(lease: Lease) -> Callable[[sa.Connection, Outcome], None]:
    return lambda connection, outcome: end(connection, lease, _ending(outcome))


def _ending(outcome: Outcome) -> Ending:
    about = (outcome.document_id, outcome.version, outcome.pages)
    return Ending(_ENDINGS[outcome.status], outcome.reason, outcome.remarks, *about)


@contextlib.contextmanager
def _heartbeat(catalogue: Catalogue, lease: Lease) -> Iterator[None]:
    """Keeps the lease while a file takes long, for as long as a file may take at all."""
    done = threading.Event()

    def beat() -> None:
        give_up = time.monotonic() + FILE_LIMIT_S
        while not done.wait(LEASE_S / 4):
            if time.monotonic() > give_up:
                logger.error("Bestand %s van taak %s duurt te lang.", lease.file.number, lease.file.task_id)
                os._exit(EXIT_HUNG)  # the lease ends, and after enough attempts the file is parked
            with contextlib.suppress(CatalogueError, LeaseLostError):
                renew(catalogue, lease)

    thread = threading.Thread(target=beat, name="hartslag", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
