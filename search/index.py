"""The seam between searching and storage: what any index must be able to do. One contract suite tests them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.scope import Scope
from search.encoder import Vectors
from search.recipe import UnitUse


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage, by its key in the catalogue, and a score: higher is better."""

    key: int
    score: float
    window: int = 0  # the number of its window nearest to the question, from 1; 0 where there is none or no leg said so


@dataclass(frozen=True, slots=True)
class LegCounts:
    """Passages in each leg. They are equal, or the index is not ready."""

    vector: int
    keyword: int

    @property
    def equal(self) -> bool:
        return self.vector == self.keyword


class Index(Protocol):
    """Two legs over the same passages. Scope is applied before ranking: k hits in scope, if there are so many.

    Hits come best first, ties by key. What was published or removed before a call is seen by that call.
    """

    def vector_hits(self, vector: Vectors, scope: Scope, k: int, use: UnitUse = UnitUse.BOTH) -> list[Hit]:
        """The k passages nearest to a question vector of shape (dimension,); the score is a cosine, -1..1.

        `use` says which of a passage's vectors make its score.
        """
        ...

    def keyword_hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k passages with the highest BM25 among those that hold at least one of the terms; scores above 0."""
        ...

    def gram_hits(self, grams: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The same over character grams, which forgive typing errors and inflection."""
        ...

    def counts(self) -> LegCounts:
        """How much is in each leg."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
