"""Tables of an untagged page whose rows are told apart by lines or shades: which text stands in which cell.

The lines of all cells at one height are put together to one rule; rules with the same ends are those of one table, and
between two of them lies a row. Where the pieces of a rule meet, and where upright lines stand, the columns part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.pdf_content import Fragment
from ingest.readers.pdf_draft import CAPTION
from ingest.readers.pdf_lines import Line, TableRow, join_rows, make_line, segments, visual_lines
from ingest.readers.pdf_paths import Box, Colour

NEAR = 2.5  # points that lines of one table may be apart
SHORTEST = 12.0  # points; a shorter line is no side of a cell
LOWEST = 6.0  # points; a row is higher
MIDDLE = 0.3  # of the type size above the baseline lies the middle of a letter
GAP = 0.6  # of the type size, between cells on either side of an edge
TALLEST = 8  # lines of a row that goes on from the page before
LOOSEST = 4.0  # type sizes between lines of a cell; more is a drawing
MAX_EMPTY = 24.0  # points; an emptier stretch parts two tables
FULLEST = 900  # letters of a cell, on average; more is a page that is laid out with lines
MAX_RULES = 300  # on one page


@dataclass(frozen=True, slots=True)
class _Rule:
    """All lines at one height that touch."""

    y: float
    x0: float
    x1: float
    breaks: tuple[float, ...]  # where its pieces meet


@dataclass(slots=True)
class _Band:
    """The room between two rules, and the text in it."""

    above: _Rule
    below: _Rule
    edges: list[float]  # of its columns, with both outer ones
    fragments: list[Fragment]
    fill: Colour | None

    @property
    def height(self) -> float:
        return self.above.y - self.below.y

    @property
    def cells(self) -> tuple[tuple[Line, ...], ...]:
        """The lines of each cell."""
        found: list[list[Fragment]] = [[] for _ in self.edges[1:]]
        for fragment in self.fragments:
            found[self._column(fragment)].append(fragment)
        return tuple(tuple(join_rows(visual_lines(cell))) for cell in found)

    def _column(self, fragment: Fragment) -> int:
        inside = fragment.x0 + 0.25 * (fragment.x1 - fragment.x0)
        return max(number for number, edge in enumerate(self.edges[:-1]) if edge <= inside or not number)

    @property
    def fits(self) -> bool:
        """Whether no text runs across the edge of a column."""
        lines = (line for row in visual_lines(self.fragments) for line in segments(row, GAP))
        return not any(line.x0 < edge - NEAR and line.x1 > edge + NEAR for line in lines for edge in self.edges[1:-1])


def ruled_tables(
    boxes: Sequence[Box], fragments: Sequence[Fragment], height: float, *, whole: bool = True
) -> list[Line]:
    """The tables of a page, each as one line that stands for all its text, from top to bottom.

    `whole` says that running headers are gone, so that what stands above the first line may be a row.
    """
    boxes = [box for box in boxes if box.y1 - box.y0 < 0.8 * height]
    rules = _rules(boxes)
    if len(rules) > MAX_RULES:
        return []
    sides = [box for box in boxes if not box.is_rule]
    free = list(fragments)
    found = []
    for group in _same_ends(rules):
        above = [item for item in free if item.y + MIDDLE * item.size > group[0].y]
        levels = _with_top(group, above, height) if whole else group
        bands = [_band(*pair, sides, free) for pair in pairwise(levels)]
        for table in _tables([band for band in bands if band.height >= LOWEST], free):
            used = {id(fragment) for band in table for fragment in band.fragments}
            free = [fragment for fragment in free if id(fragment) not in used]
            found.append(_as_line(table))
    return sorted(found, key=lambda line: -line.y)


def _with_top(group: list[_Rule], above: Sequence[Fragment], height: float) -> list[_Rule]:
    """The rules and, where a row of the table before goes on at the top of the page, the edge of the page."""
    first = group[0]
    top = _Rule(max(height, first.y + LOWEST), first.x0, first.x1, first.breaks)
    row = _band(top, first, (), above)
    if len(row.fragments) != len(above) or not _is_row(row) or sum(map(bool, row.cells)) < 2:
        return group
    sizes = [item.size for item in above]
    lines = [make_line(line).text for line in visual_lines(above)]
    plain = max(sizes) - min(sizes) <= 0.6 and not any(map(CAPTION.match, lines))
    return [top, *group] if plain and len(lines) <= TALLEST else group


def _rules(boxes: Sequence[Box]) -> list[_Rule]:
    pieces = sorted(_pieces(boxes), key=lambda piece: -piece[0])
    levels: list[list[tuple[float, float, float]]] = []
    for piece in pieces:
        if levels and levels[-1][0][0] - piece[0] <= NEAR:
            levels[-1].append(piece)
        else:
            levels.append([piece])
    return [rule for level in levels for rule in _joined(level)]


def _pieces(boxes: Sequence[Box]) -> Iterator[tuple[float, float, float]]:
    """Height, left and right of every line from left to right, also the upper and lower sides of boxes."""
    for box in boxes:
        if box.x1 - box.x0 < SHORTEST:
            continue
        if box.is_rule:
            yield (box.y0 + box.y1) / 2, box.x0, box.x1
        elif box.fill is not None:
            yield box.y1, box.x0, box.x1
            yield box.y0, box.x0, box.x1


def _joined(level: list[tuple[float, float, float]]) -> Iterator[_Rule]:
    parts: list[list[tuple[float, float, float]]] = []
    right = 0.0
    for piece in sorted(level, key=lambda piece: piece[1]):
        if parts and piece[1] - right <= NEAR:
            parts[-1].append(piece)
            right = max(right, piece[2])
        else:
            parts.append([piece])
            right = piece[2]
    for part in parts:
        x0, x1 = part[0][1], max(piece[2] for piece in part)
        ends = sorted(end for piece in part for end in piece[1:] if x0 + NEAR < end < x1 - NEAR)
        yield _Rule(part[0][0], x0, x1, tuple(_apart(ends)))


def _apart(values: Sequence[float]) -> list[float]:
    """Sorted values, of those that nearly coincide the first."""
    kept: list[float] = []
    for value in values:
        if not kept or value - kept[-1] > NEAR:
            kept.append(value)
    return kept


def _same_ends(rules: Sequence[_Rule]) -> list[list[_Rule]]:
    """Rules that begin and end at the same place, from top to bottom."""
    groups: list[list[_Rule]] = []
    for rule in rules:
        for group in groups:
            if abs(group[0].x0 - rule.x0) <= NEAR and abs(group[0].x1 - rule.x1) <= NEAR:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) >= 2]


def _band(above: _Rule, below: _Rule, boxes: Sequence[Box], fragments: Sequence[Fragment]) -> _Band:
    inside = [
        item
        for item in fragments
        if below.y < item.y + MIDDLE * item.size <= above.y
        and item.x0 >= above.x0 - NEAR
        and item.x1 <= above.x1 + NEAR
    ]
    upright = [
        (box.x0 + box.x1) / 2
        for box in boxes
        if box.is_upright and box.y0 <= below.y + 2 * NEAR and box.y1 >= above.y - 2 * NEAR
    ]
    inner = [x for x in (*above.breaks, *below.breaks, *upright) if above.x0 + NEAR < x < above.x1 - NEAR]
    edges = [above.x0, *_apart(sorted(inner)), above.x1]
    return _Band(above, below, edges, inside, _fill(above, below, boxes))


def _fill(above: _Rule, below: _Rule, boxes: Sequence[Box]) -> Colour | None:
    """The shade behind the row."""
    middle = (above.y + below.y) / 2
    behind = [box for box in boxes if box.fill and not box.is_rule and box.y0 < middle < box.y1]
    wide = [box.fill for box in behind if box.x0 <= above.x0 + NEAR and box.x1 > above.x0 + SHORTEST]
    return wide[-1] if wide else None


def _tables(bands: Sequence[_Band], free: Sequence[Fragment]) -> Iterator[list[_Band]]:
    """The rows of each table; one row is enough where a table may go on at the top of the page."""
    for run in _runs(bands):
        rows = [row for band in run for row in _lines_of_numbers(band)]
        top = max(item.y for band in rows for item in band.fragments)
        first = top >= max(item.y for item in free) - NEAR
        known = {id(item) for item in free}
        if _is_table(rows, 1 if first else 2) and all(id(item) in known for row in rows for item in row.fragments):
            yield rows


def _runs(bands: Sequence[_Band]) -> Iterator[list[_Band]]:
    """Bands below each other with the same columns and text that fits: the rows of a table."""
    run: list[_Band] = []
    across: list[_Band] = []  # rows over all columns, which are part of the table when more rows follow
    for band in bands:
        last = (run + across)[-1] if run else band
        follows = bool(run) and last.below.y - band.above.y <= LOWEST and _same_columns(run[0], band)
        if follows and not band.fragments and band.height < MAX_EMPTY:
            run[-1].below = band.below
        elif follows and _is_row(band):
            run += [*across, band]
            across = []
        elif follows and _is_across(band, run):
            across.append(_Band(band.above, band.below, run[-1].edges, band.fragments, band.fill))
        else:
            if run:
                yield run
            run, across = [band] if _is_row(band) else [], []
    if run:
        yield run


def _is_row(band: _Band) -> bool:
    if len(band.edges) <= 2 or not band.fragments or not band.fits:
        return False
    return not CAPTION.match(make_line(visual_lines(band.fragments)[0]).text)


def _is_across(band: _Band, run: Sequence[_Band]) -> bool:
    """Whether a band is as low as a row and holds one line, which need not mind the columns."""
    if not band.fragments or band.height > 1.15 * min(row.height for row in run):
        return False
    lines = visual_lines(band.fragments)
    return len(lines) == 1 and not CAPTION.match(make_line(lines[0]).text)


def _lines_of_numbers(band: _Band) -> list[_Band]:
    """A band of which a column holds a number on every line is as many rows: numbers do not run on."""
    columns = [cell for cell in band.cells if len(cell) >= 2 and all(map(_is_number, cell))]
    if not columns:
        return [band]
    heights = {round(line.y) for cell in columns for line in cell}
    rows: list[list[Fragment]] = []
    for line in visual_lines(band.fragments):
        if rows and not any(abs(item.y - y) <= NEAR for item in line for y in heights):
            rows[-1] += line
        else:
            rows.append(list(line))
    return [_Band(band.above, band.below, band.edges, row, band.fill) for row in rows]


def _is_number(line: Line) -> bool:
    return any(char.isdigit() for char in line.text) and not any(char.isalpha() for char in line.text)


def _same_columns(one: _Band, other: _Band) -> bool:
    few, many = sorted((one.edges, other.edges), key=len)
    return all(any(abs(edge - also) <= NEAR for also in many) for edge in few)


def _is_table(rows: Sequence[_Band], least: int) -> bool:
    """Whether so many rows have several cells, and the cells hold text of their own rather than a page or a drawing."""
    filled = [[cell for cell in row.cells if cell] for row in rows]
    cells = [cell for row in filled for cell in row]
    if sum(len(row) >= 2 for row in filled) < least or _is_heap(rows):
        return False
    worded = sum(any(char.isalpha() for cell in row for line in cell for char in line.text) for row in filled)
    leading = sum(any(row.cells[:2]) for row in rows)
    if 2 * worded < len(rows) or 2 * leading < len(rows):
        return False
    loose = sum(any(one.y - other.y > LOOSEST * one.size for one, other in pairwise(cell)) for cell in cells)
    letters = sum(len(line.text) for cell in cells for line in cell)
    return 5 * loose <= len(cells) and letters <= FULLEST * len(cells)


def _is_heap(run: Sequence[_Band]) -> bool:
    """Whether the rows themselves are not told apart: one band holds a row of the table in each of its lines."""
    tallest = max(run, key=lambda band: band.height)
    heights = [[round(line.y) for line in cell] for cell in tallest.cells if cell]
    same = len(heights) >= 2 and all(ys == heights[0] for ys in heights)
    return len(run) <= 3 and same and len(heights[0]) >= 4


def _as_line(table: Sequence[_Band]) -> Line:
    """One line that stands for a table; a row that lacks some edges of the others gets them, if its text fits."""
    first, edges = table[0], max((row.edges for row in table), key=len)
    for row in table:
        refined = _Band(row.above, row.below, edges, row.fragments, row.fill)
        row.edges = edges if len(row.edges) < len(edges) and refined.fits else row.edges
    shaded = first.fill is not None and all(row.fill != first.fill for row in table[1:])
    grid = tuple(TableRow(row.cells, header=shaded and row is first) for row in table)
    whole = make_line([fragment for row in table for fragment in row.fragments])
    return Line(whole.text, edges[0], edges[-1], first.above.y, whole.size, False, whole.fragments, grid)
