"""Sentences with their terms: the same as what each sentence would be indexed with, as far as it is asked for."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import sentence_terms as module
from search.analysis import index_terms, question_terms
from search.sentence_terms import sentence_terms

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "voorbeeld"
TEXT = (
    "De gemeente bakent preventie af. Afgebakend is zij pas met partners, die haar voorleggen.\n"
    "Het wijkteam geeft signalen door aan de politie! Wie dan áán zet is, Geeft dat op tijd door."
)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    module._kept.clear()


def test_every_sentence_has_the_terms_it_would_be_indexed_with() -> None:
    found = sentence_terms(TEXT, "nl")
    assert len(found) == 4
    for (start, end), terms in found:
        assert set(terms) == set(index_terms(TEXT[start:end], "nl"))


def test_verbs_that_stand_apart_are_there_only_when_they_are_asked_for() -> None:
    without = sentence_terms(TEXT, "nl", frozenset({"gemeent"}))
    asked = sentence_terms(TEXT, "nl", frozenset(question_terms("afbakenen doorgeven")))
    assert "afbak" not in " ".join(without[0][1])
    assert any(term.startswith("afbak") for term in asked[0][1])
    assert any(term.startswith("doorg") for term in asked[2][1])
    assert any(term.startswith("afbak") for term in without[1][1])  # one word, so without looking further


def questions() -> list[str]:
    lines = (SAMPLE / "vragen.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def test_what_is_asked_for_is_found_as_in_the_index() -> None:
    """On real text: for every question the same of its terms in every sentence, kept or not."""
    guide = (SAMPLE / "documenten" / "draaiboek-dialoogavond.md").read_text(encoding="utf-8") + TEXT
    every = sentence_terms(guide, "nl")
    for question in questions():
        wanted = frozenset(question_terms(question))
        for (span, some), (same, all_terms) in zip(sentence_terms(guide, "nl", wanted), every, strict=True):
            assert span == same
            assert wanted.intersection(some) == wanted.intersection(all_terms)


@given(st.text(max_size=300), st.sampled_from(["nl", "en"]))
def test_any_text_gives_spans_in_it_and_the_same_a_second_time(text: str, language: str) -> None:
    first = sentence_terms(text, language)
    assert first == sentence_terms(text, language)
    for (start, end), terms in first:
        assert 0 <= start < end <= len(text)
        if language == "nl" and unicodedata.is_normalized("NFC", text):
            assert set(terms) == set(index_terms(text[start:end], "nl"))


def test_a_text_in_another_language_or_form_is_another_text() -> None:
    text = "Eén wíjk, één team."
    other = unicodedata.normalize("NFD", text)
    assert {name for _, terms in sentence_terms(text, "nl") for name in terms} == {
        name for _, terms in sentence_terms(other, "nl") for name in terms
    }
    assert sentence_terms(text, "nl") != sentence_terms(text, "en")


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 3)
    for number in range(10):
        sentence_terms(f"Zin {number}.", "nl")
        assert len(module._kept) <= 3


def test_of_the_texts_themselves_nothing_is_kept() -> None:
    sentence_terms("Het geheime adres is Zonnewijzerstraat.", "nl")
    assert all(isinstance(place, bytes) and len(place) == 16 for place in module._kept)
    assert not any("geheime adres" in str(sentences) for sentences in module._kept.values())
