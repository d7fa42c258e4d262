"""Combining the ranked lists of the legs. Pure."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from search.index import Hit


def reciprocal_rank_fusion(lists: Sequence[Sequence[Hit]], constant: int = 60) -> list[Hit]:
    """Sum of 1 / (constant + rank), rank from 1 (Cormack, Clarke and Büttcher, SIGIR 2009)."""
    scores: dict[int, float] = {}
    for hits in lists:
        for rank, hit in enumerate(hits, start=1):
            scores[hit.key] = scores.get(hit.key, 0.0) + 1.0 / (constant + rank)
    return ranked(scores)


class Leg(NamedTuple):
    """What one leg found, best first, and how its scores count."""

    hits: Sequence[Hit]
    weight: float
    spread: float | None  # what its scores usually differ by, from first to last; None: what these differ by
    rest: float | None = None  # the score of every passage that it lacks; None: that of the last one

    @property
    def scale(self) -> float:
        """What a difference of scores is divided by."""
        return self.spread or (self.hits[0].score - self.hits[-1].score) or 1.0


def weighted_sum(legs: Sequence[Leg]) -> list[Hit]:
    """Sum of weight * (score - rest) / spread.

    With a spread that is always the same, a leg whose best hits are hardly better than its last adds little, and one
    that found a rare word adds much: BM25 is a sum of log odds, which a list stretched to 0..1 forgets.
    """
    scores: dict[int, float] = {}
    for leg in legs:
        if leg.hits:
            factor, rest = leg.weight / leg.scale, leg.hits[-1].score if leg.rest is None else leg.rest
            for hit in leg.hits:
                scores[hit.key] = scores.get(hit.key, 0.0) + factor * (hit.score - rest)
    return ranked(scores)


def ranked(scores: Mapping[int, float]) -> list[Hit]:
    """Hits from scores, best first, ties by key."""
    # Twice, since comparing what a function of ours makes of them takes four times as long as both.
    pairs = sorted(scores.items())
    pairs.sort(key=itemgetter(1), reverse=True)  # keeps the order of those that are equal
    return [Hit(key, score) for key, score in pairs]
