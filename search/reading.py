"""What the passages that were found say about a question: evidence, terms and the sentences to mark."""

from collections.abc import Sequence

from corpus.types import Passage
from search.analysis import question_terms
from search.coverage import asked_words, coverage, rarity, term_rarity
from search.highlight import mark
from search.sentence_terms import Analysed, Span, sentence_terms


class Reading:
    """Passages read with one question in mind. Every word of them is looked at once."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self._words = asked_words(question)
        own = (word.whole | word.parts for word in self._words)
        asked = frozenset(question_terms(question)).union(*own)
        self._sentences = {passage.id: _sentences(passage, asked) for passage in passages}
        self._terms = {passage.id: _terms(passage, self._sentences[passage.id], asked) for passage in passages}
        texts = list(self._terms.values())
        self._weights = rarity(self._words, texts)
        self._rarity = term_rarity(question, texts)

    def coverage(self, passage: Passage) -> float:
        """How much of the question the passage speaks of, 0..1."""
        return coverage(self._words, self._weights, self._terms[passage.id])

    def matched(self, passage: Passage) -> tuple[str, ...]:
        """The question's terms that are in the passage."""
        return tuple(name for name in self._rarity if name in self._terms[passage.id])

    def marks(self, passage: Passage, window: int) -> tuple[Span, ...]:
        """What to mark in the passage; `window` is its window nearest to the question."""
        return tuple(mark(passage, list(self._rarity), self._rarity, window, self._sentences[passage.id]))


def _sentences(passage: Passage, asked: frozenset[str]) -> Analysed:
    return sentence_terms(passage.text, passage.language, asked)


def _terms(passage: Passage, sentences: Analysed, asked: frozenset[str]) -> frozenset[str]:
    """The terms of a passage among those that are asked about."""
    above = "\n".join([*passage.headings, passage.table_header])
    lines = [*sentence_terms(above, passage.language, asked), *sentences]
    return asked.intersection(name for _, terms in lines for name in terms)
