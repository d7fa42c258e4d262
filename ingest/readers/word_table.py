"""Tables of a Word file as rows of cell texts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from ingest.readers.grid import first_row_is_header
from ingest.readers.word_paragraph import is_all_bold, is_left_out
from ingest.readers.word_styles import OFF, Styles, W, flag, has_shade

CellText = Callable[[etree._Element], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not deleted."""

    element: etree._Element
    cells: tuple[etree._Element, ...]
    texts: tuple[str, ...]

    @property
    def is_marked_header(self) -> bool:
        return bool(flag(self.element.find(f"{W}trPr"), "tblHeader"))


def read_rows(table: etree._Element, cell_text: CellText) -> list[Row]:
    """The rows; a cell merged with the one above it is empty, so that a text comes once."""
    rows = []
    for element in _members(table, f"{W}tr"):
        if element.find(f"{W}trPr/{W}del") is None:
            cells = tuple(_members(element, f"{W}tc"))
            rows.append(Row(element, cells, tuple("" if _continues(cell) else cell_text(cell) for cell in cells)))
    return rows


def is_layout(rows: Sequence[Row]) -> bool:
    """Whether the table only puts text in its place: at most one column has any."""
    return len({index for row in rows for index, text in enumerate(row.texts) if text.strip()}) <= 1


def header_rows(table: etree._Element, rows: Sequence[Row], styles: Styles) -> int:
    """How many rows at the top name the columns."""
    marked = next((number for number, row in enumerate(rows) if not row.is_marked_header), len(rows))
    if 0 < marked < len(rows):
        return marked
    if len(rows) < 2 or sum(bool(text.strip()) for text in rows[0].texts) < 2:
        return 0
    if first_row_is_header([row.texts for row in rows]) or _style_marks_first_row(table, styles):
        return 1
    return int(_stands_out(rows[0], styles) and not _stands_out(rows[1], styles))


def _members(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those inside a content control."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins") and not is_left_out(child):
            yield from _members(child, tag)


def _continues(cell: etree._Element) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _style_marks_first_row(table: etree._Element, styles: Styles) -> bool:
    look, style = table.find(f"{W}tblPr/{W}tblLook"), table.find(f"{W}tblPr/{W}tblStyle")
    if look is None or style is None:
        return False
    first_row = look.get(f"{W}firstRow")
    if first_row is None:  # the older way to write it: bits in one number
        first_row = str(int(look.get(f"{W}val") or "0", 16) & 0x20)
    return str(first_row).lower() not in OFF and styles.marks_first_row(style.get(f"{W}val"))


def _stands_out(row: Row, styles: Styles) -> bool:
    """Whether every cell with text is bold or has a background."""
    filled = [cell for cell, text in zip(row.cells, row.texts, strict=True) if text.strip()]
    return bool(filled) and all(_cell_stands_out(cell, styles) for cell in filled)


def _cell_stands_out(cell: etree._Element, styles: Styles) -> bool:
    properties = cell.find(f"{W}tcPr")
    if properties is not None and has_shade(properties):
        return True
    texts = [item for item in cell.iter(f"{W}p") if any((text.text or "").strip() for text in item.iter(f"{W}t"))]
    return bool(texts) and all(is_all_bold(item, styles) for item in texts)
