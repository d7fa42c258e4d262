"""PDF, read by pypdf; a page that it reads badly is read again by PDFium and the better text is kept.

content  →  fragments with place and type   pdf_content, pdf_font; lines and boxes: pdf_paths
         →  without running lines           pdf_running
         →  blocks                          pdf_tagged (by the tags), pdf_blocks (by place and type)
                                            with pdf_ruled and pdf_gaps (tables), pdf_columns
         →  headings, contents, notes       pdf_headings, pdf_draft
         →  text                            pdf_page, pdf_hyphens, ingest.text
"""

import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, EmptyFileError, FileNotDecryptedError, PyPdfError

from corpus.errors import ReadError
from corpus.types import Page
from ingest.readers.numbers import have, listed
from ingest.readers.pdf_active import active_remarks
from ingest.readers.pdf_blocks import are_slides, body_size, page_drafts
from ingest.readers.pdf_content import page_fragments, visible
from ingest.readers.pdf_draft import Draft, mark_contents, mark_continued, mark_footnotes
from ingest.readers.pdf_font import Fonts
from ingest.readers.pdf_geometry import page_size
from ingest.readers.pdf_headings import doubt_tags, mark_headings, mark_slide_titles
from ingest.readers.pdf_hyphens import Hyphens
from ingest.readers.pdf_lines import coalesce
from ingest.readers.pdf_metadata import read_metadata, read_outline
from ingest.readers.pdf_page import make_page
from ingest.readers.pdf_paths import Paths
from ingest.readers.pdf_quality import is_bad, is_better, is_unreadable
from ingest.readers.pdf_running import PageContent, without_running_lines
from ingest.readers.pdf_second import SecondReader, is_right_to_left, text_drafts
from ingest.readers.pdf_tagged import tagged_drafts
from ingest.readers.pdf_tags import Key, Tag, read_tags
from ingest.reading import Extraction

