"""Vectors of float16: as FAISS holds them, and multiplied as they stand."""

import numpy as np
import numpy.typing as npt

from search.encoder import Vectors
from search.parts import Rows
from search.vectorlib import FaissIndex, faiss

Halves = npt.NDArray[np.float16]


def half_index(dimension: int, vectors: Halves, rows: Rows | None = None) -> FaissIndex:
    """A FAISS index that holds these float16 vectors as they are; of `rows` only, when those are given."""
    index = faiss().IndexScalarQuantizer(dimension, faiss().ScalarQuantizer.QT_fp16, faiss().METRIC_INNER_PRODUCT)
    count = len(vectors) if rows is None else len(rows)
    if count:
        size = count * dimension * 2
        index.codes.resize(size)
        held = faiss().rev_swig_ptr(index.codes.data(), size).reshape(count, dimension * 2)
        given = np.ascontiguousarray(vectors, np.float16).view(np.uint8)
        if rows is None:
            held[:] = given
        else:
            np.take(given, rows, axis=0, out=held, mode="clip")  # "raise" would copy everything once more
        index.ntotal = count
    return index


def products(vectors: Halves, rows: Rows, question: Vectors) -> Vectors:
    """The inner product of the question with the vector of each of these rows.

    FAISS multiplies float16 as it stands, in the thread that asks: numpy first makes float32 of it, which takes three
    times as long as all of this.
    """
    scores, places = half_index(len(question), vectors, rows).search(question.reshape(1, -1), len(rows))
    values = np.empty(len(rows), np.float32)
    values[places[0]] = scores[0]
    return values
