"""A block in the making, and the patterns that tell what a line is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.types import BlockKind
from ingest.readers.pdf_lines import Line

_BULLET = r"[•●▪■□◦○‣∙·➢➤►▶▸⮚✓✔❖◆★→–—\-*\uf000-\uf0ff]"
BULLET = re.compile(rf"(?:{_BULLET}|o(?= [A-Z\d]))\s+(?=\S)")
BULLET_ONLY = re.compile(rf"{_BULLET}|o|(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)]|\((?:\d{{1,2}}|[a-z])\)")
LABEL = re.compile(r"(?:(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\((?:\d{1,2}|[a-z])\)|\d{1,2}[.][a-z][.)]?)\s+(?=\S)")
NUMBERING = re.compile(r"(?:(?:hoofdstuk|bijlage|deel|chapter)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[^\W\d_])", re.I)
CAPTION = re.compile(r"(figuur|figure|tabel|table|afbeelding|schema|grafiek|kaart|foto|bron|box)\b\W*(\d|:|$)", re.I)
_CONTENTS_LINE = re.compile(r"\S.*?(?:[.…_]\s?){4,}\s*\d{0,4}$|\S.{2,120}\t\d{1,3}$")
LONGEST_CONTENTS_LINE = 600  # characters; the pattern takes time by the square of it
CONTENTS_TITLE = re.compile(
    r"(inhoud|inhoudsopgave|inhoudsoverzicht|(table of )?contents|leeswijzer en inhoud)\W*", re.I
)
_NUMBER_AT_END = re.compile(r"[\s.]\d{1,3}$")
FOOTNOTE_START = re.compile(r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d{1,3}[.)]?|\*{1,3})\s*(?=[^\W\d]|[\"'‘“(]|https?:)")


@dataclass(slots=True, eq=False)
class Draft:
    """Lines that become one block."""

    kind: BlockKind
    lines: list[Line]
    level: int = 0
    cells: list[list[Line]] = field(default_factory=list)  # of a table row
    table: int = 0  # number of its table
    tagged: bool = False  # the file itself says what it is
    header_cells: bool = False
    continues: bool = False  # first row on its page of a table of the page before, under other words than its header's

    @property
    def size(self) -> float:
        return max((line.size for line in self.lines), default=0.0)

    @property
    def bold(self) -> bool:
        return bool(self.lines) and all(line.bold for line in self.lines)

    @property
    def text(self) -> str:
        """The lines with spaces between them: for looking at, not for showing."""
        return " ".join(line.text for line in self.lines)

    @property
    def is_blank(self) -> bool:
        """Nothing to read: a bullet without its text, a line of stars."""
        return not any(char.isalnum() for line in self.lines for char in line.text)

    @property
    def top(self) -> float:
        return max((line.y for line in self.lines), default=0.0)


def without_bullet(text: str) -> str:
    """A list item without the sign in front of it; numbers and letters stay."""
    found = BULLET.match(text)
    return text[found.end() :] if found else text


def is_contents_line(text: str) -> bool:
    """Whether a line is one of a table of contents by its dots or tab."""
    return len(text) <= LONGEST_CONTENTS_LINE and bool(_CONTENTS_LINE.fullmatch(text))


def mark_contents(pages: Iterable[list[Draft]]) -> None:
    """Mark lines of a table of contents: by their dots, or below its title by the page numbers at their ends."""
    for drafts in pages:
        below_title = False
        for index, draft in enumerate(drafts):
            if draft.kind is BlockKind.CONTENTS:
                continue
            if CONTENTS_TITLE.fullmatch(draft.text):
                below_title = True
                if index + 1 < len(drafts) and _is_contents(drafts, index + 1):
                    draft.kind, draft.level = BlockKind.CONTENTS, 0  # no heading of the text that follows
            elif is_contents_line(draft.text) or (below_title and _ends_in_number(drafts, index)):
                draft.kind, draft.level = BlockKind.CONTENTS, 0
            elif len(draft.text) > 150:
                below_title = False


def _is_contents(drafts: list[Draft], index: int) -> bool:
    draft = drafts[index]
    return draft.kind is BlockKind.CONTENTS or is_contents_line(draft.text) or _ends_in_number(drafts, index)


def _ends_in_number(drafts: list[Draft], index: int) -> bool:
    """Whether this line and a neighbour end in a page number."""
    draft = drafts[index]
    if not _has_number_at_end(draft) or (len(draft.lines) > 2 and not draft.cells):
        return False
    neighbours = drafts[max(0, index - 1) : index] + drafts[index + 1 : index + 2]
    return any(_has_number_at_end(other) or other.kind is BlockKind.CONTENTS for other in neighbours)


def _has_number_at_end(draft: Draft) -> bool:
    return bool(_NUMBER_AT_END.search(draft.text[-5:])) and any(char.isalpha() for char in draft.text[:-1])


def mark_continued(pages: Iterable[list[Draft]]) -> None:
    """Mark the first row of a table that goes on from the page before: in bold it still does not name the columns.

    A header that is repeated is a header again.
    """
    header: Draft | None = None  # first row of the table with which the page before ends
    for drafts in pages:
        running = [draft for draft in drafts if draft.kind is not BlockKind.FOOTNOTE]
        first = running[0] if running else None
        goes_on = header is not None and first is not None and _same_columns(header, first)
        if header is not None and first is not None and goes_on and not first.header_cells:
            first.continues = first.text != header.text
        last = running[-1] if running else None
        if last is None or last.kind is not BlockKind.TABLE_ROW:
            header = None
        elif not goes_on or first is None or first.table != last.table:
            header = next(draft for draft in running if draft.kind is last.kind and draft.table == last.table)


def _same_columns(header: Draft, row: Draft) -> bool:
    """Whether two rows have as many cells, which begin at the same places."""
    if row.kind is not BlockKind.TABLE_ROW or len(row.cells) != len(header.cells):
        return False
    pairs = [(one[0], two[0]) for one, two in zip(header.cells, row.cells, strict=True) if one and two]
    return bool(pairs) and all(abs(one.x0 - two.x0) <= 5.0 for one, two in pairs)


def mark_footnotes(drafts: list[Draft], body: float) -> None:
    """Mark the small print below the last text of normal size that starts as a note; notes come last on the page.

    In the tags a note stands where the text refers to it, in the middle of a sentence or list.
    """
    last = max((index for index, draft in enumerate(drafts) if draft.size > 0.92 * body), default=-1)
    noted = False
    for draft in drafts[last + 1 :]:
        noted = noted or bool(FOOTNOTE_START.match(draft.text))
        if noted and draft.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and not draft.tagged:
            draft.kind = BlockKind.FOOTNOTE
    drafts.sort(key=lambda draft: draft.kind is BlockKind.FOOTNOTE)
