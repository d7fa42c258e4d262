"""The evaluation on a tiny catalogue whose answer is known."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from search.bm25 import LEAST_WEIGHT
from search.embedded_index import open_index
from search.encoder import Encoder
from search.evaluation import NOTHING, Evaluation, summarise
from search.fingerprint import Fingerprint
from search.judged import Judged, Marked
from search.questions import Evidence, Question
from search.recipe import Recipe, UnitUse
from search.relevance import DEFAULT, Calibration
from search.relevance import Evidence as Found
from search.searcher import Searcher

Put = Callable[..., str]


class ByWords(Calibration):
    """Known beforehand, and not that of a real model: nothing without a word of the question, all with two."""

    def probability(self, evidence: Found) -> float:
        return min(1.0, 0.5 * math.ceil(evidence.bm25 / LEAST_WEIGHT))


BY_WORDS = ByWords(DEFAULT.weights, intercept=0.0, possible=0.3, strong=0.9)


@pytest.fixture
def evaluation(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Evaluation:
    put("a", ["onrust bij de moskee in het dorp"])
    put("b", ["subsidie voor sportclubs in de gemeente"])
    put("c", ["spreekuur van het wijkteam op dinsdag"])
    index = open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
    return Evaluation(catalogue, Searcher(catalogue, index, encoder, BY_WORDS))


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
    assert "markering" in report


def test_what_was_found_is_kept_for_a_person_to_look_at(evaluation: Evaluation) -> None:
    judged = evaluation.judge(Question("1", "onrust bij de moskee", "feit", (Evidence("a.txt", "onrust bij"),)))
    first, *others = judged.found
    assert (first.file, first.title, first.page, first.right) == ("a.txt", "Titel", 1, True)
    assert first.text == "onrust bij de moskee in het dorp"
    assert others
    assert not any(found.right for found in others)
    assert judged.timing.search > 0


def test_a_mark_counts_where_it_touches_the_evidence(evaluation: Evaluation, put: Put) -> None:
    filler = " ".join(f"Zin {number} zegt niets." for number in range(5))
    put("d", [f"Zomaar een begin van iets. De wijkagent meldt zorgen bij het loket. {filler} Een slot dat niets zegt."])
    texts = ("De wijkagent meldt zorgen", "Een slot dat niets zegt", "wijkagent meldt zorgen")
    marked = []
    fresh = Evaluation(evaluation._catalogue, evaluation._searcher)
    for number, quote in enumerate(texts):
        question = Question(str(number), "wijkagent zorgen loket", "", (Evidence("d.txt", quote),))
        marked.append(fresh.judge(question).marked)
    assert marked == [Marked(1, 1), Marked(1, 0), Marked(1, 1)]
    # Evidence in more places of one passage: one touched is enough, and the passage counts once.
    both = Question("4", "wijkagent zorgen loket", "", tuple(Evidence("d.txt", quote) for quote in texts))
    assert fresh.judge(both).marked == Marked(1, 1)
    # Words that another file has are not this file's evidence.
    elsewhere = Question("5", "wijkagent zorgen loket", "", (Evidence("a.txt", "De wijkagent meldt zorgen"),))
    assert fresh.judge(elsewhere).marked == Marked(0, 0)


def test_marking_is_a_share_of_passages_not_of_questions() -> None:
    many = replace(BASE, marked=Marked(shown=3, hit=3))
    one = replace(BASE, question=Question("2", "y", "uitleg"), marked=Marked(shown=1, hit=0))
    none = replace(BASE, question=Question("3", "z", "anders"))
    report = summarise([many, one, none], [])
    assert report["markering"] == 0.75
    kinds = report["kinds"]
    assert isinstance(kinds, dict)
    assert {kind: group["markering"] for kind, group in kinds.items()} == {"anders": None, "feit": 1.0, "uitleg": 0.0}


def test_intervals_are_given_for_enough_questions() -> None:
    judged = [
        replace(BASE, question=Question(str(n), "x", "feit"), passages=("p",) if n % 3 else ("q", "p"))
        for n in range(30)
    ]
    report = summarise(judged, [])
    intervals = report["intervals"]
    assert isinstance(intervals, dict)
    low, high = intervals["passages.mrr@10"]
    assert low < 5 / 6 < high  # ten of thirty have 1/2
    assert "passages.recall@10" not in intervals  # the same for all
    assert summarise(judged[:5], [])["intervals"] == {}


def test_a_question_can_be_judged_by_another_recipe(evaluation: Evaluation, encoder: Encoder) -> None:
    question = Question("1", "onrust bij de moskee", "feit", (Evidence("a.txt", "onrust bij de moskee"),))
    words = evaluation.judge(question, Recipe(weights=(0.0, 1.0, 0.0)))
    assert words.passages == ("a.1.00001",)  # the others share no word
    assert words.timing.encode == 0.0
    vectors = evaluation.judge(question, Recipe(weights=(1.0, 0.0, 0.0), units=UnitUse.WHOLE))
    assert len(vectors.passages) == 3
    assert vectors.timing.encode > 0
    # The recipe is for that one question only.
    assert len(evaluation.judge(question).passages) == 3


def test_the_searcher_that_is_evaluated_stays_as_it_was(evaluation: Evaluation, encoder: Encoder) -> None:
    searcher = evaluation._searcher
    before = vars(searcher).copy()
    Evaluation(evaluation._catalogue, searcher).judge(Question("1", "moskee", "x"), Recipe(weights=(0.0, 1.0, 0.0)))
    assert vars(searcher) == before
