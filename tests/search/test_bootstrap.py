"""Intervals, against what is known of the mean and against how often they should be right."""

import math

import numpy as np
import pytest

from search.bootstrap import FEWEST, Estimate, difference, mean


def plain(*values: float) -> list[tuple[float, float]]:
    return [(value, 1.0) for value in values]


def test_the_value_is_the_weighted_mean() -> None:
    estimate = mean([(1.0, 3.0), (0.0, 1.0), (0.5, 0.0)])
    assert estimate is not None
    assert estimate.value == pytest.approx(0.75)


def test_what_nothing_counts_for_has_no_mean() -> None:
    assert mean([]) is None
    assert mean([(1.0, 0.0)]) is None
    assert difference([(1.0, 0.0)], [(1.0, 1.0)]) is None


def test_an_interval_is_that_of_the_mean_of_normal_values() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, 400)
    estimate = mean(plain(*values))
    assert estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    margin = 1.96 * values.std() / math.sqrt(400)
    assert estimate.low == pytest.approx(values.mean() - margin, abs=margin * 0.1)
    assert estimate.high == pytest.approx(values.mean() + margin, abs=margin * 0.1)


def test_about_one_in_twenty_intervals_leaves_out_the_truth() -> None:
    random = np.random.default_rng(2)
    wrong = 0
    for _ in range(300):
        estimate = mean(plain(*random.uniform(0, 1, 60)))
        assert estimate is not None
        assert estimate.low is not None
        assert estimate.high is not None
        wrong += not estimate.low <= 0.5 <= estimate.high
    assert 3 <= wrong <= 32  # 15 expected


def test_the_same_values_give_the_same_interval() -> None:
    values = plain(*np.random.default_rng(3).uniform(0, 1, 50))
    assert mean(values) == mean(values)


def test_few_questions_and_equal_ones_have_no_interval() -> None:
    few = mean(plain(*(number / 10 for number in range(FEWEST - 1))))
    enough = mean(plain(*(number / 10 for number in range(FEWEST))))
    assert few is not None
    assert enough is not None
    assert (few.low, few.high) == (None, None)
    assert enough.low is not None
    assert mean(plain(*[1.0] * 50)) == Estimate(1.0, None, None)
    # Questions that do not count are no questions.
    padded = mean([*plain(0.0, 1.0), *[(0.5, 0.0)] * 50])
    assert padded == Estimate(0.5, None, None)


def test_a_small_difference_on_every_question_is_clear_though_the_means_are_unsure() -> None:
    before = np.random.default_rng(4).uniform(0, 1, 40)
    change = difference(plain(*before), plain(*(before + 0.01 + 0.001 * (np.arange(40) % 3))))
    alone = mean(plain(*before))
    assert change is not None
    assert alone is not None
    assert change.clear
    assert change.value == pytest.approx(0.011, abs=0.002)
    assert alone.low is not None
    assert alone.high is not None
    assert alone.high - alone.low > 10 * change.value


def test_no_difference_and_noise_are_not_clear() -> None:
    random = np.random.default_rng(5)
    values = plain(*random.uniform(0, 1, 40))
    same = difference(values, values)
    assert same == Estimate(0.0, 0.0, 0.0)
    assert not same.clear
    noise = difference(values, [(value + random.choice([-0.2, 0.2]), 1.0) for value, _ in values])
    assert noise is not None
    assert not noise.clear


def test_a_difference_on_few_questions_is_never_clear() -> None:
    change = difference(plain(*[0.0] * 5), plain(*[1.0] * 5))
    assert change == Estimate(1.0, None, None)
    assert not change.clear


def test_a_difference_of_shares_follows_the_weights_of_each_run() -> None:
    before = [(0.0, 1.0), (1.0, 1.0)] * 10
    after = [(0.0, 0.0), (1.0, 2.0)] * 10  # the first of each pair shows nothing any more
    change = difference(before, after)
    assert change is not None
    assert change.value == pytest.approx(0.5)


def test_a_pair_needs_both_runs() -> None:
    with pytest.raises(ValueError, match="paired"):
        difference(plain(1.0), plain(1.0, 0.0))
