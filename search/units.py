"""What is embedded of a passage: the whole with its header, and windows of it with the title in front."""

import re

from corpus.types import Passage

WINDOW_WORDS = 60
WINDOW_STRIDE = 35
WINDOWS_PER_PASSAGE = 60  # at most; the vector leg has room for 64 units a passage


def unit_texts(title: str, passage: Passage) -> list[str]:
    """The texts to embed: unit 0 is the whole passage with its header, the others are its windows."""
    return [passage.indexed_text(title), *(f"{title}\n{window}" for window in windows(passage.text))]


def windows(text: str) -> list[str]:
    """Overlapping stretches of about 60 words; none for a text that is hardly longer than one."""
    return [text[start:end] for start, end in window_spans(text)]


def window_spans(text: str) -> list[tuple[int, int]]:
    """Where the windows of a text start and end, in characters."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    if len(spans) <= WINDOW_WORDS + WINDOW_STRIDE // 2:
        return []
    last = len(spans) - WINDOW_WORDS
    stride = max(WINDOW_STRIDE, -(-last // (WINDOWS_PER_PASSAGE - 1)))  # a passage of a long-reading model may be long
    starts = [*range(0, last, stride), last]
    return [(spans[start][0], spans[start + WINDOW_WORDS - 1][1]) for start in starts]
