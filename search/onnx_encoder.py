"""The encoder on onnxruntime: more than four times as fast on a CPU as torch, at cosine 0.99 or nearer to its vectors.

Every text is a run of its own, on one thread, and as many texts as there are processors run at a time: no padding is
computed, and a vector depends on its text alone. A batch of questions would cost a quarter less processor time, but
with dynamic quantisation its members change each other's vectors (cosine 0.993): the same question would not always
give the same order.
"""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import ModelError
from search.encoder import Vectors
from search.model_facts import ONNX_FILE, ModelFacts


class OnnxEncoder:
    """The model of a folder that holds `model_int8.onnx` and `tokenizer.json`.

    The tokenizer, which takes by far the longest, goes on loading when this is made; `wait` waits for it, as does
    whatever needs it. All raise ModelError when it can not be loaded.
    """

    def __init__(self, folder: Path, facts: ModelFacts) -> None:
        self.facts = facts
        # Of questions that come together as many run at a time too; more would only be in each other's way.
        self._places = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="encoder")
        self._tokenizer = self._pool.submit(_load_tokenizer, folder)
        self._session = _load_session(folder)

    def wait(self) -> None:
        """Until everything is loaded."""
        self._tokenizer.result()

    def encode_question(self, question: str) -> Vectors:
        (ids,) = self._ids([self.facts.query_prefix + question])
        with self._places:
            return self._run(ids)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.facts.dimension), dtype=np.float32)
        ids = self._ids([self.facts.passage_prefix + text for text in texts])
        # The longest first: at the end the processors then hardly wait for each other.
        order = sorted(range(len(ids)), key=lambda number: -len(ids[number]))
        vectors = np.empty((len(ids), self.facts.dimension), dtype=np.float32)
        vectors[order] = list(self._pool.map(self._run, [ids[number] for number in order]))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        prefixed = [self.facts.passage_prefix + text for text in texts]
        return [len(encoding.ids) for encoding in self._tokenizer.result().encode_batch(prefixed)]

    def _ids(self, texts: list[str]) -> list[list[int]]:
        """Token ids, cut at the model's limit with the closing token kept."""
        limit = self.facts.token_limit
        found = [list(encoding.ids) for encoding in self._tokenizer.result().encode_batch(texts)]
        return [ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]] for ids in found]

    def _run(self, ids: list[int]) -> Vectors:
        (vectors,) = self._session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})
        vector: Vectors = vectors[0]
        return vector


def _load_session(folder: Path) -> Any:  # noqa: ANN401 - a class without types
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The graph has the kernels that it should have; to look for others would take longer than all else here.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(str(folder / ONNX_FILE), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # it raises classes of its own
        raise _unusable(folder, error) from error


def _load_tokenizer(folder: Path) -> Any:  # noqa: ANN401 - a class without types
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # it raises nothing more exact
        raise _unusable(folder, error) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _unusable(folder: Path, error: Exception) -> ModelError:
    return ModelError(f"Het model in {folder} is niet te laden ({error}). Maak het opnieuw: make model")
