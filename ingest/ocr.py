"""Text recognition (OCR): pages that are only a picture, drawn by PDFium and read by the program tesseract."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pypdfium2

from corpus.errors import ReadError
from corpus.types import Page
from ingest.readers.numbers import have, listed
from ingest.readers.pdf_draft import Draft
from ingest.readers.pdf_hyphens import Hyphens
from ingest.readers.pdf_page import make_page
from ingest.readers.pdf_second import text_drafts
from ingest.readers.titles import opening_title
from ingest.reading import Extraction, FileMetadata
from ingest.tesseract import PROGRAM, languages

MAX_PAGES = 200
PAGE_SECONDS = 60.0  # for one page
ALL_SECONDS = 500.0  # for all pages; what is waiting for them waits a little longer
DOTS_PER_INCH = 300
GLANCE = 36  # dots per inch that show whether a page is empty
LONGEST_SIDE = 5000  # pixels; a drawing for a wall is read at a lower resolution

_INSTALL = "nstalleer tesseract met Nederlands (tesseract-ocr-nld)"
_MAKE = "Maak de tekst doorzoekbaar (OCR) en bied het bestand opnieuw aan."
_NOT_INSTALLED = f"De PDF bevat geen tekst, alleen beelden. I{_INSTALL}, of maak de tekst zelf doorzoekbaar (OCR)."
_NOTHING = f"De PDF bevat geen tekst, alleen beelden, en daarin is geen tekst herkend. {_MAKE}"
_EMPTY = "De PDF bevat geen tekst: alle bladzijden zijn leeg. Controleer of dit het goede bestand is."
# tesseract takes the line after a short one for a new paragraph, also in the middle of a word.
_WORD_APART = re.compile(r"(?<=[^\W\d_])-\n[ \t]*\n(?=[a-z])")


@dataclass(slots=True)
class _Report:
    """What became of the pages without text, by number."""

    read: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)  # nothing is drawn on them
    unread: list[int] = field(default_factory=list)  # there is a picture, but no text was recognised
    left: list[int] = field(default_factory=list)  # not tried: too many, or it took too long


def add_recognised(extraction: Extraction, data: bytes, begin: Callable[[], None]) -> Extraction:
    """The extraction of a PDF with the text of its pictures; `begin` is called before the slow work.

    Raises ReadError when there is no text even then.
    """
    report = _Report()
    with pypdfium2.PdfDocument(data) as document:
        texts = dict(_recognised(document, extraction.pictures, report, begin))
    hyphens = Hyphens(line for text in texts.values() for line in text.splitlines())
    pages = tuple(
        _page(page, texts[page.position], hyphens) if page.position in texts else page for page in extraction.pages
    )
    if not any(page.has_text for page in pages):
        raise ReadError(_no_text(report))
    told = extraction.metadata
    title = told.title or (opening_title(pages[0]) if pages[0].position in texts else "")
    return replace(
        extraction,
        pages=pages,
        metadata=FileMetadata(title, told.author, told.date, told.language),
        remarks=(*extraction.remarks, *_remarks(report)),
        pictures=(),
    )


def _recognised(
    document: pypdfium2.PdfDocument, numbers: Sequence[int], report: _Report, begin: Callable[[], None]
) -> Iterator[tuple[int, str]]:
    """Number and text of the pages that text is recognised on."""
    deadline = 0.0
    for number in numbers:
        if not _picture(document, number, GLANCE):
            report.empty.append(number)
            continue
        if not languages():
            report.unread.append(number)
            continue
        if not deadline:
            begin()
            deadline = time.monotonic() + ALL_SECONDS
        if len(report.read) + len(report.unread) >= MAX_PAGES or time.monotonic() > deadline:
            report.left.append(number)
            continue
        text = _read_picture(_picture(document, number, DOTS_PER_INCH))
        (report.read if text else report.unread).append(number)
        if text:
            yield number, text


def _picture(document: pypdfium2.PdfDocument, number: int, dots_per_inch: int) -> bytes:
    """The page in grey as a PGM file; empty when nothing is drawn on it, or it cannot be drawn."""
    try:
        page = document[number - 1]
        scale = min(dots_per_inch / 72, LONGEST_SIDE / max(page.get_size()))
        bitmap = page.render(scale=scale, grayscale=True)
        width, height, stride, raw = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
        page.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError):
        return b""
    rows = b"".join(raw[row * stride : row * stride + width] for row in range(height))
    if rows.count(rows[:1]) == len(rows):
        return b""
    return b"P5 %d %d 255\n" % (width, height) + rows


def _read_picture(picture: bytes) -> str:
    command = [PROGRAM, "stdin", "stdout", "-l", "+".join(languages()), "--dpi", str(DOTS_PER_INCH)]
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, input=picture, capture_output=True, timeout=PAGE_SECONDS, check=True
        )
        text = done.stdout.decode("utf-8", "replace")
        return text if re.search(r"\w{2}", text) else ""
    return ""


def _page(page: Page, text: str, hyphens: Hyphens) -> Page:
    drafts: list[Draft] = []
    for part in re.split(r"\n[ \t]*\n", _WORD_APART.sub("-\n", text)):
        drafts += text_drafts(part, frozenset())
    read = make_page(page.position, drafts, hyphens)
    return replace(read, number=page.number)


def _no_text(report: _Report) -> str:
    if not (report.unread or report.left):
        return _EMPTY
    return _NOTHING if languages() else _NOT_INSTALLED


def _remarks(report: _Report) -> Iterator[str]:
    """What an editor should know, in order of weight."""
    if report.read:
        pages = "pagina" if len(report.read) == 1 else "pagina's"
        yield (
            f"{len(report.read)} {pages} gelezen met tekstherkenning (OCR): bladzijde {listed(report.read)}. "
            "Daarin kunnen fouten staan."
        )
    if report.unread:
        where = f"Op bladzijde {listed(report.unread)} staat er alleen een afbeelding"
        yield f"{where}; daarin is geen tekst herkend." if languages() else f"{where}; i{_INSTALL} om die te lezen."
    if report.left:
        yield (
            f"Bladzijde {listed(report.left)}: alleen een afbeelding, niet gelezen. Tekstherkenning doet hoogstens "
            f"{MAX_PAGES} bladzijden van een bestand en {ALL_SECONDS:.0f} seconden. Deel het bestand op."
        )
    if report.empty:
        yield f"Bladzijde {listed(report.empty)} {have(report.empty)} geen tekstlaag."
