"""Whether a passage says something about the question: calibrated, and apart from the ranking.

A logistic model over what both legs know. It is fitted by `kennislab evaluate --calibrate` on answerable and
unanswerable questions; a rank fusion score never enters it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Relevance(StrEnum):
    """In words, since a percentage would promise more than we know."""

    STRONG = "sterk"
    POSSIBLE = "mogelijk"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the legs know of a passage for one question."""

    cosine: float  # of the vector leg, 0 when it did not find the passage
    coverage: float  # share of the question's terms in the passage, weighted by rarity, 0..1
    bm25: float  # of the keyword leg, 0 when it did not find the passage

    def features(self) -> tuple[float, float, float]:
        """Scaled so that the weights are of one size."""
        return ((self.cosine - 0.84) * 20, self.coverage, math.log1p(self.bm25))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the logistic model and the two bars on the probability it gives."""

    weights: tuple[float, float, float]
    intercept: float
    possible: float  # below it a passage is not shown
    strong: float

    def probability(self, evidence: Evidence) -> float:
        """Probability, 0..1, that the passage is about the question."""
        total = self.intercept + sum(w * f for w, f in zip(self.weights, evidence.features(), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def judge(self, probability: float) -> Relevance | None:
        """In words; None below the bar."""
        if probability >= self.strong:
            return Relevance.STRONG
        return Relevance.POSSIBLE if probability >= self.possible else None


DEFAULT = Calibration(weights=(1.0, 1.5, 0.3), intercept=-1.5, possible=0.3, strong=0.7)


def fit(
    samples: Sequence[tuple[Evidence, bool]], rounds: int = 3000, rate: float = 0.2, ridge: float = 0.01
) -> Calibration:
    """A calibration fitted by gradient descent on (evidence, answered) pairs; both classes weigh the same."""
    positives = sum(answered for _, answered in samples) or 1
    negatives = len(samples) - positives or 1
    weights, intercept = [0.0, 0.0, 0.0], 0.0
    for _ in range(rounds):
        gradient, shift = [0.0, 0.0, 0.0], 0.0
        model = Calibration((weights[0], weights[1], weights[2]), intercept, 0, 0)
        for evidence, answered in samples:
            weight = 0.5 / (positives if answered else negatives)
            error = weight * (model.probability(evidence) - answered)
            gradient = [g + error * f for g, f in zip(gradient, evidence.features(), strict=True)]
            shift += error
        weights = [w - rate * (g + ridge * w / len(samples)) for w, g in zip(weights, gradient, strict=True)]
        intercept -= rate * shift
    return Calibration((weights[0], weights[1], weights[2]), intercept, DEFAULT.possible, DEFAULT.strong)
