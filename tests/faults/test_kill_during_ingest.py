"""Kill -9 during ingest, at random moments: what was reported is there, whole; nothing is there by half.

The child is a real process with the real readers, catalogue and both legs, killed with SIGKILL. It has the fast test
encoder and reads in the process itself, so that many moments fit in a short run; `make test-all` kills the real
command line as well.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import sweep
from corpus.scope import EVERYTHING
from ingest.files import find_files
from ingest.pipeline import IngestOptions, Pipeline, Status
from ingest.readers.registry import read_document
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint

FULL = bool(os.environ.get("TEST_FULL"))
ROOT = Path(__file__).resolve().parent.parent.parent
MOMENTS = 200 if FULL else 30


def write_documents(folder: Path, count: int, version: int = 1) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        parts = [f"# Document {number}, versie {version}"]
        filler = "De gemeente werkt samen. " * 12
        parts += [f"Alinea {part} van document {number} versie {version}. {filler}" for part in range(30)]
        (folder / f"document-{number:03d}.md").write_text("\n\n".join(parts), encoding="utf-8")


def take_in(folder: Path, data: Path, encoder: Encoder, report: int) -> None:
    """Ingest the folder, writing the name of each file that is ready to the pipe `report`."""
    catalogue = open_catalogue(data, create=True)
    sweep(catalogue)
    pipeline = Pipeline(catalogue, encoder, IngestOptions(), read_document)
    for path, name in find_files([folder]):
        if pipeline.ingest(path, name).status is Status.PROCESSED:
            os.write(report, f"{name}\n".encode())
    open_index(catalogue, data, Fingerprint.of(encoder.facts, "test")).save(data, Fingerprint.of(encoder.facts, "test"))


def killed_run(work: Callable[[int], None], seconds: float) -> list[str]:
    """Run `work` in a forked child, kill it after some seconds; the lines it wrote."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            work(writer)
        finally:
            os._exit(0)
    os.close(writer)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader) as lines:
        return lines.read().split()


def check_whole(catalogue: Catalogue, data: Path, encoder: Encoder) -> set[str]:
    """Every document that can be seen is complete; returns their file names."""
    sweep(catalogue)
    documents = catalogue.documents(EVERYTHING)
    for document in documents:
        passages = catalogue.passages_of(document.id)
        pages = {page.position: page for page in catalogue.pages(document.id)}
        assert len(passages) == document.passage_count > 0
        assert all(pages[p.position].text[p.start : p.end] == p.text for p in passages)
        assert len(catalogue.files.read(document.sha256)) == document.size
    counts = catalogue.counts()
    assert counts["passages"] == counts["keyword"] == sum(document.passage_count for document in documents)
    index = open_index(catalogue, data, Fingerprint.of(encoder.facts, "test"))
    assert index.counts().equal
    assert index.counts().vector == counts["passages"]
    assert set(catalogue.files.hashes()) == {document.sha256 for document in documents}
    return {document.file_name for document in documents}


@pytest.mark.heavy
def test_what_was_reported_is_whole_at_any_moment(tmp_path: Path, encoder: Encoder, seed: int) -> None:
    chance = random.Random(seed)
    folder, data = tmp_path / "bestanden", tmp_path / "data"
    write_documents(folder, 25)
    reported: set[str] = set()
    version = 1
    for _moment in range(MOMENTS):
        reported |= set(killed_run(lambda pipe: take_in(folder, data, encoder, pipe), chance.uniform(0, 0.4)))
        if not (data / "catalogus.sqlite").exists():
            continue
        catalogue = open_catalogue(data)
        seen = check_whole(catalogue, data, encoder)
        catalogue.close()
        assert reported <= seen
        if len(seen) == 25:  # all are in: let the next runs replace them
            version += 1
            write_documents(folder, 25, version)
    catalogue = open_catalogue(data, create=True)
    pipeline = Pipeline(catalogue, encoder, IngestOptions(), read_document)
    for path, name in find_files([folder]):
        pipeline.ingest(path, name)
    assert len(check_whole(catalogue, data, encoder)) == 25
    catalogue.close()


@pytest.mark.heavy
@pytest.mark.skipif(not FULL, reason="het echte commando 30 keer doden duurt minuten: make test-all")
def test_the_command_line_killed_at_30_moments(tmp_path: Path, real_encoder: Encoder, seed: int) -> None:
    chance = random.Random(seed)
    folder, data = tmp_path / "bestanden", tmp_path / "data"
    write_documents(folder, 40)
    command = [sys.executable, "-c", "from service.cli import main; main()", "ingest", str(folder), "--data", str(data)]
    reported: set[str] = set()
    for _moment in range(30):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
            time.sleep(chance.uniform(4, 25))
            child.kill()
            lines = child.stdout.read().splitlines() if child.stdout else []
        reported |= {line.split()[1] for line in lines if line.startswith("verwerkt ") and ".md" in line}
        if not (data / "catalogus.sqlite").exists():
            continue
        catalogue = open_catalogue(data)
        documents = catalogue.documents(EVERYTHING)
        assert reported <= {document.file_name for document in documents}
        assert all(len(catalogue.passages_of(d.id)) == d.passage_count > 0 for d in documents)
        counts = catalogue.counts()
        assert counts["passages"] == counts["keyword"]
        catalogue.close()
