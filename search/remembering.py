"""An encoder that makes each question's vector once, and knows how long that took."""

import time
from collections.abc import Sequence

from search.encoder import Encoder, Vectors


class RememberingEncoder:
    """Wraps an encoder for an evaluation, which asks the same questions many times."""

    def __init__(self, encoder: Encoder) -> None:
        self.facts = encoder.facts
        self.duration_ms: dict[str, float] = {}
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    def encode_question(self, question: str) -> Vectors:
        if question not in self._vectors:
            start = time.perf_counter()
            self._vectors[question] = self._encoder.encode_question(question)
            self.duration_ms[question] = (time.perf_counter() - start) * 1000
        return self._vectors[question]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_passages(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)
