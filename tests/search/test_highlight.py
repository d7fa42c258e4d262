"""Which sentence of a passage is marked."""

import math
from dataclasses import replace

import pytest

from corpus.types import Passage
from search.highlight import MOST_WORDS, mark
from search.units import window_spans

TEXT = "Het wijkteam komt langs. De moskee en het wijkteam praten over onrust. Er is koffie."


def passage(text: str, *headings: str, language: str = "nl") -> Passage:
    return Passage("a.1.00001", "a", 1, 1, 1, 0, len(text), text, headings, language)


def marked(
    text: str,
    question: list[str],
    rarity: dict[str, float] | None = None,
    headings: tuple[str, ...] = (),
    language: str = "nl",
    window: int = 0,
) -> list[str]:
    spans = mark(passage(text, *headings, language=language), question, rarity or {}, window)
    return [text[start:end] for start, end in spans]


def alone(sentences: str) -> str:
    """The sentences with a long one between each, so that a neighbour would make the mark too long."""
    filler = " ".join(f"Vul{number}" for number in range(MOST_WORDS)) + "."
    return f" {filler} ".join(["", *sentences.split("|"), ""]).strip()


def test_the_sentence_with_most_of_the_questions_terms_is_marked_with_its_better_neighbour() -> None:
    assert marked(TEXT, ["moskee", "wijkteam", "onrust"]) == [
        "Het wijkteam komt langs.",
        "De moskee en het wijkteam praten over onrust.",
    ]


def test_a_rare_term_outweighs_a_common_one() -> None:
    text = alone("Het wijkteam komt langs.|Er is koffie.")
    assert marked(text, ["wijkteam", "koffie"], {"wijkteam": 0.1, "koffie": 5.0}) == ["Er is koffie."]


@pytest.mark.parametrize("question", [[], ["voetbal"], ["wijkteams"]])
def test_nothing_is_marked_when_no_sentence_holds_a_term(question: list[str]) -> None:
    assert marked(TEXT, question) == []


def test_of_equal_sentences_the_first_is_marked() -> None:
    text = alone("De moskee.|De moskee.")
    assert mark(passage(text), ["moskee"], {}) == [(text.index("De moskee."), text.index("De moskee.") + 10)]


def test_a_pair_of_sentences_that_is_too_long_is_not_marked_as_a_pair() -> None:
    long = "Vulling " + " ".join(f"vul{number}" for number in range(MOST_WORDS - 2)) + "."
    assert marked(f"De moskee. {long}", ["moskee"]) == ["De moskee."]
    shorter = long.replace(" vul0", "")
    assert marked(f"De moskee. {shorter}", ["moskee"]) == ["De moskee.", shorter]


def test_a_sentence_is_not_favoured_for_its_length() -> None:
    """One term of 1 + 0 others: 1 / √(1 + 4); one of 1 + 11 others: 1 / √(12 + 4)."""
    long = "De moskee " + " ".join(f"vul{number}" for number in range(11)) + "."
    assert 1 / math.sqrt(5) > 1 / math.sqrt(16)
    assert marked(alone(f"{long}|De moskee."), ["moskee"]) == ["De moskee."]
    # A second term wins it back: (1 + 1.1) / √17 against 1 / √5 is 0.51 against 0.45.
    both = f"{long[:-1]} onrust."
    assert marked(alone(f"{both}|De moskee."), ["moskee", "onrust"], {"onrust": 1.1}) == [both]


def test_a_heading_is_marked_only_when_nothing_else_holds_a_term() -> None:
    long = "Het wijkteam praat elke week met het bestuur van de moskee over zorgen."
    text = f"De moskee\n\n{long}\n\nKoffie"
    assert marked(text, ["moskee"], headings=("De moskee", "Koffie")) == [long]
    assert marked(text, ["koffie"], headings=("De moskee", "Koffie")) == ["Koffie"]


TABLE = """De tabel zet ze naast elkaar.

Tabel 1. Verschijnselen en hun plaats bij preventie

Verschijnsel | Waar het om gaat | Binnen de preventie van radicalisering?
Activisme | Actie voeren binnen de wet | Nee, dat is een recht
Polarisatie | Tegenover elkaar staan | Ja, voor zover preventie van radicalisering het doel is"""


def test_a_caption_and_the_heads_of_columns_are_no_answer() -> None:
    question = ["preventie", "radicalisering", "verschijnsel"]
    found = marked(TABLE, question)
    assert TABLE.splitlines()[-1] in found
    assert not [text for text in found if "Tabel 1" in text or "Binnen de preventie" in text or "hun plaats" in text]
    # When nothing else holds a word of the question they say at least where to look.
    assert marked(TABLE, ["plat"]) == ["Verschijnselen en hun plaats bij preventie"]


def test_a_first_row_that_is_no_head_can_be_the_answer() -> None:
    assert marked("Datum | 12 mei\nOpgesteld door | De datum staat vast", ["datum"])[0] == "Datum | 12 mei"
    piece = replace(passage("Rij | van een | moskee\nNog een | rij | moskee en meer"), table_header="A | B | C")
    assert mark(piece, ["moskee"], {})[0] == (0, len("Rij | van een | moskee"))


def test_of_like_sentences_the_one_in_the_nearest_window_is_marked() -> None:
    text = alone("De moskee.|De moskee.")
    holding = [number for number, (start, end) in enumerate(window_spans(text), 1) if "De moskee." in text[start:end]]
    (first,), (last,) = (mark(passage(text), ["moskee"], {}, number) for number in (holding[0], holding[-1]))
    assert first[0] < last[0]
    assert mark(passage(text), ["moskee"], {}, 99) == [first]  # a number that it does not have says nothing


def test_a_window_alone_is_no_reason_to_mark() -> None:
    assert marked(alone("Er is koffie.|De moskee."), ["voetbal"], window=1) == []


def test_a_part_of_a_compound_is_a_reason_too() -> None:
    text = alone("Er is koffie.|Dit gaat over radicaliseringspreventie.")
    assert marked(text, ["preventie"]) == ["Dit gaat over radicaliseringspreventie."]


def test_terms_are_those_of_the_passages_language() -> None:
    text = alone("The policies of cities.|Nothing here.")
    assert marked(text, ["polici"], language="en") == ["The policies of cities."]
    assert marked(text, ["polici"], language="nl") == []


def test_an_empty_passage_has_no_marks() -> None:
    assert mark(passage(""), ["moskee"], {}) == []
