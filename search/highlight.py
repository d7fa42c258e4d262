"""The sentences that answer: which stretch of a passage fits the question best, by its terms and its nearest window."""

import math
import re
from collections.abc import Mapping, Sequence

from corpus.types import Passage
from search.sentence_terms import Analysed, Span, sentence_terms
from search.units import window_spans

IN_WINDOW = 0.4  # what lying in the nearest window is worth, beside a score of about 0 to 2 for the words
CELL = " | "  # between the cells of a row
_CAPTION = re.compile(r"\s*(?:Tabel|Figuur|Table|Figure) \d+\b", re.IGNORECASE)
MOST_WORDS = 60  # of two sentences together; a longer pair would mark most of the passage


def mark(
    passage: Passage,
    question: Sequence[str],
    rarity: Mapping[str, float],
    window: int = 0,
    analysed: Analysed | None = None,
) -> list[Span]:
    """Spans to mark in a passage, in order: the sentence that fits best, with the better one of its neighbours.

    A sentence scores by the question's (rare) terms in it, divided by the square root of its number of terms, so that
    it is not favoured for its length, and by how much of it lies in the passage's nearest window (its number, from 1;
    0: unknown). A neighbour goes along because an answer is seldom one sentence: on the development set the mark then
    touches the evidence in 7 of 10 passages, instead of 5.

    Nothing is marked when no sentence holds a term: then nothing in the text itself says why it was found. A heading,
    a caption and the first row of a table say what follows is about, not what the answer is: they are marked only when
    nothing else holds a term.

    `analysed` are the passage's sentences and their terms, for who has them already.
    """
    analysed = sentence_terms(passage.text, passage.language) if analysed is None else analysed
    spans = [span for span, _ in analysed]
    found = _scores(analysed, set(question), rarity)
    if not any(found):
        return []
    labels, near = _labels(passage), _window(passage, window)
    ranks = [
        (not any(start <= span[0] < end for start, end in labels), own > 0, own + IN_WINDOW * _share(span, near))
        for span, own in zip(spans, found, strict=True)
    ]
    # A label with a term comes after any sentence with one, and before sentences without.
    best = max(range(len(spans)), key=lambda at: (ranks[at][1], ranks[at][0], ranks[at][2], -at))
    chosen = [best]
    if ranks[best][0]:
        beside = [at for at in (best - 1, best + 1) if 0 <= at < len(spans) and ranks[at][0]]
        other = max(beside, key=lambda at: ranks[at][2], default=best)
        if other != best and _words(passage.text, spans[best]) + _words(passage.text, spans[other]) <= MOST_WORDS:
            chosen.append(other)
    return [spans[at] for at in sorted(chosen)]


def _labels(passage: Passage) -> list[Span]:
    """The lines that name what follows: headings, captions, and the first row of a table that begins here.

    Not with two columns: there the first row is as often a fact (`Datum | 12 mei`).
    """
    headings, found, at, before = set(passage.headings), [], 0, passage.table_header
    lines = passage.text.split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        first_row = line.count(CELL) > 1 and CELL in after and CELL not in before
        if first_row or line.strip() in headings or _CAPTION.match(line):
            found.append((at, at + len(line)))
        before, at = line, at + len(line) + 1
    return found


def _scores(analysed: Analysed, wanted: set[str], rarity: Mapping[str, float]) -> list[float]:
    scores = []
    for _, own in analysed:
        # In one order: a sum of floats in that of a set would differ from run to run.
        total = sum(rarity.get(term, 1.0) for term in sorted(wanted.intersection(own)))
        scores.append(total / math.sqrt(len(own) + 4))
    return scores


def _window(passage: Passage, number: int) -> Span:
    windows = window_spans(passage.text)
    return windows[number - 1] if 0 < number <= len(windows) else (0, 0)


def _share(span: Span, window: Span) -> float:
    """How much of a sentence lies in the window, 0..1."""
    return max(0, min(span[1], window[1]) - max(span[0], window[0])) / (span[1] - span[0])


def _words(text: str, span: Span) -> int:
    return len(text[span[0] : span[1]].split())
