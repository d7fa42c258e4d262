"""An HTML tree as blocks: headings, paragraphs, lists, tables. Used for web pages and for HTML inside Markdown."""

from collections.abc import Iterator, Sequence

from lxml import etree

from corpus.types import BlockKind
from ingest.readers.grid import add_table, row_text
from ingest.readers.html_main import is_left_out
from ingest.text import PageBuilder

HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Elements that stand inside a line of text; everything else starts a new line.
_INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img"),
    *("ins", "kbd", "label", "mark", "nobr", "output", "q", "ruby", "s", "samp", "small", "span", "strike", "strong"),
    *("sub", "sup", "time", "tt", "u", "var", "wbr", "picture", "source", "math", "mi", "mn", "mo", "mrow"),
}
_UNSEEN = {"rt", "rp", "del", "strike"}


class HtmlBlocks:
    """Walks a tree and adds its blocks to a page."""

    def __init__(self, builder: PageBuilder) -> None:
        self._builder = builder
        self._line: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0

    def add(self, element: etree._Element) -> None:
        """Append the content of one element."""
        self._children(element)
        self._end_line()

    def _children(self, element: etree._Element) -> None:
        self._line.append(element.text or "")
        for child in element:
            if not is_left_out(child) and child.tag not in _UNSEEN:
                self._visit(child)
            self._line.append(child.tail or "")

    def _visit(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag == "br":
            self._line.append("\n")
        elif tag in _INLINE and not _holds_blocks(element):
            self._children(element)
        elif tag in HEADINGS:
            self._block(element, BlockKind.HEADING, HEADINGS[tag])
        elif tag == "li":
            self._block(element, BlockKind.LIST_ITEM)
        elif tag == "table":
            self._table(element)
        elif tag == "dl":
            self._definitions(element)
        else:
            self._block(element, self._kind, self._level)

    def _block(self, element: etree._Element, kind: BlockKind, level: int = 0) -> None:
        self._end_line()
        before = self._kind, self._level
        self._kind, self._level = kind, level
        self._children(element)
        self._end_line()
        self._kind, self._level = before

    def _end_line(self) -> None:
        self._builder.add(self._kind, "".join(self._line), self._level)
        self._line.clear()

    def _definitions(self, element: etree._Element) -> None:
        """A term and what it means on one line."""
        self._end_line()
        term = ""
        for item in element.iter("dt", "dd"):
            text = inner_text(item)
            if item.tag == "dt":
                self._builder.add(BlockKind.LIST_ITEM, term)
                term = text
            elif text:
                self._builder.add(BlockKind.LIST_ITEM, f"{term.rstrip(':')}: {text}" if term else text)
                term = ""
        self._builder.add(BlockKind.LIST_ITEM, term)

    def _table(self, table: etree._Element) -> None:
        self._end_line()
        for caption in table.findall("caption"):
            self._block(caption, BlockKind.PARAGRAPH)
        rows = [_cells(row) for row in _rows(table)]
        texts = [[inner_text(cell) for cell in row] for row in rows]
        columns = {index for row in texts for index, text in enumerate(row) if text.strip()}
        if len(columns) <= 1 or table.get("role") in ("presentation", "none"):
            for cell in (cell for row in rows for cell in row):
                self._block(cell, BlockKind.PARAGRAPH)
            return
        add_table(self._builder, _spread(rows, texts), _header_rows(rows))


def inner_text(element: etree._Element) -> str:
    """All visible text of an element on one line; rows of a table inside it are parted by semicolons."""
    return "".join(_texts(element)).strip()


def _texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "table":
            rows = (row_text([inner_text(cell) for cell in _cells(row)]).replace(" | ", ", ") for row in _rows(child))
            yield f" {'; '.join(filter(None, rows))} "
        elif not is_left_out(child) and child.tag not in _UNSEEN:
            gap = "" if child.tag in _INLINE else " "
            yield gap
            yield from _texts(child)
            yield gap
        yield child.tail or ""


def _holds_blocks(element: etree._Element) -> bool:
    return any(child.tag not in _INLINE and child.tag != "br" for child in element.iter("*"))


def _rows(table: etree._Element) -> list[etree._Element]:
    return list(table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr"))


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in ("td", "th") and not is_left_out(cell)]


def _header_rows(rows: Sequence[Sequence[etree._Element]]) -> int:
    """Rows on top that are all th, or stand in thead; a th in front of each row names the row, not the column."""
    count = 0
    for row in rows:
        in_head = bool(row) and next(row[0].iterancestors("thead", "table")).tag == "thead"
        if not in_head and not (row and all(cell.tag == "th" for cell in row)):
            break
        count += 1
    return count if count < len(rows) else 0


def _spread(rows: Sequence[Sequence[etree._Element]], texts: Sequence[Sequence[str]]) -> list[list[str]]:
    """Texts in their columns: below a cell that is several rows high its column stays empty."""
    spread: list[list[str]] = []
    waiting: dict[int, int] = {}  # column -> rows that a cell above still covers
    for row, row_texts in zip(rows, texts, strict=True):
        line: list[str] = []
        covered = {column for column, left in waiting.items() if left > 0}
        waiting = {column: left - 1 for column, left in waiting.items() if left > 1}
        for cell, text in zip(row, row_texts, strict=True):
            while len(line) in covered:
                line.append("")
            if (height := _span(cell, "rowspan")) > 1:
                waiting[len(line)] = height - 1
            line.append(text)
        spread.append(line)
    return spread


def _span(cell: etree._Element, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return int(value) if value.isdigit() and len(value) < 5 else 1
