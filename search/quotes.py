"""Whether, and where, a passage holds a quote. Layout may differ: white space, hyphens at a line's end, typography."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

ENOUGH = 0.6  # share of a quote's words, in order, where the cut between passages runs through the quote
_SLACK = 3  # words that may stand between the quote's own

Span = tuple[int, int]


def holds(passage: str, quote: str) -> bool:
    """Whether a passage contains a quote, whole, or at least 60 % of its words in order and close together."""
    return find_quote(passage, quote) is not None


def find_quote(passage: str, quote: str) -> Span | None:
    """Where a passage holds a quote, in characters: the whole quote, else the stretch with most of its words.

    None when it does not hold it, and for a quote without a letter or digit.
    """
    letters = _squash(quote)
    if not letters:
        return None
    at = _squash(passage).find(letters)
    return _span_of(passage, at, at + len(letters)) if at >= 0 else _partial(passage, quote)


def _squash(text: str) -> str:
    """Letters and digits only: white space, soft hyphens and broken words are no difference."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _span_of(text: str, start: int, end: int) -> Span:
    """The characters that hold letters `start` to `end` of the squashed text."""

    def letters(length: int) -> int:
        return len(_squash(text[:length]))

    lengths = range(len(text) + 1)
    first = bisect_right(lengths, start, key=letters) - 1
    last = bisect_left(lengths, end, key=letters)
    while last < len(text) and unicodedata.combining(text[last]):  # an accent that is a character of its own
        last += 1
    return first, last


def _partial(passage: str, quote: str) -> Span | None:
    wanted = [word for word in map(_squash, quote.split()) if word]
    found = [(squashed, match.span()) for match in re.finditer(r"\S+", passage) if (squashed := _squash(match.group()))]
    words = [word for word, _ in found]
    needed = max(2, ENOUGH * len(wanted))
    # Cheap tests first: nearly every passage fails one.
    if len(wanted) < 3 or sum((Counter(wanted) & Counter(words)).values()) < needed:
        return None
    if _common(wanted, words) < needed:
        return None
    start, end = _densest(wanted, words)
    if _common(wanted, words[start:end]) < needed:
        return None
    return found[start][1][0], found[end - 1][1][1]


def _densest(wanted: Sequence[str], words: Sequence[str]) -> Span:
    """The first stretch, hardly longer than the quote, with most of its words in order; without what is around them."""
    reach = len(wanted) + _SLACK
    best = max(range(len(words)), key=lambda start: (_common(wanted, words[start : start + reach]), -start))
    start, end = best, min(best + reach, len(words))
    most = _common(wanted, words[start:end])
    while _common(wanted, words[start + 1 : end]) == most:
        start += 1
    while _common(wanted, words[start : end - 1]) == most:
        end -= 1
    return start, end


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence of words."""
    row = [0] * (len(second) + 1)
    for word in first:
        previous = 0
        for at, other in enumerate(second, start=1):
            above = row[at]
            row[at] = previous + 1 if word == other else max(row[at], row[at - 1])
            previous = above
    return row[-1]
