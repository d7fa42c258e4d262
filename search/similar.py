"""Documents like this one: a case like this case, a paper on the same subject.

Every passage of the document is asked as if it were a question. Another document counts for as much as its nearest
passage lies above what is merely near, summed over the passages: two documents are alike when they have much of their
content in common, not when one sentence is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue
from corpus.scope import Scope
from corpus.types import Document, Passage
from search.encoder import Vectors
from search.index import Index

ASKED = 24  # passages of the document at most, spread over it
NEAR = 40  # passages found for each
DEPTH = 4  # times as many when one document takes most of the places


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A document found, and the pair of passages that lie nearest to each other."""

    document: Document
    score: float  # 0..1, higher is more alike; for the order, no measure of certainty
    own: Passage  # of the document that was asked about
    other: Passage  # of this one


class Similar:
    """Finds documents like one that is in the knowledge base."""

    def __init__(self, catalogue: Catalogue, index: Index) -> None:
        self._catalogue = catalogue
        self._index = index

    def find(self, document_id: str, scope: Scope, count: int) -> list[SimilarDocument]:
        """At most `count` documents in scope, best first. Raises NotFoundError when `scope` hides the one asked."""
        self._catalogue.document(document_id, Scope(levels=scope.levels))
        asked = self._asked(document_id)
        found: dict[str, _Found] = {}
        for key, vector in asked:
            for other, gain, passage in self._near(document_id, vector, scope):
                found.setdefault(other, _Found()).add(gain, key, passage)
        best = sorted(found.items(), key=lambda item: (-item[1].total, item[0]))
        documents = self._catalogue.documents_by_id([name for name, _ in best], scope)
        chosen = [(documents[name], one) for name, one in best if name in documents][:count]
        own = self._catalogue.passages({one.own for _, one in chosen})
        return [
            SimilarDocument(document, one.total / len(asked), own[one.own], one.other)
            for document, one in chosen
            if one.other is not None and one.own in own  # withdrawn a moment ago
        ]

    def _asked(self, document_id: str) -> list[tuple[int, Vectors]]:
        """Keys and vectors of the document's passages as a whole, thinned evenly."""
        units = self._catalogue.units(document_id)
        wholes = [
            (int(unit) // UNITS_PER_PASSAGE, vector.astype(np.float32))
            for unit, vector in zip(units.ids, units.vectors, strict=True)
            if unit % UNITS_PER_PASSAGE == 0
        ]
        step = max(1, -(-len(wholes) // ASKED))
        return wholes[::step]

    def _near(self, document_id: str, vector: Vectors, scope: Scope) -> Sequence[tuple[str, float, Passage]]:
        """For one passage: other documents near it, with the gain of their nearest passage over the last one found."""
        for count in (NEAR, NEAR * DEPTH):
            hits = self._index.vector_hits(vector, scope, count)
            passages = self._catalogue.passages(hit.key for hit in hits)
            others = [hit for hit in hits if hit.key in passages and passages[hit.key].document_id != document_id]
            if len(others) >= NEAR // 2 or len(hits) < count:
                break
        if not others:
            return []
        floor = others[-1].score if len(others) > 1 else others[-1].score - 0.01
        nearest: dict[str, tuple[str, float, Passage]] = {}
        for hit in others:
            passage = passages[hit.key]
            nearest.setdefault(passage.document_id, (passage.document_id, hit.score - floor, passage))
        return list(nearest.values())


class _Found:
    """What was found of one document so far."""

    def __init__(self) -> None:
        self.total, self.best, self.own = 0.0, -1.0, 0
        self.other: Passage | None = None

    def add(self, gain: float, own: int, other: Passage) -> None:
        self.total += gain
        if gain > self.best:
            self.best, self.own, self.other = gain, own, other
