"""A worker on a full disk: the file waits for room, and that is not counted against it."""

import logging
import threading

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError, DiskFullError
from corpus.files import FileStore
from corpus.tasks import FileStatus, NewFile, add_task, files_of
from ingest import worker as worker_module
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from ingest.worker import Worker
from search.encoder import Encoder


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "SPACE_S", 0.0)
    monkeypatch.setattr(worker_module, "POLL_S", 0.0)


@pytest.fixture
def task(catalogue: Catalogue) -> str:
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"# Nota\n\nOver de wijk.")
        incoming.finish()
        return add_task(catalogue, "redactie", [NewFile("nota.md", incoming)])


def a_worker(catalogue: Catalogue, encoder: Encoder) -> Worker:
    return Worker(catalogue, lambda: Pipeline(catalogue, encoder, IngestOptions(), read_document))


def full_for(times: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The store of originals has no room for so many attempts; returns the attempts as they come."""
    keep, asked = FileStore.keep, []

    def refuse(store: FileStore, data: bytes) -> str:
        asked.append(len(data))
        if len(asked) <= times:
            raise DiskFullError("De schijf is vol.")
        return keep(store, data)

    monkeypatch.setattr(FileStore, "keep", refuse)
    return asked


def test_a_file_is_taken_in_once_there_is_room(
    catalogue: Catalogue, encoder: Encoder, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = full_for(12, monkeypatch)  # more than the attempts after which a file is parked
    worker = a_worker(catalogue, encoder)
    while worker.work_once():
        pass
    (file,) = files_of(catalogue, task)
    assert len(asked) == 13
    assert (file.status, file.attempts, file.reason) == (FileStatus.PROCESSED, 1, "")


def test_a_file_that_cannot_even_be_put_back_is_held_until_it_can(
    catalogue: Catalogue, encoder: Encoder, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for(1, monkeypatch)
    put_back, asked = worker_module.give_back, []

    def refuse(*arguments: object) -> None:
        asked.append(arguments)
        if len(asked) < 4:
            raise DiskFullError("De schijf is vol.")
        put_back(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(worker_module, "give_back", refuse)
    worker = a_worker(catalogue, encoder)
    assert worker.work_once()
    assert files_of(catalogue, task)[0].status is FileStatus.WAITING
    assert worker.work_once()
    assert files_of(catalogue, task)[0].status is FileStatus.PROCESSED


def test_a_worker_that_has_to_stop_does_not_wait_for_room(
    catalogue: Catalogue, encoder: Encoder, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for(1, monkeypatch)
    worker = a_worker(catalogue, encoder)
    monkeypatch.setattr(worker_module, "SPACE_S", 3600.0)
    threading.Timer(0.2, worker.stopping.set).start()
    assert worker.work_once()
    assert files_of(catalogue, task)[0].status is FileStatus.BUSY  # until its lease ends, or its process is gone


def test_the_same_problem_is_told_once(
    catalogue: Catalogue, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker, looked = a_worker(catalogue, encoder), []

    def broken() -> bool:
        looked.append(1)
        if len(looked) == 50:
            worker.stopping.set()
        raise CatalogueError("De schijf is vol." if len(looked) < 30 else "Iets anders.")

    monkeypatch.setattr(worker, "work_once", broken)
    with caplog.at_level(logging.ERROR):
        worker.run()
    assert [record.message for record in caplog.records] == ["De schijf is vol.", "Iets anders."]
