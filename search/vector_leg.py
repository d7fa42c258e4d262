"""The vector leg: exact FAISS search over the embedded units of passages, derived from the catalogue.

A passage has one or more units: unit 0 is the whole passage, the others are windows of it. The passage's score is the
mean of its whole and its best window: the whole knows the context, a window points at the sentence.
"""

import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.catalogue import UNITS_PER_PASSAGE, Units
from search.encoder import Vectors
from search.index import Hit
from search.recipe import UnitUse

Ids = npt.NDArray[np.int64]

# Units fetched for each passage asked for: enough that k passages are seen although they share the top of the list.
UNITS_PER_HIT = 6


class VectorLeg:
    """Units in a FAISS index of inner products, with the documents they belong to."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self.dimension = dimension
        self._faiss: Any = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._documents: dict[str, Ids] = {}
        self._unit_counts: dict[int, int] = {}  # by passage key
        self._lock = threading.RLock()

    def put(self, document_id: str, units: Units) -> None:
        """Set a document's units; what was there before is replaced."""
        with self._lock:
            self.drop([document_id])
            if len(units.ids):
                self._index.add_with_ids(np.ascontiguousarray(units.vectors, dtype=np.float32), units.ids)
            self._remember(document_id, units.ids)

    def put_many(self, entries: Iterable[tuple[str, Ids]], ids: Ids, vectors: npt.NDArray[np.floating[Any]]) -> None:
        """Fill an empty leg at once: each document's ids, and all ids with their vectors."""
        with self._lock:
            for document_id, own in entries:
                self._remember(document_id, own)
            if len(ids):
                self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    def drop(self, document_ids: Iterable[str]) -> None:
        """Forget documents; unknown ones are ignored."""
        with self._lock:
            gone = [self._documents.pop(name) for name in document_ids if name in self._documents]
            ids = np.concatenate(gone) if gone else np.zeros(0, dtype=np.int64)
            for key in np.unique(ids // UNITS_PER_PASSAGE):
                del self._unit_counts[int(key)]
            if len(ids):
                self._index.remove_ids(self._faiss.IDSelectorBatch(ids))

    def _remember(self, document_id: str, ids: Ids) -> None:
        self._documents[document_id] = ids
        keys, counts = np.unique(ids // UNITS_PER_PASSAGE, return_counts=True)
        self._unit_counts.update(zip(keys.tolist(), counts.tolist(), strict=True))

    @property
    def document_ids(self) -> set[str]:
        """Documents with units in the leg."""
        return set(self._documents)

    def passage_count(self) -> int:
        """Distinct passages with at least one unit."""
        with self._lock:
            return len(self._unit_counts)

    def contents(self) -> tuple[dict[str, Ids], Ids, Vectors]:
        """Everything in the leg, for a snapshot: ids by document, all ids, all vectors in the same order."""
        with self._lock:
            ids: Ids = self._faiss.vector_to_array(self._index.id_map).astype(np.int64)
            count = self._index.ntotal
            vectors = self._index.index.reconstruct_n(0, count) if count else np.zeros((0, self.dimension), np.float32)
            return dict(self._documents), ids, vectors

    def hits(self, vector: Vectors, allowed: set[str] | None, k: int, use: UnitUse = UnitUse.BOTH) -> list[Hit]:
        """The k best passages of the allowed documents (None: all), best first, ties by key."""
        with self._lock:
            total = int(self._index.ntotal)
            parameters, total = self._selection(allowed, total)
            if not total or k < 1:
                return []
            question = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
            return self._nearest(question, parameters, total, k, use)

    def _nearest(self, question: Vectors, parameters: object, total: int, k: int, use: UnitUse) -> list[Hit]:
        """The k best passages, from as many of the nearest units as it takes to be sure of them."""
        fetched = min(total, k * UNITS_PER_HIT)
        while True:
            scores, ids = self._index.search(question, fetched, params=parameters)
            keys = np.unique(ids[0][ids[0] >= 0] // UNITS_PER_PASSAGE)  # FAISS pads with -1
            hits = [self._hit(int(key), question[0], use) for key in keys]
            hits.sort(key=lambda hit: (-hit.score, hit.key))
            # A passage that was not fetched has no unit, so no mean of units, above the last one that was.
            if fetched >= total or (len(hits) >= k and hits[k - 1].score > scores[0][-1]):
                return hits[:k]
            fetched = min(total, fetched * 4)

    def _selection(self, allowed: set[str] | None, total: int) -> tuple[Any, int]:
        """Search parameters that admit the allowed units only, and how many those are."""
        if allowed is None or allowed >= self._documents.keys():
            return None, total
        chosen = [self._documents[name] for name in allowed if name in self._documents]
        ids = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
        if not len(ids):
            return None, 0
        return self._faiss.SearchParameters(sel=self._faiss.IDSelectorBatch(ids)), len(ids)

    def _hit(self, key: int, question: Vectors, use: UnitUse) -> Hit:
        first = key * UNITS_PER_PASSAGE
        units = range(first, first + self._unit_counts[key])
        whole, *windows = (float(self._index.reconstruct(unit) @ question) for unit in units)
        best = max(windows, default=whole)
        score = {UnitUse.BOTH: (whole + best) / 2, UnitUse.WHOLE: whole, UnitUse.WINDOWS: best}[use]
        return Hit(key, score, windows.index(best) + 1 if windows else 0)
