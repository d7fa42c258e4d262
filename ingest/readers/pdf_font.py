"""Fonts of a PDF: from the bytes of a shown string to characters with widths.

The only file that uses a private part of pypdf (`pypdf.generic._font`): its public extraction gives text without
widths, and without widths there are no columns, cells or reliable word gaps. pypdf is pinned below the next major
version, and tests/ingest/test_pdf.py fails when the class changes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pypdf.generic import DictionaryObject, IndirectObject
from pypdf.generic._font import Font

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
BOLD_WEIGHT = 600
# Bullets of the fonts Symbol and Wingdings, which have no meaning outside those fonts.
_SYMBOLS = str.maketrans(
    {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0e0": "→", "\uf0e8": "→", "\uf02d": "-"}
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shown character code: its text (may be several letters) and width, in thousandths of the font size."""

    text: str
    width: float
    is_space: bool  # the one-byte code 32, which word spacing applies to


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A font as far as extraction needs it."""

    font: Font
    bold: bool
    scale: float  # from glyph units to text units, 0.001 for all but Type 3 fonts
    space: float  # width of a space in thousandths of the font size, within what spaces really measure
    _known: dict[str | int, Glyph] = field(default_factory=dict)  # by character, or by byte; the same ones come back

    def glyphs(self, data: bytes) -> list[Glyph]:
        """The characters of a shown string."""
        encoding, known = self.font.encoding, self._known
        codes: Sequence[str | int] = _decode(data, encoding) if isinstance(encoding, str) else data
        for code in set(codes).difference(known):
            known[code] = self._glyph_of(code)
        return [known[code] for code in codes]

    def _glyph_of(self, code: str | int) -> Glyph:
        if isinstance(code, str):
            return self._glyph(code, code, False)
        encoding: Mapping[int, str] = self.font.encoding if isinstance(self.font.encoding, dict) else {}
        return self._glyph(chr(code), encoding.get(code, chr(code)), code == 32)

    def _glyph(self, code: str, char: str, is_space: bool) -> Glyph:
        widths = self.font.character_widths
        text = str(self.font.character_map.get(char, char))
        if code == self.font.space_char and not widths.get(code):
            return Glyph(text, float(self.font.space_width), is_space)
        width = widths.get(code, widths.get("default", 500.0))
        return Glyph(text.translate(_SYMBOLS), float(width), is_space)


class Fonts:
    """The fonts of a document, each read once."""

    def __init__(self) -> None:
        self._read: dict[object, PdfFont | None] = {}

    def of(self, resources: DictionaryObject, name: str) -> PdfFont | None:
        """The font that a page calls by this name; None when there is no such font."""
        fonts = resources.get("/Font")
        fonts = fonts.get_object() if fonts is not None else None
        if not isinstance(fonts, DictionaryObject) or name not in fonts:
            return None
        raw = fonts.raw_get(name)
        key = (raw.idnum, raw.generation) if isinstance(raw, IndirectObject) else id(raw)
        if key not in self._read:
            self._read[key] = _read_font(raw.get_object())
        return self._read[key]


def _read_font(resource: object) -> PdfFont | None:
    if not isinstance(resource, DictionaryObject):
        return None
    font = Font.from_font_resource(resource)
    weight = str(font.font_descriptor.weight)
    heavy = weight.replace(".", "").isdigit() and float(weight) >= BOLD_WEIGHT
    scale = 0.001
    if font.sub_type == "Type3":
        matrix = resource.get("/FontMatrix")
        scale = abs(float(matrix[0])) or scale if isinstance(matrix, list) and matrix else scale
    space = min(max(float(font.space_width), 200.0), 350.0)
    return PdfFont(font, heavy or bool(_BOLD.search(font.name)), scale, space)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return data.decode(encoding, "replace")
    except LookupError:
        return data.decode("utf-16-be", "replace")
