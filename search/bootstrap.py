"""How sure a mean over questions is: percentile bootstrap intervals, of one run and of the difference of two.

The questions are drawn with replacement; two runs are compared on the same draws, question by question, so that what
makes a question hard for both drops out (Efron and Tibshirani, An Introduction to the Bootstrap, 1993).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 20250101
FEWEST = 10  # questions; with fewer the draws are nearly all alike and an interval would promise too much
_ZERO = 1e-9  # below it a difference is rounding

Weighed = tuple[float, float]  # a value and how much it counts
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean (or a difference of means) and its 95 % interval.

    Without an interval when there are too few questions, or when they all have the same value.
    """

    value: float
    low: float | None
    high: float | None

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0: for a difference, that it is not chance alone."""
        return self.low is not None and self.high is not None and (self.low > _ZERO or self.high < -_ZERO)


def mean(values: Sequence[Weighed]) -> Estimate | None:
    """The weighted mean with its interval; None when nothing counts."""
    numbers = np.array(values, dtype=np.float64).reshape(-1, 2)
    numbers = numbers[numbers[:, 1] > 0]
    if not len(numbers):
        return None
    if np.ptp(numbers[:, 0]) == 0:  # every draw is the same then, which is no certainty
        return Estimate(float(numbers[0, 0]), None, None)
    return _estimate(len(numbers), lambda counts: _mean(numbers, counts))


def difference(first: Sequence[Weighed], second: Sequence[Weighed]) -> Estimate | None:
    """Mean of the second minus mean of the first, question by question; None when nothing counts in one of them."""
    if len(first) != len(second):
        raise ValueError("a paired difference needs the same questions twice")
    one, other = (np.array(values, dtype=np.float64).reshape(-1, 2) for values in (first, second))
    counting = (one[:, 1] > 0) | (other[:, 1] > 0)
    one, other = one[counting], other[counting]
    if not (one[:, 1].any() and other[:, 1].any()):
        return None
    return _estimate(len(one), lambda counts: _mean(other, counts) - _mean(one, counts))


def _mean(numbers: Floats, counts: Floats) -> Floats:
    """The weighted mean for each row of counts; NaN where no question of a draw counts."""
    totals = counts @ numbers[:, 1]
    sums = counts @ (numbers[:, 0] * numbers[:, 1])
    return np.divide(sums, totals, out=np.full_like(totals, np.nan), where=totals > 0)


@lru_cache(maxsize=32)
def _draws(count: int) -> Floats:
    """How often each question is in each draw, shape (RESAMPLES, count); always the same for a number of questions."""
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return drawn.astype(np.float64)


def _estimate(questions: int, figure: Callable[[Floats], Floats]) -> Estimate:
    (value,) = figure(np.ones((1, questions)))
    if questions < FEWEST:
        return Estimate(float(value), None, None)
    drawn = figure(_draws(questions))
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(float(value), float(low), float(high))
