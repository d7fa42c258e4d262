"""The vector leg: the embedded units of passages, derived from the catalogue.

Units come in blocks that do not change: a large base, which may be mapped from a snapshot, and a small tail of what
came after. What is dropped is masked until the next snapshot leaves it out.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from corpus.catalogue import Units
from search.encoder import Vectors
from search.halves import Halves
from search.index import Hit
from search.parts import Allowed, Part, Parts, visible
from search.recipe import UnitUse
from search.unit_block import Ids, Scored, UnitBlock

# The last block is made anew for every document that is added, until it has so many units; then another is begun.
TAIL_UNITS = 4096


class VectorLeg:
    """Units in blocks, with the documents they belong to."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._parts: Parts[UnitBlock] = Parts()
        self._lock = threading.Lock()  # of who changes; who reads takes the parts as they are

    def put(self, document_id: str, units: Units) -> None:
        """Set a document's units; what was there before is replaced."""
        self.put_many({document_id: units})

    def put_many(self, entries: Mapping[str, Units]) -> None:
        """Set the units of several documents at once."""
        new = {name: units for name, units in entries.items() if len(units.ids)}
        with self._lock:
            self._parts.drop(entries.keys())
            if not new:
                return
            last = self._parts.last(TAIL_UNITS)
            together = (_units_of(last) if last else {}) | {name: (own.ids, own.vectors) for name, own in new.items()}
            self._parts.add(Part(block_of(self.dimension, together)), instead=last)

    def drop(self, document_ids: Iterable[str]) -> None:
        """Forget documents; unknown ones are ignored."""
        with self._lock:
            self._parts.drop(list(document_ids))

    @property
    def document_ids(self) -> set[str]:
        """Documents with units in the leg."""
        return set(self._parts.document_ids)

    def passage_count(self) -> int:
        """Distinct passages with at least one unit."""
        return sum(part.block.passage_count - part.block.passages_in(part.gone) for part in self._parts.now)

    def add(self, part: Part[UnitBlock]) -> None:
        """Add a part of a snapshot."""
        with self._lock:
            self._parts.add(part)

    def parts(self) -> tuple[Part[UnitBlock], ...]:
        """What it is made of, for a snapshot."""
        return self._parts.now

    def replace(self, old: Sequence[UnitBlock], block: UnitBlock) -> None:
        """Use a block instead of those that it was made of."""
        with self._lock:
            self._parts.replace(old, block)

    def hits(self, vector: Vectors, allowed: Allowed, k: int, use: UnitUse = UnitUse.BOTH) -> list[Hit]:
        """The k best passages of the allowed documents (None: all), best first, ties by key."""
        parts = self._parts.now
        if k < 1 or not parts:
            return []
        question = np.ascontiguousarray(vector, dtype=np.float32)
        found = [part.block.nearest(question, visible(part, allowed), k, use) for part in parts]
        best = Scored.together(found).best(k)
        rows = zip(best.keys.tolist(), best.scores.tolist(), best.windows.tolist(), strict=True)
        return [Hit(key, score, window) for key, score, window in rows]


def _units_of(part: Part[UnitBlock]) -> dict[str, tuple[Ids, Halves]]:
    block = part.block
    return {name: (block.ids[start:stop], block.vectors[start:stop]) for name, (start, stop) in part.spans.items()}


def block_of(dimension: int, entries: Mapping[str, tuple[Ids, Halves]]) -> UnitBlock:
    """A block in memory of these documents."""
    spans, at = {}, 0
    for name, (ids, _) in entries.items():
        spans[name] = (at, at + len(ids))
        at += len(ids)
    ids = np.concatenate([own for own, _ in entries.values()]).astype(np.int64)
    return UnitBlock.of(dimension, ids, np.concatenate([vectors for _, vectors in entries.values()]), spans)
