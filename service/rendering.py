"""A page of a PDF as a picture, with a passage marked on it. Runs in a child process: see `service.pictures`."""

import io
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Box = tuple[float, float, float, float]  # left, bottom, right, top in points, y upwards as in the PDF

HIGHEST = 4  # times its width; a longer page is made smaller
PIECE = 12  # letters that a stretch needs to be looked for on its own
MARK = (255, 233, 120)
MARK_ON_DARK = (120, 95, 0)


class NoPictureError(Exception):
    """No picture can be made of this page."""


def render(path: Path, number: int, width: int, text: str) -> bytes:
    """Page `number` (1-based) as WebP, `width` pixels wide, with the words of `text` marked when they are found."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            if not 1 <= number <= len(document):
                raise NoPictureError(f"no page {number}")
            return _render(document[number - 1], width, text)
    except (pypdfium2.PdfiumError, OSError, ValueError) as error:
        raise NoPictureError(str(error)) from error


def _render(page: pypdfium2.PdfPage, width: int, text: str) -> bytes:
    across, down = page.get_size()
    if across <= 0 or down <= 0:
        raise NoPictureError("a page without a size")
    scale = min(width / across, HIGHEST * width / down)
    bitmap = page.render(scale=scale, may_draw_forms=False)
    picture: Picture = bitmap.to_pil().convert("RGB")
    boxes = find_boxes(page, text) if text else []
    if boxes:
        place = bitmap.get_posconv(page)
        picture = _mark(picture, [_pixels(place.to_bitmap, box) for box in boxes])
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82, method=3)
    return out.getvalue()


def _pixels(place: Callable[[float, float], tuple[float, float]], box: Box) -> tuple[int, int, int, int]:
    one, other = place(box[0], box[1]), place(box[2], box[3])
    left, right = sorted((int(one[0]), int(other[0])))
    top, bottom = sorted((int(one[1]), int(other[1])))
    return left - 1, top - 1, right + 1, bottom + 1


def _mark(picture: "Picture", boxes: Sequence[tuple[int, int, int, int]]) -> "Picture":
    """Colour the boxes without touching the letters: light paper gets darker, dark paper lighter."""
    on_light = Image.new("RGB", picture.size, (255, 255, 255))
    on_dark = Image.new("RGB", picture.size, (0, 0, 0))
    grey = picture.convert("L")
    for box in boxes:
        inside = grey.crop(box).histogram()
        dark = sum(inside[:128]) > sum(inside[128:])
        ImageDraw.Draw(on_dark if dark else on_light).rectangle(box, fill=MARK_ON_DARK if dark else MARK)
    return ImageChops.screen(ImageChops.multiply(picture, on_light), on_dark)


def find_boxes(page: pypdfium2.PdfPage, text: str) -> list[Box]:
    """Where the words of a passage stand on the page, line by line; empty when they are not found.

    The passage was tidied when it was read (hyphens, columns, spaces), so only letters and digits are compared: the
    passage as a whole, else each of its lines, else each half of a line. Of a page that is turned, PDFium gives the
    lines in the order in which they lie then, which need not be that of reading; so it is also looked at upright.
    """
    own = page.get_rotation()
    try:
        tried = []
        for rotation in dict.fromkeys((own, 0)):
            page.set_rotation(rotation)
            tried.append(_boxes_as_it_lies(page, text))
        return max(tried, key=lambda found: found[0])[1]
    finally:
        page.set_rotation(own)


def _boxes_as_it_lies(page: pypdfium2.PdfPage, text: str) -> tuple[tuple[int, int], list[Box]]:
    """The boxes, and how good they are: the more letters were found, in the fewer stretches, the better."""
    textpage = page.get_textpage()
    try:
        letters, places = _letters(textpage)
        spans = list(_spans(letters, text))
        chars = sorted({places[at] for start, end in spans for at in range(start, end)})
        return (len(chars), -len(spans)), _lines(textpage.get_charbox(at, loose=True) for at in chars)
    finally:
        textpage.close()


def fold(text: str) -> str:
    """Only what is compared: letters and digits, without case, ligatures or accents' composition."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _letters(textpage: pypdfium2.PdfTextPage) -> tuple[str, list[int]]:
    """The folded text of the page, and for each of its characters the number of the PDF's own."""
    letters, places = [], []
    for at in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, at)
        folded = fold(chr(code)) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        letters.append(folded)
        places += [at] * len(folded)
    return "".join(letters), places


def _spans(letters: str, text: str) -> Iterator[tuple[int, int]]:
    whole = fold(text)
    lines = [text] if whole and whole in letters else text.split("\n")
    # What stands once on the page tells where the passage is; a title may also be in a running line.
    once = [at for at, line in enumerate(lines) if len(fold(line)) >= PIECE and letters.count(fold(line)) == 1]
    anchor = max(once, key=lambda at: len(fold(lines[at])), default=0)
    begin = after = letters.find(fold(lines[anchor])) if once else 0
    for line in lines[anchor:]:
        after = yield from _find(letters, line, after)
    for line in reversed(lines[:anchor]):
        begin = yield from _find(letters, line, begin, back=True)


def _find(letters: str, line: str, near: int, *, back: bool = False) -> Generator[tuple[int, int], None, int]:
    """Spans of one line, looked for after the one before it first, or before the one after it; returns where the next
    one may begin or end.
    """
    wanted = fold(line)
    at = (letters.rfind(wanted, 0, near) if back else letters.find(wanted, near)) if wanted else -1
    if at < 0 and len(wanted) >= PIECE:
        at = letters.find(wanted)
    if at >= 0:
        yield at, at + len(wanted)
        return at if back else at + len(wanted)
    words = line.split()
    if len(wanted) >= 2 * PIECE and len(words) > 1:
        middle = len(words) // 2
        halves = [" ".join(words[:middle]), " ".join(words[middle:])]
        for half in reversed(halves) if back else halves:
            near = yield from _find(letters, half, near, back=back)
    return near


def _lines(boxes: Iterable[Box]) -> list[Box]:
    """Boxes of letters taken together where they follow each other on a line."""
    lines: list[Box] = []
    for box in boxes:
        left, bottom, right, top = box
        if right <= left or top <= bottom:
            continue
        if lines and _follows(lines[-1], box):
            before = lines[-1]
            lines[-1] = (min(before[0], left), min(before[1], bottom), max(before[2], right), max(before[3], top))
        else:
            lines.append(box)
    return lines


def _follows(line: Box, box: Box) -> bool:
    height = min(line[3] - line[1], box[3] - box[1])
    overlap = min(line[3], box[3]) - max(line[1], box[1])
    return overlap > height / 2 and -height < box[0] - line[2] < 2 * height
