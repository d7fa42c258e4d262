"""Every part that a stored vector or term depends on is compared, and a difference is named."""

import json
from dataclasses import asdict, fields, replace

import pytest

from corpus.errors import FingerprintError
from search import analysis
from search.fingerprint import Fingerprint
from search.model_facts import ModelFacts

FACTS = ModelFacts("model", 384, 512, "query: ", "passage: ", "mean", weights_sha256="ab12", runtime="torch")
FINGERPRINT = Fingerprint.of(FACTS, "3")


def test_a_fingerprint_is_of_the_model_the_analyser_and_the_chunker() -> None:
    known = {
        "model": "model",
        "weights_sha256": "ab12",
        "dimension": 384,
        "token_limit": 512,
        "query_prefix": "query: ",
        "passage_prefix": "passage: ",
        "pooling": "mean",
        "runtime": "torch",
        "analyser": analysis.VERSION,
        "stemmer": analysis.stemmer_version(),
        "chunker": "3",
        "precision": "float16",
    }
    found = asdict(FINGERPRINT)
    assert {name: found[name] for name in known} == known


@pytest.mark.parametrize("name", [field.name for field in fields(Fingerprint)])
def test_each_field_that_differs_is_refused_and_named_with_both_values_and_the_command(name: str) -> None:
    value = getattr(FINGERPRINT, name)
    other = value + 1 if isinstance(value, int) else f"{value}anders"
    stored = replace(FINGERPRINT, **{name: other}).text()  # type: ignore[arg-type]
    with pytest.raises(FingerprintError) as refused:
        FINGERPRINT.require(stored)
    assert f"({name}: index {other!r}, nu {value!r})" in str(refused.value)
    assert "kennislab rebuild" in str(refused.value)


def test_several_differences_are_all_named() -> None:
    with pytest.raises(FingerprintError, match=r"chunker: index '2', nu '3'; dimension: index 256, nu 384"):
        FINGERPRINT.require(replace(FINGERPRINT, chunker="2", dimension=256).text())


def test_the_same_fingerprint_and_none_at_all_are_accepted() -> None:
    FINGERPRINT.require(FINGERPRINT.text())
    FINGERPRINT.require(None)
    assert Fingerprint(**json.loads(FINGERPRINT.text())) == FINGERPRINT


def test_a_field_that_an_older_index_lacks_is_a_difference() -> None:
    stored = asdict(FINGERPRINT)
    del stored["precision"]
    with pytest.raises(FingerprintError, match="precision: index None, nu 'float16'"):
        FINGERPRINT.require(json.dumps(stored))
