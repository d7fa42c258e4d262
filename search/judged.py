"""What is known of one question after it was searched, and the measures that follow from it."""

from dataclasses import dataclass

from corpus.types import Classification, Document, Passage
from search import metrics
from search.bootstrap import Weighed
from search.questions import Question
from search.relevance import Evidence

K = 10
MEASURES = {
    "ndcg@10": metrics.ndcg,
    "recall@10": metrics.recall,
    "mrr@10": metrics.reciprocal_rank,
    "success@10": metrics.success,
}
LEVELS = ("passages", "documents")
MARKING = "markering"
FIGURES = (*(f"{level}.{name}" for level in LEVELS for name in MEASURES), MARKING)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage in the ranking, for a person to look at."""

    file: str
    title: str
    classification: Classification
    page: int | None
    language: str
    text: str
    right: bool  # it holds evidence

    @classmethod
    def of(cls, document: Document, passage: Passage, *, right: bool) -> "Found":
        metadata = document.metadata
        return cls(
            file=document.file_name,
            title=metadata.title,
            classification=metadata.classification,
            page=passage.page,
            language=passage.language,
            text=passage.text,
            right=right,
        )


@dataclass(frozen=True, slots=True)
class Marked:
    """Of the passages shown that hold evidence: how many have a mark that touches it."""

    shown: int = 0
    hit: int = 0

    @property
    def share(self) -> Weighed:
        return (self.hit / self.shown if self.shown else 0.0, float(self.shown))


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a question took, in milliseconds."""

    encode: float = 0.0
    search: float = 0.0  # all the rest: legs, fusion, judging, marking


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
    found: tuple[Found, ...] = ()  # the first of `passages`
    marked: Marked = Marked()
    timing: Timing = Timing()

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

    def figures(self) -> dict[str, Weighed]:
        """Every measure under its full name (FIGURES), with how much it counts in a mean over questions."""
        scores = self.scores()
        ranked = {f"{level}.{name}": (scores[level][name], 1.0) for level in LEVELS for name in MEASURES}
        return {**ranked, MARKING: self.marked.share}
