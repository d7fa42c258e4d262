"""Where things stand on a PDF page: the maps of ISO 32000-1, 8.3, and the page as it is shown."""

from typing import NamedTuple

from pypdf import PageObject


class Matrix(NamedTuple):
    """An affine map as PDF writes it."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def after(self, n: "Matrix") -> "Matrix":
        """This map first, then `n`."""
        return Matrix(
            self.a * n.a + self.b * n.c,
            self.a * n.b + self.b * n.d,
            self.c * n.a + self.d * n.c,
            self.c * n.b + self.d * n.d,
            self.e * n.a + self.f * n.c + n.e,
            self.e * n.b + self.f * n.d + n.f,
        )

    def moved(self, x: float, y: float) -> "Matrix":
        """A shift first, then this map."""
        a, b, c, d, e, f = self
        return Matrix(a, b, c, d, x * a + y * c + e, x * b + y * d + f)


def page_size(page: PageObject) -> tuple[float, float]:
    """Width and height in points as shown."""
    width, height = float(page.cropbox.width), float(page.cropbox.height)
    return (height, width) if page.rotation % 180 else (width, height)


def upright(page: PageObject) -> Matrix:
    """From the page's own coordinates to those in which it is shown, with the crop box at the origin."""
    box = page.cropbox
    x, y, width, height = float(box.left), float(box.bottom), float(box.width), float(box.height)
    match page.rotation % 360:
        case 90:
            return Matrix(0, -1, 1, 0, -y, width + x)
        case 180:
            return Matrix(-1, 0, 0, -1, width + x, height + y)
        case 270:
            return Matrix(0, 1, -1, 0, height + y, -x)
        case _:
            return Matrix(1, 0, 0, 1, -x, -y)


def baseline(first: Matrix, last: Matrix) -> tuple[float, float, float, bool]:
    """Left, right and height of a text, and whether it is turned; turned text is seen along its own baseline."""
    turned = abs(first.b) > abs(first.a)
    x0, x1, y = first.e, last.e, first.f
    if turned:
        x0, x1, y = (first.f, last.f, -first.e) if first.b > 0 else (-first.f, -last.f, first.e)
    return min(x0, x1), max(x0, x1), y, turned
