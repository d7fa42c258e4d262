"""Word documents (.docx). They have no pages of their own: all text is one page without a number."""

import re
from dataclasses import replace

from lxml import etree

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.readers.archive import DAMAGED
from ingest.readers.grid import add_table
from ingest.readers.office_remarks import office_remarks
from ingest.readers.package import Package, damage_reported
from ingest.readers.properties import core_metadata
from ingest.readers.titles import language_code, opening_title, real_title
from ingest.readers.word_paragraph import Content, ParagraphReader, alternatives, is_all_bold, is_left_out
from ingest.readers.word_styles import Styles, W
from ingest.readers.word_table import Row, header_rows, is_layout, read_rows
from ingest.reading import Extraction
from ingest.text import PageBuilder, clean_line, without_bullet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_TEXT = "Het Word-document bevat geen tekst om in te zoeken. Staat de tekst in een afbeelding? Typ hem dan uit."
HEADING_LENGTH = 250  # characters; a longer "heading" is text in the wrong style
UNMARKED_WORDS = 12  # most words of a heading that only looks like one
EMBEDDED = "Een ander bestand dat in het document is ingevoegd, is niet gelezen. Voeg het apart toe als het nodig is."

_NOT_A_HEADING_END = (".", ",", ";")


def read(data: bytes, name: str) -> Extraction:
    """The text of a Word document. Raises ReadError when it is damaged, locked or empty."""
    package = Package(data)
    with damage_reported():
        main = package.main_part()
        root = package.xml(main)
        body = None if root is None else root.find(f"{W}body")
        if body is None:
            raise ReadError(DAMAGED)
        styles = Styles(package.related(main, "styles"))
        document = _Document(package, main, styles)
        document.add_all(body)
        page = document.builder.page(1, None)
        metadata = core_metadata(package, name)
    if not page.has_text:
        raise ReadError(NO_TEXT)
    title = metadata.title or real_title(document.title, name) or opening_title(page)
    language = metadata.language or language_code(styles.language())
    remarks = (*document.remarks, *office_remarks(package))
    return Extraction("docx", MEDIA_TYPE, (page,), replace(metadata, title=title, language=language), remarks)


class _Document:
    """Walks through the body and collects its blocks."""

    def __init__(self, package: Package, main: str, styles: Styles) -> None:
        self.builder = PageBuilder()
        self.title = ""
        self.remarks: tuple[str, ...] = ()
        self._styles = styles
        self._paragraphs = ParagraphReader()
        self._notes = {kind: _notes_by_id(package.related(main, kind)) for kind in ("footnotes", "endnotes")}
        self._level = 0  # of the last heading with a style

    def add_all(self, parent: etree._Element, contents: bool = False) -> None:
        """Append what stands in the body, a cell, a text box or a content control."""
        for child in alternatives(parent):
            if child.tag == f"{W}p":
                self._add_paragraph(child, contents)
            elif child.tag == f"{W}tbl":
                self._add_table(child)
            elif child.tag == f"{W}altChunk":
                self.remarks = (EMBEDDED,)
            elif not is_left_out(child):
                self.add_all(child, contents or _is_contents_control(child))

    def _add_paragraph(self, paragraph: etree._Element, contents: bool) -> None:
        content = self._paragraphs.read(paragraph)
        kind, level = self._kind(paragraph, content, contents)
        text = without_bullet(content.text) if kind is BlockKind.LIST_ITEM else content.text
        self.builder.add(kind, text, level)
        self._add_attached(content)

    def _add_attached(self, content: Content) -> None:
        for box in content.boxes:
            self.add_all(box)
        for kind, number in content.notes:
            note = self._notes[kind].get(number)
            for paragraph in () if note is None else note.iter(f"{W}p"):
                self.builder.add(BlockKind.FOOTNOTE, ParagraphReader().read(paragraph).text)

    def _kind(self, paragraph: etree._Element, content: Content, contents: bool) -> tuple[BlockKind, int]:
        text = clean_line(content.text)
        if contents or self._styles.is_contents(paragraph):
            return BlockKind.CONTENTS, 0
        level = self._styles.heading_level(paragraph)
        if text and level and len(text) <= HEADING_LENGTH:
            self._level = level
            self._paragraphs.forget_fields()
            return BlockKind.HEADING, level
        if content.contents:
            return BlockKind.CONTENTS, 0
        if text and self._styles.is_title(paragraph) and len(text) <= HEADING_LENGTH:
            self.title = self.title or text
            return BlockKind.HEADING, 1
        if self._is_unmarked_heading(paragraph, text):
            return BlockKind.HEADING, self._styles.numbering_level(paragraph) or min(self._level + 1, 6)
        is_item = self._styles.is_list_item(paragraph) or without_bullet(content.text) != content.text
        return (BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH), 0

    def _is_unmarked_heading(self, paragraph: etree._Element, text: str) -> bool:
        """Whether a short line is a heading by its looks: bold, or in a style that stays with the text below it."""
        words = len(text.split())
        if not 0 < words <= UNMARKED_WORDS or text.endswith(_NOT_A_HEADING_END) or not re.search(r"[^\W\d]{3}", text):
            return False
        following = _following(paragraph)
        if following is None:
            return False
        if self._styles.keeps_with_next(paragraph):
            return self._styles.of_paragraph(paragraph) != self._styles.of_paragraph(following)
        bold_below = following.tag == f"{W}p" and is_all_bold(following, self._styles)
        return is_all_bold(paragraph, self._styles) and not bold_below

    def _add_table(self, table: etree._Element) -> None:
        attached: list[Content] = []
        rows = read_rows(table, lambda cell: self._cell_text(cell, attached))
        if is_layout(rows):
            self._paragraphs.forget_fields()
            for cell in (cell for row in rows for cell in row.cells):
                self.add_all(cell)
            return
        add_table(self.builder, [row.texts for row in rows], header_rows(table, rows, self._styles))
        for content in attached:
            self._add_attached(content)

    def _cell_text(self, parent: etree._Element, attached: list[Content]) -> str:
        """The text of a cell on one line; the rows of a table inside it are parted by semicolons."""
        texts: list[str] = []
        for child in alternatives(parent):
            if child.tag == f"{W}p":
                attached.append(self._paragraphs.read(child))
                texts.append(attached[-1].text)
            elif child.tag == f"{W}tbl":
                rows = read_rows(child, lambda cell: self._cell_text(cell, attached))
                texts.append("; ".join(filter(None, map(_inner_row, rows))))
            elif not is_left_out(child):
                texts.append(self._cell_text(child, attached))
        return " ".join(text.strip() for text in texts if text.strip())


def _inner_row(row: Row) -> str:
    return ", ".join(text.strip() for text in row.texts if text.strip())


def _notes_by_id(root: etree._Element | None) -> dict[str, etree._Element]:
    """Notes without the lines that part them from the text, which stand among them with a type."""
    notes = [] if root is None else [note for note in root if isinstance(note.tag, str)]
    return {str(note.get(f"{W}id")): note for note in notes if note.get(f"{W}type", "normal") == "normal"}


def _following(paragraph: etree._Element) -> etree._Element | None:
    """The next paragraph, table or content control with text."""
    below = (item for item in paragraph.itersiblings(f"{W}p", f"{W}tbl", f"{W}sdt"))
    return next((item for item in below if any((part.text or "").strip() for part in item.iter(f"{W}t"))), None)


def _is_contents_control(element: etree._Element) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
