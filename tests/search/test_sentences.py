"""Where a Dutch sentence ends."""

import time

import pytest

from search.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "wanted",
    [
        ["Dit is zin een.", "Dit is zin twee!", "En drie?", "Ja…", "Goed."],
        ["Volgens art. 3 van de wet, o.a. voor dhr. J. Jansen, geldt dit.", "Daarna niet."],
        ["Zie blz. 12 e.v. en par. 3.5 van het rapport.", "Klaar."],
        ["1. Eerste punt.", "2. Tweede punt."],
        ["Dat was in 2024.", "Daarna niet meer."],
        ["Hij zei: “Kom binnen.”", "Daarna ging hij."],
        ["(Zie de bijlage.)", "Verder geldt dit."],
        ["Wat nu … dan toch.", "Groot."],
        ["Kosten: € 3.500,00 per jaar.", "Dat is veel."],
        ["Mail naar info@voorbeeld.nl voor vragen.", "Of bel."],
        ["Een zin zonder einde"],
        ["Écht waar.", "Één keer.", "’s Avonds niet."],
        ["Wat?!", "Nee..."],
    ],
    ids=lambda wanted: wanted[0][:20],
)
def test_sentences_end_where_a_reader_ends_them(wanted: list[str]) -> None:
    assert sentences(" ".join(wanted)) == wanted


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("kop\n\nrij een | 2\n  rij twee  \n") == ["kop", "rij een | 2", "rij twee"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \n"])
def test_a_blank_text_has_none(text: str) -> None:
    assert sentence_spans(text) == []


def test_spans_are_places_in_the_text() -> None:
    assert sentence_spans("  Een zin.  Nog een.") == [(2, 10), (12, 20)]


@pytest.mark.parametrize(
    "text", ["a" * 200_000 + " foo. Bar", "Foo bar. " * 40_000, "." * 100_000, "( " * 100_000, ".)" * 50_000]
)
def test_a_damaged_or_huge_text_takes_no_more_than_its_length(text: str) -> None:
    """Read letter by letter from every start, the first of these takes minutes."""
    start = time.process_time()
    assert sentence_spans(text)
    assert time.process_time() - start < 3
