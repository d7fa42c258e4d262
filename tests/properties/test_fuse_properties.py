"""What holds for the fusion of any two lists."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from search.fuse import Leg, ranked, reciprocal_rank_fusion, weighted_sum
from search.index import Hit

scores = st.floats(-1, 1, allow_nan=False)
lists = st.dictionaries(st.integers(0, 30), scores, max_size=15).map(ranked)


@given(lists, lists)
def test_what_comes_out_is_what_went_in_best_first_ties_by_key(first: list[Hit], second: list[Hit]) -> None:
    keys = {hit.key for hit in first + second}
    summed = weighted_sum([Leg(first, 0.7, 0.5), Leg(second, 0.3, None)])
    for fused in (reciprocal_rank_fusion([first, second]), summed):
        assert {hit.key for hit in fused} == keys
        assert len(fused) == len(keys)
        assert fused == sorted(fused, key=lambda hit: (-hit.score, hit.key))


@given(lists)
def test_one_list_alone_keeps_its_order(hits: list[Hit]) -> None:
    assert [hit.key for hit in reciprocal_rank_fusion([hits, []])] == [hit.key for hit in hits]
    summed = {hit.key: hit.score for hit in weighted_sum([Leg(hits, 0.7, 0.5), Leg([], 0.3, 1.0)])}
    assert all(summed[one.key] >= summed[other.key] for one, other in itertools.pairwise(hits))


@given(lists, lists)
def test_reciprocal_ranks_do_not_care_for_the_order_of_the_lists(first: list[Hit], second: list[Hit]) -> None:
    assert reciprocal_rank_fusion([first, second]) == reciprocal_rank_fusion([second, first])


@given(lists, lists)
def test_weighted_scores_stay_between_nought_and_the_sum_of_weights(first: list[Hit], second: list[Hit]) -> None:
    fused = weighted_sum([Leg(first, 0.7, 2.0), Leg(second, 0.3, None)])  # scores differ by 2 at most
    assert all(-1e-9 <= hit.score <= 1 + 1e-9 for hit in fused)


@given(lists, lists, st.integers(0, 14))
def test_a_better_rank_never_lowers_a_place(first: list[Hit], second: list[Hit], at: int) -> None:
    """Moving a passage up by one in one list does not lower its place in the outcome."""
    if at + 1 >= len(first):
        return
    key = first[at + 1].key
    raised = [*first[:at], first[at + 1], first[at], *first[at + 2 :]]
    before = [hit.key for hit in reciprocal_rank_fusion([first, second])].index(key)
    assert [hit.key for hit in reciprocal_rank_fusion([raised, second])].index(key) <= before
