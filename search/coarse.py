"""Finding near units without looking at all: FAISS IVF, vectors in cells, eight bits a number.

Only which rows are looked at is approximate. Their scores are computed again from the float16 vectors.
"""

import os

import numpy as np
import numpy.typing as npt

from search.encoder import Vectors
from search.parts import Rows
from search.vectorlib import FaissIndex, FaissSelector, faiss

Halves = npt.NDArray[np.float16]

TRAINING = 24  # vectors for each cell that the cells are learnt from
ROUNDS = 8
# Cells that a question looks at: for recall@10 of .99 at 240,000 and at 2,400,000 vectors (make bench).
LEAST_PROBED = 80
PROBED = 0.02  # and at least this share of them
CHUNK = 50_000
SEED = 20


class Coarse:
    """An IVF index over the rows of a block."""

    def __init__(self, index: FaissIndex) -> None:
        self.index = index

    def rows(self, question: Vectors, selector: FaissSelector, count: int, share: float) -> Rows:
        """About `count` near rows that the selector admits; `share` is how much of all rows that is.

        The smaller the share, the more cells are looked at: the near ones hold little that is admitted.
        """
        cells = int(self.index.nlist)
        probed = min(cells, max(LEAST_PROBED, int(cells * PROBED / max(share, PROBED))))
        parameters = faiss().SearchParametersIVF(sel=selector, nprobe=probed)
        _, rows = self.index.search(question.reshape(1, -1), count, params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        return found


def build(vectors: Halves) -> Coarse:
    """Learn the cells from a sample and put every vector in its cell. Takes minutes for millions of vectors."""
    count, dimension = vectors.shape
    cells, library = cells_for(count), faiss()
    library.omp_set_num_threads(os.cpu_count() or 1)
    quantizer = library.IndexFlatIP(dimension)
    kind = library.ScalarQuantizer.QT_8bit
    index = library.IndexIVFScalarQuantizer(quantizer, dimension, cells, kind, library.METRIC_INNER_PRODUCT)
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
