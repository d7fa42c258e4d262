"""Dutch text analysis for the keyword leg: text to terms.

The same steps for documents and questions: normalise, cut into words, drop stop words, stem, fold diacritics. English
text goes through the same steps with the English stemmer, so that an English paper is found by English words. The
version is part of the index fingerprint: raise it with every change that alters a term.
"""

import re
import unicodedata
from functools import lru_cache

import Stemmer

from search.stopwords import DUTCH, ENGLISH

VERSION = "1"

# Words and numbers; an apostrophe or a point inside stays with the word for now ("zo'n", "3.5"), a hyphen splits.
_WORD = re.compile(r"[^\W_]+(?:['’.,](?=\w)[^\W_]+)*")
_JOINTS = re.compile(r"['’.,]")

# Snowball's `dutch_porter` (the new `dutch` turns gezin into zin); what it still conflates with another word, or with a
# stop word, is kept whole.
EXCEPTIONS = {
    "overheid": "overheid",
    "overheden": "overheid",
    "gemeente": "gemeente",
    "gemeenten": "gemeente",
    "gemeentes": "gemeente",
}


@lru_cache(maxsize=4)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english" if language == "en" else "dutch_porter", 0)


def stemmer_version() -> str:
    """Name and version of the stemmer, for the fingerprint."""
    return f"snowball-dutch_porter/{Stemmer.version()}"


def fold(word: str) -> str:
    """Lower case without diacritics: `Één` and `een` are one word to a searcher, `geëngageerd` is `geengageerd`."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def words(text: str) -> list[str]:
    """The words of a text as they stand, in NFC."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


@lru_cache(maxsize=200_000)
def term(word: str, language: str) -> str:
    """The term of one word; empty for a stop word."""
    folded = _JOINTS.sub("", fold(word))
    if folded in (ENGLISH if language == "en" else DUTCH):
        return ""
    if folded in EXCEPTIONS:
        return EXCEPTIONS[folded]
    return str(_stemmer(language).stemWord(folded))


def terms(text: str, language: str = "nl") -> list[str]:
    """The terms of a text, in order, without stop words.

    A number with a point or comma is one term without it, so that 1.300 and 1300 are the same.
    """
    return [found for found in (term(word, language) for word in words(text)) if found]


def question_terms(question: str) -> list[str]:
    """The distinct terms a question is searched with: Dutch and English stems, since its language is not guessed.

    A question of stop words only keeps them: better a weak search than none.
    """
    found = terms(question, "nl") + [other for other in terms(question, "en") if fold(other) not in DUTCH]
    return list(dict.fromkeys(found)) or list(dict.fromkeys(fold(word) for word in words(question)))
