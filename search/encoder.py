"""Texts to vectors, with the model's own prefixes."""

import hashlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelError
from search.model_facts import FACTS_FILE, ModelFacts, prefixes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Makes unit vectors of `facts.dimension`; a question and a passage are comparable by inner product."""

    facts: ModelFacts

    def encode_question(self, question: str) -> Vectors:
        """One vector, shape (dimension,)."""
        ...

    def encode_passages(self, texts: "Sequence[str]") -> Vectors:
        """Vectors of shape (len(texts), dimension)."""
        ...

    def count_tokens(self, texts: "Sequence[str]") -> list[int]:
        """Tokens that each text takes as a passage, prefix and special tokens included; never cut off."""
        ...


class SentenceTransformerEncoder:
    """Any model of sentence-transformers, local or (where a hub can be reached) by its id."""

    def __init__(self, facts: ModelFacts, model: "SentenceTransformer", batch_size: int = 16) -> None:
        self.facts = facts
        self._model = model
        self._batch_size = batch_size
        self._lock = threading.Lock()  # the fast tokenizer is not safe to share between threads

    def encode_question(self, question: str) -> Vectors:
        with self._lock:
            vector: Vectors = self._encode([self.facts.query_prefix + question])[0]
        return vector

    def encode_passages(self, texts: "Sequence[str]") -> Vectors:
        if not texts:
            return np.zeros((0, self.facts.dimension), dtype=np.float32)
        with self._lock:
            return self._encode([self.facts.passage_prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(
            texts,
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def count_tokens(self, texts: "Sequence[str]") -> list[int]:
        prefixed = [self.facts.passage_prefix + text for text in texts]
        with self._lock:
            encoded = self._model.tokenizer(prefixed, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]


def load_sentence_transformer(model: str) -> SentenceTransformerEncoder:
    """The encoder for a local folder or a hub id, in torch. Raises ModelError with what to do."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local model never asks the network
        return _load_local(folder)
    if model.startswith((".", "/", "~")) or model.count("/") != 1:
        raise ModelError(f"Het model {model} bestaat niet. Maak het standaardmodel met: make model")
    return _load_from_hub(model)


def _load_local(folder: Path) -> SentenceTransformerEncoder:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"Het model in {folder} is niet te laden ({error}). Maak het opnieuw: make model") from error
    facts = ModelFacts.load(folder) if (folder / FACTS_FILE).exists() else _derived_facts(folder.name, model)
    dimension = model.get_embedding_dimension()
    if dimension != facts.dimension:
        raise ModelError(
            f"Model {folder} geeft vectoren van {dimension} getallen; {FACTS_FILE} zegt {facts.dimension}."
        )
    return SentenceTransformerEncoder(facts, model)


def _load_from_hub(name: str) -> SentenceTransformerEncoder:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name)
    except Exception as error:  # the hub client raises errors of several libraries
        raise ModelError(
            f"Het model {name} is niet op te halen ({error}). Geef een map op in KENNISLAB_MODEL."
        ) from error
    return SentenceTransformerEncoder(_derived_facts(name, model), model)


def _derived_facts(name: str, model: "SentenceTransformer") -> ModelFacts:
    query_prefix, passage_prefix = prefixes_of(name)
    dimension = model.get_embedding_dimension()
    return ModelFacts(
        name=name,
        dimension=int(dimension or 0),
        token_limit=int(model.max_seq_length or 512),
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
        pooling=str(getattr(model[1], "pooling_mode", "mean")) if len(model) > 1 else "model",
        weights_sha256=_probe(model),
    )


def _probe(model: "SentenceTransformer") -> str:
    """A stand-in for the weights' hash where there is no file to hash: what the model makes of a fixed text."""
    vector = np.asarray(model.encode(["kennislab"], show_progress_bar=False), dtype=np.float32)
    return hashlib.sha256(np.round(vector, 3).tobytes()).hexdigest()