MEDIA_TYPE = "application/pdf"
MAX_PAGES = 5000
_DAMAGED = "De PDF is beschadigd of niet compleet. Maak of download het bestand opnieuw en bied het nog een keer aan."
_ENCRYPTED = "De PDF is beveiligd met een wachtwoord. Sla het bestand op zonder wachtwoord en bied het opnieuw aan."
_EMPTY = "Het bestand is leeg. Controleer of het goed is opgeslagen en bied het opnieuw aan."
_NO_PAGES = "De PDF heeft geen bladzijden. Controleer het bestand en bied het opnieuw aan."
_NO_TEXT = "De PDF bevat geen tekst om in te zoeken. Controleer of dit het goede bestand is."
_STRANGE = (
    "tekens die geen letters zijn: een lettertype in de PDF zegt niet wat er staat. "
    "Die tekst is niet goed te vinden. Maak de PDF opnieuw, of maak de tekst doorzoekbaar (OCR)."
)
# What pypdf lets through on files that are not what they should be.
_BROKEN = (
    PyPdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
    ZeroDivisionError,
    NotImplementedError,
    UnicodeError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The blocks of all pages, before they become text."""

    pages: list[list[Draft]]
    textless: tuple[int, ...]  # pages without any text in the file, not even a page number, or with much that is none
    unread: tuple[int, ...]  # pages that neither extraction could read
    second: tuple[int, ...]  # pages of which PDFium's text is kept


def read(data: bytes, name: str) -> Extraction:
    """Text and structure of a PDF. Every page of the file gets a Page, also one without text."""
    if not data.strip():
        raise ReadError(_EMPTY)
    with _quiet():
        reader = _open(data)
        second = SecondReader(data)
        try:
            blocks = _read_blocks(reader, second)
        finally:
            second.close()
        hyphens = Hyphens(line.text for drafts in blocks.pages for draft in drafts for line in draft.lines)
        pages = tuple(make_page(number, drafts, hyphens) for number, drafts in enumerate(blocks.pages, start=1))
        pictures = tuple(number for number in blocks.textless if not pages[number - 1].has_text)
        if not pictures and not any(page.has_text for page in pages):
            raise ReadError(_DAMAGED if blocks.unread else _NO_TEXT)
        metadata = read_metadata(reader, name, blocks.pages, pages)
        remarks = (*_remarks(pages, blocks), *active_remarks(reader))
        return Extraction("pdf", MEDIA_TYPE, pages, metadata, remarks, pictures)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without pypdf's remarks on every oddity of a file; what matters ends up in the extraction."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _open(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(_ENCRYPTED)
        count = len(reader.pages)
    except EmptyFileError:
        raise ReadError(_EMPTY) from None
    except (FileNotDecryptedError, DependencyError):
        raise ReadError(_ENCRYPTED) from None
    except _BROKEN as error:
        raise ReadError(_DAMAGED) from error
    if count == 0:
        raise ReadError(_NO_PAGES)
    if count > MAX_PAGES:
        raise ReadError(f"De PDF heeft {count} bladzijden; het maximum is {MAX_PAGES}. Deel het bestand op.")
    return reader


def _read_blocks(reader: PdfReader, second: SecondReader) -> _Blocks:
    fonts, raw, unread = Fonts(), [], []
    for number, page in enumerate(_pages(reader), start=1):
        content = _content(page, number, fonts)
        if content is None:
            unread.append(number)
        raw.append(content or PageContent(number, 0, 0.0, 0.0, ()))
    contents, running = without_running_lines(raw)
    body, slides, tags = body_size(contents), are_slides([page for page in contents if page.width]), _tags(reader)
    drafts = [_drafts(content, tags, body, slides) for content in contents]
    mark_contents(drafts)
    if slides:
        doubt_tags([draft for page_blocks in drafts for draft in page_blocks], body)
        mark_slide_titles(drafts)
    else:
        mark_headings(drafts, body, read_outline(reader))
        for page_blocks in drafts:
            mark_footnotes(page_blocks, body)
        mark_continued(drafts)
    return _with_second(drafts, raw, tuple(unread), second, running)


def _pages(reader: PdfReader) -> Iterator[PageObject | None]:
    for index in range(len(reader.pages)):
        try:
            yield reader.pages[index]
        except _BROKEN:
            yield None


def _content(page: PageObject | None, number: int, fonts: Fonts) -> PageContent | None:
    """The fragments of a page; None when it cannot be read."""
    if page is None:
        return None
    try:
        width, height = page_size(page)
        paths = Paths()
        fragments = tuple(coalesce(visible(page_fragments(page, fonts, paths), width, height)))
        reference = page.indirect_reference
        return PageContent(number, reference.idnum if reference else 0, width, height, fragments, paths.boxes)
    except _BROKEN:
        return None


def _tags(reader: PdfReader) -> dict[Key, Tag]:
    try:
        return read_tags(reader)
    except _BROKEN:
        return {}


def _drafts(content: PageContent, tags: Mapping[Key, Tag], body: float, slides: bool) -> list[Draft]:
    found = tagged_drafts(content, tags, body) if tags else None
    return page_drafts(content, body, slides) if found is None else found


def _with_second(
    pages: list[list[Draft]],
    raw: Sequence[PageContent],
    unread: tuple[int, ...],
    second: SecondReader,
    running: frozenset[str],
) -> _Blocks:
    """The same, with PDFium's text for pages where that is better."""
    kept = []
    for number, drafts in enumerate(pages, start=1):
        text = "\n".join(draft.text for draft in drafts)
        turned = is_right_to_left(text)
        if not (turned or is_bad(text) or not (text.strip() or raw[number - 1].fragments)):
            continue
        other = second.page_text(number)
        if other.strip() and (turned or not text.strip() or is_better(other, text)):
            pages[number - 1] = text_drafts(other, running)
            kept.append(number)
    textless = tuple(page.number for page in raw if page.number not in unread and _tells_nothing(page))
    return _Blocks(pages, textless, tuple(number for number in unread if number not in kept), tuple(kept))


def _tells_nothing(page: PageContent) -> bool:
    """Whether there is no text on a page, or none that says which letters it shows: a picture may tell more."""
    return not page.fragments or is_unreadable("".join(fragment.text for fragment in page.fragments))


def _remarks(pages: Sequence[Page], blocks: _Blocks) -> Iterator[str]:
    if blocks.unread:
        yield f"Bladzijde {listed(blocks.unread)} kon niet worden gelezen."
    strange = [number for number in blocks.textless if pages[number - 1].has_text]
    if strange:
        yield f"Bladzijde {listed(strange)} {have(strange)} {_STRANGE}"
