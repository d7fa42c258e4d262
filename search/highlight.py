"""The sentence that answers: which sentence of a passage fits the question best, by its terms."""

import math
from collections.abc import Mapping, Sequence

from corpus.types import Passage
from search.analysis import index_terms
from search.sentences import sentence_spans

Span = tuple[int, int]


def mark(passage: Passage, question: Sequence[str], rarity: Mapping[str, float]) -> list[Span]:
    """Spans to mark in a passage, in order: the sentence with the most of the question's (rare) terms.

    Nothing is marked when no sentence holds a term: then nothing in the text itself says why it was found. A sentence
    is not favoured for its length: its score is divided by the square root of its number of terms. A heading says what
    follows is about, not what the answer is: it is marked only when nothing else holds a term.
    """
    wanted = set(question)
    headings = set(passage.headings)
    best: tuple[tuple[bool, float], Span] | None = None
    for start, end in sentence_spans(passage.text):
        sentence = passage.text[start:end]
        own = index_terms(sentence, passage.language)
        found = wanted.intersection(own)
        if not found:
            continue
        score = sum(rarity.get(term, 1.0) for term in found) / math.sqrt(len(own) + 4)
        rank = (sentence not in headings, score)
        if best is None or rank > best[0]:
            best = (rank, (start, end))
    return [best[1]] if best else []
