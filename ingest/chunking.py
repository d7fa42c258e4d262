"""Cutting pages into passages: on structure first (heading, paragraph, list item, table row), then on sentences.

A passage is a span of one page. Short neighbours are taken together, so that a passage says something on its own; a
long paragraph is cut at sentences. No passage is longer than the model reads, title, headings and table header
included.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.types import Block, BlockKind, Page
from search.sentences import sentence_spans

VERSION = "1"

TARGET_WORDS = 120  # a passage is closed when the next piece would bring it above this
ENOUGH_WORDS = 50  # a heading closes a passage that has at least this many

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage to be: a span of the page at `position`."""

    position: int
    page: int | None
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    table_header: str = ""

    def header(self, title: str) -> str:
        """What is embedded in front of the text."""
        path = " › ".join(dict.fromkeys(part for part in (title, *self.headings) if part))
        return "\n".join(part for part in (path, self.table_header) if part)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch that is not cut further unless it must be."""

    start: int
    end: int
    words: int
    kind: BlockKind
    headings: tuple[str, ...]
    table_header: str


def chunk_pages(pages: Sequence[Page], title: str, token_limit: int, count_tokens: CountTokens) -> list[Chunk]:
    """The passages of a document, in reading order; none takes more than `token_limit` tokens with its header."""
    path: list[tuple[int, str]] = []
    chunks: list[Chunk] = []
    for page in pages:
        for run in _runs(page, path):
            chunks += _group(page, run)
    by_position = {page.position: page for page in pages}
    return _within_limit(chunks, by_position, title, token_limit, count_tokens)


def _runs(page: Page, path: list[tuple[int, str]]) -> Iterator[list[_Piece]]:
    """Runs of pieces that may share a passage: a table of contents, which is no passage, parts them."""
    run: list[_Piece] = []
    table_header = ""
    for block in page.blocks or _plain_blocks(page.text):
        if block.kind is BlockKind.CONTENTS:
            yield run
            run = []
            continue
        if block.kind is BlockKind.HEADING:
            _enter(path, block.level, page.text[block.start : block.end])
        if block.kind is not BlockKind.TABLE_ROW:
            table_header = page.text[block.start : block.end] if block.kind is BlockKind.TABLE_HEADER else ""
        run += _pieces(page.text, block, tuple(name for _, name in path), table_header)
    yield run


def _enter(path: list[tuple[int, str]], level: int, heading: str) -> None:
    while path and path[-1][0] >= level:
        path.pop()
    path.append((level, heading))


def _plain_blocks(text: str) -> list[Block]:
    found = re.finditer(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", text, re.DOTALL)
    return [Block(BlockKind.PARAGRAPH, *match.span()) for match in found]


def _pieces(text: str, block: Block, headings: tuple[str, ...], table_header: str) -> list[_Piece]:
    words = _count_words(text[block.start : block.end])
    whole = _Piece(block.start, block.end, words, block.kind, headings, table_header)
    if words <= TARGET_WORDS:
        return [whole]
    spans = sentence_spans(text[block.start : block.end])
    return [
        replace(
            whole,
            start=block.start + start,
            end=block.start + end,
            words=_count_words(text[block.start + start : block.start + end]),
        )
        for start, end in spans
    ]


def _count_words(text: str) -> int:
    return len(text.split())


def _group(page: Page, run: Sequence[_Piece]) -> list[Chunk]:
    groups: list[list[_Piece]] = []
    for piece in run:
        if groups and not _starts_new(groups[-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_chunk(page, group) for group in _attach_small(groups)]


def _starts_new(group: Sequence[_Piece], piece: _Piece) -> bool:
    words = sum(other.words for other in group)
    if all(other.kind is BlockKind.HEADING for other in group):
        return False  # a heading is never alone
    if piece.kind is BlockKind.HEADING:
        return words >= ENOUGH_WORDS
    return words + piece.words > TARGET_WORDS


def _attach_small(groups: list[list[_Piece]]) -> list[list[_Piece]]:
    """A short last group joins the one before it, when that is about the same section and has room."""
    if len(groups) < 2:
        return groups
    *others, before, last = groups
    words = sum(piece.words for piece in last)
    same = last[0].headings == before[-1].headings and last[0].kind is not BlockKind.HEADING
    if same and words < ENOUGH_WORDS // 2:
        return [*others, before + last]
    return groups


def _chunk(page: Page, group: Sequence[_Piece]) -> Chunk:
    start, end = group[0].start, group[-1].end
    first = group[0]
    # A piece of a table that does not hold the header row itself carries it along.
    header = first.table_header if first.kind is BlockKind.TABLE_ROW else ""
    headings = next((piece.headings for piece in group if piece.kind is not BlockKind.HEADING), first.headings)
    if first.kind is BlockKind.HEADING and headings[: len(first.headings)] != first.headings:
        headings = first.headings
    return Chunk(page.position, page.number, start, end, page.text[start:end], headings, header)


def _within_limit(
    chunks: list[Chunk], pages: Mapping[int, Page], title: str, limit: int, count_tokens: CountTokens
) -> list[Chunk]:
    """Cut what is too long in two, between rows or sentences where it can, and shorten headers that leave no room."""
    done: list[Chunk] = []
    waiting = list(chunks)
    while waiting:
        sizes = count_tokens([f"{chunk.header(title)}\n{chunk.text}" for chunk in waiting])
        longer = []
        for chunk, size in zip(waiting, sizes, strict=True):
            if size <= limit or not (len(chunk.text) > 1 or chunk.headings or chunk.table_header):
                done.append(chunk)
            else:
                longer += _shorten(chunk, pages[chunk.position], title, limit, count_tokens)
        waiting = longer
    return sorted(done, key=lambda chunk: (chunk.position, chunk.start))


def _shorten(chunk: Chunk, page: Page, title: str, limit: int, count_tokens: CountTokens) -> list[Chunk]:
    room = limit // 2  # what a header may take
    if len(chunk.text) < 2 or count_tokens([chunk.header(title)])[0] > room:
        if chunk.table_header:
            return [replace(chunk, table_header="")]
        if chunk.headings:
            return [replace(chunk, headings=chunk.headings[1:])]
    rows = _row_starts(page, chunk)
    middle = min(rows, key=lambda at: abs(at - len(chunk.text) // 2)) if rows else _cut_point(chunk.text)
    first, second = chunk.text[:middle].rstrip(), chunk.text[middle:].lstrip()
    begin = chunk.end - len(second)
    rest = replace(chunk, start=begin, text=second, table_header=_table_header(page, begin))
    if rest.table_header and count_tokens([rest.header(title)])[0] > room:
        rest = replace(rest, table_header="")
    return [replace(chunk, end=chunk.start + len(first), text=first), rest]


def _row_starts(page: Page, chunk: Chunk) -> list[int]:
    """Where in the chunk's text a table row begins; not the first row, which stays with its header row."""
    return [
        block.start - chunk.start
        for before, block in pairwise(page.blocks)
        if block.kind is before.kind is BlockKind.TABLE_ROW and chunk.start < block.start < chunk.end
    ]


def _table_header(page: Page, at: int) -> str:
    """The header row of the table that the character is in a row of; empty elsewhere."""
    header = ""
    for block in page.blocks:
        if block.kind is BlockKind.TABLE_HEADER:
            header = page.text[block.start : block.end]
        elif block.kind is not BlockKind.TABLE_ROW:
            header = ""
        if at < block.end:
            return header if block.kind is BlockKind.TABLE_ROW else ""
    return ""


def _cut_point(text: str) -> int:
    """Where to cut a text in two: the sentence or else the word border nearest to the middle, else the middle."""
    middle = len(text) // 2
    sentences = [start for start, _ in sentence_spans(text) if start > 0]
    words = [match.end() for match in re.finditer(r"\s+", text) if match.start() > 0 and match.end() < len(text)]
    borders = sentences or words or [middle]
    return min(borders, key=lambda at: abs(at - middle))
