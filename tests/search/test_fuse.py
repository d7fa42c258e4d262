"""Fusion against arithmetic written out."""

import pytest

from search.fuse import ranked, reciprocal_rank_fusion, weighted_sum
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


def test_a_weighted_sum_scales_each_list_between_its_lowest_and_highest() -> None:
    dense = hits((1, 0.9), (2, 0.8), (3, 0.7))  # 1, 0.5, 0
    keyword = hits((3, 10.0), (2, 6.0), (4, 2.0))  # 1, 0.5, 0
    fused = weighted_sum([dense, keyword], [0.7, 0.3])
    assert [hit.key for hit in fused] == [1, 2, 3, 4]
    assert [hit.score for hit in fused] == pytest.approx([0.7 * 1, 0.7 * 0.5 + 0.3 * 0.5, 0.3 * 1, 0.0])


def test_a_list_of_equal_scores_counts_in_full() -> None:
    assert weighted_sum([hits((5, 0.4), (2, 0.4)), []], [0.7, 0.3]) == hits((2, 0.7), (5, 0.7))


def test_ties_break_by_key() -> None:
    assert [hit.key for hit in ranked({9: 1.0, 3: 1.0, 5: 2.0})] == [5, 3, 9]
    assert [hit.key for hit in reciprocal_rank_fusion([hits((8, 1.0)), hits((2, 1.0))])] == [2, 8]


def test_nothing_in_is_nothing_out() -> None:
    assert reciprocal_rank_fusion([[], []]) == weighted_sum([[], []], [0.7, 0.3]) == reciprocal_rank_fusion([]) == []


def test_every_list_needs_its_weight() -> None:
    with pytest.raises(ValueError, match="shorter"):
        weighted_sum([[], []], [1.0])
