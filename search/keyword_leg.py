"""The keyword leg: BM25 over words and over character grams, derived from the terms that the catalogue keeps.

It is made of blocks as the vector leg is: a large base, which may be mapped from a snapshot, and a small tail.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.keyword_rows import KeywordRow
from search import bm25, postings
from search.index import Hit
from search.parts import Allowed, Mask, Part, Parts, kept_spans, visible
from search.postings import Postings, in_memory, postings_of

TAIL_PASSAGES = 1024  # as TAIL_UNITS of the vector leg


class Field(Enum):
    """What is counted: words (with title and headings), or the character grams of all of it."""

    WORDS = "words"
    GRAMS = "grams"


@dataclass(frozen=True, eq=False)
class TermBlock:
    """Passages with the postings of their terms. Row i is the passage with key `keys[i]`."""

    keys: npt.NDArray[np.int64]
    words: Postings
    grams: Postings
    documents: Mapping[str, tuple[int, int]]
    stored: str = ""

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def _by_key(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64] | None]:
        """The keys in order, and the row of each (None: they are in order as they stand)."""
        if bool((self.keys[1:] > self.keys[:-1]).all()):
            return self.keys, None
        order = np.argsort(self.keys)
        return self.keys[order], order

    @cached_property
    def _by_row(self) -> tuple[list[str], npt.NDArray[np.int64]]:
        """The documents in the order of their rows, and the row that each begins at."""
        spans = sorted((start, name) for name, (start, stop) in self.documents.items() if stop > start)
        return [name for _, name in spans], np.array([start for start, _ in spans], np.int64)

    def owners(self, keys: npt.NDArray[np.int64], mask: Mask | None) -> dict[int, str]:
        """The documents of those of these passages that are here, among the rows of `mask` (None: all), by key."""
        if not len(self):
            return {}
        known, order = self._by_key
        places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        here = known[places] == keys
        rows = places[here] if order is None else order[places[here]]
        kept = np.ones(len(rows), np.bool_) if mask is None else mask[rows]
        names, starts = self._by_row
        numbers = np.searchsorted(starts, rows[kept], side="right") - 1
        pairs = zip(keys[here][kept].tolist(), numbers.tolist(), strict=True)
        return {key: names[number] for key, number in pairs}

    def field(self, name: Field) -> Postings:
        """The postings of words or of grams."""
        return self.words if name is Field.WORDS else self.grams


@dataclass(frozen=True)
class _State:
    """The parts at one moment, with what scores of each field are relative to."""

    parts: tuple[Part[TermBlock], ...]
    collections: Mapping[Field, bm25.Collection]
    norms: Mapping[Field, tuple[bm25.Scores, ...]]
    dead: tuple[npt.NDArray[np.int64], ...]


class KeywordLeg:
    """Terms in blocks, with the documents they belong to."""

    def __init__(self) -> None:
        self._parts: Parts[TermBlock] = Parts()
        self._lock = threading.Lock()
        self._state: _State | None = None

    def put_many(self, entries: Mapping[str, Sequence[KeywordRow]]) -> None:
        """Set the terms of documents; what was there before is replaced."""
        new = {name: rows for name, rows in entries.items() if rows}
        with self._lock:
            self._parts.drop(entries.keys())
            if new:
                last = self._parts.last(TAIL_PASSAGES)
                made = Part(block_of(new))
                self._parts.add(Part(merged([last, made])) if last else made, instead=last)
            self._state = None

    def drop(self, document_ids: Iterable[str]) -> None:
        """Forget documents; unknown ones are ignored."""
        with self._lock:
            self._parts.drop(list(document_ids))
            self._state = None

    def passage_count(self) -> int:
        """Passages whose terms are here."""
        return self._current().collections[Field.WORDS].passages

    def add(self, part: Part[TermBlock]) -> None:
        """Add a part of a snapshot."""
        with self._lock:
            self._parts.add(part)
            self._state = None

    def parts(self) -> tuple[Part[TermBlock], ...]:
        """What it is made of, for a snapshot."""
        return self._parts.now

    def replace(self, old: Sequence[TermBlock], block: TermBlock) -> None:
        """Use a block instead of those that it was made of."""
        with self._lock:
            self._parts.replace(old, block)
            self._state = None

    def hits(self, field: Field, terms: Sequence[str], allowed: Allowed, k: int) -> list[Hit]:
        """The k best passages of the allowed documents that hold a term, best first, ties by key."""
        if not terms or k < 1:
            return []
        state = self._current()
        hashes = bm25.hashes_of(terms)
        columns = zip(state.parts, state.norms[field], state.dead, strict=True)
        parts = [bm25.Part(one.block.field(field), norm, dead, visible(one, allowed)) for one, norm, dead in columns]
        counts = bm25.frequencies(parts, hashes)
        weights, rarest = state.collections[field].weight(counts), bm25.rarest_of(counts)
        found = [bm25.best(part, hashes, weights, rarest, k) for part in parts]
        keys = [one.block.keys[rows] for one, (rows, _) in zip(state.parts, found, strict=True)]
        return _ranked(keys, [scores for _, scores in found], k)

    def owners(self, keys: Sequence[int], allowed: Allowed) -> dict[int, str]:
        """The documents of those of these passages that are here and allowed (None: all), by the passages' keys."""
        wanted = np.array(keys, np.int64)
        found: dict[int, str] = {}
        for part in self._parts.now:
            found |= part.block.owners(wanted, visible(part, allowed))
        return {key: found[key] for key in keys if key in found}

    def _current(self) -> _State:
        state = self._state
        if state is None:
            with self._lock:
                self._state = state = _state_of(self._parts.now)
        return state


