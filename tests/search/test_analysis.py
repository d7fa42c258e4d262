"""Dutch text to terms: the pairs below are part of the index, since its terms were made with them."""

import re

import pytest

from search.analysis import EXCEPTIONS, question_terms, stemmer_version, term, terms, words
from search.folding import fold
from search.stopwords import DUTCH, ENGLISH

PAIRS = """
    overheid overheid, overheden overheid, gemeente gemeente, gemeenten gemeente, gemeentes gemeente, gezin gezin,
    geheim geheim, geheimen geheim, gesprek gesprek, gesprekken gesprek, radicalisering radicaliser,
    radicaliseren radicaliser, preventie preventie, preventieve preventiev, polarisatie polarisatie,
    extremist extremist, extremisten extremist, extremisme extremism, jongere jonger, jongeren jonger,
    jeugd jeugd, wijkteam wijkteam, wijkteams wijkteam, school schol, scholen schol, moskee moskee, politie politie,
    burgemeester burgemeester, burgemeesters burgemeester, veiligheid veilig, veilig veilig, melding melding,
    meldingen melding, aanpak aanpak, casus casus, document document, documenten document, signaal signal,
    signalen signal, weerbaarheid weerbar, weerbaar weerbar, handreiking handreik, handreikingen handreik,
    kwetsbaarheid kwetsbar, kwetsbare kwetsbar, netwerk netwerk, netwerken netwerk, bewoner bewoner,
    bewoners bewoner, werken werk, werk werk, professionals professional, coördinatoren coordinator,
    geëngageerd geengageerd
"""


def pairs() -> list[tuple[str, str]]:
    return [(word, wanted) for word, wanted in (pair.split() for pair in PAIRS.split(","))]


def test_a_fixed_list_of_words_gives_fixed_terms() -> None:
    """Stored terms were made with these. A change here makes every index wrong: raise analysis.VERSION with it."""
    assert len(pairs()) >= 50
    assert [(word, term(word, "nl")) for word, _ in pairs()] == pairs()


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("overheid", "over overhemd"),
        ("gemeente", "gemeen gemeend meent"),
        ("gezin", "zin gezien"),
        ("geheim", "heim"),
        ("gesprek", "spreken spraak"),
        ("beleid", "leiden beleden"),
        ("geweld", "welde"),
        ("school", "schoolplein"),
        ("dader", "daad"),
    ],
)
def test_words_that_mean_something_else_keep_terms_of_their_own(word: str, others: str) -> None:
    own = terms(word)
    assert len(own) == 1
    for other in others.split():
        assert terms(other) != own


@pytest.mark.parametrize("word", ["overheid", "gemeente", "samen", "tegen", "zonder", "geen", "niet"])
def test_words_that_mean_something_here_are_no_stop_words(word: str) -> None:
    assert terms(word) != []


def test_stop_words_are_dropped_before_stemming() -> None:
    """Dropping looks at the word as it is written: one that only stems to a stop word stays."""
    assert terms("de het een waren waar voor van") == []
    assert terms("datten overen") == ["dat", "over"]


def test_every_stop_word_is_one_however_it_is_written() -> None:
    assert [stop for stop in sorted(DUTCH) if terms(f"{stop} {stop.upper()} {stop.capitalize()}")] == []
    assert [stop for stop in sorted(ENGLISH) if terms(f"{stop} {stop.upper()}", "en")] == []


def test_stop_words_are_folded_themselves() -> None:
    """They are compared with folded words, so one with a capital or diacritic would never be found."""
    assert {word for word in DUTCH | ENGLISH if fold(word) != word} == set()
    assert EXCEPTIONS.keys().isdisjoint(DUTCH)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Één", "een"),
        ("COÖRDINATOR", "coordinator"),
        ("geëngageerd", "geengageerd"),
        ("cafe\u0301", "café"),
        ("\ufb01nanciën", "financiën"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
    ],
)
def test_diacritics_case_and_composition_are_no_difference(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.300", ["1300"]),
        ("1300", ["1300"]),
        ("€ 3,50", ["350"]),
        ("2018-2025", ["2018", "2025"]),
        ("artikel 12a", ["artikel", "12a"]),
        ("14-03-2024", ["14", "03", "2024"]),
        ("0900-8844", ["0900", "8844"]),
    ],
)
def test_numbers_are_terms(text: str, wanted: list[str]) -> None:
    assert terms(text) == wanted


def test_words_are_cut_at_hyphens_and_underscores_and_keep_an_apostrophe() -> None:
    assert words("sociaal-domein snake_case zo'n baby’s (haakjes) e-mail") == [
        "sociaal", "domein", "snake", "case", "zo'n", "baby’s", "haakjes", "e", "mail",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n", "!?", "— … ’", "😀"])
def test_a_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []
    assert question_terms(text) == []


def test_terms_are_in_order_and_as_often_as_they_stand() -> None:
    assert terms("De moskee, het wijkteam en de moskee") == ["moskee", "wijkteam", "moskee"]


def test_an_english_text_goes_through_the_english_stemmer() -> None:
    assert terms("the policies of the communities", "en") == ["polici", "communiti"]


def test_a_question_has_dutch_and_english_terms_each_once() -> None:
    found = question_terms("Wat doet de gemeente tegen policies en policies?")
    assert found.count("gemeente") == 1
    assert {"gemeente", "tegen", "polici"} <= set(found)
    assert len(found) == len(set(found))


def test_a_question_of_stop_words_keeps_them() -> None:
    assert question_terms("Wie is dat?") == ["wie", "is", "dat"]


def test_a_question_finds_the_terms_of_a_document_that_has_its_words() -> None:
    text = "De coördinatoren van gemeenten voeren gesprekken over geëngageerde jongeren."
    asked = "Welke gesprekken voeren coordinatoren met jongeren in gemeenten?"
    wanted = {term(word, "nl") for word in "gesprekken voeren coordinatoren jongeren gemeenten".split()}
    assert wanted <= set(question_terms(asked)) & set(terms(text))


def test_the_stemmer_is_named_with_its_version() -> None:
    assert re.fullmatch(r"snowball-dutch_porter/\d+\.\d+\.\d+", stemmer_version())
