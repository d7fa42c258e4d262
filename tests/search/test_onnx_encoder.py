"""The int8 model against the same model in torch, and what it promises by itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from search.encoder import Encoder, load_sentence_transformer
from search.loading import load_encoder
from search.model_facts import GRAPH, ONNX_FILE, ModelFacts
from search.onnx_encoder import OnnxEncoder

ROOT = Path(__file__).resolve().parent.parent.parent
MODEL = ROOT / "models" / "kennislab-e5-small-nl"

TEXTS = [
    "Hoe baken je de preventie van radicalisering af?",
    "Het Zorg- en Veiligheidshuis heeft de procesregie.",
    "De burgemeester mag niet ingrijpen op de inhoud van een betoging, hoe kwetsend die ook is. " * 12,
    "Short English text about municipalities.",
    "€ 2.798.750 — 14 maart 2024 · één geëngageerde coördinator",
]


@pytest.fixture(scope="module")
def torch_encoder() -> Encoder:
    return load_sentence_transformer(str(MODEL))


def test_the_default_on_a_cpu_is_onnx(real_encoder: Encoder) -> None:
    assert isinstance(real_encoder, OnnxEncoder)
    assert real_encoder.facts.runtime == GRAPH
    assert load_encoder(str(MODEL), "torch").facts.runtime == "torch"


def test_vectors_agree_with_torch(real_encoder: Encoder, torch_encoder: Encoder) -> None:
    ours, theirs = real_encoder.encode_passages(TEXTS), torch_encoder.encode_passages(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.99
    assert np.linalg.norm(ours, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
    question = real_encoder.encode_question(TEXTS[0])
    assert question @ torch_encoder.encode_question(TEXTS[0]) > 0.99
    assert real_encoder.count_tokens(TEXTS) == torch_encoder.count_tokens(TEXTS)


def test_a_vector_depends_on_its_text_alone(real_encoder: Encoder) -> None:
    together = real_encoder.encode_passages(TEXTS)
    for number, text in enumerate(TEXTS):
        assert np.array_equal(real_encoder.encode_passages([text])[0], together[number])


def test_a_vector_is_the_same_to_the_last_bit_alone_or_with_others_at_once(real_encoder: Encoder) -> None:
    alone = [real_encoder.encode_question(text) for text in TEXTS]
    with ThreadPoolExecutor(8) as threads:
        passages = threads.submit(real_encoder.encode_passages, TEXTS)
        questions = list(threads.map(real_encoder.encode_question, TEXTS * 6))
    for number, vector in enumerate(questions):
        assert np.array_equal(vector, alone[number % len(TEXTS)])
    assert np.array_equal(passages.result(), real_encoder.encode_passages(TEXTS))


def test_a_text_above_the_limit_is_cut_there(real_encoder: Encoder) -> None:
    long = "gemeente " * 2000
    assert real_encoder.count_tokens([long])[0] > real_encoder.facts.token_limit
    assert np.linalg.norm(real_encoder.encode_passages([long])[0]) == pytest.approx(1, abs=1e-4)


def test_no_texts_give_no_vectors(real_encoder: Encoder) -> None:
    assert real_encoder.encode_passages([]).shape == (0, 384)


def test_a_folder_without_the_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="make model"):
        load_encoder(str(tmp_path), "onnx")
    with pytest.raises(ModelError, match="bestaat niet"):
        load_encoder(str(tmp_path / "weg"))


@pytest.mark.parametrize("graph", ["", "onnx-int8/1"])
def test_a_graph_of_another_version_is_refused_with_the_command(tmp_path: Path, graph: str) -> None:
    (tmp_path / ONNX_FILE).write_bytes(b"")
    replace(ModelFacts.load(MODEL), graph=graph).save(tmp_path)
    with pytest.raises(ModelError, match=rf"nodig is {GRAPH}; dit is {graph or 'ouder'}.*make model"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize("broken", ["tokenizer.json", ONNX_FILE])
def test_a_broken_file_is_named_at_loading_or_by_who_does_not_wait_at_first_use(tmp_path: Path, broken: str) -> None:
    for path in MODEL.iterdir():
        if path.is_file() and path.name != broken:
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / broken).write_text("{}")
    with pytest.raises(ModelError, match=rf"{tmp_path} is niet te laden .*make model"):
        load_encoder(str(tmp_path))
    with pytest.raises(ModelError, match="niet te laden"):
        load_encoder(str(tmp_path), wait=False).encode_question("werkt het?")


def test_who_does_not_wait_gets_the_same_vectors(real_encoder: Encoder) -> None:
    early = load_encoder(str(MODEL), wait=False)
    assert early.facts == real_encoder.facts
    assert np.array_equal(early.encode_question(TEXTS[0]), real_encoder.encode_question(TEXTS[0]))
