"""Choosing the encoder for a model: onnxruntime where the folder has its file, else sentence-transformers."""

import os
from dataclasses import replace
from pathlib import Path

from corpus.errors import ModelError
from search.encoder import Encoder, load_sentence_transformer
from search.model_facts import GRAPH, ONNX_FILE, ModelFacts
from search.onnx_encoder import OnnxEncoder

RUNTIMES = ("auto", "onnx", "torch")


def load_encoder(model: str, runtime: str = "auto", *, wait: bool = True) -> Encoder:
    """The encoder of a local folder or a hub id. Raises ModelError with what to do.

    Without `wait` it may still be loading, for who has other work to do meanwhile; its first use raises the rest.
    """
    folder = Path(model).expanduser()
    has_onnx = (folder / ONNX_FILE).is_file()
    if runtime == "onnx" and not has_onnx:
        raise ModelError(f"In {folder} staat geen {ONNX_FILE}. Kies een andere runtime of maak het model: make model")
    if runtime == "torch" or not has_onnx:
        return load_sentence_transformer(model)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local model never asks the network
    facts = ModelFacts.load(folder)
    if facts.graph != GRAPH:
        raise ModelError(
            f"{folder / ONNX_FILE} is van een andere versie van Kennislab (nodig is {GRAPH}; dit is "
            f"{facts.graph or 'ouder'}). Maak het model opnieuw: make model"
        )
    encoder = OnnxEncoder(folder, replace(facts, runtime=GRAPH))
    if wait:
        encoder.wait()
    return encoder
