"""A question in, ranked documents with passages out."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from statistics import fmean
from typing import NamedTuple

from corpus.catalogue import Catalogue
from corpus.scope import EVERYTHING, Scope
from corpus.types import Document, Passage
from search.analysis import index_grams, question_terms
from search.encoder import Encoder, Vectors
from search.fuse import Leg, reciprocal_rank_fusion, weighted_sum
from search.index import Hit, Index
from search.reading import Reading
from search.recipe import GRAMS_SPREAD, STANDARD, WORDS_SPREAD, Fusion, Recipe
from search.relevance import DEFAULT, Calibration, Evidence, Relevance
from search.sentence_terms import Span, sentence_terms
from search.text import normalise_question

CANDIDATES = 100  # passages that the vector leg brings in
# Those that the words and the grams bring in: what one of these lacks counts as its last, so that is to be far down.
KEYWORD_CANDIDATES = 200
_WARM_UP = "Waar gaat deze vraag over?"

ReadDocuments = Callable[[Sequence[str]], Mapping[str, Document]]


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage found, with what is marked in it."""

    passage: Passage
    score: float  # of the ranking, higher is better; not a confidence
    evidence: Evidence
    probability: float  # calibrated, 0..1
    coverage: float  # share of the question's words that are in it, weighted by rarity, 0..1
    marks: tuple[Span, ...]
    matched: tuple[str, ...]  # the question's terms that are in it
    key: int = field(default=0, compare=False)  # in the catalogue; another one after a rebuild


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the legs take it; empty for a leg that the recipe leaves out."""

    vector: Future[Vectors] | None  # made while the other legs are searched
    terms: Sequence[str]
    grams: Sequence[str]


@dataclass(frozen=True)
class Candidates:
    """What the legs found for a question: passages in fused order, and each leg's own scores by passage key."""

    fused: tuple[Hit, ...]
    owners: Mapping[int, str]  # the document of each passage, by passage key
    cosines: Mapping[int, float]
    bm25: Mapping[int, float]
    windows: Mapping[int, int]  # number of the window nearest to the question, by passage key
    typical: float | None = None  # typical cosine of a wider search, where the asker's filters made this one narrow

    @cached_property
    def by_document(self) -> Mapping[str, Sequence[Hit]]:
        """The candidates of each document, best document and best passage first."""
        groups: dict[str, list[Hit]] = {}
        for hit in self.fused:
            groups.setdefault(self.owners[hit.key], []).append(hit)
        return groups

    @cached_property
    def typical_cosine(self) -> float:
        """Mean of the candidates' cosines: what a passage that is merely near gets for this question."""
        if self.typical is not None:
            return self.typical
        return fmean(self.cosines.values()) if self.cosines else 0.0


class Judged(NamedTuple):
    """A document that may be shown, with its best passages: each with its evidence and probability."""

    name: str
    relevance: Relevance
    best: Sequence[tuple[Hit, Evidence, float]]


class _Shown(NamedTuple):
    """A document that is shown, and its best passages as they were read."""

    document: Document
    judged: Judged
    passages: Sequence[Passage]


