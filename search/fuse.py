"""Combining the ranked lists of the two legs. Pure."""

from collections.abc import Mapping, Sequence

from search.index import Hit


def reciprocal_rank_fusion(lists: Sequence[Sequence[Hit]], constant: int = 60) -> list[Hit]:
    """Sum of 1 / (constant + rank), rank from 1 (Cormack, Clarke and Büttcher, SIGIR 2009)."""
    scores: dict[int, float] = {}
    for hits in lists:
        for rank, hit in enumerate(hits, start=1):
            scores[hit.key] = scores.get(hit.key, 0.0) + 1.0 / (constant + rank)
    return ranked(scores)


def weighted_sum(lists: Sequence[Sequence[Hit]], weights: Sequence[float]) -> list[Hit]:
    """Sum of weight * score, each list's scores scaled to 0..1 between its lowest and highest.

    A passage that a list lacks gets that list's 0: it scored no better than the last one that was fetched.
    """
    scores: dict[int, float] = {}
    for hits, weight in zip(lists, weights, strict=True):
        for key, value in _scaled(hits).items():
            scores[key] = scores.get(key, 0.0) + weight * value
    return ranked(scores)


def _scaled(hits: Sequence[Hit]) -> dict[int, float]:
    if not hits:
        return {}
    low, high = min(hit.score for hit in hits), max(hit.score for hit in hits)
    if high == low:
        return {hit.key: 1.0 for hit in hits}
    return {hit.key: (hit.score - low) / (high - low) for hit in hits}


def ranked(scores: Mapping[int, float]) -> list[Hit]:
    """Hits from scores, best first, ties by key."""
    return [Hit(key, score) for key, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
