"""Tables of an untagged page that are told by their gaps alone: rows of cells that begin at the same places.

A cell that runs over several lines gives lines with one cell that is not the first, or lines close below the one above
that go on in small letters; those are joined to one row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.readers.pdf_columns import Row
from ingest.readers.pdf_draft import is_contents_line
from ingest.readers.pdf_lines import Line, TableRow, make_line

ALIGNED = 5.0  # points that the cells of a column may differ
MIN_TABLE_ROWS = 2
NEAR = 4.0  # type sizes between two rows
CLOSE = 2.0  # type sizes between a row and a line that belongs to it
TIGHT = 1.25  # times the smallest distance between lines; rows are farther apart than the lines of a cell


@dataclass(slots=True)
class _Cells:
    """A row in the making."""

    y: float  # of its last line
    cells: list[list[Line]] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Put a line in the cell above it."""
        above = [cell for cell in self.cells if _aligned(cell[0], line)]
        if above:
            above[0].append(line)
        else:
            self.cells.append([line])
            self.cells.sort(key=lambda cell: cell[0].x0)


def table_at(rows: Sequence[Row], start: int) -> tuple[int, tuple[TableRow, ...]]:
    """One past the last row of the table that begins here, and its rows; `start` and none where none does."""
    end = _end(rows, start)
    if sum(len(row) > 1 for row in rows[start:end]) < MIN_TABLE_ROWS:
        return start, ()
    return end, tuple(TableRow(tuple(map(tuple, row.cells))) for row in _joined(rows[start:end]))


def _end(rows: Sequence[Row], start: int) -> int:
    index, last = start, rows[start]
    while index < len(rows):
        row = rows[index]
        if any(line.grid for line in row) or is_contents_line(_whole(row)):
            break
        if len(row) > 1:
            shared = sum(any(_aligned(cell, other) for other in last) for cell in row)
            gap = rows[index - 1][0].y - row[0].y if index > start else 0.0
            if index > start and (shared < 2 or gap >= NEAR * max(row[0].size, rows[index - 1][0].size)):
                break
            last = row
        elif index == start or not _goes_on(rows[index - 1], row[0], last):
            break
        index += 1
    return index


def _whole(row: Row) -> str:
    return make_line([fragment for line in row for fragment in line.fragments]).text


def _goes_on(above: Row, line: Line, last: Row) -> bool:
    """Whether a single line belongs to a cell, not the first, of the row above it."""
    gap = above[0].y - line.y
    if not 0 < gap <= CLOSE * line.size or abs(line.size - last[-1].size) > 0.6:
        return False
    for number, cell in enumerate(last[1:], start=1):
        if _aligned(cell, line):
            return number + 1 == len(last) or line.x1 < last[number + 1].x0
    return False


def _joined(rows: Sequence[Row]) -> list[_Cells]:
    gaps = [above[0].y - below[0].y for above, below in pairwise(rows)]
    tight = TIGHT * min(gaps)
    parted = max(gaps) > tight
    found = [_Cells(rows[0][0].y, [[line] for line in rows[0]])]
    for row in rows[1:]:
        last = found[-1]
        close = last.y - row[0].y <= tight
        if (close or len(row) == 1) and _is_more(last, row, rows[0][0], parted):
            for line in row:
                last.add(line)
        else:
            found.append(_Cells(0.0, [[line] for line in row]))
        found[-1].y = row[0].y
    return found


def _is_more(last: _Cells, row: Row, first: Line, parted: bool) -> bool:
    """Whether a line of cells goes on in those above."""
    pairs = [(cell[-1].text, line.text) for line in row for cell in last.cells if _aligned(cell[0], line)]
    if any(_is_number(above) and _is_number(below) for above, below in pairs):
        return False  # numbers do not run on
    if any(above.endswith(("-", "\u2010")) and below[0].islower() for above, below in pairs):
        return True
    empty = row[0].x0 > first.x0 + ALIGNED  # its first cell
    small = sum(below[0].islower() and above[-1] not in ".:;" for above, below in pairs)
    return bool(pairs) and ((empty and len(row) == 1) or ((parted or empty) and 2 * small >= len(row)))


def _is_number(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _aligned(one: Line, other: Line) -> bool:
    return abs(one.x0 - other.x0) <= ALIGNED