class Searcher:
    """Searches an index; the catalogue gives the words of what is found."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: Index,
        encoder: Encoder,
        calibration: Calibration = DEFAULT,
        recipe: Recipe = STANDARD,
    ) -> None:
        self.catalogue = catalogue
        self.index = index
        self.encoder = encoder
        self.calibration = calibration
        self.recipe = recipe
        # Of questions that come together, so many are worked on at a time as there are processors: more threads would
        # only take Python's lock from each other, hundreds of times a question.
        self.turn = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._aside = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="vraag")

    def search(
        self,
        question: str,
        scope: Scope,
        limits: Limits = Limits(),
        *,
        abstain: bool = True,
        found: Candidates | None = None,
    ) -> Answer:
        """Ranked documents in scope. With `abstain` off also what is below the bar is given (for evaluation).

        `found` are the candidates for this question and scope, for who has them already.
        """
        start = time.perf_counter()
        question = normalise_question(question)
        if not question:
            return Answer(question, (), 0.0)
        found = found or self.candidates(question, scope)
        read = partial(self.catalogue.documents_by_id, scope=scope)
        judged = self.judged(found, limits, abstain=abstain)
        results = self.results(question, found, judged, read, limits)
        return Answer(question, tuple(results), (time.perf_counter() - start) * 1000)

    def warm_up(self) -> None:
        """Load what is loaded at first use (the word list, the model's code), so that no asker waits for it."""
        self.candidates(_WARM_UP, Scope())
        self.index.labels((), EVERYTHING)
        sentence_terms(_WARM_UP, "nl", frozenset(question_terms(_WARM_UP)))

    def ask(self, question: str) -> Asked:
        """A normalised question made ready for the legs, so that it can be asked in several scopes."""
        recipe = self.recipe
        vectors, words, grams = recipe.weights
        vector = self._aside.submit(self.encoder.encode_question, question) if vectors else None
        terms = question_terms(question, parts=recipe.compound_parts, verbs=recipe.separable_verbs) if words else []
        pieces = list(dict.fromkeys(index_grams(question))) if grams else []
        return Asked(vector, terms, pieces)

    def candidates(self, question: str | Asked, scope: Scope) -> Candidates:
        """All candidate passages, best first."""
        asked = self.ask(question) if isinstance(question, str) else question
        dense, words, _ = legs = self._legs(asked, scope)
        by_rank = self.recipe.fusion is Fusion.RANK
        fused = reciprocal_rank_fusion(legs) if by_rank else weighted_sum(self._weighed(*legs))
        # A passage that was removed since the legs found it is gone, and a right that was withdrawn counts.
        owners = self.index.owners([hit.key for hit in fused], scope)
        return Candidates(
            fused=tuple(hit for hit in fused if hit.key in owners),
            owners=owners,
            cosines={hit.key: hit.score for hit in dense},
            bm25={hit.key: hit.score for hit in words},
            windows={hit.key: hit.window for hit in dense},
        )

    def _legs(self, asked: Asked, scope: Scope) -> tuple[list[Hit], list[Hit], list[Hit]]:
        """What the vectors, the words and the character grams find; a leg that is asked for nothing finds nothing."""
        index, use = self.index, self.recipe.units
        words = index.keyword_hits(asked.terms, scope, KEYWORD_CANDIDATES)
        grams = index.gram_hits(asked.grams, scope, KEYWORD_CANDIDATES)
        # Last: the encoder works outside Python's lock, so the others are searched meanwhile.
        dense = [] if asked.vector is None else index.vector_hits(asked.vector.result(), scope, CANDIDATES, use)
        return dense, words, grams

    def _weighed(self, dense: Sequence[Hit], words: Sequence[Hit], grams: Sequence[Hit]) -> list[Leg]:
        """The legs as they are added up."""
        weights = self.recipe.weights
        return [
            Leg(dense, weights[0], self.calibration.spread),
            Leg(words, weights[1], WORDS_SPREAD, _rest(words)),
            Leg(grams, weights[2], GRAMS_SPREAD, _rest(grams)),
        ]

    def judged(self, found: Candidates, limits: Limits, *, abstain: bool = True) -> Iterator[Judged]:
        """The documents that are above the bar, best first, with their best passages."""
        typical, probability = found.typical_cosine, self.calibration.probability
        for name, hits in found.by_document.items():
            best = []
            for hit in hits[: limits.passages]:
                cosine, bm25 = found.cosines.get(hit.key, 0.0), found.bm25.get(hit.key, 0.0)
                evidence = Evidence(cosine=cosine, typical_cosine=typical, bm25=bm25)
                best.append((hit, evidence, probability(evidence)))
            relevance = self.calibration.judge(max(likely for _, _, likely in best))
            if relevance is not None or not abstain:
                yield Judged(name, relevance or Relevance.POSSIBLE, best)

    def results(
        self, question: str, found: Candidates, judged: Iterable[Judged], read: ReadDocuments, limits: Limits
    ) -> list[DocumentHit]:
        """The first of what was judged. `read` gives the documents that are in scope at that moment."""
        waiting = iter(judged)
        shown: list[_Shown] = []
        # Once is enough, unless some were removed since they were found: then the next ones take their place.
        while chosen := list(islice(waiting, limits.documents - len(shown))):
            shown += self._read(chosen, read)
        reading = Reading(question, [passage for one in shown for passage in one.passages])
        return [_hit(one, found, reading) for one in shown]

    def _read(self, chosen: Sequence[Judged], read: ReadDocuments) -> list[_Shown]:
        """These documents with their passages, as far as they are still there."""
        passages = self.catalogue.passages(hit.key for one in chosen for hit, _, _ in one.best)
        # Documents last, so that a version or a right that changed a moment ago counts.
        documents = read([one.name for one in chosen])
        found = []
        for one in chosen:
            best = [judged for judged in one.best if judged[0].key in passages]
            own = [passages[hit.key] for hit, _, _ in best]
            document = documents.get(one.name)
            if document is not None and own and own[0].version == document.version:
                found.append(_Shown(document, one._replace(best=best), own))
        return found


def _rest(hits: Sequence[Hit]) -> float | None:
    """The BM25 of passages that are not among these: none where the list ends by itself."""
    return None if len(hits) >= KEYWORD_CANDIDATES else 0.0


def _hit(one: _Shown, found: Candidates, reading: Reading) -> DocumentHit:
    """What is shown of a document."""
    hits = [
        PassageHit(
            passage=passage,
            score=hit.score,
            evidence=evidence,
            probability=probability,
            coverage=reading.coverage(passage),
            marks=reading.marks(passage, found.windows.get(hit.key, 0)),
            matched=reading.matched(passage),
            key=hit.key,
        )
        for (hit, evidence, probability), passage in zip(one.judged.best, one.passages, strict=True)
    ]
    shown = sorted(hits, key=lambda hit: _says_little(hit.passage))
    return DocumentHit(one.document, one.judged.relevance, hits[0].score, tuple(shown))


def _says_little(passage: Passage) -> bool:
    """Whether it is a cover or a row of titles: no full sentence or row. It may lead to a source, but answers not."""
    return not any(_is_statement(line) for line in passage.text.split("\n"))


def _is_statement(line: str) -> bool:
    """Eight words that end as a sentence does or stand in a table; or so many that it is no title."""
    words = len(line.split())
    return words >= 8 and (words > 16 or line.rstrip()[-1:] in ".?!:;)" or " | " in line)
