"""What users of other systems complain of, as far as taking in documents goes; the rows are those of the research."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.catalogue import Catalogue, open_catalogue
from corpus.database import FILE_NAME
from corpus.schema import embeddings, passages
from corpus.scope import EVERYTHING
from corpus.tasks import FileStatus, NewFile, add_task, files_of, retry_failed
from ingest.pipeline import Incoming, IngestOptions, Pipeline, Status
from ingest.readers.registry import read_document
from ingest.worker import Worker
from search.encoder import Encoder

FULL = bool(os.environ.get("TEST_FULL"))
TEXT = "De gemeente voert de regie over de preventie van radicalisering in de wijk. "


@pytest.fixture
def pipeline(catalogue: Catalogue, encoder: Encoder) -> Pipeline:
    return Pipeline(catalogue, encoder, IngestOptions(), read_document)


def memory_mb() -> float:
    """What this process takes now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def queue(catalogue: Catalogue, files: dict[str, bytes]) -> str:
    with ExitStack() as stack:
        new = []
        for name, data in files.items():
            incoming = stack.enter_context(catalogue.spool.incoming())
            incoming.write(data)
            incoming.finish()
            new.append(NewFile(name, incoming))
        return add_task(catalogue, "redactie", new)


def work_off(catalogue: Catalogue, pipeline: Pipeline) -> None:
    worker = Worker(catalogue, lambda: pipeline)
    while worker.work_once():
        pass


def test_row_6_the_same_bytes_a_hundred_times_are_one_document(
    catalogue: Catalogue, pipeline: Pipeline, tmp_path: Path
) -> None:
    data = (f"# Nota\n\n{TEXT * 30}").encode()
    first = pipeline.take(Incoming(data, "nota.md", "upload:0"))

    def again(number: int) -> None:
        outcome = pipeline.take(Incoming(data, f"nota ({number}).md", f"upload:{number}"))
        assert (outcome.status, outcome.document_id) == (Status.SKIPPED, first.document_id)

    for number in range(1, 11):
        again(number)
    catalogue.database.checkpoint()
    counts, size, memory = catalogue.counts(), (tmp_path / "data" / FILE_NAME).stat().st_size, memory_mb()
    for number in range(11, 111):
        again(number)
    catalogue.database.checkpoint()
    assert catalogue.counts() == counts
    assert counts["documents"] == 1
    assert (tmp_path / "data" / FILE_NAME).stat().st_size == size
    assert memory_mb() < memory + 20


def test_row_6_an_upload_of_known_bytes_names_the_document_that_is_there(
    catalogue: Catalogue, pipeline: Pipeline
) -> None:
    first = queue(catalogue, {"nota.md": TEXT.encode()})
    work_off(catalogue, pipeline)
    second = queue(catalogue, {"nota(1).md": TEXT.encode()})
    work_off(catalogue, pipeline)
    (known,), (same,) = files_of(catalogue, first), files_of(catalogue, second)
    assert (same.status, same.document_id) == (FileStatus.SKIPPED, known.document_id)
    assert len(catalogue.history(known.document_id)) == 1


def test_row_11_a_broken_file_is_red_is_not_indexed_and_can_be_tried_again(
    catalogue: Catalogue, pipeline: Pipeline
) -> None:
    files = {"kapot.pdf": b"%PDF-1.7 en dan niets", "leeg.md": b"", "goed.md": TEXT.encode()}
    task_id = queue(catalogue, files)
    work_off(catalogue, pipeline)
    found = {file.file_name: file for file in files_of(catalogue, task_id)}
    assert {name: file.status for name, file in found.items()} == {
        "kapot.pdf": FileStatus.FAILED,
        "leeg.md": FileStatus.FAILED,
        "goed.md": FileStatus.PROCESSED,
    }
    assert all(found[name].reason for name in ("kapot.pdf", "leeg.md"))
    with catalogue.database.read() as connection:
        indexed = " ".join(connection.scalars(sa.select(passages.c.text)))
    assert indexed.strip() == TEXT.strip()  # and not a word of a reason
    assert retry_failed(catalogue, task_id) == 2


def test_row_13_a_file_gives_the_same_passages_by_upload_and_from_a_folder(
    pipeline: Pipeline, catalogue: Catalogue, encoder: Encoder, tmp_path: Path, opened: ExitStack
) -> None:
    rows = "\n".join(f"| rij {number} | {TEXT} |" for number in range(60))
    text = f"# Tabel\n\n| naam | tekst |\n|---|---|\n{rows}\n\n## Daarna\n\n{TEXT * 40}"
    (tmp_path / "tabel.md").write_text(text, encoding="utf-8")
    by_folder = pipeline.ingest(tmp_path / "tabel.md", "tabel.md").document_id
    other = open_catalogue(tmp_path / "ander", create=True)
    opened.callback(other.close)
    task_id = queue(other, {"tabel.md": text.encode()})
    work_off(other, Pipeline(other, encoder, IngestOptions(), read_document))
    (file,) = files_of(other, task_id)
    assert other.passages_of(file.document_id) == catalogue.passages_of(by_folder)
    assert len(catalogue.passages_of(by_folder)) > 3
    assert _vectors(other) == _vectors(catalogue)


def _vectors(catalogue: Catalogue) -> list[tuple[int, int, bytes]]:
    with catalogue.database.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(embeddings).order_by(*embeddings.primary_key))]


@pytest.mark.heavy
def test_row_24_memory_after_many_documents_is_that_after_few(catalogue: Catalogue, pipeline: Pipeline) -> None:
    few, many = (50, 500) if FULL else (50, 200)

    def add(first: int, last: int) -> float:
        for number in range(first, last):
            data = f"# Nota {number}\n\n{TEXT * 60}Nummer {number}.".encode()
            outcome = pipeline.take(Incoming(data, f"nota-{number}.md", f"upload:{number}"))
            assert outcome.status is Status.PROCESSED
        return memory_mb()

    before, after = add(0, few), add(few, many)
    print(f"{before:.0f} MB na {few} documenten, {after:.0f} MB na {many}")
    assert after < before * 1.2 + 10
    assert catalogue.count(EVERYTHING) == many
