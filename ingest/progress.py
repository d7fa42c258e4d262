"""How far a file is, for people who wait for it."""

from collections.abc import Callable, Sequence

import numpy as np

from search.encoder import Encoder, Vectors

READING, EMBEDDING, STORING = "lezen", "indexeren", "opslaan"

Progress = Callable[[str, int, int], None]  # phase, pages done, pages

# Texts at a time, between which is said how far it is: about two seconds of work on two cores. With fewer, one core
# waits more often for the last text of the other.
_AT_A_TIME = 64


def silent(_phase: str, _done: int, _pages: int) -> None:
    """Tells nobody."""


class ReportingEncoder:
    """An encoder that says how far it is. Texts come in reading order, so their share is the share of the pages."""

    def __init__(self, encoder: Encoder, pages: int, progress: Progress) -> None:
        self.facts = encoder.facts
        self._encoder = encoder
        self._pages = pages
        self._progress = progress

    def encode_question(self, question: str) -> Vectors:
        return self._encoder.encode_question(question)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        parts = []
        for start in range(0, len(texts), _AT_A_TIME):
            self._progress(EMBEDDING, self._pages * start // len(texts), self._pages)
            parts.append(self._encoder.encode_passages(texts[start : start + _AT_A_TIME]))
        return np.concatenate(parts) if parts else self._encoder.encode_passages(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)
