"""Fitting the relevance model on answerable and unanswerable questions, and saying honestly how well it does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.metrics import auroc
from search.relevance import DEFAULT, Calibration, Evidence

FOLDS = 5
_ROUNDS, _RATE = 5000, 0.3  # of the gradient descent; far past convergence on a few hundred samples

Sample = tuple[Evidence, bool]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration on all samples, and how one fitted without a question ranks that question (cross-validation)."""

    calibration: Calibration
    auroc: float


def fit(samples: Sequence[Sample], rounds: int = 3000, rate: float = 0.2, ridge: float = 0.01) -> Calibration:
    """A calibration fitted by gradient descent on (evidence, answered) pairs; both classes weigh the same."""
    features = np.array([evidence.features() for evidence, _ in samples])
    answered = np.array([float(flag) for _, flag in samples])
    balance = np.where(answered == 1, 0.5 / max(1.0, answered.sum()), 0.5 / max(1.0, (1 - answered).sum()))
    weights, intercept = np.zeros(features.shape[1]), 0.0
    for _ in range(rounds):
        error = balance * (1 / (1 + np.exp(-(features @ weights + intercept))) - answered)
        weights -= rate * (error @ features + ridge * weights / len(samples))
        intercept -= rate * float(error.sum())
    cosine, typical, bm25 = (float(weight) for weight in weights)
    return Calibration((cosine, typical, bm25), intercept, DEFAULT.possible, DEFAULT.strong)


def cross_validated(samples: Sequence[Sample]) -> Fitted:
    """Fit on all, judge by folds: every fifth sample is scored by a model that has not seen it."""
    scored: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        model = fit([sample for number, sample in enumerate(samples) if number % FOLDS != fold])
        scored += [(model.probability(evidence), answered) for evidence, answered in samples[fold::FOLDS]]
    positives = [probability for probability, answered in scored if answered]
    negatives = [probability for probability, answered in scored if not answered]
    return Fitted(fit(samples), auroc(positives, negatives))
