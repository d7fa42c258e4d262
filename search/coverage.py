"""How much of a question a passage speaks of: word by word, each by any of its forms."""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from search import compounds
from search.analysis import question_terms, term, words
from search.folding import fold


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a question: its own terms (Dutch and English), and those of its parts when it is a compound."""

    whole: frozenset[str]
    parts: frozenset[str]

    def found_in(self, own: AbstractSet[str]) -> float:
        """1 when the passage has the word, the share of its parts when it has only those, else 0."""
        if self.whole & own:
            return 1.0
        return len(self.parts & own) / len(self.parts) if self.parts else 0.0


def asked_words(question: str) -> list[AskedWord]:
    """The distinct words of a question that carry meaning."""
    found: dict[AskedWord, None] = {}
    for word in words(question):
        dutch = term(word, "nl")
        if dutch:
            whole = frozenset({dutch, term(word, "en") or dutch})
            parts = frozenset(term(part, "nl") for part in compounds.parts(word)) - {""}
            found[AskedWord(whole, parts)] = None
    return list(found) or [AskedWord(frozenset({fold(word)}), frozenset()) for word in words(question)]


def rarity(wanted: Sequence[AskedWord], texts: Sequence[AbstractSet[str]]) -> list[float]:
    """Weight of each word: rarer among the candidate passages weighs more (smoothed idf)."""
    count = len(texts)
    return [math.log(1 + (count + 1) / (1 + sum(word.found_in(own) for own in texts))) for word in wanted]


def coverage(wanted: Sequence[AskedWord], weights: Sequence[float], own: AbstractSet[str]) -> float:
    """Weighted share of the question's words that a passage has, 0..1."""
    total = sum(weights)
    return (
        sum(weight * word.found_in(own) for word, weight in zip(wanted, weights, strict=True)) / total if total else 0.0
    )


def term_rarity(question: str, texts: Sequence[AbstractSet[str]]) -> Mapping[str, float]:
    """Weight of each of the question's terms, for choosing the sentence to mark."""
    count = len(texts)
    return {
        name: math.log(1 + (count + 1) / (1 + sum(name in own for own in texts))) for name in question_terms(question)
    }
