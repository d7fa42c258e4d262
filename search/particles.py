"""Separable verbs: `hoe baken je de preventie af` and `af te bakenen` are about `afbakenen`.

A particle is joined to a verb form near it in the same clause only where the result is a verb that the Dutch word list
knows, so that `in`, `op` and `aan` as prepositions rarely join anything.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from search.folding import fold
from search.lexicon import zipf
from search.stopwords import DUTCH

VERSION = "1"

# Words from the verb to its particle at most; a longer main clause is rare and the chance of a false pair grows.
REACH = 12

_PARTICLES = frozenset(
    """
    aan achter achteruit af bij binnen bijeen deel dicht door fout gelijk goed in kapot kennis klaar kwijt langs los
    mede mee mis na neer om omhoog onder op open over plaats rond samen stil stop tegemoet tegen teleur terecht terug
    thuis toe tussen uit vast veilig voor voorbij vooruit vol vrij weg
    """.split()
)
# Those that are prepositions more often than particles.
_PREPOSITIONS = frozenset("aan achter bij binnen door in langs na om onder op over tegen toe tussen uit voor".split())

# What may follow a preposition that is a particle: `geef het door aan`, `wisselt gegevens uit met`.
_AFTER_PARTICLES = frozenset("aan als bij en met of op tijdens van".split())

# After these another clause begins; a verb before it has its particle before it too.
_CLAUSE_STARTS = frozenset(
    "dat die doordat hoewel indien maar mits nadat of omdat opdat tenzij terwijl totdat want wanneer zodat".split()
)

# Verbs whose forms the spelling rules do not give.
_IRREGULAR = {
    form: infinitive
    for infinitive, forms in {
        "brengen": "bracht brachten",
        "denken": "dacht dachten",
        "doen": "doe doet deed deden",
        "gaan": "ga gaat ging gingen",
        "geven": "gaf gaven",
        "houden": "hou hield hielden",
        "komen": "kom komt kwam kwamen",
        "krijgen": "kreeg kregen",
        "laten": "liet lieten",
        "lopen": "liep liepen",
        "nemen": "nam namen",
        "roepen": "riep riepen",
        "schrijven": "schreef schreven",
        "slaan": "sla slaat sloeg sloegen",
        "sluiten": "sloot sloten",
        "spreken": "sprak spraken",
        "staan": "sta staat stond stonden",
        "treden": "trad traden",
        "trekken": "trok trokken",
        "vallen": "viel vielen",
        "vangen": "ving vingen",
        "vinden": "vind vindt vond vonden",
        "wijzen": "wees wezen",
        "zien": "zie ziet zag zagen",
        "zoeken": "zocht zochten",
    }.items()
    for form in forms.split()
}

# Particles that are nouns too, and what makes them one: `een deel`, `de weg`, `in plaats van`.
_NOUNS = frozenset("deel fout kennis plaats stop waar weg".split())
_BEFORE_NOUNS = frozenset("de een het dit deze dat die elk geen hun ieder in naar onze op te voor welk zijn".split())

# After these a word is no finite verb: `een recht`, `te leggen`. Not `het` and `dit`, which are subjects as often.
_BEFORE_NO_VERB = frozenset("de een elk geen hun ieder onze te welk".split())

_VOWELS = "aeiou"
# A form so much commoner than its verb is a word of its own: aandacht is no form of aandenken.
_NOUN_MARGIN = 1.5
_RAREST_VERB = 1.6  # Zipf value that the joined infinitive needs


def joined_verbs(words: Sequence[str]) -> list[str]:
    """The infinitives, folded, of the separable verbs in a sentence, in order of appearance, each once.

    `words` are the words of one sentence; a token without a letter or digit (a comma) ends the clause. Found are verb
    and particle apart (`baken ... af`, `af te bakenen`) and joined but inflected (`afbakent`, `afgebakend`).
    """
    folded = [fold(word) for word in words]
    if _PARTICLES.isdisjoint(folded):  # nothing stands apart
        verbs = (verb for word in folded if word not in _CLAUSE_STARTS for verb in one_word(word))
    else:
        verbs = (verb for clause in _clauses(folded) for verb in _verbs_of(clause))
    return list(dict.fromkeys(verbs))


def _clauses(words: Sequence[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for word in words:
        if word in _CLAUSE_STARTS or not (word.isalnum() or any(char.isalnum() for char in word)):
            yield clause
            clause = []
        else:
            clause.append(word)
    yield clause


def _verbs_of(clause: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(clause):
        yield from one_word(word)
        if word not in _PARTICLES:
            continue
        if place + 2 < len(clause) and clause[place + 1] == "te" and word != "om":  # om te kijken
            yield from _known(word, (clause[place + 2],))
        elif _can_close(clause, place):
            yield from _left_of(clause, place)


def _can_close(clause: Sequence[str], place: int) -> bool:
    """Whether the word can be the particle of a verb before it: a preposition only at the end, or before another."""
    if place and clause[place] in _NOUNS and clause[place - 1] in _BEFORE_NOUNS:
        return False
    after = clause[place + 1] if place + 1 < len(clause) else "en"
    return clause[place] not in _PREPOSITIONS or after in _AFTER_PARTICLES


def _left_of(clause: Sequence[str], place: int) -> Iterator[str]:
    """The finite verb that belongs to a particle: the nearest to the left that makes a known verb."""
    for at in range(place - 1, max(0, place - REACH) - 1, -1):
        if at and clause[at - 1] in _BEFORE_NO_VERB:
            continue
        for verb in _known(clause[place], _infinitives(clause[at])):
            yield verb
            return


def _known(particle: str, infinitives: Sequence[str]) -> list[str]:
    """The joined verbs that exist; the likeliest only."""
    simple = (_IRREGULAR.get(verb, verb) for verb in infinitives)  # gebracht → brachten → brengen
    verbs = [particle + verb for verb in simple if _is_verb(particle, verb)]
    verbs = [verb for verb in verbs if zipf().get(verb, 0.0) >= _RAREST_VERB]
    return sorted(verbs, key=lambda verb: -zipf()[verb])[:1]


@lru_cache(maxsize=50_000)
def _is_verb(particle: str, infinitive: str) -> bool:
    """Whether the list knows it and a participle, alone or joined, which a plural (`producten`) does not have."""
    known = zipf()
    if known.get(infinitive, 0.0) < 2.0 or not infinitive.endswith("n"):
        return False
    if infinitive in _IRREGULAR.values() or infinitive + "d" in known:
        return True
    stem = infinitive.removesuffix("en")
    single = stem[:-1] if stem[-2:-1] == stem[-1:] else stem  # leggen: gelegd
    long = stem[:-1] + stem[-2] + stem[-1] if stem[-2:-1] in tuple(_VOWELS) else stem  # maken: gemaakt
    ends = ("",) if single[-1:] in ("d", "t") else ("d", "t")  # zetten: gezet
    forms = [f"ge{form}{end}" for form in (stem, single, long) for end in ends]
    return any(form in known or particle + form in known for form in forms)


def known_verbs() -> list[tuple[str, str]]:
    """Every verb that `joined_verbs` can find, after its particle."""
    words = [word for word, value in zipf().items() if value >= _RAREST_VERB and word.endswith("n")]
    sizes = sorted({len(particle) for particle in _PARTICLES})
    splits = ((word[:size], word[size:]) for word in words for size in sizes)
    return [(first, first + rest) for first, rest in splits if first in _PARTICLES and _is_verb(first, rest)]


@lru_cache(maxsize=100_000)
def one_word(word: str) -> tuple[str, ...]:
    """The infinitive of a separable verb that stands in one word in another form: afbakent, afgebakend, afgebakende."""
    for particle in _PARTICLES:
        rest = word.removeprefix(particle)
        if rest == word or len(rest) < 4:
            continue
        if rest.endswith("en"):  # an infinitive, or a noun: afspraken
            continue
        finite = (_IRREGULAR.get(rest, rest), *(_of_stem(rest[:-1]) if rest.endswith("t") else ()))
        found = _known(particle, (*_of_participle(rest), *finite))
        if found and found[0] != word and zipf().get(word, 0.0) < zipf()[found[0]] + _NOUN_MARGIN:
            return tuple(found)
    return ()


def _of_participle(rest: str) -> tuple[str, ...]:
    """Possible infinitives of a weak participle (`gebakend`, `gezet`); strong ones need a list and are left out."""
    stem = rest.removeprefix("ge").removesuffix("e")
    if stem == rest or not rest.startswith("ge") or len(stem) < 3 or stem[-1] not in "dt":
        return ()
    return (*_of_stem(stem[:-1]), *_of_stem(stem))


@lru_cache(maxsize=100_000)
def _infinitives(form: str) -> tuple[str, ...]:
    """Infinitives that a finite form may belong to: neemt, neem, nemen and nam all give nemen."""
    if form in _IRREGULAR:
        return (_IRREGULAR[form],)
    if len(form) < 4 or form in DUTCH:
        return ()
    found = [form] if form.endswith("en") else []
    found += _of_stem(form)
    for ending in ("t", "de", "te", "den", "ten"):
        if form.endswith(ending) and len(form) - len(ending) >= 3:
            found += _of_stem(form[: -len(ending)])
    return tuple(dict.fromkeys(found))


def _of_stem(stem: str) -> tuple[str, ...]:
    """Spellings of stem + en: neem → nemen, vang → vangen, zet → zetten, geef → geven, lees → lezen."""
    if len(stem) < 2:
        return ()
    found = [stem + "en"]
    if len(stem) > 2 and stem[-2] in _VOWELS and stem[-3] == stem[-2] and stem[-1] not in _VOWELS:
        found.append(stem[:-2] + stem[-1] + "en")
    elif stem[-2] in _VOWELS and stem[-1] not in _VOWELS:
        found.append(stem + stem[-1] + "en")
    voiced = {"f": "v", "s": "z"}.get(stem[-1])
    return tuple(found + [other[:-3] + voiced + "en" for other in found[:2] if voiced])
