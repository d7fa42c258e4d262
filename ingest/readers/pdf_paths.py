"""What is painted on a PDF page besides text, as far as tables need it: upright lines and filled boxes.

Follows the path operators of ISO 32000-1, 8.5. Curves and slanting lines are passed over.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.readers.pdf_geometry import Matrix

MAX_BOXES = 4000  # on one page; more is a drawing or a map, and no table
THIN = 3.0  # points; a box that is thinner is a line
STRAIGHT = 0.5  # points that an upright line may slant
_WHITE = {(1.0,), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)}

Colour = tuple[float, ...]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A painted box, or a line, which is a box without height or width. In points, y upwards."""

    x0: float
    y0: float
    x1: float
    y1: float
    fill: Colour | None = None  # None for a line that was drawn

    @property
    def is_rule(self) -> bool:
        """Whether it is a line from left to right."""
        return self.y1 - self.y0 <= THIN < self.x1 - self.x0

    @property
    def is_upright(self) -> bool:
        """Whether it is a line from top to bottom."""
        return self.x1 - self.x0 <= THIN < self.y1 - self.y0


class Paths:
    """Gathers the boxes of a page while its content is run."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._lines: list[tuple[Point, Point]] = []
        self._rectangles: list[tuple[Point, Point]] = []
        self._start: Point | None = None
        self._at: Point | None = None
        self._count = 0

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What was painted; nothing when there is too much of it."""
        return tuple(self._boxes) if self._count <= MAX_BOXES else ()

    def move(self, ctm: Matrix, x: float, y: float) -> None:
        """Begin a line."""
        self._start = self._at = _shown(ctm, x, y)

    def line(self, ctm: Matrix, x: float, y: float) -> None:
        """Go on to a point."""
        end = _shown(ctm, x, y)
        if self._at is not None:
            self._lines.append((self._at, end))
        self._at = end

    def curve(self, ctm: Matrix, x: float, y: float) -> None:
        """Go on to a point along a curve, which itself is passed over."""
        self._at = _shown(ctm, x, y)

    def close(self) -> None:
        """Go back to where the line began."""
        if self._start is not None and self._at is not None and self._start != self._at:
            self._lines.append((self._at, self._start))
        self._at = self._start

    def rectangle(self, ctm: Matrix, x: float, y: float, width: float, height: float) -> None:
        """Add a box to the path."""
        self._rectangles.append((_shown(ctm, x, y), _shown(ctm, x + width, y + height)))

    def paint(self, fill: Colour | None, stroke: bool) -> None:
        """Paint the path: filled with a colour, or with a line along it, or both."""
        if self._count <= MAX_BOXES:
            if fill is not None and fill not in _WHITE:
                outline = [_bounds(point for line in self._lines for point in line)] if self._is_box() else []
                self._add(*(_box(one, other, fill) for one, other in (*self._rectangles, *outline)))
            if stroke:
                sides = (side for rectangle in self._rectangles for side in _sides(*rectangle))
                self._add(*(_box(one, other, None) for one, other in (*self._lines, *sides) if _straight(one, other)))
        self.end()

    def end(self) -> None:
        """Forget the path: it was painted, or only served to clip."""
        self._lines, self._rectangles, self._start, self._at = [], [], None, None

    def _add(self, *boxes: Box) -> None:
        self._count += len(boxes)
        self._boxes += boxes

    def _is_box(self) -> bool:
        """Whether the lines go round one box."""
        return len(self._lines) in (3, 4) and all(_straight(one, other) for one, other in self._lines)


def _shown(ctm: Matrix, x: float, y: float) -> Point:
    return ctm.a * x + ctm.c * y + ctm.e, ctm.b * x + ctm.d * y + ctm.f


def _straight(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) <= STRAIGHT or abs(one[1] - other[1]) <= STRAIGHT


def _sides(one: Point, other: Point) -> list[tuple[Point, Point]]:
    corners = [one, (other[0], one[1]), other, (one[0], other[1])]
    return list(zip(corners, [*corners[1:], one], strict=True))


def _bounds(points: Iterable[Point]) -> tuple[Point, Point]:
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys)), (max(xs), max(ys))


def _box(one: Point, other: Point, fill: Colour | None) -> Box:
    (x0, x1), (y0, y1) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return Box(x0, y0, x1, y1, fill)
