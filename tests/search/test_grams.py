"""Character grams: safe for FTS5, and alike for words that are alike."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.grams import SIZE, grams


def test_a_long_word_gives_its_ends_and_every_five_letters() -> None:
    assert grams("preventie") == ["1prev", "0preve", "0reven", "0event", "0venti", "0entie", "2ntie"]


def test_a_short_word_is_one_gram() -> None:
    assert grams("AIVD en co2") == ["3aivd", "3en", "3co2"]


def test_a_word_of_five_letters() -> None:
    assert grams("casus") == ["1casu", "0casus", "2asus"]


@pytest.mark.parametrize("text", ["", " ", "...", "---", "_"])
def test_without_words_there_are_none(text: str) -> None:
    assert grams(text) == []


def test_capitals_and_diacritics_do_not_matter() -> None:
    assert grams("Coördinatie") == grams("COO\u0308RDINATIE") == grams("coordinatie")


def test_a_hyphen_splits() -> None:
    assert grams("zorg-huis") == ["3zorg", "3huis"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("radicalisernig", "radicalisering"),
        ("maatschapelijke", "maatschappelijke"),
        ("eenzaamhied", "eenzaamheid"),
        ("subsidieregling", "subsidieregeling"),
        ("spijbelgedrag", "gedrag"),
    ],
)
def test_a_slip_or_an_unknown_compound_still_shares_grams(wrong: str, right: str) -> None:
    assert len(set(grams(wrong)) & set(grams(right))) >= 3


@given(st.text(max_size=200))
def test_a_gram_is_a_mark_with_letters_and_digits(text: str) -> None:
    for gram in grams(text):
        assert gram[0] in "0123"
        assert 2 <= len(gram) <= SIZE + 1


@given(st.text("abcdeé0123 -'\"*()", max_size=80))
def test_sqlite_takes_a_gram_as_one_token(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(grams)")
    found = grams(text)
    connection.execute("INSERT INTO t VALUES (?)", (" ".join(found),))
    for gram in found:
        hits = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (f'"{gram}"',)).fetchone()
        assert hits == (1,)
    connection.close()
