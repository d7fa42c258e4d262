"""Cleaning of extracted text, shared by the readers."""

import re
import unicodedata

from corpus.types import Block, BlockKind, Page

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
LIGATURES |= {0x132: "IJ", 0x133: "ij"}
_ODD_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\v\f]+")
# Soft hyphen, zero-width characters, byte order mark: they split words for a search engine and show nothing to people.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # and halves of surrogate pairs
_SPACES = re.compile(r" {2,}")
_LINE_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_BULLET = re.compile(r"\A\s*(?:[•·▪▫◦‣⁃●○■□►➢✓✔]\s*|[*–—o-]\s+)(?=\S)")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_ARROWS = str.maketrans({"\uf0e0": "→", "\uf0e8": "→", "\uf0df": "←"})  # of the font Wingdings, as Office writes them


def clean(text: str) -> str:
    """Text in NFC without ligatures, invisible and control characters or odd spaces; line breaks stay."""
    text = unicodedata.normalize("NFC", text.translate(LIGATURES))
    text = _CONTROL.sub("", _ODD_SPACES.sub(" ", _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text))))
    return _SPACES.sub(" ", text)


def clean_line(text: str) -> str:
    """`clean`, on one line and stripped."""
    return _SPACES.sub(" ", clean(text).replace("\n", " ")).strip()


def without_symbols(text: str) -> str:
    """Text of an Office file without the private characters that stand for bullets and icons of a symbol font."""
    return _PRIVATE.sub(" ", text.translate(_ARROWS))


def without_bullet(text: str) -> str:
    """Text without the bullet or dash that somebody typed in front of it; the same text when there is none."""
    return _BULLET.sub("", text, count=1)


class PageBuilder:
    """Collects the blocks of a page and lays out its text.

    Table rows, list items and contents lines follow each other on the next line; everything else is set apart by a
    blank line, so that the text reads well when it is shown as it is.
    """

    _TIGHT = frozenset({BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW, BlockKind.LIST_ITEM, BlockKind.CONTENTS})

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Append one block; text that is blank after cleaning is left out."""
        text = clean_line(text)
        if not text:
            return
        separator = self._separator(kind)
        start = self._length + len(separator)
        self._parts += [separator, text]
        self._length = start + len(text)
        self._blocks.append(Block(kind, start, self._length, level))

    def _separator(self, kind: BlockKind) -> str:
        if not self._blocks:
            return ""
        tables = {BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW}
        previous = self._blocks[-1].kind
        tight = kind in self._TIGHT and (previous == kind or {previous, kind} <= tables)
        return "\n" if tight else "\n\n"

    def page(self, position: int, number: int | None) -> Page:
        """The page as collected so far."""
        return Page(position, number, "".join(self._parts), tuple(self._blocks))
