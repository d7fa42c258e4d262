"""Judging the search on questions with evidence, and on questions that the documents do not answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from corpus.catalogue import Catalogue
from corpus.scope import EVERYTHING
from search import metrics
from search.questions import Question, holds
from search.relevance import Evidence
from search.searcher import Limits, Searcher
from search.text import normalise_question

K = 10
NOTHING = Evidence(cosine=0.0, typical_cosine=0.0, coverage=0.0, bm25=0.0)
MEASURES = {
    "ndcg@10": metrics.ndcg,
    "recall@10": metrics.recall,
    "mrr@10": metrics.reciprocal_rank,
    "success@10": metrics.success,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One question, what is relevant and what was found (ids, best first)."""

    question: Question
    relevant_passages: frozenset[str]
    relevant_documents: frozenset[str]
    passages: tuple[str, ...]
    documents: tuple[str, ...]
    probability: float  # calibrated, of the best passage
    evidence: Evidence  # of that passage
    refused: bool
    missing: tuple[str, ...]  # files of the evidence that are not in the catalogue, or do not hold the quote

    def scores(self) -> dict[str, dict[str, float]]:
        """Every measure for passages and documents."""
        levels = {
            "passages": (self.passages, self.relevant_passages),
            "documents": (self.documents, self.relevant_documents),
        }
        return {
            level: {name: measure(ranking, relevant, K) for name, measure in MEASURES.items()}
            for level, (ranking, relevant) in levels.items()
        }


class Evaluation:
    """Runs questions over a searcher with every document in scope."""

    def __init__(self, catalogue: Catalogue, searcher: Searcher) -> None:
        self._catalogue = catalogue
        self._searcher = searcher
        self._by_file: dict[str, list[str]] = {}
        for document in catalogue.documents(EVERYTHING):
            self._by_file.setdefault(document.file_name, []).append(document.id)

    def judge(self, question: Question) -> Judged:
        """Search one question and find out what of the result is relevant."""
        passages, documents, missing = self._relevant(question)
        found = self._searcher.candidates(normalise_question(question.text), EVERYTHING)
        answer = self._searcher.search(question.text, EVERYTHING, Limits(K), abstain=False)
        shown = [hit for result in answer.results for hit in result.passages]
        return Judged(
            question=question,
            # Evidence that no passage holds can not be found: it counts as a miss, under a name that nothing has.
            relevant_passages=frozenset(passages) or frozenset({"-"}),
            relevant_documents=frozenset(documents) or frozenset({"-"}),
            passages=tuple(found.passages[hit.key].id for hit in found.fused[:K]),
            documents=tuple(result.document.id for result in answer.results),
            probability=max((hit.probability for hit in shown), default=0.0),
            evidence=max(shown, key=lambda hit: hit.probability).evidence if shown else NOTHING,
            refused=all(self._searcher.calibration.judge(hit.probability) is None for hit in shown),
            missing=missing,
        )

    def _relevant(self, question: Question) -> tuple[set[str], set[str], tuple[str, ...]]:
        passages: set[str] = set()
        documents: set[str] = set()
        missing: list[str] = []
        for evidence in question.relevant:
            ids = self._by_file.get(evidence.file, [])
            documents.update(ids)
            found = {
                passage.id
                for document_id in ids
                for passage in self._catalogue.passages_of(document_id)
                if holds(passage.text, evidence.quote)
            }
            passages |= found
            if not found:
                missing.append(evidence.file)
        return passages, documents, tuple(missing)


def summarise(answerable: Sequence[Judged], unanswerable: Sequence[Judged]) -> dict[str, object]:
    """Means of every measure, over all and per kind; how well relevance tells the two sorts of question apart."""
    report: dict[str, object] = {"questions": len(answerable), **_means(answerable)}
    report["kinds"] = {kind: {"questions": len(group), **_means(group)} for kind, group in _by_kind(answerable).items()}
    report["missing_evidence"] = sorted(judged.question.id for judged in answerable if judged.missing)
    if unanswerable:
        groups = {"all": list(unanswerable), **_by_kind(unanswerable)}
        known = [judged.probability for judged in answerable]
        report["unanswerable"] = len(unanswerable)
        report["auroc"] = {
            name: round(metrics.auroc(known, [judged.probability for judged in group]), 4)
            for name, group in groups.items()
        }
        refused = {"answerable": list(answerable), **groups}
        report["refused"] = {name: _share(group) for name, group in refused.items()}
    return report


def _means(judged: Sequence[Judged]) -> dict[str, Mapping[str, float]]:
    scores = [one.scores() for one in judged]
    return {
        level: {name: round(fmean(score[level][name] for score in scores), 4) for name in MEASURES}
        for level in ("passages", "documents")
    }


def _by_kind(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    kinds: dict[str, list[Judged]] = {}
    for one in judged:
        kinds.setdefault(one.question.kind, []).append(one)
    return dict(sorted(kinds.items()))


def _share(judged: Sequence[Judged]) -> float:
    return round(fmean(one.refused for one in judged), 4)
