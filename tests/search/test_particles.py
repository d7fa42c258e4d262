"""Separable verbs, apart and joined."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.particles import joined_verbs, one_word

FOUND = [
    ("Hoe baken je de preventie van radicalisering af?", "afbakenen"),
    ("hoe bakenen we dit af", "afbakenen"),
    ("om de doelgroep af te bakenen", "afbakenen"),
    ("de gemeente neemt deel aan het overleg", "deelnemen"),
    ("ze nam deel", "deelnemen"),
    ("wij vangen jongeren op", "opvangen"),
    ("de raad stelt het plan vast", "vaststellen"),
    ("stelt u vast dat het klopt", "vaststellen"),
    ("wat houdt dit in", "inhouden"),
    ("de aanpak houdt in dat we werken", "inhouden"),
    ("wie pakt dit aan", "aanpakken"),
    ("de partijen wisselen gegevens uit", "uitwisselen"),
    ("hij leest het boek voor", "voorlezen"),
    ("de burgemeester legt een maatregel op", "opleggen"),
    ("dit vindt plaats in mei", "plaatsvinden"),
    ("de commissie brengt advies uit", "uitbrengen"),
    ("zij werken samen met de politie", "samenwerken"),
    ("geef de gegevens door aan de politie", "doorgeven"),
    ("dat het college dit vaststelt", "vaststellen"),
    ("de taak is afgebakend", "afbakenen"),
    ("het plan is uitgevoerd", "uitvoeren"),
    ("hij heeft extra mensen ingezet", "inzetten"),
    ("er is over nagedacht", "nadenken"),
    ("schade is aangebracht", "aanbrengen"),
]

NOT_FOUND = [
    "we gaan op de fiets uit",
    "we werken aan de weg",
    "om te kijken",
    "een deel van de gemeente neemt dit besluit",
    "hij woont in de straat",
    "het overzicht en het inzicht",
    "de afspraken en de uitspraken en de uitgaven",
    "overheid en aanpak en toegang en ingang",
    "",
]


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|[,;:.?!]", text)


@pytest.mark.parametrize(("text", "verb"), FOUND)
def test_the_joined_verb_is_found(text: str, verb: str) -> None:
    assert joined_verbs(words(text)) == [verb]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_nothing_is_joined_by_accident(text: str) -> None:
    assert joined_verbs(words(text)) == []


def test_a_comma_and_a_conjunction_end_the_clause() -> None:
    assert joined_verbs(words("we bakenen dit, en daarna valt hij af")) == ["afvallen"]
    assert joined_verbs(words("we bakenen dit omdat het moet af")) == []


def test_too_far_apart_is_not_joined() -> None:
    assert joined_verbs(["bakenen", *["gemeentelijke"] * 20, "af"]) == []


def test_each_verb_once_in_order() -> None:
    assert joined_verbs(words("stel vast; neem deel; stel vast")) == ["vaststellen", "deelnemen"]


def test_capitals_do_not_matter() -> None:
    assert joined_verbs(["Neemt", "DEEL"]) == ["deelnemen"]


@pytest.mark.parametrize("word", ["overzicht", "afbakening", "afvalbeleid", "misbruik", "afbakenen", ""])
def test_a_noun_or_an_infinitive_is_no_other_form(word: str) -> None:
    assert one_word(word) == ()


@given(st.lists(st.sampled_from("af aan op te neemt bakenen de een stelt vast , dat deel gaat".split()), max_size=30))
def test_whatever_the_words_the_result_is_distinct_infinitives(tokens: list[str]) -> None:
    found = joined_verbs(tokens)
    assert len(found) == len(set(found))
    assert all(verb.endswith("n") for verb in found)
