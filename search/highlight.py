"""The sentence that answers: which sentence of a passage fits the question best, by its terms."""

import math
from collections.abc import Mapping, Sequence

from search.analysis import terms
from search.sentences import sentence_spans

Span = tuple[int, int]


def mark(text: str, question: Sequence[str], language: str, rarity: Mapping[str, float]) -> list[Span]:
    """Spans to mark in a passage, in order: the sentence with the most of the question's (rare) terms.

    Nothing is marked when no sentence holds a term: then nothing in the text itself says why it was found. A sentence
    is not favoured for its length: its score is divided by the square root of its number of terms.
    """
    wanted = set(question)
    best: tuple[float, Span] | None = None
    for start, end in sentence_spans(text):
        own = terms(text[start:end], language)
        found = wanted.intersection(own)
        if not found:
            continue
        score = sum(rarity.get(term, 1.0) for term in found) / math.sqrt(len(own) + 4)
        if best is None or score > best[0]:
            best = (score, (start, end))
    return [best[1]] if best else []
