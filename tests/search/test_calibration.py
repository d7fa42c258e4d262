"""Fitting the relevance model, on samples whose answer is known."""

import pytest

from search.calibration import cross_validated, fit
from search.metrics import auroc
from search.relevance import DEFAULT, Evidence

EVIDENCE = Evidence(cosine=0.85, typical_cosine=0.82, bm25=4.0)
ANSWERED = [Evidence(0.86 + 0.005 * n, 0.83, 5.0 + n) for n in range(8)]
UNANSWERED = [Evidence(0.80 + 0.005 * n, 0.81, 0.5 * n) for n in range(8)]


SAMPLES = [pair for one, other in zip(ANSWERED, UNANSWERED, strict=True) for pair in ((one, True), (other, False))]


def test_a_fit_separates_what_can_be_separated() -> None:
    calibration = fit(SAMPLES, rounds=500)
    positives = [calibration.probability(one) for one in ANSWERED]
    negatives = [calibration.probability(one) for one in UNANSWERED]
    assert auroc(positives, negatives) == 1.0
    assert min(positives) > 0.5 > max(negatives)
    assert (calibration.possible, calibration.strong) == (DEFAULT.possible, DEFAULT.strong)


def test_a_fit_without_a_difference_says_a_half() -> None:
    calibration = fit([(EVIDENCE, True), (EVIDENCE, False)], rounds=200)
    assert calibration.probability(EVIDENCE) == pytest.approx(0.5, abs=1e-6)


def test_both_classes_weigh_the_same_however_many_there_are() -> None:
    calibration = fit([(EVIDENCE, True)] * 9 + [(EVIDENCE, False)], rounds=200)
    assert calibration.probability(EVIDENCE) == pytest.approx(0.5, abs=1e-6)


def test_cross_validation_ranks_what_can_be_told_apart_without_a_mistake() -> None:
    assert cross_validated(SAMPLES).auroc == 1.0
    fitted = cross_validated(SAMPLES).calibration
    assert min(map(fitted.probability, ANSWERED)) > 0.5 > max(map(fitted.probability, UNANSWERED))
