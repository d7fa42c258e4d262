"""A question in, ranked documents with passages out."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.catalogue import Catalogue
from corpus.scope import Scope
from corpus.types import Document, Passage
from search.analysis import question_terms, terms
from search.encoder import Encoder
from search.fuse import weighted_sum
from search.highlight import Span, mark
from search.index import Hit, Index
from search.relevance import DEFAULT, Calibration, Evidence, Relevance
from search.text import normalise_question

CANDIDATES = 100  # passages each leg brings in
DENSE_WEIGHT, KEYWORD_WEIGHT = 0.7, 0.3


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage found, with what is marked in it."""

    passage: Passage
    score: float  # of the ranking, higher is better; not a confidence
    probability: float  # calibrated, 0..1
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document found, with its best passages first."""

    document: Document
    relevance: Relevance
    score: float
    passages: tuple[PassageHit, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave. No results means: nothing above the bar."""

    question: str
    results: tuple[DocumentHit, ...]
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is shown: `documents` counts documents, each with at most `passages` passages."""

    documents: int = 10
    passages: int = 3


class Searcher:
    """Searches an index; the catalogue gives the words of what is found."""

    def __init__(
        self, catalogue: Catalogue, index: Index, encoder: Encoder, calibration: Calibration = DEFAULT
    ) -> None:
        self.catalogue = catalogue
        self.index = index
        self.encoder = encoder
        self.calibration = calibration

    def search(self, question: str, scope: Scope, limits: Limits = Limits(), *, abstain: bool = True) -> Answer:
        """Ranked documents in scope. With `abstain` off also what is below the bar is given (for evaluation)."""
        start = time.perf_counter()
        question = normalise_question(question)
        ranked = self.rank(question, scope) if question else []
        results = self._grouped(ranked, scope, limits, abstain=abstain)
        return Answer(question, tuple(results), (time.perf_counter() - start) * 1000)

    def rank(self, question: str, scope: Scope) -> list[PassageHit]:
        """All candidate passages, best first."""
        wanted = question_terms(question)
        dense = self.index.vector_hits(self.encoder.encode_question(question), scope, CANDIDATES)
        keyword = self.index.keyword_hits(wanted, scope, CANDIDATES)
        fused = weighted_sum([dense, keyword], [DENSE_WEIGHT, KEYWORD_WEIGHT])
        passages = self.catalogue.passages(hit.key for hit in fused)
        known = [hit for hit in fused if hit.key in passages]
        return self._judged(known, passages, wanted, dense, keyword)

    def _judged(
        self,
        fused: Sequence[Hit],
        passages: Mapping[int, Passage],
        wanted: Sequence[str],
        dense: Sequence[Hit],
        keyword: Sequence[Hit],
    ) -> list[PassageHit]:
        own = {key: _own_terms(passage) for key, passage in passages.items()}
        rarity = _rarity(wanted, list(own.values()))
        cosines = {hit.key: hit.score for hit in dense}
        bm25 = {hit.key: hit.score for hit in keyword}
        hits = []
        for hit in fused:
            passage = passages[hit.key]
            evidence = Evidence(cosines.get(hit.key, 0.0), _coverage(own[hit.key], rarity), bm25.get(hit.key, 0.0))
            marks = mark(passage.text, wanted, passage.language, rarity)
            hits.append(PassageHit(passage, hit.score, self.calibration.probability(evidence), tuple(marks)))
        return hits

    def _grouped(
        self, ranked: Sequence[PassageHit], scope: Scope, limits: Limits, *, abstain: bool
    ) -> list[DocumentHit]:
        groups: dict[str, list[PassageHit]] = {}
        for hit in ranked:
            groups.setdefault(hit.passage.document_id, []).append(hit)
        # Read again under the asker's scope: a right that was withdrawn a moment ago counts.
        documents = self.catalogue.documents_by_id(list(groups), scope)
        results: list[DocumentHit] = []
        for document_id, hits in groups.items():
            document = documents.get(document_id)
            relevance = self._relevance(hits, abstain=abstain)
            if document is None or relevance is None or document.version != hits[0].passage.version:
                continue
            results.append(DocumentHit(document, relevance, hits[0].score, tuple(hits[: limits.passages])))
            if len(results) == limits.documents:
                break
        return results

    def _relevance(self, hits: Sequence[PassageHit], *, abstain: bool) -> Relevance | None:
        found = self.calibration.judge(max(hit.probability for hit in hits))
        return found or (None if abstain else Relevance.POSSIBLE)


def _own_terms(passage: Passage) -> frozenset[str]:
    text = " ".join([*passage.headings, passage.table_header, passage.text])
    return frozenset(terms(text, passage.language))


def _rarity(wanted: Sequence[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Weight of each of the question's terms: rarer among the candidates weighs more (smoothed idf)."""
    count = len(texts)
    return {term: math.log(1 + (count + 1) / (1 + sum(term in own for own in texts))) for term in wanted}


def _coverage(own: frozenset[str], rarity: Mapping[str, float]) -> float:
    total = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in own) / total if total else 0.0
