"""An extraction as plain data and back, for what comes out of another process.

What comes back is checked as if a stranger wrote it: a hostile file that takes over its reader may send anything.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from corpus.types import Block, BlockKind, Page
from ingest.reading import Extraction, FileMetadata

MAX_HEADING_LEVEL = 6
MAX_NUMBER = 2**31 - 1
_KINDS = {kind.value: kind for kind in BlockKind}


def to_json(extraction: Extraction) -> bytes:
    """The extraction as JSON."""
    told = extraction.metadata
    return json.dumps(
        {
            "format": extraction.format,
            "media_type": extraction.media_type,
            "remarks": extraction.remarks,
            "metadata": [told.title, told.author, told.date.isoformat() if told.date else "", told.language],
            "pages": [
                [page.number, page.text, [[block.kind, block.start, block.end, block.level] for block in page.blocks]]
                for page in extraction.pages
            ],
        }
    ).encode()


def from_json(data: bytes) -> Extraction:
    """The extraction that `to_json` wrote. Raises ValueError for anything else."""
    try:
        plain = json.loads(data)
        title, author, when, language = map(_text, plain["metadata"])
        return Extraction(
            _text(plain["format"]),
            _text(plain["media_type"]),
            tuple(_page(position, item) for position, item in enumerate(plain["pages"], start=1)),
            FileMetadata(title, author, date.fromisoformat(when) if when else None, language),
            tuple(map(_text, plain["remarks"])),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"geen extractie: {error}") from error


def _page(position: int, item: Sequence[Any]) -> Page:
    number, text, blocks = item
    return Page(position, None if number is None else _number(number), _text(text), _blocks(blocks, len(text)))


def _blocks(items: Sequence[Any], length: int) -> tuple[Block, ...]:
    """Blocks in order, apart from each other and within the page."""
    blocks, reached = [], 0
    for kind, start, end, level in items:
        if not reached <= _number(start) <= _number(end) <= length or _number(level) > MAX_HEADING_LEVEL:
            raise ValueError(f"blok {start}-{end} van niveau {level} kan niet")
        blocks.append(Block(_KINDS[kind], start, end, level))
        reached = end
    return tuple(blocks)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} in plaats van tekst")
    value.encode()  # half a surrogate pair cannot be stored
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{type(value).__name__} in plaats van een getal")
    if not 0 <= value <= MAX_NUMBER:
        raise ValueError(f"getal {value} kan niet")
    return value
