"""The order in which people read boxes on a slide: from top to bottom, and side by side from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.shapes.base import BaseShape


@dataclass(frozen=True, slots=True)
class Box:
    """A shape with its place, in any unit."""

    left: int
    top: int
    right: int
    bottom: int
    shape: BaseShape


def reading_order(boxes: Sequence[Box]) -> list[Box]:
    """Boxes in reading order.

    Cuts the area at gaps that run from side to side, then at gaps that run from top to bottom, and so on: two columns
    of different lengths are read one after the other, a row of cards from left to right.
    """
    if len(boxes) < 2:
        return list(boxes)
    for low, high in (("top", "bottom"), ("left", "right")):
        parts = _cut(boxes, low, high)
        if len(parts) > 1:
            return [box for part in parts for box in reading_order(part)]
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _cut(boxes: Sequence[Box], low: str, high: str) -> list[list[Box]]:
    """Groups that do not overlap in one direction; a touch of a tenth of the smaller one does not count."""
    parts: list[list[Box]] = []
    reach = 0
    for box in sorted(boxes, key=lambda item: (getattr(item, low), getattr(item, high))):
        start, end = getattr(box, low), getattr(box, high)
        slack = (end - start) // 10
        if not parts or start + slack >= reach:
            parts.append([])
            reach = end
        parts[-1].append(box)
        reach = max(reach, end)
    return parts
