"""Judging the search on questions with evidence, and on questions that the documents do not answer."""

import time
from collections.abc import Sequence
from copy import copy
from statistics import fmean

from corpus.catalogue import Catalogue
from corpus.scope import EVERYTHING
from corpus.types import Passage
from search import metrics
from search.judged import Found, Judged, K, Marked, Timing
from search.questions import Question
from search.quotes import find_quote, holds
from search.recipe import Recipe
from search.relevance import Evidence
from search.remembering import RememberingEncoder
from search.searcher import Candidates, Limits, PassageHit, Searcher
from search.summary import by_kind, figures_of
from search.text import normalise_question

NOTHING = Evidence(cosine=0.0, typical_cosine=0.0, bm25=0.0)
Relevant = tuple[frozenset[str], frozenset[str], tuple[str, ...]]  # passages, documents, files without the quote


class Evaluation:
    """Runs questions over a searcher with every document in scope."""

    def __init__(self, catalogue: Catalogue, searcher: Searcher) -> None:
        self._catalogue = catalogue
        self._encoder = RememberingEncoder(searcher.encoder)
        self._searcher = copy(searcher)
        self._searcher.encoder = self._encoder
        self._documents = {document.id: document for document in catalogue.documents(EVERYTHING)}
        self._by_file: dict[str, list[str]] = {}
        for document in self._documents.values():
            self._by_file.setdefault(document.file_name, []).append(document.id)
        self._known: dict[Question, Relevant] = {}

    @property
    def bar(self) -> float:
        """The bar on relevance that is in use."""
        return self._searcher.calibration.possible

    def judge(self, question: Question, recipe: Recipe | None = None) -> Judged:
        """Search one question, by the searcher's own recipe or another, and find out what is relevant."""
        searcher = copy(self._searcher)
        searcher.recipe = recipe = recipe or searcher.recipe
        text = normalise_question(question.text)
        if recipe.weights[0]:
            self._encoder.encode_question(text)
        start = time.perf_counter()
        candidates = searcher.candidates(text, EVERYTHING)
        answer = searcher.search(text, EVERYTHING, Limits(K), abstain=False, found=candidates)
        duration = (time.perf_counter() - start) * 1000
        first = self._first(candidates)
        passages, documents, missing = self._relevant(question)
        shown = [hit for result in answer.results for hit in result.passages]
        return Judged(
            question=question,
            # Evidence that no passage holds can not be found: it counts as a miss, under a name that nothing has.
            relevant_passages=passages or frozenset({"-"}),
            relevant_documents=documents or frozenset({"-"}),
            passages=tuple(passage.id for passage in first),
            documents=tuple(result.document.id for result in answer.results),
            probability=max((hit.probability for hit in shown), default=0.0),
            evidence=max(shown, key=lambda hit: hit.probability).evidence if shown else NOTHING,
            refused=all(searcher.calibration.judge(hit.probability) is None for hit in shown),
            missing=missing,
            found=tuple(self._found(first, passages)),
            marked=self._marked(question, shown),
            timing=Timing(self._encoder.duration_ms[text] if recipe.weights[0] else 0.0, duration),
        )

    def _relevant(self, question: Question) -> Relevant:
        if question not in self._known:
            self._known[question] = self._look_up(question)
        return self._known[question]

    def _look_up(self, question: Question) -> Relevant:
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
        return frozenset(passages), frozenset(documents), tuple(missing)

    def _first(self, candidates: Candidates) -> list[Passage]:
        """The candidates that are measured, without those that were removed a moment ago."""
        keys = [hit.key for hit in candidates.fused[:K]]
        known = self._catalogue.passages(keys)
        return [known[key] for key in keys if key in known]

    def _found(self, first: Sequence[Passage], relevant: frozenset[str]) -> list[Found]:
        found = []
        for passage in first:
            document = self._documents.get(passage.document_id)
            if document is not None:  # else it was added a moment ago
                found.append(Found.of(document, passage, right=passage.id in relevant))
        return found

    def _marked(self, question: Question, shown: Sequence[PassageHit]) -> Marked:
        """Of the passages shown that hold a quote: how many have a mark on it."""
        holding = hit = 0
        for one in shown:
            files = [e for e in question.relevant if one.passage.document_id in self._by_file.get(e.file, ())]
            spans = [span for evidence in files if (span := find_quote(one.passage.text, evidence.quote))]
            holding += bool(spans)
            hit += any(start < last and first < end for first, last in one.marks for start, end in spans)
        return Marked(holding, hit)


def summarise(answerable: Sequence[Judged], unanswerable: Sequence[Judged]) -> dict[str, object]:
    """Means of every measure, over all and per kind; how well relevance tells the two sorts of question apart."""
    report: dict[str, object] = {"questions": len(answerable), **figures_of(answerable, intervals=True)}
    report["kinds"] = {
        kind: {"questions": len(group), **figures_of(group)} for kind, group in by_kind(answerable).items()
    }
    report["missing_evidence"] = sorted(judged.question.id for judged in answerable if judged.missing)
    if unanswerable:
        groups = {"all": list(unanswerable), **by_kind(unanswerable)}
        report["unanswerable"] = len(unanswerable)
        report["auroc"] = aurocs(answerable, unanswerable)
        refused = {"answerable": list(answerable), **groups}
        report["refused"] = {name: round(fmean(one.refused for one in group), 4) for name, group in refused.items()}
    return report


def aurocs(answerable: Sequence[Judged], unanswerable: Sequence[Judged]) -> dict[str, float]:
    """How well relevance tells the answerable questions from all unanswerable ones, and from each kind of them."""
    known = [judged.probability for judged in answerable]
    groups = {"all": list(unanswerable), **by_kind(unanswerable)}
    return {
        name: round(metrics.auroc(known, [judged.probability for judged in group]), 4) for name, group in groups.items()
    }
