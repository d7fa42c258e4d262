"""The facts that the whole project speaks of, as frozen dataclasses.

A `Document` has versions; a version has `Page`s; a page has `Block`s; a passage is a span of one page:
`page.text[passage.start:passage.end] == passage.text`, always.
"""

from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812 - a field named date would hide it
from enum import StrEnum


class Classification(StrEnum):
    """Vertrouwelijkheidaanduiding, from open to closed; the names are those of the Dutch standard ZGW."""

    OPENBAAR = "openbaar"
    BEPERKT_OPENBAAR = "beperkt_openbaar"
    INTERN = "intern"
    ZAAKVERTROUWELIJK = "zaakvertrouwelijk"
    VERTROUWELIJK = "vertrouwelijk"
    CONFIDENTIEEL = "confidentieel"
    GEHEIM = "geheim"
    ZEER_GEHEIM = "zeer_geheim"

    @property
    def rank(self) -> int:
        """Position in the order, 0 = open to all."""
        return list(Classification).index(self)

    @property
    def accepted(self) -> bool:
        """Whether a knowledge base may hold it: from `confidentieel` up other rules (VIRBI) apply and we refuse."""
        return self.rank < Classification.CONFIDENTIEEL.rank


class BlockKind(StrEnum):
    """What a stretch of a page is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"
    NOTES = "notes"  # what the speaker says with a slide
    FOOTNOTE = "footnote"
    CONTENTS = "contents"  # a line of a table of contents: stays readable, never becomes a passage


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of a page: `page.text[start:end]`. Blocks are in order and do not overlap."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # of a heading, 1 = highest; 0 for everything else


@dataclass(frozen=True, slots=True)
class Page:
    """One page or slide, or the whole text of a format without pages."""

    position: int  # 1-based order in the document
    number: int | None  # what a reader sees and a link opens; None where the format has no pages
    text: str
    blocks: tuple[Block, ...] = ()

    @property
    def has_text(self) -> bool:
        return bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable stretch of one page."""

    id: str  # "<document id>.<version>.<sequence>"; sorts in reading order within a version
    document_id: str
    version: int
    position: int  # of its page
    page: int | None  # number of its page, as shown
    start: int  # first character in the page's text
    end: int  # one past the last
    text: str
    headings: tuple[str, ...]
    language: str
    table_header: str = ""  # header row of the table it is a piece of; indexed and shown with it

    def indexed_text(self, title: str) -> str:
        """What both legs index: title › headings, the table's header row, the text."""
        path = " › ".join(dict.fromkeys(part for part in (title, *self.headings) if part))
        return "\n".join(part for part in (path, self.table_header, self.text) if part)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document apart from its text."""

    title: str
    kind: str  # "soort": beleidsdocument, presentatie, casus, ...
    classification: Classification
    language: str
    organisation: str = ""
    author: str = ""
    date: Date | None = None
    themes: tuple[str, ...] = ()
    source: str = ""
    retain_until: Date | None = None  # the day after which the document has to go


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the catalogue knows it, in its current version."""

    id: str
    version: int
    file_name: str
    media_type: str
    sha256: str
    size: int  # bytes
    page_count: int
    passage_count: int
    metadata: Metadata
    paged: bool  # whether its pages have numbers
    added: str  # UTC, RFC 3339
    remarks: tuple[str, ...] = field(default=())  # what an editor should know of the reading, in Dutch
