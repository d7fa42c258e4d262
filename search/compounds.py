"""Splitting Dutch compounds: `radicaliseringspreventie` is (`radicalisering`, `preventie`).

Of all ways to cut a word into known words, with or without a linking letter, the one with the highest geometric mean
of word frequencies wins, unless the word itself is more frequent: Koehn & Knight, Empirical Methods for Compound
Splitting, EACL 2003. A Zipf value is the logarithm of a frequency, so the geometric mean of frequencies is
the plain mean of Zipf values.

That paper's known fault is that short frequent words eat everything; the limits on what may be a part are there for it.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from search.folding import fold
from search.lexicon import zipf
from search.stopwords import DUTCH

VERSION = "1"

SHORTEST_WORD = 7
LONGEST_WORD = 60  # longer is not a word; also bounds the work on a damaged text
MOST_PARTS = 4

# A word this common names one thing, whatever it is made of (ziekenhuis, samenwerking, netwerk).
COMMON = 4.4
# How much rarer than the word its parts may be on average (dienstverlening, kinderopvang).
SLACK = 0.2
# Frequencies above this say nothing more about how likely a word is as a part.
CEILING = 5.0

# The Zipf value that a part needs, by its length: the shorter, the likelier it is there by accident.
_NEEDED = {3: 0.0, 4: 3.15, 5: 2.9, 6: 2.5, 7: 2.2}
_NEEDED_LONG = 1.9

# Words of three letters stand in other words by accident, so only these, as nouns, are parts.
_THREE = frozenset(
    """
    api app arm bed bos bus bad cel dag dak eis erf gas gok hof ijs job kas les lid nep oog pad pas ras rit rol sms
    tak tas vak vee vis web weg wet zak zee ict ggz ggd mbo hbo vwo wmo vng avg cao ngo
    """.split()
)

# Words with a meaning of their own that are endings at the end of another word.
_ENDINGS = frozenset(
    """
    achtig achtige baar bare baarheid eren erend erende erij enden ende ering eringen heden heid heids holder
    igen iging ingen ings isch ische isme isten jaren jes kundig kundige lijk lijke lijken lijker lijks ling lingen
    ding dingen king kingen ning ningen ping ring ringen sing ting tingen ving vingen zing loos loze loosheid matig
    matige nissen rijk rijke schap schappen schaps stel ster sters sten teit teiten tief tieve tie ties tionele vol
    volle voud voudig waardig waardige waarts wijze wijzen zaam zame zaamheid zinnig zins ache ares aren aars eert
    eerde eerd ieke iek ieken lieden erig erige iste ster talig talige jarig jarige daags daagse
    wording kers tering lering tien sage naties
    """.split()
)

# Particles and prefixes of verbs; with them a word is derived, not compounded.
_PREFIXES = frozenset(
    """
    aan aaneen achter achterop achteruit afge aange achteraf beneden binnen bijeen boven buiten daar dicht door
    dooreen eens er gelijk goed heen herbe hier hoog ineen inge langs mede mee midden mis neer omge omhoog onder
    onder onge opeen open opge over rond rondom samen tegemoet tegen terecht terug teweeg toege tussen uiteen uitge
    vast vanuit verder vers vol vooraf voorbij voorop vooruit voort voor waar weer weg
    """.split()
)

# Of those, the ones that make new words freely; they are a part where the whole is no everyday word.
_PRODUCTIVE = frozenset("anti buiten binnen hoog laag mede tegen tussen".split())
_EVERYDAY = 2.3

# Verb forms: with a word before them they make a separable verb (plaatsvinden, deelgenomen), which is one thing.
_VERBS = frozenset(
    """
    brengen brengt gebracht geven geeft gaven gegeven gaan gaat gegaan halen haalt gehaald hebben heeft gehad
    houden houdt hield gehouden komen komt kwam gekomen krijgen krijgt gekregen laten gelaten leggen legt gelegd
    lopen loopt gelopen maken maakt gemaakt nemen neemt nemend nam namen genomen staan stond gestaan stellen
    stelt stelde gesteld vallen valt gevallen vinden vindt vond gevonden worden zetten zet zette gezet zien ziet
    zijn
    """.split()
)

# Beginnings of loan words, and words of grammar that the stop words leave out.
_LOAN_PREFIXES = frozenset("combi crypto hyper inter meta para poly post proto trans tele".split())
_GRAMMAR = frozenset(
    """
    alle aller allen eraan eraf erbij erdoor erin ermee ernaar erom eronder erop erover ertegen ertoe eruit ervoor
    hen henzelf nooit samen tengevolge uwen zelf zulk
    """.split()
)

_NOT_PARTS = DUTCH | _ENDINGS | _VERBS | _GRAMMAR
_NOT_FIRST = _NOT_PARTS | _LOAN_PREFIXES | (_PREFIXES - _PRODUCTIVE)
_NOT_LATER = _NOT_PARTS | (_PREFIXES - {"weg"})

# Between ways that are worth as much, the one with fewer linking letters: nieuws-brief, not nieuw-s-brief.
_LINK_COST = 0.02

# Words that have drifted so far from their parts that these mislead (a maatregel is no regel, a wethouder no wet).
_WHOLE = frozenset(
    """
    alleenstaande bladzijde daadwerkelijk draagvlak grondslag handtekening hoofdstuk huisvesting maatregel
    noodzaak noodzakelijk paragraaf raadplegen volgorde wethouder
    """.split()
)

# A noun that makes compounds with -s- and that the word list may lack: deradicalisering, weerbaarheid.
_LIKELY_NOUN = re.compile(r".{4,16}(?:ing|heid|schap|teit)")
_LIKELY_VALUE = 2.0

_INFLECTIONS = ("en", "s", "e", "n")
# Prefixes that derive a verb, which is then no compound.
_DERIVING = ("be", "ge", "her", "mee", "ont", "ver")


class _Part(NamedTuple):
    start: int
    end: int  # without the linking letters


class _Split(NamedTuple):
    total: float  # sum of the Zipf values of the parts
    parts: tuple[_Part, ...]


def parts(word: str) -> tuple[str, ...]:
    """The words that a compound is made of, folded and without linking letters; empty for any other word."""
    return _parts(fold(word))


@lru_cache(maxsize=200_000)
def _parts(word: str) -> tuple[str, ...]:
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD or not word.isalpha() or word in _WHOLE:
        return ()
    own = zipf().get(word, 0.0)
    if own >= COMMON or _is_derived(word) or _is_inflected_whole(word):
        return ()
    best = max(_splits(word), key=_mean, default=None)
    if best is None or _mean(best) < own - SLACK:
        return ()
    found = _join_wholes(word, best.parts)
    return () if found[0] in _PRODUCTIVE and own > _EVERYDAY else found


def _is_derived(word: str) -> bool:
    """Whether it is a verb prefix before a known word: besturen is no `best` with `uren`, meesturen no `meest`."""
    return any(word.startswith(prefix) and zipf().get(word[len(prefix) :], 0.0) >= 2.3 for prefix in _DERIVING)


def _is_inflected_whole(word: str) -> bool:
    """Whether it is a form of a known word that is no compound: standaarden is no `stand` with `aarden`."""
    bases = (word.removesuffix(ending) for ending in _INFLECTIONS if word.endswith(ending))
    return any(zipf().get(base, 0.0) >= 2.0 and not _parts(base) for base in bases)


def _join_wholes(word: str, found: tuple[_Part, ...]) -> tuple[str, ...]:
    """The parts as words, with neighbours joined that make a word we would not split by itself (land|bouw|beleid)."""
    done: list[_Part] = []
    for part in found:
        joined = _Part(done[-1].start, part.end) if done else part
        whole = word[joined.start : joined.end]
        if done and len(whole) < len(word) and zipf().get(whole, 0.0) >= 2.0 and not _parts(whole):
            done[-1] = joined
        else:
            done.append(part)
    return tuple(word[part.start : part.end] for part in done)


def _mean(split: _Split) -> float:
    return split.total / len(split.parts)


def _splits(word: str) -> list[_Split]:
    """The best split into each number of parts, two or more.

    Dynamic programming over places in the word: only the best way to reach a place with so many parts can be part of
    the best way to reach the end.
    """
    reached: dict[tuple[int, int], _Split] = {(0, 0): _Split(0.0, ())}
    for start in range(len(word) - 2):
        ways = [way for count in range(MOST_PARTS) if (way := reached.get((start, count)))]
        for end, value, part in _continuations(word, start) if ways else ():
            for way in ways:
                split, key = _Split(way.total + value, (*way.parts, part)), (end, len(way.parts) + 1)
                if key not in reached or reached[key].total < split.total:
                    reached[key] = split
    return [reached[len(word), count] for count in range(2, MOST_PARTS + 1) if (len(word), count) in reached]


def _continuations(word: str, start: int) -> list[tuple[int, float, _Part]]:
    """The parts that can begin at a place: where the next begins, the value, the part."""
    found = []
    for end in range(start + 3, len(word) + 1):
        part = _Part(start, end)
        text = word[start:end]
        value = _value(text, first=start == 0)
        if value and end == len(word):
            found.append((end, value, part))
        elif end < len(word):
            found += [(at, worth, part) for at, worth in _links(word, text, end, value) if at < len(word)]
    return found


def _links(word: str, text: str, end: int, value: float) -> list[tuple[int, float]]:
    """Where the next part begins after each linking that the letters allow, and what the part is then worth."""
    found = [(end, value)] if value else []
    if word.startswith("s", end) and not text.endswith("s"):
        likely = end == len(text) and _LIKELY_NOUN.fullmatch(text) is not None
        worth = value or (_LIKELY_VALUE if likely else 0.0)
        if worth:
            found.append((end + 1, worth - _LINK_COST))
    if value and word.startswith("en", end) and zipf().get(text + "en", 0.0) >= 2.0:
        found.append((end + 2, value - _LINK_COST))
    return found


def _value(part: str, *, first: bool) -> float:
    """The Zipf value of a part, 0.0 for what cannot be one."""
    if part in (_NOT_FIRST if first else _NOT_LATER) or (len(part) == 3 and part not in _THREE):
        return 0.0
    value = zipf().get(part, 0.0)
    return min(value, CEILING) if value >= _NEEDED.get(len(part), _NEEDED_LONG) else 0.0
