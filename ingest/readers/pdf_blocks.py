"""Blocks of an untagged page, from place and type alone: paragraphs, list items, rows of tables."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from corpus.types import BlockKind
from ingest.readers.pdf_columns import Row, reading_order
from ingest.readers.pdf_draft import BULLET, BULLET_ONLY, LABEL, NUMBERING, Draft, is_contents_line
from ingest.readers.pdf_gaps import table_at
from ingest.readers.pdf_lines import Line, TableRow, join_rows, lines_in_order, make_line, segments, visual_lines
from ingest.readers.pdf_ruled import ruled_tables
from ingest.readers.pdf_running import PageContent

NORMAL_LEADING = 1.25  # of the type size, where the page does not tell


def page_drafts(page: PageContent, body: float, slides: bool = False) -> list[Draft]:
    """The blocks of a page in reading order; text that is not upright comes last.

    The boxes of a slide are taken in the order in which they were drawn: they stand in no columns.
    """
    upright = [fragment for fragment in page.fragments if not fragment.turned]
    turned = [fragment for fragment in page.fragments if fragment.turned]
    tables = ruled_tables(page.boxes, upright, page.height)
    used = {id(fragment) for table in tables for fragment in table.fragments}
    free = [fragment for fragment in upright if id(fragment) not in used]
    baselines = lines_in_order(free) if slides else visual_lines(free)
    rows = _with_tables([_with_labels_joined(segments(row)) for row in baselines], tables)
    ordered = rows if slides else reading_order(rows)
    drafts = _Paragraphs(ordered, body).drafts()
    drafts += [Draft(BlockKind.PARAGRAPH, [line]) for line in join_rows(visual_lines(turned))]
    return drafts


def _with_labels_joined(row: Row) -> Row:
    """A bullet or number and what it belongs to are one, however wide the tab between them."""
    if len(row) < 2:
        return row
    label, text = row[0], row[1]
    number = label.text.replace(".", "").isdigit() and len(label.text) <= 7 and text.bold == label.bold
    heading = (
        number and text.x0 - label.x1 < 4 * label.size and (label.bold or (len(row) == 2 and label.size == text.size))
    )
    if BULLET_ONLY.fullmatch(label.text) or (heading and text.text[:1].isupper()):
        return [make_line(label.fragments + text.fragments), *row[2:]]
    return row


def _with_tables(rows: list[Row], tables: Sequence[Line]) -> list[Row]:
    """The rows with each table before the first that stands below it."""
    for table in tables:
        below = (index for index, row in enumerate(rows) if row and row[0].y < table.y)
        rows.insert(next(below, len(rows)), [table])
    return rows


def _whole(row: Row) -> Line:
    return row[0] if len(row) == 1 else make_line([item for line in row for item in line.fragments])


class _Paragraphs:
    """Gathers lines to paragraphs."""

    def __init__(self, rows: Sequence[Row], body: float) -> None:
        self._rows = [row for row in rows if row]
        self._body = body
        self._lines = [line for row in self._rows for line in row if not line.grid]
        self._leading = self._usual_leading()
        self._tables = 0

    def drafts(self) -> list[Draft]:
        found: list[Draft] = []
        index = 0
        while index < len(self._rows):
            end, grid = index + 1, self._rows[index][0].grid
            if not grid:
                end, grid = table_at(self._rows, index)
            if grid:
                self._tables += 1
                found += [self._table_row(row) for row in grid]
                index = end
            else:
                self._add_line(found, _whole(self._rows[index]))
                index += 1
        return found

    def _usual_leading(self) -> dict[float, float]:
        """The usual distance between baselines, by type size."""
        gaps: dict[float, Counter[float]] = {}
        for above, below in zip(self._rows, self._rows[1:], strict=False):
            if len(above) == len(below) == 1 and above[0].size == below[0].size:
                gap = round(above[0].y - below[0].y, 0)
                if 0.9 * above[0].size < gap < 2.2 * above[0].size:
                    gaps.setdefault(above[0].size, Counter())[gap] += 1
        return {size: count.most_common(1)[0][0] for size, count in gaps.items()}

    def _table_row(self, row: TableRow) -> Draft:
        cells = [list(cell) for cell in row.cells]
        lines = [line for cell in cells for line in cell]
        return Draft(BlockKind.TABLE_ROW, lines, cells=cells, table=self._tables, header_cells=row.header)

    def _add_line(self, found: list[Draft], line: Line) -> None:
        last = found[-1] if found else None
        if last is not None and last.kind is not BlockKind.TABLE_ROW and self._goes_on(last, line):
            last.lines.append(line)
            return
        item = BULLET.match(line.text) or (LABEL.match(line.text) and not line.bold)
        found.append(Draft(BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH, [line]))

    def _goes_on(self, draft: Draft, line: Line) -> bool:
        """Whether a line belongs to the paragraph above it."""
        last = draft.lines[-1]
        if abs(last.size - line.size) > 0.6 or last.bold != line.bold:
            return False
        if BULLET.match(line.text) or LABEL.match(line.text) or is_contents_line(line.text):
            return False
        if is_contents_line(last.text) or (line.bold and NUMBERING.match(line.text)):
            return False
        gap = last.y - line.y
        if gap <= 0:  # on to the next column
            return last.text[-1:] not in ".:!?;" and line.text[:1].islower()
        usual = self._leading.get(line.size, NORMAL_LEADING * line.size)
        if gap > 1.3 * usual + 0.5:
            return False
        hanging = draft.kind is BlockKind.LIST_ITEM and line.x0 > draft.lines[0].x0 + 4
        return hanging or line.size > 1.15 * self._body or not self._was_ended(draft, line)

    def _was_ended(self, draft: Draft, line: Line) -> bool:
        """Whether the line above stopped although the next word had room: the writer ended the paragraph."""
        last = draft.lines[-1]
        edge = self._right_edge(last)
        first_word = line.text.split(maxsplit=1)[0]
        width = (line.x1 - line.x0) * len(first_word) / max(len(line.text), 1)
        room = edge - last.x1 - width - 0.3 * line.size
        return room > 0.5 * line.size and (room > 3 * line.size or last.text[-1:] in ".:!?;")

    def _right_edge(self, line: Line) -> float:
        """How far lines of this column go: nearly the furthest of those that begin and overlap here."""
        ends = sorted(other.x1 for other in self._lines if abs(other.x0 - line.x0) < 30 and other.size == line.size)
        return ends[int(0.9 * (len(ends) - 1))] if len(ends) > 4 else max(ends, default=line.x1)


def body_size(pages: Sequence[PageContent]) -> float:
    """The type size of most of the text."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for fragment in page.fragments:
            sizes[round(fragment.size * 2) / 2] += len(fragment.text.strip())
    return sizes.most_common(1)[0][0] if sizes else 10.0


def are_slides(pages: Sequence[PageContent]) -> bool:
    """Whether the document is a printed presentation: wide pages with few words."""
    if not pages or any(page.width <= page.height for page in pages):
        return False
    return median(sum(len(item.text.split()) for item in page.fragments) for page in pages) < 150
