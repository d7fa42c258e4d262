"""Vectors of float16 in FAISS."""

import numpy as np
import pytest

from search.halves import half_index, products


def test_products_are_those_of_the_exact_scan() -> None:
    """To the last bit, so that what both find stands in the same order; in any order of the rows, of many or few."""
    vectors = np.random.default_rng(3).standard_normal((1000, 384)).astype(np.float16)
    question = vectors[0].astype(np.float32)
    rows = np.random.default_rng(4).permutation(1000)[:700]
    found = products(vectors, rows, question)
    assert found == pytest.approx(vectors[rows].astype(np.float32) @ question, rel=1e-5, abs=1e-4)
    scores, places = half_index(384, vectors).search(question.reshape(1, -1), 1000)
    assert (
        dict(zip(rows.tolist(), found.tolist(), strict=True)).items()
        <= dict(zip(places[0].tolist(), scores[0].tolist(), strict=True)).items()
    )
    assert products(vectors, rows[:3], question).tolist() == found[:3].tolist()
