"""Which sentence of a passage is marked."""

import math

import pytest

from corpus.types import Passage
from search.highlight import mark

TEXT = "Het wijkteam komt langs. De moskee en het wijkteam praten over onrust. Er is koffie."


def passage(text: str, *headings: str, language: str = "nl") -> Passage:
    return Passage("a.1.00001", "a", 1, 1, 1, 0, len(text), text, headings, language)


def marked(
    text: str,
    question: list[str],
    rarity: dict[str, float] | None = None,
    headings: tuple[str, ...] = (),
    language: str = "nl",
) -> list[str]:
    spans = mark(passage(text, *headings, language=language), question, rarity or {})
    return [text[start:end] for start, end in spans]


def test_the_sentence_with_most_of_the_questions_terms_is_marked() -> None:
    assert marked(TEXT, ["moskee", "wijkteam", "onrust"]) == ["De moskee en het wijkteam praten over onrust."]


def test_a_rare_term_outweighs_a_common_one() -> None:
    assert marked(TEXT, ["wijkteam", "koffie"], {"wijkteam": 0.1, "koffie": 5.0}) == ["Er is koffie."]


@pytest.mark.parametrize("question", [[], ["voetbal"], ["wijkteams"]])
def test_nothing_is_marked_when_no_sentence_holds_a_term(question: list[str]) -> None:
    assert marked(TEXT, question) == []


def test_of_equal_sentences_the_first_is_marked() -> None:
    assert mark(passage("De moskee. De moskee."), ["moskee"], {}) == [(0, 10)]


def test_a_sentence_is_not_favoured_for_its_length() -> None:
    """One term of 1 + 0 others: 1 / √(1 + 4); one of 1 + 11 others: 1 / √(12 + 4)."""
    long = "De moskee " + " ".join(f"vul{number}" for number in range(11)) + "."
    assert 1 / math.sqrt(5) > 1 / math.sqrt(16)
    assert marked(f"{long} De moskee.", ["moskee"]) == ["De moskee."]
    # A second term wins it back: (1 + 1.1) / √17 against 1 / √5 is 0.51 against 0.45.
    both = f"{long[:-1]} onrust."
    assert marked(f"{both} De moskee.", ["moskee", "onrust"], {"onrust": 1.1}) == [both]


def test_a_heading_is_marked_only_when_nothing_else_holds_a_term() -> None:
    text = "De moskee\n\nHet wijkteam praat elke week met het bestuur van de moskee over zorgen.\n\nKoffie"
    long = "Het wijkteam praat elke week met het bestuur van de moskee over zorgen."
    assert marked(text, ["moskee"]) == ["De moskee"]
    assert marked(text, ["moskee"], headings=("De moskee",)) == [long]
    assert marked(text, ["koffie"], headings=("De moskee", "Koffie")) == ["Koffie"]


def test_a_part_of_a_compound_is_a_reason_too() -> None:
    text = "Er is koffie. Dit gaat over radicaliseringspreventie."
    assert marked(text, ["preventie"]) == ["Dit gaat over radicaliseringspreventie."]


def test_terms_are_those_of_the_passages_language() -> None:
    text = "The policies of cities. Nothing here."
    assert marked(text, ["polici"], language="en") == ["The policies of cities."]
    assert marked(text, ["polici"], language="nl") == []


def test_an_empty_passage_has_no_marks() -> None:
    assert mark(passage(""), ["moskee"], {}) == []
