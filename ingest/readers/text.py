"""Plain text (.txt). All text is one page without a number; its structure is guessed from how it is typed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.limits import MAX_CHARACTERS, too_long
from ingest.readers.decoding import decode
from ingest.readers.titles import opening_title, real_title
from ingest.reading import Extraction, FileMetadata
from ingest.text import PageBuilder, clean, without_bullet

MEDIA_TYPE = "text/plain"
NO_TEXT = "Het tekstbestand bevat geen tekst om in te zoeken. Controleer of dit het goede bestand is."
BINARY = "Het bestand heet tekst, maar bevat iets anders dan tekst. Sla het op als .txt in UTF-8 en voeg dat toe."

WRAP_AT_MOST = 130  # characters; longer lines were not cut off by hand
ROOM = 12  # a line that is this much shorter than the widest was ended on purpose
HEADING_WORDS = 12

_ITEM = re.compile(r"\s*(?:\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
_NUMBERED = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-ZÀ-Þ])")
_RULE = re.compile(r"\s*([=\-~*_#])\1{2,}\s*\Z")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d])-\n(?=(?!en\b|of\b|\d)[a-zà-ÿ])")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that stand together, between empty ones."""

    lines: tuple[str, ...]

    @property
    def single(self) -> str:
        return self.lines[0].strip() if len(self.lines) == 1 else ""


def read(data: bytes, name: str) -> Extraction:
    """The text of a plain text file. Raises ReadError when it is empty or no text at all."""
    text, remarks = decode(data)
    if "\0" in text:
        raise ReadError(BINARY)
    if len(text) > MAX_CHARACTERS:
        raise ReadError(too_long(len(text)))
    text = clean(text.replace("\f", "\n\n"))
    builder = PageBuilder()
    groups = _groups(text)
    width = _width(text)
    for at, group in enumerate(groups):
        following = groups[at + 1] if at + 1 < len(groups) else None
        _add_group(builder, group, following, width)
    page = builder.page(1, None)
    if not page.has_text:
        raise ReadError(NO_TEXT)
    metadata = FileMetadata(title=real_title(opening_title(page), name))
    return Extraction("text", MEDIA_TYPE, (page,), metadata, remarks)


def _groups(text: str) -> list[_Lines]:
    blocks = re.split(r"\n[ ]*(?:\n[ ]*)+", text.strip("\n"))
    return [_Lines(tuple(line for line in block.split("\n") if line.strip())) for block in blocks if block.strip()]


def _width(text: str) -> int:
    """The length that lines were cut off at; 0 where they were not."""
    lengths = sorted(len(line.rstrip()) for line in text.split("\n") if line.strip())
    if not lengths or lengths[-1] > WRAP_AT_MOST:
        return 0
    return lengths[-1] if lengths[-1] > 40 else 0


def _add_group(builder: PageBuilder, group: _Lines, following: _Lines | None, width: int) -> None:
    lines = group.lines
    if len(lines) > 1 and _is_underlined(lines):
        builder.add(BlockKind.HEADING, lines[0], level=1 if lines[1].strip()[0] in "=#*" else 2)
        lines = lines[2:]
    level = _heading_level(group.single, following)
    if level:
        builder.add(BlockKind.HEADING, group.single, level)
        return
    for kind, text in _paragraphs([line for line in lines if not _RULE.match(line)], width):
        builder.add(kind, text)


def _is_underlined(lines: Sequence[str]) -> bool:
    title, rule = lines[0].strip(), lines[1].strip()
    return bool(_RULE.match(rule)) and not _RULE.match(title) and abs(len(title) - len(rule)) <= 5


def _heading_level(line: str, following: _Lines | None) -> int:
    """1 to 6 when a line on its own is a heading: in capitals, or numbered with text below it; else 0."""
    if not line or following is None or len(line.split()) > HEADING_WORDS or line.endswith((".", ",", ";", ":", "?")):
        return 0
    letters = [char for char in line if char.isalpha()]
    numbered = _NUMBERED.match(line)
    if numbered and not _NUMBERED.match(following.lines[0]):
        return min(numbered[1].count(".") + 1, 6)
    if numbered and following.single and _NUMBERED.match(following.single):
        # A chapter right above its first section, and not the next item of a list.
        below = _NUMBERED.match(following.single)
        return min(numbered[1].count(".") + 1, 6) if below and below[1].startswith(f"{numbered[1]}.") else 0
    return 1 if len(letters) >= 4 and all(char.isupper() for char in letters) else 0


def _paragraphs(lines: Sequence[str], width: int) -> Iterator[tuple[BlockKind, str]]:
    """Lines joined to paragraphs and list items."""
    joined: list[str] = []
    for at, line in enumerate(lines):
        if at and (_is_item(line) or not (_hangs(line, joined) or _fills(lines[at - 1], line, width))):
            yield _paragraph(joined)
            joined = []
        joined.append(line)
    if joined:
        yield _paragraph(joined)


def _paragraph(lines: Sequence[str]) -> tuple[BlockKind, str]:
    text = _BROKEN_WORD.sub("", "\n".join(line.strip() for line in lines))
    kind = BlockKind.LIST_ITEM if _is_item(lines[0]) else BlockKind.PARAGRAPH
    return kind, without_bullet(text) if kind is BlockKind.LIST_ITEM else text


def _is_item(line: str) -> bool:
    return bool(_ITEM.match(line)) or without_bullet(line) != line


def _hangs(line: str, joined: Sequence[str]) -> bool:
    """Whether a line is indented under the list item above it."""
    return _is_item(joined[0]) and _indent(line) > _indent(joined[0])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _fills(line: str, following: str, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on this one, with room to spare."""
    if not width:
        return False
    first_word = following.split(maxsplit=1)[0]
    return len(line.rstrip()) + 1 + len(first_word) + ROOM > width
