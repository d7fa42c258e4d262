"""Calibrated relevance: monotone, in words, and fitted."""

import math
from itertools import pairwise

import pytest

from search.calibration import cross_validated, fit
from search.metrics import auroc
from search.relevance import DEFAULT, Calibration, Evidence, Relevance

EVIDENCE = Evidence(cosine=0.85, typical_cosine=0.82, bm25=4.0)


def test_the_probability_is_the_logistic_of_the_weighted_features() -> None:
    calibration = Calibration(weights=(2.0, 1.5, 0.5), intercept=-1.0, possible=0.3, strong=0.7)
    total = -1.0 + 2.0 * (0.85 - 0.84) * 20 + 1.5 * (0.82 - 0.84) * 20 + 0.5 * math.log(1 + 4.0)
    assert calibration.probability(EVIDENCE) == pytest.approx(1 / (1 + math.exp(-total)))


def test_a_passage_that_the_vector_leg_did_not_find_is_taken_as_typical() -> None:
    unseen = EVIDENCE._replace(cosine=0.0)
    assert unseen.features() == EVIDENCE._replace(cosine=EVIDENCE.typical_cosine).features()


@pytest.mark.parametrize("name", ["cosine", "typical_cosine", "bm25"])
def test_more_evidence_never_lowers_the_probability(name: str) -> None:
    low, high = {"cosine": (0.5, 1.0), "typical_cosine": (0.5, 1.0), "bm25": (0.0, 40.0)}[name]
    values = [EVIDENCE._replace(**{name: low + (high - low) * step / 20}) for step in range(21)]
    probabilities = [DEFAULT.probability(evidence) for evidence in values]
    assert all(before < after for before, after in pairwise(probabilities))
    assert all(0 < probability < 1 for probability in probabilities)


def test_extreme_evidence_stays_a_probability() -> None:
    for evidence in (Evidence(-1, 0, 0), Evidence(1, 0, 1e12), Evidence(0, 0, 0)):
        assert 0 < DEFAULT.probability(evidence) < 1
    steep = Calibration(weights=(1e6, 0, 0), intercept=0, possible=0.3, strong=0.7)
    assert steep.probability(Evidence(1, 0, 0)) == pytest.approx(1)
    assert steep.probability(Evidence(-1, 0, 0)) == pytest.approx(0)


def test_the_bars_belong_to_the_word_above_them() -> None:
    calibration = Calibration((0, 0, 0), 0, possible=0.3, strong=0.7)
    assert calibration.judge(0.7) is Relevance.STRONG
    assert calibration.judge(0.6999) is Relevance.POSSIBLE
    assert calibration.judge(0.3) is Relevance.POSSIBLE
    assert calibration.judge(0.2999) is None


def test_the_default_bars_are_in_order() -> None:
    assert 0 < DEFAULT.possible < DEFAULT.strong < 1
    assert [word.value for word in Relevance] == ["sterk", "mogelijk"]


ANSWERED = [Evidence(0.86 + 0.005 * n, 0.83, 5.0 + n) for n in range(8)]
UNANSWERED = [Evidence(0.80 + 0.005 * n, 0.81, 0.5 * n) for n in range(8)]
SEPARABLE = [(one, True) for one in ANSWERED] + [(one, False) for one in UNANSWERED]


def test_a_fit_separates_what_can_be_separated() -> None:
    calibration = fit(SEPARABLE)
    positives = [calibration.probability(one) for one in ANSWERED]
    negatives = [calibration.probability(one) for one in UNANSWERED]
    assert auroc(positives, negatives) == 1.0
    assert min(positives) > 0.5 > max(negatives)
    assert (calibration.possible, calibration.strong) == (DEFAULT.possible, DEFAULT.strong)


def test_cross_validation_judges_what_the_model_has_not_seen() -> None:
    assert cross_validated(SEPARABLE).auroc == 1.0
    mixed = [(EVIDENCE, number % 2 == 0) for number in range(20)]
    assert cross_validated(mixed).auroc <= 0.6


def test_a_fit_without_a_difference_says_a_half() -> None:
    calibration = fit([(EVIDENCE, True), (EVIDENCE, False)])
    assert calibration.probability(EVIDENCE) == pytest.approx(0.5, abs=1e-6)


def test_both_classes_weigh_the_same_however_many_there_are() -> None:
    calibration = fit([(EVIDENCE, True)] * 9 + [(EVIDENCE, False)])
    assert calibration.probability(EVIDENCE) == pytest.approx(0.5, abs=1e-6)
