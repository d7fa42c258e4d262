"""The two legs on Milvus. Milvus proposes passages within the scope; the catalogue says which of them there still are.

Scores do not hang on how Milvus stores things: a cosine is computed from the vectors of the catalogue, and BM25 has
the weights of the collection as it is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.catalogue import UNITS_PER_PASSAGE, Units
from corpus.database import Database
from corpus.scope import Scope
from corpus.term_counts import Statistics, TermLeg, statistics, term_number
from corpus.visible import visible_keys, visible_units
from search.bm25 import Collection
from search.encoder import Vectors
from search.halves import products
from search.index import Hit
from search.milvus_client import MOST_HITS, MilvusClient
from search.milvus_schema import condition_of, search_params
from search.recipe import UnitUse

# Units fetched for each passage asked for: enough that k passages are seen although they share the top of the list.
UNITS_PER_HIT = 6
FIELDS = {TermLeg.WORDS: "words", TermLeg.GRAMS: "grams"}

Fresh = Callable[[], bool]  # whether something was written so short ago that Milvus must be asked to wait for it


@dataclass(frozen=True, slots=True)
class Legs:
    """Asks both collections of one index."""

    client: MilvusClient
    database: Database
    units: str  # names of the collections
    terms: str
    fresh: Fresh

    def vector_hits(self, vector: Vectors, scope: Scope, k: int, use: UnitUse) -> list[Hit]:
        """The k best passages, from as many of the nearest units as it takes to be sure of them."""
        if k < 1 or not scope.levels:
            return []
        fetched = min(MOST_HITS, k * UNITS_PER_HIT)
        kind = self.client.address.vector_index
        while True:
            what: dict[str, Any] = {"data": [np.asarray(vector, np.float32).tolist()], "anns_field": "vector"}
            what["search_params"] = search_params(kind, fetched)
            found = self.client.search(self.units, what, condition_of(scope), fetched, strong=self.fresh())
            keys = sorted({unit // UNITS_PER_PASSAGE for unit, _ in found})
            hits = best_passages(visible_units(self.database, keys, scope), vector, use)
            # A passage that was not fetched has no unit, so no mean of units, above the last one that was.
            sure = len(hits) >= k and hits[k - 1].score > found[-1][1]
            if sure or len(found) < fetched or fetched == MOST_HITS:
                return hits[:k]
            fetched = min(MOST_HITS, fetched * 4)

    def term_hits(self, leg: TermLeg, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k passages with the highest BM25."""
        distinct = list(dict.fromkeys(terms))
        if k < 1 or not distinct or not scope.levels:
            return []
        with self.database.read() as connection:
            known = statistics(connection, leg, distinct)
        question = _weights(known)
        if not question:
            return []
        fetched = min(MOST_HITS, k)
        while True:
            what: dict[str, Any] = {
                "data": [question],
                "anns_field": FIELDS[leg],
                "search_params": {"metric_type": "IP"},
            }
            found = self.client.search(self.terms, what, condition_of(scope), fetched, strong=self.fresh())
            there = visible_keys(self.database, [key for key, _ in found], scope)
            hits = [Hit(key, score) for key, score in found if key in there and score > 0]
            if len(hits) >= k or len(found) < fetched or fetched == MOST_HITS:
                return sorted(hits, key=lambda hit: (-hit.score, hit.key))[:k]
            fetched = min(MOST_HITS, fetched * 4)


def _weights(known: Statistics) -> dict[int, float]:
    collection = Collection(known.passages, known.length)
    weights = collection.weight(np.array(list(known.holding.values()), np.int64))
    return {term_number(term): float(weight) for term, weight in zip(known.holding, weights, strict=True)}


def best_passages(units: Units, question: Vectors, use: UnitUse) -> list[Hit]:
    """The passages that these units are of, best first: the mean of the whole and of its best window."""
    if not len(units.ids):
        return []
    # As the embedded index multiplies, so that near ties fall the same way.
    scores = products(units.vectors, np.arange(len(units.ids)), np.asarray(question, np.float32))
    keys, starts = np.unique(units.ids // UNITS_PER_PASSAGE, return_index=True)
    stops = np.append(starts[1:], len(scores))
    hits = [_hit(int(key), scores[start:stop], use) for key, start, stop in zip(keys, starts, stops, strict=True)]
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))


def _hit(key: int, scores: npt.NDArray[np.float32], use: UnitUse) -> Hit:
    whole, windows = float(scores[0]), scores[1:]
    window = int(windows.argmax()) + 1 if len(windows) else 0
    best = float(scores[window])
    score = {UnitUse.BOTH: (whole + best) / 2, UnitUse.WHOLE: whole, UnitUse.WINDOWS: best}[use]
    return Hit(key, score, window)
