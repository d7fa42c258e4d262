"""BM25 over postings: which passages hold the terms, the rare ones weighing most.

The formula is that of Robertson & Zaragoza, The Probabilistic Relevance Framework (2009), as SQLite's FTS5 has it: a
term in more than half of the passages weighs next to nothing, but never less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.parts import Mask, Rows
from search.postings import Postings, term_hash

K1 = 1.2
B = 0.75
LEAST_WEIGHT = 1e-6  # of a term

# So many postings are added up at most; of more terms, the rarest choose the passages that all terms then rank.
MOST_POSTINGS = 400_000
CANDIDATES_PER_HIT = 15
_SAMPLED = 8  # so many times as many sums as are wanted say roughly how high the wanted ones are

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Collection:
    """The passages that scores are relative to: how many, and how many terms they hold together."""

    passages: int
    terms: int

    def weight(self, document_frequency: npt.NDArray[np.int64]) -> Scores:
        """The weight of terms that stand in so many passages."""
        rest = self.passages - document_frequency
        # Rows that were dropped a moment ago may still be counted; then there is nothing to rank.
        weight: Scores = np.log(np.maximum(rest + 0.5, 0.5) / (document_frequency + 0.5))
        return np.maximum(weight, LEAST_WEIGHT)

    def length_norm(self, lengths: npt.NDArray[np.int32]) -> Scores:
        """What long passages are held back by."""
        mean = self.terms / max(1, self.passages)
        if not mean:
            return np.full(len(lengths), K1)
        norm: Scores = K1 * (1 - B + B * lengths.astype(np.float64) / mean)
        return norm


@dataclass(frozen=True, slots=True)
class Part:
    """Postings with the rows that still count (None: all) and those of them that a question may see."""

    postings: Postings
    norm: Scores  # of each row
    dead: Rows  # rows that count no more, in order
    allowed: Mask | None


def hashes_of(terms: Sequence[str]) -> npt.NDArray[np.uint64]:
    """The distinct terms, as postings know them."""
    return np.array([term_hash(term) for term in dict.fromkeys(terms)], np.uint64)


def frequencies(parts: Sequence[Part], hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """In how many passages each term stands; those that a question may not see count too, dead ones do not."""
    total = np.zeros(len(hashes), np.int64)
    for part in parts:
        starts, stops = part.postings.spans(hashes)
        total += stops - starts
        if len(part.dead):
            total -= [_overlap(part, start, stop) for start, stop in zip(starts, stops, strict=True)]
    return total


def _overlap(part: Part, start: int, stop: int) -> int:
    return int(_found(part.postings.rows[start:stop], part.dead)[0].sum())


def _found(rows: npt.NDArray[np.int32], wanted: Rows) -> tuple[Mask, Rows]:
    """Which of the wanted rows are among the sorted rows, and where."""
    if not len(rows):
        return np.zeros(len(wanted), np.bool_), np.zeros(len(wanted), np.int64)
    places = np.minimum(np.searchsorted(rows, wanted.astype(np.int32)), len(rows) - 1)
    return rows[places] == wanted, places


def best(part: Part, hashes: npt.NDArray[np.uint64], weights: Scores, rarest: Mask, k: int) -> tuple[Rows, Scores]:
    """At least the k best rows (or as many as hold a term), with their scores, in no order.

    The `rarest` terms choose the rows, all terms score them.
    """
    starts, stops = part.postings.spans(hashes)
    known = stops > starts
    chosen = np.flatnonzero(known & rarest)
    if not len(chosen):
        return np.zeros(0, np.int64), np.zeros(0)
    sums = _sums(part, starts[chosen], stops[chosen], weights[chosen])
    if part.allowed is not None:
        sums *= part.allowed
    if len(part.dead):
        sums[part.dead] = 0
    rest = np.flatnonzero(known & ~rarest)
    rows = _highest(sums, k * CANDIDATES_PER_HIT if len(rest) else k)
    scores = sums[rows]
    for term in rest:
        found, places = _found(part.postings.rows[starts[term] : stops[term]], rows)
        counts = part.postings.counts[starts[term] : stops[term]][places[found]].astype(np.float64)
        scores[found] += weights[term] * (K1 + 1) * counts / (counts + part.norm[rows[found]])
    return rows, scores


def _sums(part: Part, starts: Rows, stops: Rows, weights: Scores) -> Scores:
    """The score of every row by these terms."""
    postings = part.postings
    rows = np.concatenate([postings.rows[start:stop] for start, stop in zip(starts, stops, strict=True)])
    counts = np.concatenate([postings.counts[start:stop] for start, stop in zip(starts, stops, strict=True)])
    found = counts.astype(np.float64)
    below = part.norm[rows]
    below += found
    values = np.divide(found, below, out=found)
    values *= np.repeat(weights * (K1 + 1), stops - starts)
    sums: Scores = np.bincount(rows, weights=values, minlength=postings.passages).astype(np.float64, copy=False)
    return sums


def _highest(sums: Scores, count: int) -> Rows:
    """The rows with the highest sums above zero, with all that equal the last of them, in order."""
    rows = np.flatnonzero(sums > 0)
    if len(rows) <= count:
        return rows
    values = sums[rows]
    # The last of the highest of a part of them is no higher than that of all: it leaves few to look at.
    some = values[:: max(1, len(values) // (_SAMPLED * count))]
    if count <= len(some) < len(values):
        near = values >= np.partition(some, -count)[-count]
        rows, values = rows[near], values[near]
    least = np.partition(values, -count)[-count]
    highest: Rows = rows[values >= least]
    return highest


def rarest_of(counts: npt.NDArray[np.int64], most: int = MOST_POSTINGS) -> Mask:
    """The terms that choose the passages: from the rarest on, until they have so many postings together."""
    order = np.argsort(counts, kind="stable")
    within = np.cumsum(counts[order]) <= most
    within[: 1 + int((counts[order] == 0).sum())] = True  # the rarest that occurs, however many it has
    chosen = np.zeros(len(counts), np.bool_)
    chosen[order[within]] = True
    return chosen
