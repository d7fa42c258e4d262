"""The second extraction, by PDFium, for pages that pypdf reads badly. Text only: no type, so no headings."""

import re
import unicodedata
from contextlib import suppress

import pypdfium2

from corpus.types import BlockKind
from ingest.readers.pdf_draft import BULLET, LABEL, Draft
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_running import without_numbers
from ingest.text import clean_line

# Letters of scripts that are written from right to left, and the shapes that Arabic letters take inside a word.
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SHAPES = re.compile(r"[\ufb1d-\ufdff\ufe70-\ufefc]+")
_BREAK = re.compile(r"\ufffe\r?\n?")  # PDFium's mark for a word broken at the end of a line


class SecondReader:
    """Opens the file when it is first needed."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: pypdfium2.PdfDocument | None = None
        self._broken = False

    def page_text(self, number: int) -> str:
        """The text of a page, 1-based; "" when PDFium cannot read it."""
        try:
            if self._document is None and not self._broken:
                self._document = pypdfium2.PdfDocument(self._data)
            if self._document is None:
                return ""
            page = self._document[number - 1]
            try:
                return _plain(str(page.get_textpage().get_text_range()))
            finally:
                page.close()
        except (pypdfium2.PdfiumError, IndexError, ValueError, UnicodeDecodeError):
            self._broken = self._document is None
            return ""

    def close(self) -> None:
        """Free the file."""
        with suppress(pypdfium2.PdfiumError):
            if self._document is not None:
                self._document.close()
        self._document = None


def _plain(text: str) -> str:
    return _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _BREAK.sub("", text))


def is_right_to_left(text: str) -> bool:
    """Whether much of a text is Arabic, Hebrew or alike: PDFium turns that around, as it is read; pypdf does not."""
    return 5 * len(_RIGHT_TO_LEFT.findall(text)) > sum(char.isalpha() for char in text) > 0


def text_drafts(text: str, running: frozenset[str]) -> list[Draft]:
    """Paragraphs of a text of which only the lines are known, without running lines (digits as #)."""
    cleaned = (clean_line(raw) for raw in text.splitlines())
    lines = [text for text in cleaned if text and without_numbers(text) not in running]
    longest = max(map(len, lines), default=0)
    drafts: list[Draft] = []
    for index, text_line in enumerate(lines):
        line = Line(text_line, 0.0, 0.0, 0.0, 0.0, False)
        before = lines[index - 1] if index else ""
        item = bool(BULLET.match(text_line) or LABEL.match(text_line))
        if drafts and not item and not _ends_paragraph(before, longest):
            drafts[-1].lines.append(line)
        else:
            drafts.append(Draft(BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH, [line]))
    return drafts


def _ends_paragraph(line: str, longest: int) -> bool:
    return len(line) < 0.5 * longest or (len(line) < 0.8 * longest and line.endswith((".", ":", "?", "!", ";")))
