"""Measures of a ranking against arithmetic written out."""

import itertools
import math

import pytest

from search.metrics import auroc, ndcg, recall, reciprocal_rank, success

RANKING = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("relevant", "k", "wanted"),
    [
        ({"a"}, 10, 1.0),
        ({"b"}, 10, (1 / math.log2(3)) / 1.0),
        ({"c"}, 10, 0.5),  # 1 / log2(4)
        ({"a", "c"}, 10, (1 + 0.5) / (1 + 1 / math.log2(3))),
        ({"a", "x"}, 10, 1 / (1 + 1 / math.log2(3))),
        ({"c"}, 2, 0.0),
        ({"a", "b", "c"}, 2, 1.0),  # the ideal list too is cut at k
        ({"x"}, 10, 0.0),
    ],
)
def test_ndcg(relevant: set[str], k: int, wanted: float) -> None:
    assert ndcg(RANKING, relevant, k) == pytest.approx(wanted)


def test_ndcg_is_highest_for_the_best_order_of_all() -> None:
    scores = {order: ndcg(order, {"a", "b"}, 10) for order in itertools.permutations("abcd")}
    assert scores[("a", "b", "c", "d")] == scores[("b", "a", "d", "c")] == pytest.approx(1.0)
    assert {order for order, score in scores.items() if score > 0.999} == {
        order for order in scores if set(order[:2]) == {"a", "b"}
    }


@pytest.mark.parametrize(
    ("relevant", "k", "wanted"),
    [({"a"}, 1, 1.0), ({"a", "e"}, 4, 1 / 2), ({"a", "e"}, 5, 1.0), ({"x", "y", "a"}, 5, 1 / 3), ({"x"}, 5, 0.0)],
)
def test_recall(relevant: set[str], k: int, wanted: float) -> None:
    assert recall(RANKING, relevant, k) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("relevant", "k", "rank", "hit"),
    [
        ({"a"}, 5, 1.0, 1.0),
        ({"c", "e"}, 5, 1 / 3, 1.0),
        ({"e"}, 5, 1 / 5, 1.0),
        ({"e"}, 4, 0.0, 0.0),
        ({"x"}, 5, 0.0, 0.0),
    ],
)
def test_reciprocal_rank_and_success(relevant: set[str], k: int, rank: float, hit: float) -> None:
    assert reciprocal_rank(RANKING, relevant, k) == pytest.approx(rank)
    assert success(RANKING, relevant, k) == hit


def test_an_empty_ranking_scores_nothing() -> None:
    assert [measure([], {"a"}, 10) for measure in (ndcg, recall, reciprocal_rank, success)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("positives", "negatives", "wanted"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5], [0.5], 0.5),
        ([0.5, 0.9], [0.5, 0.1], (0.5 + 1 + 1 + 1) / 4),  # pairs: .5=.5 half, .5>.1, .9>.5, .9>.1
        ([0.3, 0.3, 0.3], [0.3, 0.3], 0.5),
        ([0.2, 0.6], [0.4], 1 / 2),
        ([1.0, 0.0, 0.5], [0.5, 0.5], (2 + 0 + 1) / 6),
    ],
)
def test_auroc_counts_ties_half(positives: list[float], negatives: list[float], wanted: float) -> None:
    assert auroc(positives, negatives) == pytest.approx(wanted)
    assert auroc(negatives, positives) == pytest.approx(1 - wanted)
