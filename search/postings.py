"""Postings: for every term the passages that hold it and how often. Arrays only, so that they can be mapped from disk.

A term is known by 64 bits of its hash: two terms of a collection of a million passages share one with a chance of one
in some ten million.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.parts import Mask

Array = npt.NDArray[Any]
Allocate = Callable[[str, int, type[np.generic]], Array]  # name, length and type of an array

NAMES = ("terms", "offsets", "rows", "counts", "lengths")
MOST = 255  # more occurrences in one passage count as this many: BM25 hardly tells them apart
_AT_ONCE = 4_000_000  # postings that are moved at a time


def term_hash(term: str) -> int:
    """The 64 bits by which a term is known."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """The passages of term i are `rows[offsets[i]:offsets[i+1]]`, in order; `counts` says how often each has it."""

    terms: npt.NDArray[np.uint64]  # hashes, in order
    offsets: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int32]  # number of terms in each passage

    @property
    def passages(self) -> int:
        return len(self.lengths)

    def spans(self, hashes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where the postings of each term start and stop; equal for a term that is not here."""
        places = np.searchsorted(self.terms, hashes)
        inside = np.minimum(places, max(0, len(self.terms) - 1))
        known = self.terms[inside] == hashes if len(self.terms) else np.zeros(len(hashes), np.bool_)
        starts = np.where(known, self.offsets[inside], 0)
        return starts, np.where(known, self.offsets[inside + known], starts)

    def arrays(self) -> dict[str, Array]:
        """By name, for a snapshot."""
        return {name: getattr(self, name) for name in NAMES}


class _Numbers(dict[str, int]):
    """Numbers words in the order in which they are first seen."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


def postings_of(texts: Iterable[str]) -> Postings:
    """The postings of analysed texts: terms with spaces between."""
    numbers = _Numbers()
    tokens: list[int] = []
    lengths: list[int] = []
    for text in texts:
        words = text.split()
        tokens += map(numbers.__getitem__, words)
        lengths.append(len(words))
    lengths_array = np.array(lengths, np.int32)
    return grouped(np.array(tokens, np.int64), lengths_array, _hashes(numbers))


def _hashes(numbers: _Numbers) -> npt.NDArray[np.uint64]:
    return np.fromiter(map(term_hash, numbers), np.uint64, len(numbers))


def grouped(tokens: npt.NDArray[np.int64], lengths: npt.NDArray[np.int32], hashes: npt.NDArray[np.uint64]) -> Postings:
    """The postings of texts one after another: the number of every term, the length of every text, hashes by number."""
    order = np.argsort(hashes)
    rank = np.empty(len(hashes), np.int64)
    rank[order] = np.arange(len(hashes))
    rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    pairs = np.sort((rank[tokens] << 32) | rows)
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(pairs) else pairs
    counts = np.diff(np.concatenate([first, [len(pairs)]]))
    pairs = pairs[first]
    offsets = np.searchsorted(pairs >> 32, np.arange(len(hashes) + 1)).astype(np.int64)
    kept = np.minimum(counts, MOST).astype(np.uint8)
    return Postings(hashes[order], offsets, (pairs & 0xFFFFFFFF).astype(np.int32), kept, lengths)


def in_memory(_name: str, length: int, kind: type[np.generic]) -> Array:
    """Allocates an array in memory."""
    return np.zeros(length, kind)


def merged(parts: Sequence[tuple[Postings, Mask | None]], allocate: Allocate = in_memory) -> Postings:
    """One of several, each with the rows to keep (None: all); rows are numbered anew, in order.

    Needs little more memory than the arrays that `allocate` gives.
    """
    kept = [_kept(part, mask) for part, mask in parts]
    together = np.unique(np.concatenate([part.terms for part, _ in parts])) if parts else np.zeros(0, np.uint64)
    sizes = np.zeros(len(together), np.int64)
    for (part, _), one in zip(parts, kept, strict=True):
        sizes[np.searchsorted(together, part.terms)] += one.sizes
    used = sizes > 0
    terms, offsets = allocate("terms", int(used.sum()), np.uint64), allocate("offsets", int(used.sum()) + 1, np.int64)
    terms[:], offsets[1:] = together[used], np.cumsum(sizes[used])
    total = int(offsets[-1])
    rows, counts = allocate("rows", total, np.int32), allocate("counts", total, np.uint8)
    lengths = allocate("lengths", sum(one.passages for one in kept), np.int32)
    made = Postings(terms, offsets, rows, counts, lengths)
    fill = offsets.copy()  # where the next posting of each term goes
    base = 0
    for (part, mask), one in zip(parts, kept, strict=True):
        _move(part, one, made, fill, base)
        lengths[base : base + one.passages] = part.lengths if mask is None else part.lengths[mask]
        base += one.passages
    return made


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of a part stays: postings of each term, passages, and the new number of each row."""

    sizes: npt.NDArray[np.int64]
    passages: int
    mask: Mask | None
    numbers: npt.NDArray[np.int32] | None


def _kept(part: Postings, mask: Mask | None) -> _Kept:
    if mask is None or mask.all():
        return _Kept(np.diff(part.offsets), part.passages, None, None)
    before = np.zeros(len(part.rows) + 1, np.int64)
    np.cumsum(mask[part.rows], out=before[1:])
    sizes = before[part.offsets[1:]] - before[part.offsets[:-1]]
    return _Kept(sizes, int(mask.sum()), mask, (np.cumsum(mask) - 1).astype(np.int32))


def _move(part: Postings, kept: _Kept, made: Postings, fill: npt.NDArray[np.int64], base: int) -> None:
    """Copy a part's postings behind those that are there, some terms at a time; its rows are numbered from `base`."""
    places = np.searchsorted(made.terms, part.terms)  # of a term that is gone altogether: anywhere
    first = 0
    while first < len(part.terms):
        last = max(first + 1, int(np.searchsorted(part.offsets, part.offsets[first] + _AT_ONCE, side="right")) - 1)
        span = slice(int(part.offsets[first]), int(part.offsets[last]))
        rows, counts = np.asarray(part.rows[span]), np.asarray(part.counts[span])
        if kept.mask is not None and kept.numbers is not None:
            stay = kept.mask[rows]
            rows, counts = kept.numbers[rows[stay]], counts[stay]
        sizes = kept.sizes[first:last]
        within = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        target = np.repeat(fill[places[first:last]], sizes) + within
        made.rows[target], made.counts[target] = rows + np.int32(base), counts
        first = last
    np.add.at(fill, places, kept.sizes)
