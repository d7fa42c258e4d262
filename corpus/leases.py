"""How a worker takes a file from the queue, holds it and gives it back.

A lease ends by itself: what a killed worker held is taken over, by others at the end of the lease, on the same machine
as soon as its process is seen to be gone. Every change of a held file asks whether it is still held.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.database import rows_of
from corpus.errors import LeaseLostError
from corpus.schema import task_files
from corpus.tasks import OPEN, FileStatus, TaskFile, refresh_status, task_file

LEASE_S = 60.0
ATTEMPTS = 5
BACKOFF_S = 2.0  # before the second attempt; doubles with each

_CRASHED = (
    f"Het verwerken is {ATTEMPTS} keer onverwacht gestopt. "
    "Controleer of het bestand te openen is en bied het opnieuw aan."
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A file that is held by a worker."""

    file: TaskFile
    worker: str

    def condition(self) -> sa.ColumnElement[bool]:
        """Whether it is still held."""
        return sa.and_(
            task_files.c.task_id == self.file.task_id,
            task_files.c.number == self.file.number,
            task_files.c.worker == self.worker,
            task_files.c.status == FileStatus.BUSY,
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """How a file ended."""

    status: FileStatus
    reason: str = ""
    remarks: Sequence[str] = ()
    document_id: str = ""
    version: int = 0
    pages: int = 0


def take(catalogue: Catalogue, worker: str, alive: Callable[[str], bool], now: float | None = None) -> Lease | None:
    """The next file that waits or whose worker is gone, held from now on; None when there is none.

    Versions of one document are taken in the order in which they came. A file that stopped its worker too often is
    parked as failed.
    """
    now = time.time() if now is None else now
    if not is_waiting(catalogue, alive, now):  # most of the time: do not ask for the write lock
        return None
    with catalogue.database.write() as connection:
        for row in _candidates(connection, alive, now):
            crashed = row["status"] == FileStatus.BUSY and row["attempts"] >= ATTEMPTS
            values: dict[str, Any] = {"changed": now, "phase": "", "pages_done": 0, "pages": 0}
            if crashed:
                values |= {"status": FileStatus.FAILED, "reason": _CRASHED, "worker": ""}
            else:
                attempts = row["attempts"] + 1
                values |= {"status": FileStatus.BUSY, "worker": worker, "attempts": attempts}
                values |= {"lease_until": now + LEASE_S, "reason": ""}
            where = (task_files.c.task_id == row["task_id"], task_files.c.number == row["number"])
            connection.execute(sa.update(task_files).where(*where).values(values))
            refresh_status(connection, [row["task_id"]])
            if not crashed:
                return Lease(task_file({**row, **values}), worker)
    return None


def is_waiting(catalogue: Catalogue, alive: Callable[[str], bool], now: float | None = None) -> bool:
    """Whether there is a file to take."""
    with catalogue.database.read() as connection:
        return bool(_candidates(connection, alive, time.time() if now is None else now))


def _candidates(connection: sa.Connection, alive: Callable[[str], bool], now: float) -> list[dict[str, Any]]:
    earlier = task_files.alias()
    before = sa.or_(
        earlier.c.task_id < task_files.c.task_id,
        sa.and_(earlier.c.task_id == task_files.c.task_id, earlier.c.number < task_files.c.number),
    )
    same = sa.and_(earlier.c.replaces == task_files.c.replaces, earlier.c.replaces != "")
    first = ~sa.exists().where(same, before, earlier.c.status.in_(sorted(OPEN)))
    waiting = sa.and_(task_files.c.status == FileStatus.WAITING, task_files.c.not_before <= now, first)
    query = sa.select(task_files).where(sa.or_(waiting, task_files.c.status == FileStatus.BUSY))
    rows = rows_of(connection.execute(query.order_by(task_files.c.task_id, task_files.c.number).limit(100)))
    return [
        row
        for row in rows
        if row["status"] == FileStatus.WAITING or row["lease_until"] < now or not alive(row["worker"])
    ]


def renew(catalogue: Catalogue, lease: Lease, phase: str = "", done: int = 0, pages: int = 0) -> None:
    """Hold the file longer and say how far it is; without a phase what was said stays. Raises LeaseLostError."""
    values: dict[str, Any] = {"lease_until": time.time() + LEASE_S}
    if phase:
        values |= {"phase": phase, "pages_done": done, "pages": pages}
    with catalogue.database.write() as connection:
        _update(connection, lease, values)


def end(connection: sa.Connection, lease: Lease, ending: Ending) -> None:
    """The file is done, in the caller's transaction. Raises LeaseLostError, which undoes that transaction."""
    values: dict[str, Any] = {
        "status": ending.status,
        "reason": ending.reason,
        "remarks": list(ending.remarks),
        "worker": "",
    }
    values |= {"document_id": ending.document_id, "version": ending.version, "phase": "", "changed": time.time()}
    values |= {"pages": ending.pages, "pages_done": ending.pages}
    _update(connection, lease, values)
    refresh_status(connection, [lease.file.task_id])


def give_back(catalogue: Catalogue, lease: Lease) -> None:
    """Back in the queue as if it was never taken: the worker has to stop."""
    _back(catalogue, lease, {"attempts": lease.file.attempts - 1})


def postpone(catalogue: Catalogue, lease: Lease, reason: str) -> None:
    """Back in the queue for another attempt, later each time; after the last one it is parked as failed."""
    if lease.file.attempts >= ATTEMPTS:
        with catalogue.database.write() as connection:
            end(connection, lease, Ending(FileStatus.FAILED, f"{reason} ({ATTEMPTS} keer geprobeerd)"))
        return
    wait = BACKOFF_S * 2 ** (lease.file.attempts - 1)
    _back(catalogue, lease, {"not_before": time.time() + wait, "reason": reason})


def _back(catalogue: Catalogue, lease: Lease, values: dict[str, Any]) -> None:
    waiting = {"status": FileStatus.WAITING, "worker": "", "phase": "", "changed": time.time()}
    with catalogue.database.write() as connection:
        _update(connection, lease, waiting | values)
        refresh_status(connection, [lease.file.task_id])


def _update(connection: sa.Connection, lease: Lease, values: dict[str, Any]) -> None:
    if not connection.execute(sa.update(task_files).where(lease.condition()).values(values)).rowcount:
        raise LeaseLostError(
            f"Bestand {lease.file.number} van taak {lease.file.task_id} is niet meer van {lease.worker}."
        )
