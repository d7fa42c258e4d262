"""The content of a PDF page as fragments: text with place, size, weight and the mark that ties it to the tags.

Follows the text operators of ISO 32000-1, 9.3 and 9.4; lines and boxes go to `pdf_paths`, pictures are passed over.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, PdfObject, StreamObject

from ingest.readers.pdf_font import Fonts, PdfFont
from ingest.readers.pdf_geometry import Matrix, baseline, upright
from ingest.readers.pdf_operators import operations
from ingest.readers.pdf_paths import Colour, Paths

MAX_FORMS = 2000  # forms drawn on one page; more is a bomb or a map
MAX_DEPTH = 8
_MAY_SHOW_TEXT = re.compile(rb"T[jJ]|Do|['\"]")
KERNING = 0.12  # em; a smaller gap in a string is kerning, never a space


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text in one font on one baseline. Places in points, y upwards, as the page is shown."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    space: float  # width of a space here
    mark: tuple[int, int] | None = None  # (number of the form or 0 for the page, MCID)
    artifact: bool = False  # marked as a running header, footer or page number
    turned: bool = False  # not upright; its places are in its own turned frame


@dataclass(frozen=True, slots=True)
class _Mark:
    mark: tuple[int, int] | None = None
    artifact: bool = False
    actual: str | None = None  # replaces what is shown inside


@dataclass(frozen=True, slots=True)
class _Context:
    """What a stream is drawn in."""

    mark: _Mark = _Mark()
    stream: int = 0  # number of the form, 0 for the page
    depth: int = 0


@dataclass(slots=True)
class _State:
    """The graphics state as far as text needs it."""

    ctm: Matrix
    font: PdfFont | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    fill: Colour = (0.0,)


@dataclass(slots=True)
class _Drawing:
    """What is shared between a page and the forms drawn on it."""

    pdf: Any
    fonts: Fonts
    paths: Paths
    fragments: list[Fragment] = field(default_factory=list)
    forms: int = 0


def page_fragments(page: PageObject, fonts: Fonts, paths: Paths | None = None) -> list[Fragment]:
    """All text of a page in the order of its content; what is painted beside it goes to `paths`.

    Raises what pypdf raises on damaged content.
    """
    drawing = _Drawing(page.pdf, fonts, paths or Paths())
    contents = page.get("/Contents")
    if contents is None:
        return []
    resources = _dictionary(page.get("/Resources"))
    stream = ContentStream(contents.get_object(), page.pdf, "bytes")
    _Interpreter(drawing, resources, upright(page), _Context()).run(stream)
    return drawing.fragments


class _Interpreter:
    """Runs one content stream."""

    def __init__(self, drawing: _Drawing, resources: DictionaryObject, ctm: Matrix, context: _Context) -> None:
        self._drawing = drawing
        self._resources = resources
        self._fonts: dict[str, PdfFont | None] = {}
        self._stream = context.stream
        self._depth = context.depth
        self._state = _State(ctm)
        self._stack: list[_State] = []
        self._marks = [context.mark]
        self._matrix = self._line = Matrix()

    def run(self, stream: ContentStream) -> None:
        """Collect the fragments of a stream."""
        if not _MAY_SHOW_TEXT.search(stream.get_data()):
            return
        for operands, operator in operations(stream):
            handler = _HANDLERS.get(operator)
            if handler is not None:
                try:
                    handler(self, operands)
                except (IndexError, TypeError, ValueError, AttributeError):
                    continue  # an operator without its operands is skipped, as viewers do

    # Graphics state

    def _save(self, _: list[Any]) -> None:
        self._stack.append(replace(self._state))

    def _restore(self, _: list[Any]) -> None:
        if self._stack:
            self._state = self._stack.pop()

    def _concat(self, operands: list[Any]) -> None:
        self._state.ctm = Matrix(*map(float, operands[:6])).after(self._state.ctm)

    def _set_font(self, operands: list[Any]) -> None:
        name = str(operands[0])
        if name not in self._fonts:
            self._fonts[name] = self._drawing.fonts.of(self._resources, name)
        self._state.font = self._fonts[name]
        self._state.size = float(operands[1])

    def _set_char_space(self, operands: list[Any]) -> None:
        self._state.char_space = float(operands[0])

    def _set_word_space(self, operands: list[Any]) -> None:
        self._state.word_space = float(operands[0])

    def _set_stretch(self, operands: list[Any]) -> None:
        self._state.stretch = float(operands[0]) / 100

    def _set_leading(self, operands: list[Any]) -> None:
        self._state.leading = float(operands[0])

    def _set_rise(self, operands: list[Any]) -> None:
        self._state.rise = float(operands[0])

    def _set_fill(self, operands: list[Any]) -> None:
        # The name of a pattern counts as a colour of its own.
        self._state.fill = tuple(float(part) if isinstance(part, (int, float)) else -1.0 for part in operands)

    # Paths

    def _path_move(self, operands: list[Any]) -> None:
        self._drawing.paths.move(self._state.ctm, *map(float, operands[:2]))

    def _path_line(self, operands: list[Any]) -> None:
        self._drawing.paths.line(self._state.ctm, *map(float, operands[:2]))

    def _path_curve(self, operands: list[Any]) -> None:
        self._drawing.paths.curve(self._state.ctm, *map(float, operands[-2:]))

    def _path_rectangle(self, operands: list[Any]) -> None:
        self._drawing.paths.rectangle(self._state.ctm, *map(float, operands[:4]))

    def _path_close(self, _: list[Any]) -> None:
        self._drawing.paths.close()

    def _path_end(self, _: list[Any]) -> None:
        self._drawing.paths.end()

    def _path_fill(self, _: list[Any]) -> None:
        self._drawing.paths.paint(self._state.fill, stroke=False)

    def _path_stroke(self, _: list[Any]) -> None:
        self._drawing.paths.paint(None, stroke=True)

    def _path_fill_and_stroke(self, _: list[Any]) -> None:
        self._drawing.paths.paint(self._state.fill, stroke=True)

    def _path_close_and_stroke(self, _: list[Any]) -> None:
        self._drawing.paths.close()
        self._drawing.paths.paint(None, stroke=True)

    # Text position

    def _begin(self, _: list[Any]) -> None:
        self._matrix = self._line = Matrix()

    def _move(self, operands: list[Any]) -> None:
        self._line = self._line.moved(float(operands[0]), float(operands[1]))
        self._matrix = self._line

    def _move_and_lead(self, operands: list[Any]) -> None:
        self._state.leading = -float(operands[1])
        self._move(operands)

    def _set_matrix(self, operands: list[Any]) -> None:
        self._matrix = self._line = Matrix(*map(float, operands[:6]))

    def _next_line(self, _: list[Any]) -> None:
        self._move([0, -self._state.leading])

    # Text

    def _show(self, operands: list[Any]) -> None:
        self._show_parts([operands[0]])

    def _show_array(self, operands: list[Any]) -> None:
        self._show_parts(operands[0])

    def _show_on_next_line(self, operands: list[Any]) -> None:
        self._next_line([])
        self._show_parts([operands[-1]])

    def _show_spaced(self, operands: list[Any]) -> None:
        self._state.word_space, self._state.char_space = float(operands[0]), float(operands[1])
        self._show_on_next_line(operands)

    def _show_parts(self, parts: list[Any]) -> None:
        """Show strings; a wide gap between two is a space, a very wide one starts another fragment."""
        state, font = self._state, self._state.font
        if font is None or not state.size:
            return
        text, start = "", self._matrix
        for part in parts:
            if isinstance(part, (int, float)):
                shift = -float(part) / 1000
                if shift > 2 and text.strip():
                    self._emit(text, start, font)
                    text = ""
                elif shift >= max(0.45 * font.space / 1000, KERNING) and text and text[-1] != " ":
                    text += " "
                self._advance(shift * state.size)
                start = start if text else self._matrix
            elif isinstance(part, (str, bytes)):
                text += self._shown(_raw(part), font)
        self._emit(text, start, font)

    def _shown(self, data: bytes, font: PdfFont) -> str:
        state, width, texts = self._state, 0.0, []
        scale, size, char_space = font.scale, state.size, state.char_space
        for glyph in font.glyphs(data):
            texts.append(glyph.text)
            width += glyph.width * scale * size + char_space
            if glyph.is_space:
                width += state.word_space
        self._advance(width)
        return "".join(texts)

    def _advance(self, width: float) -> None:
        self._matrix = self._matrix.moved(width * self._state.stretch, 0.0)

    def _emit(self, text: str, start: Matrix, font: PdfFont) -> None:
        mark = self._marks[-1]
        if mark.actual is not None:
            text = mark.actual
            self._marks[-1] = replace(mark, actual="")
        if not text:
            return
        state = self._state
        first = start.moved(0.0, state.rise).after(state.ctm)
        last = self._matrix.moved(0.0, state.rise).after(state.ctm)
        x0, x1, y, turned = baseline(first, last)
        size = math.hypot(first.c, first.d) * abs(state.size)
        space = math.hypot(first.a, first.b) * abs(state.size) * font.space / 1000
        self._drawing.fragments.append(
            Fragment(text, x0, x1, y, size, font.bold, space, mark.mark, mark.artifact, turned)
        )

    # Marked content

    def _begin_marked(self, operands: list[Any]) -> None:
        outer = self._marks[-1]
        properties = _properties(operands, self._resources)
        number = properties.get("/MCID")
        mark = (self._stream, int(number)) if isinstance(number, int) else outer.mark
        pagination = operands[0] == "/Artifact" and (
            properties.get("/Type") == "/Pagination" or properties.get("/Subtype") in ("/Header", "/Footer")
        )
        actual = properties.get("/ActualText")
        # Inside a replaced text nothing else is shown, so that state goes down with it.
        shown = str(actual) if isinstance(actual, str) else ("" if outer.actual is not None else None)
        self._marks.append(_Mark(mark, outer.artifact or pagination, shown))

    def _end_marked(self, _: list[Any]) -> None:
        if len(self._marks) > 1:
            self._marks.pop()

    # Forms

    def _draw(self, operands: list[Any]) -> None:
        objects = _dictionary(self._resources.get("/XObject"))
        raw = objects.raw_get(operands[0]) if operands[0] in objects else None
        form = raw.get_object() if raw is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        self._drawing.forms += 1
        if self._depth >= MAX_DEPTH or self._drawing.forms > MAX_FORMS:
            return
        matrix = Matrix(*map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
        number = raw.idnum if isinstance(raw, IndirectObject) else 0
        resources = _dictionary(form.get("/Resources")) or self._resources
        context = _Context(self._marks[-1], number, self._depth + 1)
        inner = _Interpreter(self._drawing, resources, matrix.after(self._state.ctm), context)
        inner.run(ContentStream(form, self._drawing.pdf, "bytes"))


_HANDLERS: Mapping[bytes, Any] = {
    b"q": _Interpreter._save,
    b"Q": _Interpreter._restore,
    b"cm": _Interpreter._concat,
    b"Tf": _Interpreter._set_font,
    b"Tc": _Interpreter._set_char_space,
    b"Tw": _Interpreter._set_word_space,
    b"Tz": _Interpreter._set_stretch,
    b"TL": _Interpreter._set_leading,
    b"Ts": _Interpreter._set_rise,
    b"BT": _Interpreter._begin,
    b"Td": _Interpreter._move,
    b"TD": _Interpreter._move_and_lead,
    b"Tm": _Interpreter._set_matrix,
    b"T*": _Interpreter._next_line,
    b"Tj": _Interpreter._show,
    b"TJ": _Interpreter._show_array,
    b"'": _Interpreter._show_on_next_line,
    b'"': _Interpreter._show_spaced,
    b"BDC": _Interpreter._begin_marked,
    b"BMC": _Interpreter._begin_marked,
    b"EMC": _Interpreter._end_marked,
    b"Do": _Interpreter._draw,
    **dict.fromkeys((b"g", b"rg", b"k", b"sc", b"scn"), _Interpreter._set_fill),
    b"m": _Interpreter._path_move,
    b"l": _Interpreter._path_line,
    **dict.fromkeys((b"c", b"v", b"y"), _Interpreter._path_curve),
    b"re": _Interpreter._path_rectangle,
    b"h": _Interpreter._path_close,
    b"n": _Interpreter._path_end,
    **dict.fromkeys((b"f", b"F", b"f*"), _Interpreter._path_fill),
    b"S": _Interpreter._path_stroke,
    b"s": _Interpreter._path_close_and_stroke,
    **dict.fromkeys((b"B", b"B*", b"b", b"b*"), _Interpreter._path_fill_and_stroke),
}


def _raw(part: str | bytes) -> bytes:
    if isinstance(part, bytes):
        return part
    original = getattr(part, "original_bytes", None)
    return original if isinstance(original, bytes) else part.encode("latin-1", "replace")


def _dictionary(value: object) -> DictionaryObject:
    found = value.get_object() if isinstance(value, PdfObject) else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _properties(operands: list[Any], resources: DictionaryObject) -> Mapping[str, Any]:
    if len(operands) < 2:
        return {}
    given = operands[1]
    if isinstance(given, str):
        given = _dictionary(resources.get("/Properties")).get(given)
    if isinstance(given, Mapping):
        return given
    return _dictionary(given) if given is not None else {}


def visible(fragments: list[Fragment], width: float, height: float) -> Iterator[Fragment]:
    """Fragments on the page, without what lies outside it and without text drawn twice to look bold."""
    seen: dict[str, list[Fragment]] = {}
    for fragment in fragments:
        if not fragment.text.strip():
            continue
        if not fragment.turned and not (-5 <= fragment.y <= height + 5 and fragment.x1 >= 0 and fragment.x0 <= width):
            continue
        same = seen.setdefault(fragment.text, [])
        near = 0.25 * fragment.size
        if not any(abs(o.x0 - fragment.x0) < near and abs(o.y - fragment.y) < near for o in same):
            same.append(fragment)
            yield fragment
