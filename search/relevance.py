"""Whether a passage says something about the question: calibrated, and apart from the ranking.

A logistic model over what both legs know, fitted on answerable and unanswerable questions by `kennislab evaluate
--calibrate` (see `search.calibration`); a rank fusion score never enters it.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

Features = tuple[float, float, float]


class Relevance(StrEnum):
    """In words, since a percentage would promise more than we know."""

    STRONG = "sterk"
    POSSIBLE = "mogelijk"


class Evidence(NamedTuple):  # as Hit
    """What the legs know of a passage for one question."""

    cosine: float  # of the vector leg, 0 when it did not find the passage
    typical_cosine: float  # mean over the question's candidates
    bm25: float  # of the keyword leg, 0 when it did not find the passage

    def features(self) -> Features:
        """Scaled so that the weights are of one size.

        The passage's own cosine, how near the question is to the collection at all, and the words they share. The
        words' coverage is left out: questions that nothing answers often name more of the field's words than real ones.
        """
        cosine = self.cosine or self.typical_cosine
        return ((cosine - 0.84) * 20, (self.typical_cosine - 0.84) * 20, math.log1p(self.bm25))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the logistic model and the two bars on the probability it gives; what the model's cosines span."""

    weights: Features
    intercept: float
    possible: float  # below it a passage is not shown
    strong: float
    spread: float | None = None  # of the cosines of a question's best 100 passages: the median; None: not known

    def probability(self, evidence: Evidence) -> float:
        """Probability, 0..1, that the passage is about the question."""
        (first, second, third), (cosine, typical, bm25) = self.weights, evidence.features()
        total = self.intercept + (first * cosine + second * typical + third * bm25)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def judge(self, probability: float) -> Relevance | None:
        """In words; None below the bar."""
        if probability >= self.strong:
            return Relevance.STRONG
        return Relevance.POSSIBLE if probability >= self.possible else None


BASE = Calibration(weights=(1.3, 2.0, 0.37), intercept=-0.82, possible=0.35, strong=0.65, spread=0.033)

# Cosines of one model say nothing about those of another, so each model that we know has its own calibration. That of
# our encoder was fitted on documents that it had not been trained on.
OURS = Calibration(weights=(1.8, 0.2, 0.37), intercept=3.2, possible=0.36, strong=0.65, spread=0.063)
DEFAULT = replace(BASE, spread=None)
KNOWN = {"multilingual-e5-small": BASE, "kennislab-e5-small-nl": OURS}


def calibration_of(model: str) -> Calibration:
    """The calibration for a model by its name; for one we do not know the base model's, to be fitted anew.

    What the cosines of such a model span is not known; then those of each question are measured by their own.
    """
    return KNOWN.get(model, DEFAULT)
