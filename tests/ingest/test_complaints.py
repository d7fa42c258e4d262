"""What users of other systems complain of, as far as taking in documents goes; the rows are those of the research."""

import gc
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from corpus.catalogue import Catalogue, open_catalogue
from corpus.database import FILE_NAME
from corpus.schema import embeddings, passages
from corpus.scope import EVERYTHING
from corpus.tasks import FileStatus, NewFile, add_task, files_of, retry_failed
from ingest.pipeline import Incoming, IngestOptions, Pipeline, Status
from ingest.readers.pdf_words import UNKNOWN, unknown_share
from ingest.readers.registry import read_document
from ingest.sandbox import read_isolated
from ingest.worker import Worker
from search.encoder import Encoder
from tests.ingest.pdf_samples import pdf, text

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


# -- row 14 ------------------------------------------------------------------------------------------------------------

READABLE = (
    "De gemeente bespreekt jaarlijks welke afspraken over preventie werken.",
    "Daarbij horen scholen, politie en jongerenwerk uit de wijk.",
    "Het college vraagt de raad daarom om extra geld voor komend jaar.",
)
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def in_code(letters: str, lines: Sequence[str]) -> bytes:
    """A PDF whose font shows every letter by the code of the next one; `letters` is how its table says which."""
    following = str.maketrans(ALPHABET, ALPHABET[1:] + "a")
    shown = [text(72, 700 - 14 * at, line.translate(following)) for at, line in enumerate(lines)]
    writer = PdfWriter(clone_from=io.BytesIO(pdf([shown])))
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"].get_object()  # type: ignore[index]
    del font["/Encoding"]
    table = StreamObject()
    table.set_data(f"begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n{letters} endcmap".encode())
    font[NameObject("/ToUnicode")] = writer._add_object(table)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_row_14_a_page_of_unknown_words_is_read_again_and_the_better_text_kept() -> None:
    """Its table of letters stands over several lines, which pypdf misreads: every word is one that nobody knows."""
    targets = "\n".join(f"<{ord(letter):04x}>" for letter in "z" + ALPHABET[:-1])
    data = in_code(f"1 beginbfrange\n<61> <7a>\n[\n{targets}\n]\nendbfrange", READABLE * 2)
    assert unknown_share(PdfReader(io.BytesIO(data)).pages[0].extract_text()) > UNKNOWN
    assert read_isolated(data, "nota.pdf").pages[0].text == " ".join(READABLE * 2)


def test_row_14_where_no_extraction_is_better_the_first_is_kept() -> None:
    data = in_code("1 beginbfrange <61> <7a> <0061> endbfrange", READABLE * 2)  # it lies, to whoever reads it
    assert read_isolated(data, "nota.pdf").pages[0].text.startswith("Df hfnffouf")


def test_row_14_ordinary_pages_have_known_words() -> None:
    assert unknown_share(" ".join(READABLE * 2)) < 0.1
    names = "Radicaliseringspreventie en jeugdhulpverlening in Nieuw-Lekkerland, Oudewater en Bodegraven. "
    assert unknown_share(names * 5 + " ".join(READABLE)) < UNKNOWN
    assert unknown_share("xqzt wvbn " * 10) == 0.0  # too few to say something of
    assert unknown_share("مرحبا بالعالم " * 40) == 0.0
