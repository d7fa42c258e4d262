"""The seam between searching and storage: what any index must be able to do. One contract suite tests them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from corpus.labels import Labels
from corpus.scope import Scope
from search.encoder import Vectors
from search.recipe import UnitUse


class Hit(NamedTuple):  # made hundreds of times a question, in a third of the time of a dataclass
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

    def owners(self, keys: Sequence[int], scope: Scope) -> dict[int, str]:
        """The documents of those of these passages that exist and are in scope at this moment, by the passages' keys.

        What a leg found may be gone by now, or its right withdrawn: then it is not among them.
        """
        ...

    def labels(self, names: Sequence[str], scope: Scope) -> dict[str, Labels]:
        """The labels of those of these documents that are in scope at this moment, in the order of the names."""
        ...

    def counts(self) -> LegCounts:
        """How much is in each leg."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
