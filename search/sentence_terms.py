"""The sentences of a text with their terms: what coverage and marking look at, for dozens of passages a question.

What does not depend on the question is kept for the texts that were read last, by a digest of each: an answer of one
question is often among those of the next.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from search import particles
from search.analysis import index_terms, term, tokens, word_terms
from search.sentences import sentence_spans

Span = tuple[int, int]
Analysed = Sequence[tuple[Span, Sequence[str]]]  # the sentences of a passage, each with its terms

_MOST_KEPT = 4096  # texts; some 10 MB


class _Sentence(NamedTuple):
    span: Span
    terms: tuple[str, ...]  # by its words alone
    apart: frozenset[str]  # the particles in it, as written, which may belong to a verb elsewhere in it


_kept: dict[bytes, tuple[_Sentence, ...]] = {}


def sentence_terms(text: str, language: str, wanted: AbstractSet[str] | None = None) -> Analysed:
    """The spans of a text's sentences, each with the terms that it would be indexed with on its own.

    For who only asks about the terms `wanted`, a separable verb that is not among them may be lacking.
    """
    sought = None if wanted is None else _particles_of(frozenset(wanted))
    return [
        (one.span, one.terms)
        if not one.apart or (sought is not None and sought.isdisjoint(one.apart))
        else (one.span, (*one.terms, *_verbs(text, one.span)))
        for one in _sentences(text, language)
    ]


def _sentences(text: str, language: str) -> tuple[_Sentence, ...]:
    # By a digest and not by the text: of a document that is erased no text stays behind here.
    place = hashlib.blake2b(f"{language}\n{text}".encode(errors="surrogatepass"), digest_size=16).digest()
    found = _kept.get(place)
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[place] = tuple(_read(text, language))
    return found


def _read(text: str, language: str) -> Iterator[_Sentence]:
    # Otherwise the words are not where the text has them.
    as_it_stands = language != "en" and unicodedata.is_normalized("NFC", text)
    for start, end in sentence_spans(text):
        own: list[str] = []
        apart: set[str] = set()
        if not as_it_stands:
            own += index_terms(text[start:end], language)
        else:
            for stretch in text[start:end].split():
                names, particle = _stretch(stretch)
                own += names
                if particle:
                    apart.update(particle)
        yield _Sentence((start, end), tuple(own), frozenset(apart))


@lru_cache(maxsize=200_000)
def _stretch(text: str) -> tuple[list[str], frozenset[str]]:
    """The terms of what stands between two spaces, which no word crosses, and the particles in it."""
    found = tokens(text, 0, len(text))
    return [name for token in found for name in word_terms(token)], _all_particles().intersection(found)


def _verbs(text: str, span: Span) -> list[str]:
    joined = particles.joined_verbs(tokens(text, *span))
    return [name for verb in joined if (name := term(verb, "nl"))]


@lru_cache(maxsize=256)
def _particles_of(wanted: frozenset[str]) -> frozenset[str]:
    """The particles, as they may be written, of the separable verbs that have one of these terms."""
    return _forms({particle for name in wanted for particle in _verb_terms().get(name, ())})


@lru_cache(maxsize=1)
def _all_particles() -> frozenset[str]:
    return _forms({particle for own in _verb_terms().values() for particle in own})


def _forms(found: AbstractSet[str]) -> frozenset[str]:
    return frozenset(form for name in found for form in (name, name.capitalize(), name.upper()))


@lru_cache(maxsize=1)
def _verb_terms() -> dict[str, set[str]]:
    """The terms that a separable verb gives to a sentence in which its parts stand apart, each with the particles."""
    found: dict[str, set[str]] = {}
    for particle, verb in particles.known_verbs():
        found.setdefault(term(verb, "nl"), set()).add(particle)
    return found
