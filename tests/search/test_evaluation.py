"""The evaluation on a tiny catalogue whose answer is known."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from search.embedded_index import open_index
from search.encoder import Encoder
from search.evaluation import NOTHING, Evaluation, Judged, summarise
from search.fingerprint import Fingerprint
from search.questions import Evidence, Question
from search.relevance import DEFAULT, Calibration
from search.relevance import Evidence as Found
from search.searcher import Searcher

Put = Callable[..., str]


class ByCoverage(Calibration):
    """The share of the question's words is the probability: known beforehand, and not that of a real model."""

    def probability(self, evidence: Found) -> float:
        return evidence.coverage


BY_COVERAGE = ByCoverage(DEFAULT.weights, intercept=0.0, possible=0.3, strong=0.9)


@pytest.fixture
def evaluation(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Evaluation:
    put("a", ["onrust bij de moskee in het dorp"])
    put("b", ["subsidie voor sportclubs in de gemeente"])
    put("c", ["spreekuur van het wijkteam op dinsdag"])
    index = open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
    return Evaluation(catalogue, Searcher(catalogue, index, encoder, BY_COVERAGE))


def test_a_question_with_the_words_of_its_answer_scores_full_marks(evaluation: Evaluation) -> None:
    judged = evaluation.judge(
        Question("1", "onrust bij de moskee", "feit", (Evidence("a.txt", "onrust bij de moskee"),))
    )
    assert judged.relevant_passages == {"a.1.00001"}
    assert judged.relevant_documents == {"a"}
    assert judged.passages[0] == "a.1.00001"
    assert judged.documents[0] == "a"
    assert (judged.refused, judged.missing) == (False, ())
    assert set(judged.scores()["passages"].values()) == {1.0}
    assert set(judged.scores()["documents"].values()) == {1.0}


def test_evidence_that_no_passage_holds_is_a_miss_and_is_named(evaluation: Evaluation) -> None:
    judged = evaluation.judge(Question("2", "onrust bij de moskee", "feit", (Evidence("a.txt", "staat er niet in"),)))
    assert judged.missing == ("a.txt",)
    assert set(judged.scores()["passages"].values()) == {0.0}
    assert judged.scores()["documents"]["mrr@10"] == 1.0
    absent = evaluation.judge(Question("3", "onrust", "feit", (Evidence("weg.pdf", "iets"),)))
    assert absent.missing == ("weg.pdf",)
    assert set(absent.scores()["documents"].values()) == {0.0}


def test_an_unanswerable_question_is_refused(evaluation: Evaluation) -> None:
    judged = evaluation.judge(Question("4", "recept appeltaart", "buiten"))
    assert judged.refused
    assert judged.probability == 0.0


BASE = Judged(
    question=Question("1", "x", "feit"),
    relevant_passages=frozenset({"p"}),
    relevant_documents=frozenset({"d"}),
    passages=("p",),
    documents=("d",),
    probability=0.9,
    evidence=NOTHING,
    refused=False,
    missing=(),
)


def test_a_summary_is_the_mean_over_all_and_per_kind() -> None:
    second = replace(
        BASE,
        question=Question("2", "y", "uitleg"),
        passages=("x", "p"),
        documents=("x", "y"),
        probability=0.4,
        missing=("weg.pdf",),
    )
    unanswerable = [
        replace(BASE, question=Question("3", "z", "buiten"), probability=0.4, refused=True),
        replace(BASE, question=Question("4", "z", "bijna"), probability=0.1, refused=False),
    ]
    report = summarise([BASE, second], unanswerable)
    assert report["questions"] == 2
    ndcg = round((1 + 1 / math.log2(3)) / 2, 4)
    assert report["passages"] == {"ndcg@10": ndcg, "recall@10": 1.0, "mrr@10": 0.75, "success@10": 1.0}
    assert report["documents"] == {"ndcg@10": 0.5, "recall@10": 0.5, "mrr@10": 0.5, "success@10": 0.5}
    kinds = report["kinds"]
    assert isinstance(kinds, dict)
    assert list(kinds) == ["feit", "uitleg"]
    assert kinds["uitleg"]["passages"]["mrr@10"] == 0.5
    assert report["missing_evidence"] == ["2"]
    # known 0.9 and 0.4; unknown 0.4 (buiten) and 0.1 (bijna)
    assert report["auroc"] == {"all": (1 + 1 + 0.5 + 1) / 4, "bijna": 1.0, "buiten": (1 + 0.5) / 2}
    assert report["refused"] == {"answerable": 0.0, "all": 0.5, "bijna": 0.0, "buiten": 1.0}
    assert report["unanswerable"] == 2


def test_without_unanswerable_questions_nothing_is_said_of_refusing() -> None:
    report = summarise([BASE], [])
    assert "auroc" not in report
    assert "refused" not in report
