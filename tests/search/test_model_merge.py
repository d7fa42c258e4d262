"""Our own encoder: the base with a difference from git, made whole or not at all."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from search import model_delta
from search.loading import load_encoder
from search.model_facts import ModelFacts
from search.model_merge import DELTA, DELTA_SHA256, MODEL_NAME, SHARE, WEIGHTS_FILE, merge, merged_facts

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "models" / "multilingual-e5-small"
OURS = ROOT / "models" / MODEL_NAME
CHANGED = "encoder.layer.11.output.dense.bias"


# Not one number for all: the norm that follows would take that out again.
CHANGE = np.where(np.arange(384) % 2, 0.5, -0.5).astype(np.float16)


def a_delta(path: Path) -> str:
    return model_delta.save(path, {CHANGED + ".d": CHANGE})


def test_the_difference_in_git_is_the_one_that_is_named_and_small_enough() -> None:
    assert hashlib.sha256(DELTA.read_bytes()).hexdigest() == DELTA_SHA256
    assert DELTA.stat().st_size < 30_000_000


def test_the_default_model_is_made_of_it() -> None:
    facts = ModelFacts.load(OURS)
    assert facts == merged_facts(ModelFacts.load(BASE), DELTA_SHA256)
    assert facts.weights_sha256 != ModelFacts.load(BASE).weights_sha256


def test_our_encoder_puts_a_question_nearer_to_its_answer_than_the_base_does() -> None:
    """As far above a passage on another subject, in the words of neither."""
    question = "Mag een collega zomaar meekijken in het dossier van een gezin?"
    answer = "Toegang tot persoonsgegevens is alleen toegestaan voor medewerkers die deze voor hun taak nodig hebben."
    other = "De gemeente verstrekt subsidie voor het verduurzamen van monumenten en sportaccommodaties."
    gains = []
    for folder in (BASE, OURS):
        encoder = load_encoder(str(folder))
        right, wrong = encoder.encode_passages([answer, other]) @ encoder.encode_question(question)
        gains.append(float(right - wrong))
    assert gains[1] > gains[0] > 0


def test_merging_adds_the_difference_and_leaves_the_rest(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    sha256 = a_delta(tmp_path / "delta.safetensors")
    facts = merge(BASE, tmp_path / "model", tmp_path / "delta.safetensors", sha256, "proef")
    base, made = load_file(BASE / WEIGHTS_FILE), load_file(tmp_path / "model" / WEIGHTS_FILE)
    np.testing.assert_allclose(made[CHANGED] - base[CHANGED], SHARE * CHANGE.astype(np.float32), atol=1e-3)
    assert all(np.array_equal(made[name], base[name]) for name in base if name != CHANGED)
    assert facts == ModelFacts.load(tmp_path / "model")
    # The file for onnxruntime is made of the new weights, not copied: both runtimes agree and differ from the base.
    text = ["Een passage over preventie."]
    onnx, torch, before = (
        load_encoder(str(folder), runtime).encode_passages(text)[0]
        for folder, runtime in ((tmp_path / "model", "onnx"), (tmp_path / "model", "torch"), (BASE, "torch"))
    )
    assert float(onnx @ torch) > 0.98
    assert float(torch @ before) < 0.9999
    stamp = (tmp_path / "model" / WEIGHTS_FILE).stat().st_mtime_ns
    assert merge(BASE, tmp_path / "model", tmp_path / "delta.safetensors", sha256, "proef") == facts
    assert (tmp_path / "model" / WEIGHTS_FILE).stat().st_mtime_ns == stamp


@pytest.mark.parametrize("content", [None, b"", b"iets anders"])
def test_another_file_is_refused_and_nothing_is_written(tmp_path: Path, content: bytes | None) -> None:
    delta = tmp_path / "delta.safetensors"
    if content is not None:
        delta.write_bytes(content)
    with pytest.raises(ModelError, match="opnieuw uit git"):
        merge(BASE, tmp_path / "model", delta, "0" * 64)
    assert not (tmp_path / "model").exists()
