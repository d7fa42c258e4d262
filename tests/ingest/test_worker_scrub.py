"""A worker with nothing to do takes away what is left of withdrawn documents."""

from collections.abc import Callable
from datetime import date

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueBusyError
from corpus.publishing import remove
from corpus.scrub import needs_scrubbing
from ingest import worker as worker_module
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from ingest.worker import Worker
from search.encoder import Encoder

Put = Callable[..., str]


@pytest.fixture
def worker(catalogue: Catalogue, put: Put, encoder: Encoder) -> Worker:
    put("een", ["Een."])
    remove(catalogue, "een")
    return Worker(catalogue, lambda: Pipeline(catalogue, encoder, IngestOptions(), read_document))


def test_it_is_done_once_nothing_waits_and_not_again_at_once(worker: Worker, catalogue: Catalogue, put: Put) -> None:
    worker.scrub()
    assert not needs_scrubbing(catalogue)
    put("twee", ["Twee."])
    remove(catalogue, "twee")
    worker.scrub()  # too soon
    assert needs_scrubbing(catalogue)
    worker._scrub_at = 0.0
    worker.scrub()
    assert not needs_scrubbing(catalogue)


def test_a_large_catalogue_is_done_once_a_day(
    worker: Worker, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "SCRUB_AT_ONCE_BYTES", 1000)
    worker.scrub()
    assert needs_scrubbing(catalogue)
    worker.chores(date(2026, 1, 2))
    assert not needs_scrubbing(catalogue)


def test_the_running_worker_does_it(worker: Worker, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "POLL_S", 0.0)
    scrub, asked = worker.scrub, []

    def once() -> None:
        asked.append(1)
        if len(asked) == 1:
            raise CatalogueBusyError("In gebruik.")  # told, and tried again
        scrub()
        worker.stopping.set()

    monkeypatch.setattr(worker, "scrub", once)
    monkeypatch.setattr(worker, "chores", lambda: None)
    worker.run()
    assert not needs_scrubbing(catalogue)
