"""Finding near units without looking at all: FAISS IVF, vectors in cells, what they differ from their cell's centre as
product quantised codes: four bits for two numbers, read by the registers of the processor many at a time.

Rows are found with rough scores. Those that matter are computed again from the float16 vectors.
"""

import os

import numpy as np
import numpy.typing as npt

from search.encoder import Vectors
from search.halves import Halves
from search.parts import Rows
from search.vectorlib import FaissIndex, FaissSelector, faiss

# Numbers that share a code. RaBitQ of two bits finds .995 where this finds .99 at 2,400,000 vectors, with 116 bytes a
# vector instead of 96 and three times the processor time; one bit or four numbers a code finds .97 or less.
NUMBERS = 2
BITS = 4  # of a code
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
        parameters = faiss().SearchParametersIVF(sel=selector, nprobe=probed)
        scores, rows = self.index.search(question.reshape(1, -1), count, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


def build(vectors: Halves) -> Coarse:
    """Learn the cells from a sample and put every vector in its cell. Takes minutes for millions of vectors."""
    count, dimension = vectors.shape
    cells, library = cells_for(count), faiss()
    library.omp_set_num_threads(os.cpu_count() or 1)
    quantizer = library.IndexFlatIP(dimension)
    kind = library.METRIC_INNER_PRODUCT
    index = library.IndexIVFPQFastScan(quantizer, dimension, cells, dimension // NUMBERS, BITS, kind)
    index.by_residual = True
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = ROUNDS, SEED, TRAINING
    index.cp.min_points_per_centroid = index.pq.cp.min_points_per_centroid = 1  # no advice on the sample's size
    index.cp.spherical = True
    chosen = np.sort(np.random.default_rng(SEED).choice(count, min(count, cells * TRAINING), replace=False))
    index.train(vectors[chosen].astype(np.float32))
    for start in range(0, count, CHUNK):
        index.add(vectors[start : start + CHUNK].astype(np.float32))
    return Coarse(index)


def cells_for(count: int) -> int:
    """A power of two near twice the square root of the number of vectors."""
    return int(2 ** round(np.log2(max(4.0, 2 * np.sqrt(count)))))
