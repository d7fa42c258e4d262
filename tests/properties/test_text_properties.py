"""What holds for the cleaning of any text and the layout of any page."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import BlockKind
from ingest.text import PageBuilder, clean, clean_line
from search.sentences import sentence_spans
from search.text import normalise_question

# Plain text with what cleaning is about strewn in, often enough to meet each other.
_ODD = "\u00ad\u200b\ufeff\u00a0\u2009\u2028\u0085\r\n\t\v\f\ufb01\ufb03\u0301\u0308\x07\x9f  aeio.?!"
any_text = st.text(st.one_of(st.sampled_from(_ODD), st.characters(codec="utf-8")), max_size=60)
parts = st.lists(st.tuples(st.sampled_from(BlockKind), any_text, st.integers(0, 6)), max_size=10)


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_clean_text_is_nfc_without_control_or_invisible_characters(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set("\u00ad\u200b\ufeff\u00a0\r\t\v\f\ufb01\ufb03\x07\x9f\u0085\u2028")
    assert "  " not in cleaned


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=["L", "N"]), max_size=40))
def test_cleaning_loses_no_letter_or_digit(text: str) -> None:
    """NFKD opens every ligature, so both sides are compared in it."""
    assert unicodedata.normalize("NFKD", clean(text)) == unicodedata.normalize("NFKD", text)


@settings(max_examples=200, deadline=None)
@given(parts)
def test_the_blocks_of_a_page_are_its_cleaned_parts_in_order(parts: list[tuple[BlockKind, str, int]]) -> None:
    builder = PageBuilder()
    for kind, text, level in parts:
        builder.add(kind, text, level)
    page = builder.page(3, None)
    wanted = [(kind, clean_line(text), level) for kind, text, level in parts if clean_line(text)]
    assert [(block.kind, page.text[block.start : block.end], block.level) for block in page.blocks] == wanted
    at = 0
    for block in page.blocks:
        assert page.text[at : block.start] in ("", "\n", "\n\n")
        assert (page.text[at : block.start] == "") == (at == 0)
        at = block.end
    assert at == len(page.text)


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_sentences_together_hold_every_character_that_is_not_blank(text: str) -> None:
    at = 0
    for start, end in sentence_spans(text):
        assert at <= start < end
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_normalising_a_question_twice_is_normalising_it_once(text: str) -> None:
    question = normalise_question(text)
    assert normalise_question(question) == question == question.strip()
