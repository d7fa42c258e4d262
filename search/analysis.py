"""Dutch text analysis for the keyword leg: text to terms.

The same steps for documents and questions: normalise, cut into words, drop stop words, stem, fold diacritics; then the
parts of compounds and separable verbs are added as terms beside the words. English text goes through the same steps
with the English stemmer and without the Dutch additions. The version is part of the index fingerprint: raise it with
every change that alters a term.
"""

import re
import unicodedata
from functools import lru_cache

import Stemmer

from search import compounds, grams, particles
from search.folding import fold
from search.sentences import sentence_spans
from search.stopwords import DUTCH, ENGLISH

VERSION = f"3/{compounds.VERSION}/{particles.VERSION}/{grams.VERSION}"

# Numbers with their points and commas, and words with what follows an apostrophe ("API's"); a hyphen splits.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")
_TOKEN = re.compile(rf"{_WORD.pattern}|[,;:]")  # commas end a clause, which a separable verb does not leave
_POINTS = re.compile(r"[.,]")
_DOUBLED = re.compile(r"([bfglmnprs])\1$")

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


def words(text: str) -> list[str]:
    """The words of a text as they stand, in NFC."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def tokens(text: str, start: int, end: int) -> list[str]:
    """The words of a stretch of a text, and the marks that end a clause."""
    return _TOKEN.findall(text, start, end)


@lru_cache(maxsize=200_000)
def term(word: str, language: str) -> str:
    """The term of one word; empty for a stop word."""
    folded = _POINTS.sub("", _base(fold(word)))
    if folded in (ENGLISH if language == "en" else DUTCH):
        return ""
    if folded in EXCEPTIONS:
        return EXCEPTIONS[folded]
    stem = str(_stemmer(language).stemWord(folded if language == "en" else _singular(folded)))
    return stem if language == "en" else _DOUBLED.sub(r"\1", stem)  # gezinn(en) is gezin


def _base(word: str) -> str:
    """The word before the apostrophe: `api's` is `api`, `zo'n` is `zo`; `'t` and `d'Arc` stay whole."""
    before, *after = re.split("['’]", word)
    return before if len(before) > 1 else before + "".join(after)


def _singular(word: str) -> str:
    """Two plurals that Snowball leaves as they are: `interventies` and, folded, `moskeeen`."""
    if len(word) > 6 and word.endswith("ies"):
        return word[:-1]
    return word[:-2] if word.endswith("eeen") else word


def terms(text: str, language: str = "nl") -> list[str]:
    """The terms of a text, in order, without stop words.

    A number with a point or comma is one term without it, so that 1.300 and 1300 are the same.
    """
    return [found for found in (term(word, language) for word in words(text)) if found]


def index_terms(text: str, language: str) -> list[str]:
    """The terms a text is indexed with: its terms, and for Dutch those of compound parts and separable verbs."""
    found = terms(text, language)
    return found if language == "en" else found + _added_terms(text)


def _added_terms(text: str, *, parts: bool = True, verbs: bool = True) -> list[str]:
    """`radicaliseringspreventie` is also about radicalisering and preventie; `baken ... af` is about afbakenen."""
    added = _added_by_words(text, parts=parts, verbs=verbs)
    for start, end in sentence_spans(text) if verbs else ():
        added += _added_by_verbs(text, start, end)
    return added


def _added_by_words(text: str, *, parts: bool = True, verbs: bool = True) -> list[str]:
    return [found for word in words(text) for found in _added_by(word, parts, verbs)]


@lru_cache(maxsize=200_000)
def word_terms(word: str) -> tuple[str, ...]:
    """The terms that a Dutch text has by this word alone; none for a mark."""
    if word in ",;:":
        return ()
    verbs = (term(verb, "nl") for verb in particles.one_word(fold(word)))
    return tuple(name for name in (term(word, "nl"), *_added_by(word, True, False), *verbs) if name)


@lru_cache(maxsize=200_000)
def _added_by(word: str, parts: bool, verbs: bool) -> tuple[str, ...]:
    added = (*(compounds.parts(word) if parts else ()), *(particles.one_word(word) if verbs else ()))
    return tuple(found for found in (term(name, "nl") for name in added) if found)


def _added_by_verbs(text: str, start: int, end: int) -> list[str]:
    joined = particles.joined_verbs(tokens(text, start, end))
    return [found for found in (term(verb, "nl") for verb in joined) if found]


def index_grams(text: str) -> list[str]:
    """Character grams of the words of a text that are no stop words."""
    return [gram for word in words(text) if fold(word) not in DUTCH for gram in grams.grams(word)]


def question_terms(question: str, *, parts: bool = True, verbs: bool = True) -> list[str]:
    """The distinct terms a question is searched with: Dutch and English, since its language is not guessed.

    A question of stop words only keeps them: better a weak search than none. `parts` and `verbs` say whether the parts
    of compounds and separable verbs are added.
    """
    english = [other for other in terms(question, "en") if fold(other) not in DUTCH]
    found = terms(question, "nl") + _added_terms(question, parts=parts, verbs=verbs) + english
    return list(dict.fromkeys(found)) or list(dict.fromkeys(fold(word) for word in words(question)))
