"""A block of embedded units that does not change: exact and approximate search, scored by passage.

A passage has one or more units: unit 0 is the whole passage, the others are windows of it. The passage's score is the
mean of its whole and its best window: the whole knows the context, a window points at the sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.catalogue import UNITS_PER_PASSAGE
from search.coarse import Coarse
from search.encoder import Vectors
from search.halves import Halves, half_index, products
from search.parts import Mask, Rows
from search.recipe import UnitUse
from search.vectorlib import FaissIndex, FaissSelector, faiss

Ids = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

# Units fetched for each passage asked for: enough that k passages are seen although they share the top of the list.
UNITS_PER_HIT = 6
# Of what the approximate structure finds, for each passage asked for: units, and passages of them that are scored
# exactly. At 1,000,000 passages recall@10 is .99 with these (make bench), .975 with 15 and 5.
ROUGH_PER_HIT = 25
PASSAGES_PER_HIT = 6
# Up to so many units in scope, or this share of a block, an exact scan is hardly slower than the approximate structure
# (which is to look at more cells the less of them is in scope), so it is used (make bench).
EXACT_UNITS = 50_000
EXACT_SHARE = 0.06
ROUNDING = 1e-5  # more than a score can differ by the order in which its products are added up


@dataclass(frozen=True, slots=True)
class Scored:
    """Passages with their scores and the number of the window nearest to the question (0: none), in no order."""

    keys: Ids
    scores: Scores
    windows: Ids

    @classmethod
    def together(cls, found: "Sequence[Scored]") -> "Scored":
        """What was found in several blocks."""
        return cls(
            np.concatenate([one.keys for one in found]),
            np.concatenate([one.scores for one in found]),
            np.concatenate([one.windows for one in found]),
        )

    def best(self, k: int) -> "Scored":
        """The k best, best first, ties by key."""
        order = np.lexsort((self.keys, -self.scores))[:k]
        return Scored(self.keys[order], self.scores[order], self.windows[order])


NONE = Scored(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))


class UnitBlock:
    """Units in rows: those of a passage stand together, those of a document too.

    `codes` is a FAISS index of float16 vectors, which may be mapped from a file; `documents` gives the rows of each
    document as (start, stop).
    """

    def __init__(
        self,
        codes: FaissIndex,
        ids: Ids,
        documents: Mapping[str, tuple[int, int]],
        coarse: Coarse | None = None,
        stored: str = "",
    ) -> None:
        self.codes = codes
        self.ids = ids
        self.documents = documents
        self.coarse = coarse
        self.stored = stored

    @classmethod
    def of(cls, dimension: int, ids: Ids, vectors: Halves, documents: Mapping[str, tuple[int, int]]) -> "UnitBlock":
        """A block in memory."""
        return cls(half_index(dimension, vectors), ids, documents)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def vectors(self) -> Halves:
        """The vectors by row; a view of what FAISS holds."""
        if not len(self):
            return np.zeros((0, self.codes.d), np.float16)
        flat = faiss().rev_swig_ptr(self.codes.codes.data(), len(self) * self.codes.d * 2)
        halves: Halves = flat.view(np.float16).reshape(len(self), self.codes.d)
        return halves

    @cached_property
    def _starts(self) -> Rows:
        """The first row of each passage, and where the last one ends."""
        keys = self.ids // UNITS_PER_PASSAGE
        firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
        return np.concatenate([firsts, [len(keys)]]).astype(np.int64)

    @property
    def passage_count(self) -> int:
        """Passages, those of dropped documents among them."""
        return len(self._starts) - 1

    def passages_in(self, documents: Iterable[str]) -> int:
        """How many passages these documents have."""
        ends = np.array([self.documents[name] for name in documents], np.int64).reshape(-1, 2)
        places = np.searchsorted(self._starts, ends)
        return int((places[:, 1] - places[:, 0]).sum())

    def nearest(self, question: Vectors, mask: Mask | None, k: int, use: UnitUse) -> Scored:
        """At least the k best passages among the rows of `mask` (None: all), or as many as there are.

        Exact, unless there is an approximate structure and so much is in scope that it is faster; what that finds is
        scored exactly.
        """
        live = len(self) if mask is None else int(np.count_nonzero(mask))
        if not live:
            return NONE
        faiss().omp_set_num_threads(1)  # of this thread: one question is too little work to share, and others ask too
        selector = None if mask is None or live == len(self) else _selector(mask)
        if self.coarse is not None and live > max(EXACT_UNITS, EXACT_SHARE * len(self)):
            rows, rough = self.coarse.near(question, selector, k * ROUGH_PER_HIT, live / len(self))
            found = self._score(question, self._likely(rows, rough, k * PASSAGES_PER_HIT, use), use)
            if len(found.keys) >= k:
                return found
        return self._exact(question, selector, live, k, use)

    def _exact(self, question: Vectors, selector: FaissSelector, live: int, k: int, use: UnitUse) -> Scored:
        """From as many of the nearest units as it takes to be sure of the k best passages."""
        parameters = faiss().SearchParameters(sel=selector) if selector is not None else None
        fetched = min(live, k * UNITS_PER_HIT)
        while True:
            scores, rows = self.codes.search(question.reshape(1, -1), fetched, params=parameters)
            found = self._score(question, np.unique(self._places(rows[0][rows[0] >= 0])), use)  # FAISS pads with -1
            # A passage that was not fetched has no unit, so no mean of units, above the last one that was.
            if fetched >= live or _kth(found.scores, k) > scores[0][-1] + ROUNDING:
                return found
            fetched = min(live, fetched * 4)

    def _places(self, rows: Rows) -> Rows:
        """The passage of each row, by its place in the block."""
        return np.searchsorted(self._starts, rows, side="right") - 1

    def _likely(self, rows: Rows, rough: Scores, count: int, use: UnitUse) -> Rows:
        """The places of the passages that these rows with rough scores promise most of, in order.

        A unit that is not among the rows has at most the least of their scores, and counts as having that.
        """
        order = np.argsort(rows)
        rows, rough = rows[order], rough[order]
        places = self._places(rows)
        heads = np.flatnonzero(np.diff(places, prepend=-1))  # the first row of each passage
        places = places[heads]
        if len(places) <= count:
            return places
        starts, least = self._starts[places], rough.min()
        with_whole = rows[heads] == starts
        whole = np.where(with_whole, rough[heads], least)
        rough[heads[with_whole & (self._starts[places + 1] - starts > 1)]] = least
        scores = _joined(whole, np.maximum.reduceat(rough, heads), use)
        return np.sort(places[np.argpartition(-scores, count - 1)[:count]])

    def _score(self, question: Vectors, places: Rows, use: UnitUse) -> Scored:
        """The exact scores of the passages at these places."""
        if not len(places):
            return NONE
        first, counts = self._starts[places], self._starts[places + 1] - self._starts[places]
        ends = np.cumsum(counts)
        begins = ends - counts
        units = np.arange(ends[-1]) + np.repeat(first - begins, counts)
        values = products(self.vectors, units, question)
        whole = values[begins]
        values[begins[counts > 1]] = -np.inf  # the best window is not the whole, where there are windows
        best = np.maximum.reduceat(values, begins)
        # The first of the units that have the best value.
        at = np.where(values == np.repeat(best, counts), np.arange(ends[-1]), ends[-1])
        windows = np.where(counts > 1, np.minimum.reduceat(at, begins) - begins, 0)
        return Scored(self.ids[first] // UNITS_PER_PASSAGE, _joined(whole, best, use), windows)


def _joined(whole: Scores, best: Scores, use: UnitUse) -> Scores:
    """The scores of passages by those of their wholes and of their best windows."""
    if use is UnitUse.BOTH:
        return (whole + best) * np.float32(0.5)
    return whole if use is UnitUse.WHOLE else best


def _selector(mask: Mask) -> FaissSelector:
    return faiss().IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def _kth(scores: Scores, k: int) -> float:
    return float(np.partition(scores, -k)[-k]) if len(scores) >= k else -np.inf
