"""Quotes are found wherever they stand and however a file sets them."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from search.quotes import find_quote, holds

WORD = st.text("abcdeéëïABC019ﬁ", min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=12)
GAPS = st.sampled_from([" ", "\n", "\t ", "\u00a0", " – ", ", ", " \u00ad"])


def letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


@given(WORDS, WORDS, WORDS, st.data())
def test_a_stretch_of_a_passage_is_found_and_has_the_letters_of_the_quote(
    before: list[str], quote: list[str], after: list[str], data: st.DataObject
) -> None:
    set_otherwise = "".join(word + data.draw(GAPS) for word in quote)
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    passage = unicodedata.normalize(form, " ".join([*before, set_otherwise, *after]))
    span = find_quote(passage, " ".join(quote))
    assert span is not None
    found = passage[slice(*span)]
    assert letters(found) == letters(" ".join(quote))
    assert not found[0].isspace()
    assert not found[-1].isspace()


@given(st.text(max_size=80), st.text(max_size=30))
@example("a\u0334\u0301 b", "á b")
@example("\u1112\u1161\u11ab", "\ud55c")
def test_a_span_lies_in_the_passage_and_is_there_exactly_when_the_quote_is_held(passage: str, quote: str) -> None:
    span = find_quote(passage, quote)
    assert holds(passage, quote) == (span is not None)
    if span is not None:
        start, end = span
        assert 0 <= start < end <= len(passage)


@given(WORDS, WORDS)
def test_a_quote_is_never_found_in_a_passage_without_its_words(passage: list[str], quote: list[str]) -> None:
    assert find_quote(" ".join(f"x{word}x" for word in passage), " ".join(f"{word}q" for word in quote)) is None
