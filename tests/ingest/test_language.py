"""The language of a text."""

import pytest

from ingest.language import CANDIDATES, ENOUGH_LETTERS, detect, document_language

SENTENCES = {
    "nl": "De gemeente bespreekt de zorgen over radicalisering met de wijkagent en met de school van de jongeren.",
    "en": "The municipality discusses its concerns about radicalisation with the police officer and with the school.",
    "de": "Die Gemeinde bespricht ihre Sorgen über die Radikalisierung mit der Polizei und mit der Schule im Ort.",
    "fr": "La commune discute de ses inquiétudes au sujet de la radicalisation avec la police et avec les écoles.",
}


@pytest.mark.parametrize("language", CANDIDATES)
def test_each_candidate_is_recognised(language: str) -> None:
    assert detect(SENTENCES[language]) == language
    assert detect(SENTENCES[language], fallback="xx") == language


def test_the_same_text_gives_the_same_language_every_time() -> None:
    mixed = SENTENCES["nl"][:60] + SENTENCES["en"][:60] + SENTENCES["de"][:60]
    assert len({detect(mixed) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    "text",
    ["", "12345 67890 " * 20, "Hello world", "The municipality", "€ ... — !!! " * 30, "a" * (ENOUGH_LETTERS - 1)],
)
def test_a_text_too_short_to_tell_gets_what_is_known_already(text: str) -> None:
    assert detect(text, "de") == "de"
    assert detect(text) == "nl"


def test_only_letters_count_for_length() -> None:
    english = "The municipality, the police and the school: all of them together." + " 1234567890" * 10
    assert detect(SENTENCES["en"][:70], "nl") == "en"
    assert sum(char.isalpha() for char in english[:60]) < ENOUGH_LETTERS
    assert detect(english[:60] + " 12" * 100, "fr") == "fr"


@pytest.mark.parametrize("text", [
    "El municipio habla de sus preocupaciones sobre la radicalización con la policía y con las escuelas del barrio.",
    "Kommunen drøfter sine bekymringer om radikalisering med politiet og med skolen og med de unge i kvarteret.",
])  # fmt: skip
def test_a_language_that_is_no_candidate_never_comes_out(text: str) -> None:
    assert detect(text, "nl") in CANDIDATES


def test_letters_of_no_candidate_leave_it_as_it_is() -> None:
    assert detect("日本語のテキスト" * 20, "en") == "en"


def test_a_document_is_in_the_language_that_most_of_it_is_in() -> None:
    assert document_language([SENTENCES["en"], SENTENCES["nl"] * 3]) == "nl"
    assert document_language([SENTENCES["en"] * 3, SENTENCES["nl"]]) == "en"


def test_what_the_text_says_goes_before_what_the_file_states() -> None:
    assert document_language([SENTENCES["nl"]], "en-GB") == "nl"


@pytest.mark.parametrize(
    ("stated", "wanted"), [("en-GB", "en"), ("DE", "de"), ("fr_FR", "fr"), ("es", "nl"), ("", "nl"), ("x", "nl")]
)
def test_a_document_too_short_to_tell_is_in_what_the_file_states(stated: str, wanted: str) -> None:
    assert document_language(["kort", ""], stated) == wanted
    assert document_language([], stated) == wanted
