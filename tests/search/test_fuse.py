"""Fusion against arithmetic written out."""

import pytest

from search.fuse import Leg, ranked, reciprocal_rank_fusion, weighted_sum
from search.index import Hit


def hits(*pairs: tuple[int, float]) -> list[Hit]:
    return [Hit(key, score) for key, score in pairs]


def test_reciprocal_rank_fusion_is_the_sum_of_reciprocal_ranks() -> None:
    first = hits((1, 0.9), (2, 0.8), (3, 0.1))
    second = hits((3, 12.0), (1, 11.0), (4, 3.0))
    fused = reciprocal_rank_fusion([first, second])
    assert [hit.key for hit in fused] == [1, 3, 2, 4]
    assert [hit.score for hit in fused] == pytest.approx([1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 62, 1 / 63])


def test_a_smaller_constant_favours_the_first_rank() -> None:
    (first, second) = reciprocal_rank_fusion([hits((1, 1.0), (2, 0.5))], constant=1)
    assert (first.score, second.score) == (1 / 2, 1 / 3)


def test_the_scores_themselves_do_not_count_in_reciprocal_rank_fusion() -> None:
    assert reciprocal_rank_fusion([hits((1, 99.0), (2, 98.9))]) == reciprocal_rank_fusion([hits((1, 0.2), (2, 0.1))])


def test_a_weighted_sum_counts_scores_in_what_they_usually_span_above_those_it_lacks() -> None:
    dense = Leg(hits((1, 0.9), (2, 0.8), (3, 0.7)), 0.7, spread=0.4)  # 0.5, 0.25, 0 above the last one
    words = Leg(hits((3, 10.0), (2, 6.0), (4, 2.0)), 0.3, spread=20.0, rest=0.0)  # 0.5, 0.3, 0.1 above nothing
    fused = weighted_sum([dense, words])
    assert [hit.key for hit in fused] == [1, 2, 3, 4]
    expected = [0.7 * 0.5, 0.7 * 0.25 + 0.3 * 0.3, 0.3 * 0.5, 0.3 * 0.1]
    assert [hit.score for hit in fused] == pytest.approx(expected)


def test_a_list_that_is_not_sure_of_itself_counts_for_less_than_one_that_is() -> None:
    sure, unsure = hits((1, 20.0), (2, 1.0)), hits((2, 2.0), (1, 1.0))
    fused = weighted_sum([Leg(sure, 0.5, 15.0), Leg(unsure, 0.5, 15.0)])
    assert [hit.key for hit in fused] == [1, 2]
    own = weighted_sum([Leg(sure, 0.5, None), Leg(unsure, 0.5, None)])  # each stretched to 0..1: they are even
    assert [hit.score for hit in own] == pytest.approx([0.5, 0.5])


def test_a_leg_of_unknown_spread_is_measured_by_its_own() -> None:
    assert weighted_sum([Leg(hits((5, 0.9), (2, 0.5)), 0.7, None)]) == hits((5, 0.7), (2, 0.0))
    assert weighted_sum([Leg(hits((5, 0.4), (2, 0.4)), 0.7, None)]) == hits((2, 0.0), (5, 0.0))


def test_ties_break_by_key() -> None:
    assert [hit.key for hit in ranked({9: 1.0, 3: 1.0, 5: 2.0})] == [5, 3, 9]
    assert [hit.key for hit in reciprocal_rank_fusion([hits((8, 1.0)), hits((2, 1.0))])] == [2, 8]


def test_nothing_in_is_nothing_out() -> None:
    assert reciprocal_rank_fusion([[], []]) == reciprocal_rank_fusion([]) == []
    assert weighted_sum([Leg([], 0.7, None), Leg([], 0.3, 1.0)]) == weighted_sum([]) == []
