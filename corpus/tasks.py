"""The queue of uploaded files, in the catalogue: what people see of a task, and how one is added, retried and undone.

Workers take files from it with `corpus.leases`.
"""

import secrets
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.database import rows_of
from corpus.errors import NotFoundError
from corpus.places import require_place
from corpus.schema import documents, task_files, tasks
from corpus.spool import IncomingFile

ERASED_NAME = "verwijderd document"
ERASED_REASON = "Het document is verwijderd."
KEEP_FAILED_S = 7 * 86_400  # so long can what failed be tried again
KEEP_TASKS_S = 90 * 86_400


class FileStatus(StrEnum):
    """Where a file of a task is."""

    WAITING = "wacht"
    BUSY = "bezig"
    PROCESSED = "verwerkt"
    FAILED = "mislukt"
    SKIPPED = "overgeslagen"


OPEN = frozenset({FileStatus.WAITING, FileStatus.BUSY})
SPOOLED = OPEN | {FileStatus.FAILED}  # their bytes are kept


class TaskStatus(StrEnum):
    """Where a task is: what its files say together."""

    WAITING = "wacht"
    BUSY = "bezig"
    DONE = "klaar"
    DONE_WITH_FAILURES = "klaar-met-fouten"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file for the queue; `refused` is why it is not even tried."""

    file_name: str
    incoming: IncomingFile | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    replaces: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class TaskFile:
    """A file of a task, as the queue knows it."""

    task_id: str
    number: int
    file_name: str
    sha256: str
    size: int
    metadata: Mapping[str, Any]
    replaces: str
    status: FileStatus
    phase: str
    pages_done: int
    pages: int
    attempts: int
    reason: str
    remarks: tuple[str, ...]
    document_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Task:
    """An upload: who, when, and how many of its files are where."""

    id: str
    created: str
    created_by: str
    status: TaskStatus
    counts: Mapping[FileStatus, int]

    @property
    def done(self) -> bool:
        return self.status in {TaskStatus.DONE, TaskStatus.DONE_WITH_FAILURES}


def add_task(catalogue: Catalogue, created_by: str, files: Sequence[NewFile]) -> str:
    """Put files in the queue, all or none; returns the id of the task. Their bytes get their place in the spool.

    Raises NotFoundError when a document that a file replaces was removed meanwhile.
    """
    # The time comes first, so that ids are in the order in which the tasks came.
    task_id = f"{time.time_ns():016x}{secrets.token_hex(8)}"
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = [_row(task_id, number, file) for number, file in enumerate(files, start=1)]
    with catalogue.database.write() as connection:
        require_place(connection, catalogue.files)
        _require_documents(connection, {file.replaces for file in files} - {""})
        for file in files:
            if file.incoming is not None and not file.refused:
                catalogue.spool.keep(file.incoming)
        values = {"id": task_id, "created": created, "created_by": created_by, "status": TaskStatus.WAITING}
        connection.execute(sa.insert(tasks).values(values))
        connection.execute(sa.insert(task_files), rows)
        refresh_status(connection, [task_id])
    return task_id


def _require_documents(connection: sa.Connection, ids: set[str]) -> None:
    gone = ids - set(connection.scalars(sa.select(documents.c.id).where(documents.c.id.in_(sorted(ids)))))
    if gone:
        raise NotFoundError(f"Er is geen document met id {', '.join(sorted(gone))}.")


def _row(task_id: str, number: int, file: NewFile) -> dict[str, Any]:
    kept = file.incoming is not None and not file.refused
    return {
        "task_id": task_id,
        "number": number,
        "file_name": file.file_name,
        "sha256": file.incoming.sha256 if file.incoming is not None and kept else "",
        "size": file.incoming.size if file.incoming is not None else 0,
        "metadata": dict(file.metadata),
        "replaces": file.replaces,
        "status": FileStatus.WAITING if kept else FileStatus.FAILED,
        "changed": time.time(),
        "reason": file.refused,
        "remarks": [],
        **dict.fromkeys(("phase", "document_id", "worker"), ""),
        **dict.fromkeys(("pages_done", "pages", "attempts", "not_before", "version", "lease_until"), 0),
    }


def refresh_status(connection: sa.Connection, task_ids: Collection[str]) -> None:
    """Make the status of tasks what their files say."""
    for task_id in sorted(task_ids):
        query = sa.select(task_files.c.status).where(task_files.c.task_id == task_id).distinct()
        found = set(connection.scalars(query))
        if found & OPEN:
            status = TaskStatus.WAITING if found == {FileStatus.WAITING} else TaskStatus.BUSY
        else:
            status = TaskStatus.DONE_WITH_FAILURES if FileStatus.FAILED in found else TaskStatus.DONE
        connection.execute(sa.update(tasks).where(tasks.c.id == task_id).values(status=status))


# -- what people see of it ---------------------------------------------------------------------------------------------


def find_task(catalogue: Catalogue, task_id: str) -> Task:
    """One task. Raises NotFoundError."""
    with catalogue.database.read() as connection:
        found = _tasks(connection, sa.select(tasks).where(tasks.c.id == task_id))
    if not found:
        raise NotFoundError(f"Er is geen taak met id {task_id}.")
    return found[0]


def list_tasks(
    catalogue: Catalogue, created_by: str | None, status: TaskStatus | None, *, limit: int, offset: int = 0
) -> tuple[int, list[Task]]:
    """How many tasks there are of this person (None: of all) and a stretch of them, newest first."""
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    conditions += [tasks.c.created_by == created_by] if created_by is not None else []
    conditions += [tasks.c.status == status] if status is not None else []
    query = sa.select(tasks).where(*conditions).order_by(tasks.c.id.desc()).limit(limit).offset(offset)
    with catalogue.database.read() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(tasks).where(*conditions))
        return int(count or 0), _tasks(connection, query)


def _tasks(connection: sa.Connection, query: sa.Select[Any]) -> list[Task]:
    rows = rows_of(connection.execute(query))
    numbers = sa.select(task_files.c.task_id, task_files.c.status, sa.func.count().label("files"))
    numbers = numbers.where(task_files.c.task_id.in_([row["id"] for row in rows]))
    counts: dict[str, Counter[FileStatus]] = {}
    for entry in connection.execute(numbers.group_by(task_files.c.task_id, task_files.c.status)):
        counts.setdefault(entry.task_id, Counter())[FileStatus(entry.status)] = entry.files
    return [Task(**{**row, "status": TaskStatus(row["status"])}, counts=counts.get(row["id"], {})) for row in rows]


def files_by_status(catalogue: Catalogue) -> dict[FileStatus, int]:
    """How many files of all tasks there are in every status."""
    query = sa.select(task_files.c.status, sa.func.count().label("files")).group_by(task_files.c.status)
    with catalogue.database.read() as connection:
        found = {FileStatus(row.status): int(row.files) for row in connection.execute(query)}
    return {status: found.get(status, 0) for status in FileStatus}


def files_of(catalogue: Catalogue, task_id: str) -> list[TaskFile]:
    """The files of a task, in the order of the upload."""
    query = sa.select(task_files).where(task_files.c.task_id == task_id).order_by(task_files.c.number)
    with catalogue.database.read() as connection:
        return [task_file(row) for row in rows_of(connection.execute(query))]


def task_file(row: Mapping[str, Any]) -> TaskFile:
    """A row of the table as a fact."""
    values = {name: row[name] for name in TaskFile.__dataclass_fields__}
    return TaskFile(**{**values, "status": FileStatus(row["status"]), "remarks": tuple(row["remarks"])})


# -- trying again, undoing, clearing -----------------------------------------------------------------------------------


def retry_failed(catalogue: Catalogue, task_id: str) -> int:
    """Put the failed files of a task back in the queue, as far as their bytes are still there; returns how many."""
    find_task(catalogue, task_id)
    failed = [task_files.c.task_id == task_id, task_files.c.status == FileStatus.FAILED, task_files.c.sha256 != ""]
    fresh = {"status": FileStatus.WAITING, "changed": time.time(), "attempts": 0, "not_before": 0, "reason": ""}
    with catalogue.database.write() as connection:
        count = connection.execute(sa.update(task_files).where(*failed).values(fresh)).rowcount
        refresh_status(connection, [task_id])
    return count


def forget_document(connection: sa.Connection, document_id: str, hashes: Collection[str]) -> set[str]:
    """Cancel and erase all that the queue knows of a document, also remarks elsewhere that name it.

    `hashes` are those of its versions: the same bytes, waiting, are that document too. Returns the hashes that may now
    be dropped from the spool. The caller's transaction is the one that removes the document.
    """
    own = sa.or_(
        task_files.c.document_id == document_id,
        task_files.c.replaces == document_id,
        task_files.c.sha256.in_(sorted(hashes)),
    )
    rows = connection.execute(sa.select(task_files).where(own)).all()
    erased = {"file_name": ERASED_NAME, "metadata": {}, "sha256": "", "size": 0, "reason": ERASED_REASON, "remarks": []}
    erased |= {"document_id": "", "replaces": "", "version": 0, "worker": "", "pages": 0, "pages_done": 0}
    unfinished = task_files.c.status.in_(sorted(OPEN))
    stopped = {"status": FileStatus.SKIPPED, "phase": "", "changed": time.time()}
    connection.execute(sa.update(task_files).where(own, unfinished).values(stopped))
    connection.execute(sa.update(task_files).where(own).values(erased))
    _erase_remarks(connection, document_id)
    refresh_status(connection, {row.task_id for row in rows})
    return {row.sha256 for row in rows} - {""}


def _erase_remarks(connection: sa.Connection, document_id: str) -> None:
    naming = sa.cast(task_files.c.remarks, sa.Text).contains(document_id, autoescape=True)
    for row in connection.execute(sa.select(task_files).where(naming)).all():
        kept = [remark for remark in row.remarks if document_id not in remark]
        where = (task_files.c.task_id == row.task_id, task_files.c.number == row.number)
        connection.execute(sa.update(task_files).where(*where).values(remarks=kept))


def drop_from_spool(catalogue: Catalogue, hashes: Collection[str]) -> int:
    """Erase these files from the spool, save those that another file of the queue still needs; returns how many."""
    with catalogue.database.write() as connection:
        return _drop(connection, catalogue, hashes)


def sweep_spool(catalogue: Catalogue) -> int:
    """Erase what nothing in the queue needs any more (left by a process that was killed); returns how many files."""
    abandoned, waiting = catalogue.spool.clear_abandoned(), catalogue.spool.hashes()
    with catalogue.database.write() as connection:
        return abandoned + _drop(connection, catalogue, waiting)


def clear_old(catalogue: Catalogue, now: float | None = None) -> None:
    """Let go of the bytes of what failed long ago, and of tasks that were done long ago."""
    now = time.time() if now is None else now
    old = task_files.c.changed < now - KEEP_FAILED_S
    kept = sa.select(task_files.c.task_id).where(
        sa.or_(task_files.c.changed >= now - KEEP_TASKS_S, task_files.c.status.in_(sorted(OPEN)))
    )
    waiting = catalogue.spool.hashes()
    with catalogue.database.write() as connection:
        failed = task_files.c.status == FileStatus.FAILED
        connection.execute(sa.update(task_files).where(failed, old).values(sha256=""))
        connection.execute(sa.delete(tasks).where(tasks.c.id.not_in(kept)))
        _drop(connection, catalogue, waiting)


def _drop(connection: sa.Connection, catalogue: Catalogue, hashes: Collection[str]) -> int:
    """The caller holds the write lock, so that no upload can put the same bytes in the queue meanwhile."""
    needed = set(
        connection.scalars(sa.select(task_files.c.sha256).where(task_files.c.status.in_(sorted(SPOOLED))).distinct())
    )
    for sha256 in set(hashes) - needed:
        catalogue.spool.remove(sha256)
    return len(set(hashes) - needed)
