"""Measures of a ranked list against what is relevant, all with binary relevance. Pure.

`ranking` is a list of ids, best first; `relevant` the set of ids that answer. A question without anything relevant has
no measure: callers leave it out, never count it as 0 or 1.
"""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def ndcg(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """Normalised discounted cumulative gain: gain 1 / log2(rank + 1), rank from 1 (Järvelin and Kekäläinen 2002)."""
    gain = sum(1 / math.log2(rank + 1) for rank, name in enumerate(ranking[:k], start=1) if name in relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))
    return gain / ideal


def recall(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """Share of what is relevant that is in the first k."""
    return len(set(ranking[:k]) & relevant) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """1 / rank of the first relevant one, 0 when it is not in the first k."""
    return next((1 / rank for rank, name in enumerate(ranking[:k], start=1) if name in relevant), 0.0)


def success(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """1 when anything relevant is in the first k."""
    return float(not relevant.isdisjoint(ranking[:k]))


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Chance that a positive scores above a negative, ties count half (Mann-Whitney U / (m * n))."""
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))
