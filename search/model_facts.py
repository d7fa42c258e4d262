"""What must be known of an embedding model to use it correctly. Facts are data that the encoder applies."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import ModelError

FACTS_FILE = "kennislab.json"
ONNX_FILE = "model_int8.onnx"
TABLE_FILE = "model_int8.tabel"  # the vocabulary's vectors
GRAPH = "onnx-int8/3"  # of search/onnx_graph.py; raise it when that gives other vectors


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model's name and the way it wants to be used."""

    name: str
    dimension: int
    token_limit: int  # of the whole input: special tokens, prefix, title and text together
    query_prefix: str = ""
    passage_prefix: str = ""
    pooling: str = "mean"
    normalised: bool = True
    weights_sha256: str = ""  # of the weights file of the model
    runtime: str = "torch"  # what computes with them, since int8 gives slightly other vectors
    graph: str = ""  # version of the one in ONNX_FILE

    def save(self, folder: Path) -> None:
        """Write the facts beside the model's own files."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / FACTS_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "ModelFacts":
        """Read the facts of a model folder. Raises ModelError when they are absent or unreadable."""
        path = folder / FACTS_FILE
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise ModelError(
                f"In de modelmap {folder} ontbreekt {FACTS_FILE}. Maak het model met: make model"
            ) from None
        except (ValueError, TypeError) as error:
            raise ModelError(f"{path} is niet leesbaar ({error}). Maak het model opnieuw met: make model") from error


# Prefixes of families of models, by a part of their name; from the model cards of their makers.
KNOWN_PREFIXES = {
    "e5-small-trm": ("query: ", "passage: "),
    "e5-base-trm": ("query: ", "passage: "),
    "e5-large-trm": ("query: ", "passage: "),
    "multilingual-e5": ("query: ", "passage: "),
    "snowflake-arctic-embed": ("query: ", ""),
    "bge-m3": ("", ""),
    "granite-embedding": ("", ""),
}


def prefixes_of(name: str) -> tuple[str, str]:
    """Query and passage prefix for a model that carries no facts of its own; empty when the family is unknown."""
    return next((value for key, value in KNOWN_PREFIXES.items() if key in name.lower()), ("", ""))
