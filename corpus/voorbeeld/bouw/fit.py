"""Estimates of how much room text takes, to choose a type size that fits on a slide. Inches and points."""

import math
from collections.abc import Sequence

from corpus.voorbeeld.bouw.slides import Item, Table

CHAR_WIDTH = 0.5  # of the type size; Calibri averages a little less
LINE_HEIGHT = 1.2
GAP = 0.35  # space after an item, in type sizes
INDENT = 0.4  # inch a list level
SIZES = (30, 28, 26, 24, 22, 20, 18, 17, 16, 15, 14, 13, 12)
CELL_SIZES = (20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10)
CELL_MARGIN = (0.22, 0.14)  # inch, left and right together, top and bottom together


def lines(text: str, width: float, size: float) -> int:
    """Lines that `text` takes in a column of `width` inch."""
    room = max(4, int(width * 72 / (size * CHAR_WIDTH)))
    used, count = 0, 1
    for word in text.split():
        if used and used + len(word) >= room:
            count, used = count + 1, 0
        used += len(word) + 1
    return count


def items_height(items: Sequence[Item], width: float, size: float) -> float:
    """Inches that the items take, one below the other."""
    points = 0.0
    for item in items:
        room = width - INDENT * (item.level + (1 if item.mark else 0))
        points += lines(item.text, room, size) * size * LINE_HEIGHT + GAP * size
    return points / 72


def items_size(items: Sequence[Item], width: float, height: float, largest: int = SIZES[0]) -> int:
    """The largest type size with which the items fit."""
    fitting = (size for size in SIZES if size <= largest and items_height(items, width, size) <= height)
    return next(fitting, SIZES[-1])


def column_widths(table: Table, width: float) -> list[float]:
    """A width for each column, by its longest word and by how much text it holds."""
    weights = []
    for column in zip(table.header, *table.rows, strict=True):
        longest = max((len(word) for text in column for word in text.split()), default=1)
        weights.append(max(longest * 1.3, math.sqrt(sum(map(len, column)) / len(column)) * 3.2, 6.0))
    return [width * weight / sum(weights) for weight in weights]


def row_heights(table: Table, widths: Sequence[float], size: float) -> list[float]:
    """Inches each row takes, the header first."""
    across, down = CELL_MARGIN
    heights = []
    for row in (table.header, *table.rows):
        most = max(lines(text, width - across, size) for text, width in zip(row, widths, strict=True))
        heights.append(most * size * LINE_HEIGHT / 72 + down)
    return heights


def cell_size(table: Table, widths: Sequence[float], height: float) -> int:
    """The largest type size with which the table fits."""
    return next((size for size in CELL_SIZES if sum(row_heights(table, widths, size)) <= height), CELL_SIZES[-1])
