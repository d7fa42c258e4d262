"""When a passage holds a quote, and where."""

import pytest

from search.quotes import find_quote, holds

QUOTE = "een twee drie vier vijf zes zeven acht negen tien"


@pytest.mark.parametrize(
    ("passage", "quote"),
    [
        ("De wijkagent meldt zorgen.", "De wijkagent meldt zorgen."),
        ("Vooraf. De wijkagent meldt zorgen. Daarna.", "wijkagent meldt"),
        ("De\n\n wijkagent\tmeldt   zorgen", "De wijkagent meldt zorgen"),
        ("de WIJKAGENT meldt zorgen", "De Wijkagent Meldt Zorgen"),
        ("radicali\u00adsering in de wijk", "radicalisering in de wijk"),
        ("radicali-\nsering in de wijk", "radicalisering in de wijk"),
        ("de \ufb01nanci\u00eble o\ufb03ci\u00eble lijn", "de financiële officiële lijn"),
        ("gee\u0308ngageerd", "geëngageerd"),
        ("‘aanpak’ – stap 1", "'aanpak' - stap 1"),
    ],
    ids=["whole", "inside", "white space", "case", "soft hyphen", "broken word", "ligature", "decomposed", "quotes"],
)
def test_a_quote_is_held_whole_whatever_its_typography(passage: str, quote: str) -> None:
    assert holds(passage, quote)


@pytest.mark.parametrize(
    ("passage", "held"),
    [
        ("een twee drie vier vijf zes anders", True),  # 6 of 10 words
        ("een twee drie vier vijf anders", False),  # 5 of 10
        ("anders vijf zes zeven acht negen tien", True),
        ("een twee drie x vier vijf zes", True),  # one word between
        ("een a b twee c d drie e f vier g h vijf i j zes", False),  # six, but not close together
        ("zes vijf vier drie twee een", False),  # six, but not in order
        ("tien negen acht zeven zes vijf vier drie twee een", False),
        ("", False),
    ],
)
def test_six_in_ten_words_in_order_and_close_together_are_enough(passage: str, held: bool) -> None:
    assert holds(passage, QUOTE) is held


def test_a_short_quote_must_be_whole() -> None:
    assert holds("over veilig thuis", "Veilig Thuis")
    assert not holds("over veilig wonen", "Veilig Thuis")
    assert not holds("een twee", "een twee drie vier")  # 2 of 4
    assert holds("een twee drie", "een twee drie vier")  # 3 of 4


def test_the_part_of_a_quote_that_stands_far_into_a_long_passage_is_found() -> None:
    filler = " ".join(f"vulling{number}" for number in range(300))
    assert holds(f"{filler} drie vier vijf zes zeven acht {filler}", QUOTE)
    assert holds(f"{filler} een twee drie vier vijf zes", QUOTE)


def test_words_that_occur_often_are_counted_as_often_as_the_quote_has_them() -> None:
    assert not holds("de de de de de de de de", "de aanpak de wijk de school de moskee")


def quoted(passage: str, quote: str) -> str | None:
    span = find_quote(passage, quote)
    return None if span is None else passage[slice(*span)]


@pytest.mark.parametrize(
    ("passage", "quote", "wanted"),
    [
        ("Vooraf. De wijkagent meldt zorgen. Daarna.", "wijkagent meldt zorgen", "wijkagent meldt zorgen"),
        ("Vooraf: de\n\n wijkagent\tmeldt. Daarna", "De wijkagent meldt", "de\n\n wijkagent\tmeldt"),
        ("over radicali-\nsering in de wijk", "Radicalisering in", "radicali-\nsering in"),
        ("een radicali\u00adsering meer", "radicalisering", "radicali\u00adsering"),
        ("de \ufb01nanci\u00eble lijn", "financiële", "\ufb01nanci\u00eble"),
        ("zo gee\u0308ngageerd als gee\u0308", "geëngageerd", "gee\u0308ngageerd"),
        ("zo gee\u0308 als", "geë", "gee\u0308"),
        ("dit is STRASSE twee", "straße", "STRASSE"),
        ("één één", "één", "één"),
        ("niets daarvan", "wijkagent", None),
        ("tekst", "…", None),
        ("tekst", "", None),
        ("", "tekst", None),
    ],
)
def test_the_whole_quote_is_found_in_the_characters_of_the_passage(
    passage: str, quote: str, wanted: str | None
) -> None:
    assert quoted(passage, quote) == wanted


@pytest.mark.parametrize(
    ("passage", "wanted"),
    [
        ("vooraf en ook een twee drie vier vijf zes", "een twee drie vier vijf zes"),
        ("vijf zes zeven acht, negen tien en dan verder", "vijf zes zeven acht, negen tien"),
        ("ja een twee drie x vier vijf zes nee", "een twee drie x vier vijf zes"),
        ("een twee maar later een twee drie vier vijf zes zeven", "een twee drie vier vijf zes zeven"),
    ],
)
def test_of_a_quote_that_is_cut_the_part_that_is_there_is_found(passage: str, wanted: str) -> None:
    assert quoted(passage, QUOTE) == wanted
