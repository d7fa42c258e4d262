"""The order in which the lines of an untagged page are read: column by column."""

from collections.abc import Sequence

from ingest.readers.pdf_lines import Line

MIN_LINES = 4  # a column has at least so many
MIN_SHARE = 0.15  # of the letters, on either side
MAX_CROSSING = 0.6  # of the letters, in lines across both columns
PROSE = 18  # letters in a line of a column, on average; a table has shorter cells
STEP = 3.0  # points
MAX_COLUMNS_DEPTH = 2

Row = list[Line]


def reading_order(rows: Sequence[Row], depth: int = 0) -> list[Row]:
    """Rows from top to bottom; between lines that cross the gutter, the left column before the right one."""
    gutter = _gutter(rows) if depth < MAX_COLUMNS_DEPTH else None
    if gutter is None:
        return [row for row in rows if row]
    ordered: list[Row] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        if any(_crosses(line, gutter) for line in row):
            ordered += reading_order(left, depth + 1) + reading_order(right, depth + 1)
            left, right = [], []
            ordered.append(list(row))
            continue
        left.append([line for line in row if line.x1 <= gutter + 2])
        right.append([line for line in row if line.x1 > gutter + 2])
    return ordered + reading_order(left, depth + 1) + reading_order(right, depth + 1)


def _crosses(line: Line, x: float) -> bool:
    return line.x0 < x - 2 and line.x1 > x + 2


def _gutter(rows: Sequence[Row]) -> float | None:
    """The x between two columns of prose that the fewest letters cross, or None."""
    lines = [line for row in rows for line in row]
    if len(lines) < 2 * MIN_LINES:
        return None
    first, last = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = last - first
    best: tuple[int, float] | None = None
    position = first + 0.2 * width
    while position < first + 0.8 * width:
        crossing = sum(len(line.text) for line in lines if _crosses(line, position))
        if (best is None or crossing < best[0]) and _are_columns(lines, position, crossing, first, last):
            best = (crossing, position)
        position += STEP
    return best[1] if best else None


def _are_columns(lines: Sequence[Line], x: float, crossing: int, first: float, last: float) -> bool:
    total = sum(len(line.text) for line in lines)
    if crossing > MAX_CROSSING * total:
        return False
    left = [line for line in lines if line.x1 <= x + 2]
    right = [line for line in lines if line.x0 >= x - 2]
    if all(line.grid for line in (*left, *right)):
        return False  # two tables beside each other
    return all(
        sum(max(1, len(line.grid)) for line in side) >= MIN_LINES
        and sum(len(line.text) for line in side) >= MIN_SHARE * (total - crossing)
        and _is_prose(side, width)
        for side, width in ((left, x - first), (right, last - x))
    )


def _is_prose(lines: Sequence[Line], width: float) -> bool:
    """Whether most lines fill the column, as running text does and cells do not; a table that is known does too."""
    lines = [line for line in lines if not line.grid]
    if not lines:
        return True
    letters = sum(len(line.text) for line in lines) / len(lines)
    full = sum(line.x1 - line.x0 >= 0.6 * width for line in lines)
    return letters >= PROSE and full >= 0.5 * len(lines)
