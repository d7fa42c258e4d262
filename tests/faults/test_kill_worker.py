"""Kill -9 of the worker and of the service at random moments: no document is lost, none is there by half or again.

Two real processes share a catalogue: one does what the service does with uploads, new versions and withdrawals, the
other works through the queue. They have the fast test encoder and read in the process itself, so that many moments
fit in a short run.
"""

import os
import random
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import NotFoundError
from corpus.publishing import remove, sweep
from corpus.scope import EVERYTHING
from corpus.tasks import OPEN, FileStatus, NewFile, add_task, files_of, find_task, list_tasks, retry_failed, sweep_spool
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from ingest.worker import Worker
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from tests.scale.catalogues import KINDS, url_of

FULL = bool(os.environ.get("TEST_FULL"))
MOMENTS = 200 if FULL else 10
FILLER = "De gemeente werkt samen met de wijk. " * 12


@dataclass
class Told:
    """What was answered before a process was killed: that must hold."""

    uploads: dict[str, str] = field(default_factory=dict)  # task id → the word that only this file has
    withdrawn: set[str] = field(default_factory=set)

    def add(self, lines: list[str]) -> None:
        for line in lines:
            act, *values = line.split()
            if act == "upload":
                self.uploads[values[0]] = values[1]
            else:
                self.withdrawn.add(values[0])


def serve(data: Path, url: str, report: int, chance: random.Random) -> None:
    """Upload, replace and withdraw, telling of each what was answered."""
    catalogue = open_catalogue(data, create=True, url=url)
    while True:
        time.sleep(chance.uniform(0, 0.03))
        ids = sorted(catalogue.ids(EVERYTHING))
        if ids and chance.random() < 0.25:
            document_id = chance.choice(ids)
            try:
                remove(catalogue, document_id)
            except NotFoundError:
                continue
            os.write(report, f"withdrawn {document_id}\n".encode())
            continue
        replaces = chance.choice(ids) if ids and chance.random() < 0.4 else ""
        word = f"w{chance.randrange(10**12):012d}"
        task_id = upload(catalogue, word, replaces)
        os.write(report, f"upload {task_id} {word}\n".encode())


def upload(catalogue: Catalogue, word: str, replaces: str) -> str:
    text = "\n\n".join(f"# Kop {part}\n\nAlinea {part} over {word}. {FILLER}" for part in range(12))
    with ExitStack() as stack:
        incoming = stack.enter_context(catalogue.spool.incoming())
        incoming.write(text.encode())
        incoming.finish()
        return add_task(catalogue, "redacteur", [NewFile(f"{word}.md", incoming, {}, replaces)])


def work(data: Path, url: str, encoder: Encoder) -> None:
    catalogue = open_catalogue(data, create=True, url=url)
    sweep(catalogue)
    Worker(catalogue, lambda: Pipeline(catalogue, encoder, IngestOptions(), read_document)).run()


def started(act: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return child


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def moment(data: Path, url: str, encoder: Encoder, chance: random.Random) -> list[str]:
    """A while of service and worker, with one or both killed on the way; what the service answered."""
    reader, writer = os.pipe()
    own = random.Random(chance.random())
    service = started(lambda: serve(data, url, writer, own))
    os.close(writer)
    worker = started(lambda: work(data, url, encoder))
    select.select([reader], [], [], 30)  # on a busy machine it may take a while before anything happens
    time.sleep(chance.uniform(0, 0.8))
    if chance.random() < 0.5:  # the service goes on, and another worker takes over
        killed(worker)
        worker = started(lambda: work(data, url, encoder))
        time.sleep(chance.uniform(0, 0.4))
    for child in chance.sample([service, worker], 2):
        killed(child)
    with os.fdopen(reader) as lines:
        return lines.read().splitlines()


def check(catalogue: Catalogue, data: Path, encoder: Encoder, told: Told) -> None:
    """What can be seen is whole, what was withdrawn is not there, and what was accepted is accounted for."""
    documents = catalogue.documents(EVERYTHING)
    for document in documents:
        passages = catalogue.passages_of(document.id)
        pages = {page.position: page for page in catalogue.pages(document.id)}
        assert len(passages) == document.passage_count > 0
        assert all(pages[p.position].text[p.start : p.end] == p.text for p in passages)
        assert len(catalogue.files.read(document.sha256)) == document.size
    assert not {document.id for document in documents} & told.withdrawn
    counts = catalogue.counts()
    assert counts["passages"] == counts["keyword"] == counts["grams"] == sum(d.passage_count for d in documents)
    index = open_index(catalogue, data, Fingerprint.of(encoder.facts, "test"))
    assert index.counts().equal
    assert index.counts().vector == counts["passages"]
    known = {task.id for task in list_tasks(catalogue, None, None, limit=10**6)[1]}
    assert set(told.uploads) <= known
    for task_id in known:
        for file in files_of(catalogue, task_id):
            assert file.document_id not in told.withdrawn
            assert file.status not in OPEN or catalogue.spool.read(file.sha256)


@pytest.fixture(params=KINDS)
def catalogue_url(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from url_of(request)


@pytest.mark.heavy
def test_nothing_is_lost_and_nothing_comes_back(
    tmp_path: Path, encoder: Encoder, seed: int, catalogue_url: str
) -> None:
    chance, data, told = random.Random(seed), tmp_path / "data", Told()
    moments = MOMENTS if FULL or not catalogue_url else 3
    open_catalogue(data, create=True, url=catalogue_url).close()
    for _moment in range(moments):
        told.add(moment(data, catalogue_url, encoder, chance))
        catalogue = open_catalogue(data, url=catalogue_url)
        check(catalogue, data, encoder, told)
        catalogue.close()
    catalogue = open_catalogue(data, url=catalogue_url)
    finish(catalogue, encoder, told)
    check(catalogue, data, encoder, told)
    sweep(catalogue)
    sweep_spool(catalogue)
    assert not [path for path in catalogue.spool.folder.rglob("*") if path.is_file()]
    assert set(catalogue.files.hashes()) == {document.sha256 for document in catalogue.documents(EVERYTHING)}
    assert len(told.uploads) >= moments / 2
    catalogue.close()


def finish(catalogue: Catalogue, encoder: Encoder, told: Told) -> None:
    """Work off what is left: every file that was accepted is found, replaced by a later one, or withdrawn."""
    worker = Worker(catalogue, lambda: Pipeline(catalogue, encoder, IngestOptions(), read_document))
    while worker.work_once():
        pass
    for task_id in told.uploads:  # killed five times in a row: parked, until someone tries it again
        retry_failed(catalogue, task_id)
    while worker.work_once():
        pass
    newest: dict[str, tuple[int, str]] = {}
    for task_id, word in told.uploads.items():
        (file,) = files_of(catalogue, task_id)
        assert find_task(catalogue, task_id).done
        if file.document_id:
            assert file.status is FileStatus.PROCESSED
            newest[file.document_id] = max(newest.get(file.document_id, (0, "")), (file.version, word))
        else:
            assert "verwijderd" in file.reason
    for document_id, (version, word) in newest.items():
        if catalogue.document(document_id, EVERYTHING).version == version:
            assert word in catalogue.pages(document_id)[0].text