def _ranked(keys: Sequence[npt.NDArray[np.int64]], scores: Sequence[bm25.Scores], k: int) -> list[Hit]:
    if not keys:
        return []
    all_keys, all_scores = np.concatenate(keys), np.concatenate(scores)
    order = np.lexsort((all_keys, -all_scores))[:k]
    pairs = zip(all_keys[order].tolist(), all_scores[order].tolist(), strict=True)
    return [Hit(key, score) for key, score in pairs]


def _state_of(parts: tuple[Part[TermBlock], ...]) -> _State:
    none = np.zeros(0, np.int64)
    dead = tuple(none if part.alive is None else np.flatnonzero(~part.alive) for part in parts)
    collections = {field: _collection(field, parts) for field in Field}
    norms = {
        field: tuple(collection.length_norm(part.block.field(field).lengths) for part in parts)
        for field, collection in collections.items()
    }
    return _State(parts, collections, norms, dead)


def _collection(field: Field, parts: Sequence[Part[TermBlock]]) -> bm25.Collection:
    lengths = [part.block.field(field).lengths for part in parts]
    alive = [own if part.alive is None else own[part.alive] for own, part in zip(lengths, parts, strict=True)]
    return bm25.Collection(sum(map(len, alive)), sum(int(own.sum(dtype=np.int64)) for own in alive))


def block_of(entries: Mapping[str, Sequence[KeywordRow]]) -> TermBlock:
    """A block in memory of these documents."""
    spans, at = {}, 0
    for name, rows in entries.items():
        spans[name] = (at, at + len(rows))
        at += len(rows)
    all_rows = [row for rows in entries.values() for row in rows]
    keys = np.array([row.key for row in all_rows], np.int64)
    words, grams = postings_of(row.words for row in all_rows), postings_of(row.grams for row in all_rows)
    return TermBlock(keys, words, grams, spans)


def merged(
    parts: Sequence[Part[TermBlock]], words: postings.Allocate = in_memory, grams: postings.Allocate = in_memory
) -> TermBlock:
    """One block of several, without what is gone; the arrays of both fields are made where the caller says."""
    keys = [part.block.keys if part.alive is None else part.block.keys[part.alive] for part in parts]
    return TermBlock(
        np.concatenate([np.zeros(0, np.int64), *keys]),
        postings.merged([(part.block.words, part.alive) for part in parts], words),
        postings.merged([(part.block.grams, part.alive) for part in parts], grams),
        kept_spans(parts),
    )
