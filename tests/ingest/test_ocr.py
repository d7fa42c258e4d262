"""Scans: pages that are only a picture are read with tesseract, or it is said how they can be."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest import ocr
from ingest.limits import Limits
from ingest.readers.registry import read_document
from ingest.sandbox import read_isolated
from tests.ingest.pdf_samples import pdf, text

LETTER = (
    "Verslag van het overleg",
    "",
    "",
    "De gemeente maakt afspraken met de school en de",
    "politie over de aanpak van radicali-",
    "sering in de wijk.",
    "",
    "",
    "De wethouder sluit de vergadering om vier uur.",
)
SENTENCE = "De gemeente maakt afspraken met de school en de politie over de aanpak van radicalisering in de wijk."
with_tesseract = pytest.mark.skipif(not ocr.languages(), reason="geen tesseract met Nederlands: make tools")


@pytest.fixture(autouse=True)
def asked_again() -> Iterator[None]:
    """Whether tesseract is there is asked once; a test may change the answer."""
    ocr.languages.cache_clear()
    yield
    ocr.languages.cache_clear()


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def page(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these lines, in large type."""
    return pdf([[text(72, 740 - 24 * number, line, 16) for number, line in enumerate(lines)]])


def scan(*pages: Sequence[str] | None) -> bytes:
    """A PDF of pictures of pages with these lines; None is an empty page, without a picture."""
    writer = PdfWriter()
    for lines in pages:
        if lines is None:
            writer.add_blank_page(595, 842)
            continue
        with pypdfium2.PdfDocument(page(lines)) as document:
            picture = io.BytesIO()
            document[0].render(scale=2.5, grayscale=True).to_pil().save(picture, "PDF", resolution=180)
        writer.append(PdfReader(picture))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def joined(*files: bytes) -> bytes:
    writer = PdfWriter()
    for data in files:
        writer.append(PdfReader(io.BytesIO(data)))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@with_tesseract
def test_a_scan_is_read_in_the_sandbox_with_its_page_numbers() -> None:
    extraction = read_isolated(scan(LETTER, None, ["Tweede bladzijde met tekst"]), "scan.pdf", Limits(seconds=300))
    assert [(item.position, item.number, item.has_text) for item in extraction.pages] == [
        (1, 1, True),
        (2, 2, False),
        (3, 3, True),
    ]
    first, _, third = extraction.pages
    assert SENTENCE in first.text
    assert "Tweede bladzijde met tekst" in third.text
    assert {block.kind for block in first.blocks} == {BlockKind.PARAGRAPH}
    assert len(first.blocks) == 3
    assert extraction.metadata.title == "Verslag van het overleg"
    assert extraction.remarks == (
        "2 pagina's gelezen met tekstherkenning (OCR): bladzijde 1 en 3. Daarin kunnen fouten staan.",
        "Bladzijde 2 heeft geen tekstlaag.",
    )


@with_tesseract
def test_only_pages_without_text_are_recognised() -> None:
    begun: list[bool] = []
    mixed = joined(page(["Deze bladzijde heeft gewoon tekst."]), scan(["Deze bladzijde is een scan"]))
    extraction = read_document(mixed, "half.pdf", lambda: begun.append(True))
    assert [item.text for item in extraction.pages] == [
        "Deze bladzijde heeft gewoon tekst.",
        "Deze bladzijde is een scan",
    ]
    assert extraction.remarks[0].startswith("1 pagina gelezen met tekstherkenning (OCR): bladzijde 2.")
    assert begun == [True]


@with_tesseract
def test_no_more_pages_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "MAX_PAGES", 1)
    extraction = read_document(scan(["Een"], ["Twee"], ["Drie"]), "scan.pdf")
    assert [item.has_text for item in extraction.pages] == [True, False, False]
    assert "Bladzijde 2 en 3: alleen een afbeelding, niet gelezen." in extraction.remarks[-1]
    assert "hoogstens 1 bladzijden" in extraction.remarks[-1]


@with_tesseract
def test_a_page_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "PAGE_SECONDS", 0.001)
    extraction = read_document(joined(page(["Gewone tekst."]), scan(LETTER)), "half.pdf")
    assert extraction.remarks == ("Op bladzijde 2 staat er alleen een afbeelding; daarin is geen tekst herkend.",)


@with_tesseract
def test_a_picture_without_text_is_refused_with_that_reason() -> None:
    with pytest.raises(ReadError, match="alleen beelden, en daarin is geen tekst herkend"):
        read_document(pdf([["100 100 300 300 re f"]]), "vlak.pdf")


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_it_says_what_to_install() -> None:
    extraction = read_document(joined(page(["Gewone tekst."]), scan(LETTER), scan(LETTER)), "half.pdf")
    assert extraction.remarks == (
        "Op bladzijde 2 en 3 staat er alleen een afbeelding; "
        "installeer tesseract met Nederlands (tesseract-ocr-nld) om die te lezen.",
    )
    with pytest.raises(ReadError, match="Installeer tesseract met Nederlands"):
        read_document(scan(LETTER), "scan.pdf")


def test_tesseract_without_dutch_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho 'List of available languages (1):'\necho eng\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert ocr.languages() == ()


def test_empty_pages_are_no_pictures() -> None:
    with pytest.raises(ReadError, match="alle bladzijden zijn leeg"):
        read_document(scan(None, None), "leeg.pdf")
