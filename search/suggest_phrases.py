"""What of a document is worth suggesting to who types a question: its title, its headings, what it abbreviates."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from search.analysis import words
from search.folding import fold
from search.stopwords import DUTCH, ENGLISH
from search.suggest_abbreviations import abbreviations
from search.text import normalise_question

LONGEST = 200  # characters; what is longer nobody reads while typing


class Kind(StrEnum):
    """Where a phrase comes from."""

    TITLE = "titel"
    ABBREVIATION = "afkorting"
    HEADING = "kop"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that a document has, as they are shown and asked."""

    text: str
    kind: Kind
    language: str

    @property
    def words(self) -> tuple[str, ...]:
        """Its words as a searcher compares them."""
        return folded_words(self.text)


# A heading of these words only says where in a document one is.
_NOISE = frozenset(
    entry.strip()
    for entry in """
    aanleiding|achtergrond|afkortingen|agenda|begrippen|begrippenlijst|bijlage|bijlagen|bronnen|bronvermelding|colofon
    conclusie|conclusies|conclusie en aanbevelingen|contact|contactgegevens|contents|conclusion|conclusions
    dank voor uw aandacht|dankwoord|definities|disclaimer|doel|eindnoten|einde|figuren|geraadpleegde bronnen|inhoud
    inhoudsopgave|inleiding|introduction|introductie|leeswijzer|literatuur|literatuurlijst|managementsamenvatting
    meer informatie|meer weten|nawoord|notes|noten|opmerkingen|overzicht|references|samenvatting|slot|slotwoord|sources
    summary|table of contents|tabellen|ten slotte|titel|titelpagina|toelichting|tot slot|uitleg|verantwoording
    verder lezen|verwijzingen|voetnoten|volgende stappen|voorwoord|vragen|welkom|zie ook
    """.replace("\n", "|").split("|")
)
_PLACE = re.compile(
    r"(?:(?:slide|dia|pagina|page|blad|bladzijde|tabel|table|figuur|figure|hoofdstuk|chapter|paragraaf|sectie|section"
    r"|deel|part|bijlage|appendix|stap|step|casus|vraag|versie|sheet)\s?)?(?:[\divxlc]++|[a-z])?(?:\s?(?:van|of|/)?\s?\d++)*+",
    re.IGNORECASE,
)
# On a cover: when it was made.
_DATE = re.compile(
    r"\d{1,2} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    r"|january|february|march|may|june|july|august|october) \d{4}",
    re.IGNORECASE,
)
# `3.2 Preventie`, `4. Preventie`, `Bijlage B: Preventie`.
_NUMBER = re.compile(
    r"(?:(?:hoofdstuk|chapter|paragraaf|section|bijlage|appendix|deel|part)\s+[\dA-Z]{1,3}\s*[.:–-]?"
    r"|\d{1,2}(?:\.\d{1,2})*[.:)]?|[A-Z][.:)]|[IVX]+[.:)])\s+",
    re.IGNORECASE,
)


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text without capitals and diacritics; a hyphen parts words."""
    return tuple(fold(word) for word in words(text))


def phrases_of(title: str, language: str, pages: Iterable[tuple[Sequence[str], str]]) -> list[Phrase]:
    """The phrases of a document, each once; `pages` are headings and text. A heading that is the title counts as title.

    Of the pages, not of the passages: a passage of several short sections names the heading of the first one.
    """
    found: dict[tuple[str, ...], Phrase] = {}

    def add(phrase: Phrase | None) -> None:
        if phrase is not None:
            found.setdefault(phrase.words, phrase)

    add(_phrase(title, Kind.TITLE, language))
    for headings, text in pages:
        for heading in headings:
            add(_heading(heading, language))
        for short, meaning in abbreviations(text):
            add(_phrase(f"{short}: {meaning}", Kind.ABBREVIATION, language))
    return list(found.values())


def _heading(text: str, language: str) -> Phrase | None:
    text = normalise_question(text)
    text = text[_end_of_number(text) :].rstrip(" :;,.–-")
    if _PLACE.fullmatch(text) or _DATE.search(text):
        return None
    own = folded_words(text)
    if " ".join(own) in _NOISE or all(word in DUTCH or word in ENGLISH for word in own):
        return None
    return _phrase(text, Kind.HEADING, language)


def _end_of_number(text: str) -> int:
    """Where the heading itself begins; as a heading does, with a capital, so that "24 uur" stays."""
    match = _NUMBER.match(text)
    return match.end() if match and text[match.end() : match.end() + 1].isupper() else 0


def _phrase(text: str, kind: Kind, language: str) -> Phrase | None:
    text = normalise_question(text)
    if len(text) > LONGEST or not any(len(word) > 2 and word.isalpha() for word in words(text)):
        return None
    return Phrase(text, kind, language)
