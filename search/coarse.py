"""Finding near units without looking at all: FAISS IVF, vectors in cells, as RaBitQ codes of two bits a number.

Rows are found with rough scores. Those that matter are computed again from the float16 vectors.

What else was tried, at 240,000 and 2,410,000 units of 384 (bytes of a unit, without the 8 of its row; processor ms of
the 1,500 best rows):

| codes | bytes | ms | recall@10 after exact scoring |
|---|---|---|---|
| 8 bits a number | 384 | 2.1; 4.4 | .994; 1.000 |
| RaBitQ, 2 bits | 116 | 1.9; 2.2 | .994; .999 |
| RaBitQ, 1 bit | 56 | 1.1; 1.7 | .991; .979 |
"""

import os

import numpy as np
import numpy.typing as npt

from search.encoder import Vectors
from search.parts import Rows
from search.vectorlib import FaissIndex, FaissSelector, faiss

Halves = npt.NDArray[np.float16]

BITS = 2  # of a number in a code
QUESTION_BITS = 8  # of a number in the question
TRAINING = 24  # vectors for each cell that the cells are learnt from
ROUNDS = 8
# Cells that a question looks at; at 2,400,000 vectors twice as many find no more (make bench).
LEAST_PROBED = 80
PROBED = 0.02  # and at least this share of them
CHUNK = 50_000
SEED = 20


class Coarse:
    """An IVF index over the rows of a block."""

    def __init__(self, index: FaissIndex) -> None:
        self.index = index

    def near(
        self, question: Vectors, selector: FaissSelector, count: int, share: float
    ) -> tuple[Rows, npt.NDArray[np.float32]]:
        """About `count` near rows that the selector admits, with rough scores; `share` is how much of all that is.

        The smaller the share, the more cells are looked at: the near ones hold little that is admitted.
        """
        cells = int(self.index.nlist)
        probed = min(cells, max(LEAST_PROBED, int(cells * PROBED / max(share, PROBED))))
        parameters = faiss().IVFRaBitQSearchParameters(sel=selector, nprobe=probed, qb=QUESTION_BITS)
        scores, rows = self.index.search(question.reshape(1, -1), count, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


def build(vectors: Halves) -> Coarse:
    """Learn the cells from a sample and put every vector in its cell. Takes minutes for millions of vectors."""
    count, dimension = vectors.shape
    cells, library = cells_for(count), faiss()
    library.omp_set_num_threads(os.cpu_count() or 1)
    quantizer = library.IndexFlatIP(dimension)
    index = library.IndexIVFRaBitQ(quantizer, dimension, cells, library.METRIC_INNER_PRODUCT, True, BITS)
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = ROUNDS, SEED, TRAINING
    index.cp.min_points_per_centroid = 1  # no advice on the sample's size
    index.cp.spherical = True
    chosen = np.sort(np.random.default_rng(SEED).choice(count, min(count, cells * TRAINING), replace=False))
    index.train(vectors[chosen].astype(np.float32))
    for start in range(0, count, CHUNK):
        index.add(vectors[start : start + CHUNK].astype(np.float32))
    return Coarse(index)


def cells_for(count: int) -> int:
    """A power of two near twice the square root of the number of vectors."""
    return int(2 ** round(np.log2(max(4.0, 2 * np.sqrt(count)))))
