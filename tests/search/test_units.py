"""What is embedded of a passage: the whole and its windows."""

import pytest

from corpus.types import Passage
from search.units import WINDOW_STRIDE, WINDOW_WORDS, unit_texts, window_spans, windows


def words(count: int, word: str = "woord") -> str:
    return " ".join(f"{word}{number}" for number in range(count))


def test_the_whole_comes_first_with_its_header_and_windows_follow_with_the_title() -> None:
    passage = Passage("d.1.1", "d", 1, 1, 1, 0, 1, words(100), ("Kop",), "nl")
    whole, *parts = unit_texts("Titel", passage)
    assert whole == f"Titel › Kop\n{passage.text}"
    assert parts == [f"Titel\n{window}" for window in windows(passage.text)]
    assert len(parts) == 3


def test_window_spans_are_places_in_the_text() -> None:
    text = "  " + words(130).replace("woord60 ", "woord60\n\n")
    assert [text[start:end] for start, end in window_spans(text)] == windows(text)


@pytest.mark.parametrize("count", [0, 1, WINDOW_WORDS, WINDOW_WORDS + WINDOW_STRIDE // 2])
def test_a_text_hardly_longer_than_a_window_has_none(count: int) -> None:
    assert windows(words(count)) == []


@pytest.mark.parametrize(("count", "starts"), [(78, [0, 18]), (95, [0, 35]), (96, [0, 35, 36]), (130, [0, 35, 70])])
def test_windows_are_sixty_words_and_reach_both_ends(count: int, starts: list[int]) -> None:
    every = words(count).split()
    assert windows(words(count)) == [" ".join(every[start : start + 60]) for start in starts]


def test_windows_keep_the_text_between_words_as_it_is() -> None:
    text = words(50) + "\n\n" + words(50, "ander")
    assert all(window in text for window in windows(text))
    assert "\n\n" in windows(text)[0]
