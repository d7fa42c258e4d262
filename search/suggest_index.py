"""Finds phrases by the beginnings of their words. In memory; a document can be put in and taken out at any moment.

A word is found in a sorted list, so what a request costs follows from the phrases that have what was typed, not from
the size of the collection. Titles and abbreviations are few and come first; headings are looked at only where those
leave room.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

from search.compounds import parts
from search.folding import fold
from search.stopwords import DUTCH
from search.suggest_phrases import Kind, Phrase, folded_words

_LAST = "\U0010ffff"
_ORDER = {Kind.TITLE: 1, Kind.ABBREVIATION: 2, Kind.HEADING: 3}

Rank = tuple[int, bool, bool, int, int, str]


@dataclass(slots=True)
class _Entry:
    """A phrase and the documents that have it, each in its own spelling."""

    words: tuple[str, ...]
    parts: tuple[str, ...]  # of its compounds, apart from the words themselves
    mentions: dict[str, Phrase] = field(default_factory=dict)  # by document


@dataclass(frozen=True, slots=True)
class _Found:
    rank: Rank
    words: frozenset[str]
    phrase: Phrase


class _Table:
    """Phrases by word and by the parts of its compounds."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, ...], _Entry] = {}
        self._sorted: list[str] = []
        self._with: dict[str, set[tuple[str, ...]]] = {}

    def add(self, document_id: str, phrase: Phrase) -> tuple[str, ...]:
        key = phrase.words
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(key, _parts(phrase.text, key))
            for word in {*entry.words, *entry.parts}:
                if word not in self._with:
                    insort(self._sorted, word)
                self._with.setdefault(word, set()).add(key)
        entry.mentions[document_id] = phrase
        return key

    def remove(self, document_id: str, key: tuple[str, ...]) -> None:
        entry = self._entries[key]
        del entry.mentions[document_id]
        if entry.mentions:
            return
        del self._entries[key]
        for word in {*entry.words, *entry.parts}:
            self._with[word].discard(key)
            if not self._with[word]:
                del self._with[word]
                del self._sorted[bisect_left(self._sorted, word)]

    def find(self, typed: Sequence[str], allowed: Collection[str], limit: int) -> list[_Found]:
        """The best phrases with all that was typed, among what these documents say."""
        spans = [self._span(word) for word in typed]
        low, high = min(spans, key=lambda span: span[1] - span[0])
        keys = {key for word in self._sorted[low:high] for key in self._with[word]}
        found = (self._judge(self._entries[key], typed, allowed) for key in keys)
        return nsmallest(limit, (one for one in found if one), key=lambda one: one.rank)

    def _span(self, start: str) -> tuple[int, int]:
        return bisect_left(self._sorted, start), bisect_left(self._sorted, start + _LAST)

    def _judge(self, entry: _Entry, typed: Sequence[str], allowed: Collection[str]) -> _Found | None:
        mentions = [phrase for document, phrase in entry.mentions.items() if document in allowed]
        if not mentions:
            return None
        whole = all(any(word.startswith(start) for word in entry.words) for start in typed)
        if not whole and not all(
            any(word.startswith(start) for word in (*entry.words, *entry.parts)) for start in typed
        ):
            return None
        phrase = _usual(mentions)
        order = _ORDER[phrase.kind]
        if phrase.kind is Kind.ABBREVIATION and typed == entry.words[:1]:
            order = 0
        begins = entry.words[0].startswith(typed[0])
        rank = (order, not whole, not begins, -len(mentions), len(phrase.text), phrase.text)
        return _Found(rank, frozenset(entry.words), phrase)


class PhraseIndex:
    """The phrases of all documents."""

    def __init__(self) -> None:
        self._named, self._headings = _Table(), _Table()
        self._of: dict[str, list[tuple[_Table, tuple[str, ...]]]] = {}

    def put(self, document_id: str, phrases: Iterable[Phrase]) -> None:
        """Make these the phrases of a document; none takes it out."""
        for table, key in self._of.pop(document_id, ()):
            table.remove(document_id, key)
        own = []
        for phrase in phrases:
            table = self._headings if phrase.kind is Kind.HEADING else self._named
            own.append((table, table.add(document_id, phrase)))
        if own:
            self._of[document_id] = own

    def find(self, begin: str, allowed: Collection[str], limit: int) -> list[Phrase]:
        """At most `limit` phrases whose words begin as those in `begin`, best first.

        A name of few letters that is an abbreviation as a whole comes first, then titles, other abbreviations and
        headings; in each what matches whole words before parts of compounds, what begins so, what more documents have,
        what is shorter. Only documents in `allowed` are looked at: what others say changes neither words nor order.
        """
        typed = _typed(begin)
        if not typed or limit < 1:
            return []
        found = self._named.find(typed, allowed, limit)
        if len(found) < limit:
            # A heading may be a title or an abbreviation too, in another order of words.
            found += self._headings.find(typed, allowed, 2 * limit)
        once: dict[frozenset[str], Phrase] = {}
        for one in found:
            once.setdefault(one.words, one.phrase)
        return list(once.values())[:limit]


def _typed(begin: str) -> tuple[str, ...]:
    """The words to look for; little words are left out, apart from the one that is being typed."""
    own = folded_words(begin)
    kept = [word for word in own[:-1] if word not in DUTCH]
    return tuple(dict.fromkeys([*kept, *own[-1:]]))


def _parts(text: str, own: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({fold(part) for word in own for part in parts(word)} - set(own))


def _usual(mentions: Sequence[Phrase]) -> Phrase:
    """The spelling that most documents use; of equals the first in the alphabet, whatever came in first."""
    if len(mentions) == 1:
        return mentions[0]
    counts = Counter(mentions)
    choose: Callable[[Phrase], tuple[int, int, str, str]] = lambda phrase: (  # noqa: E731
        _ORDER[phrase.kind],
        -counts[phrase],
        phrase.text,
        phrase.language,
    )
    return min(counts, key=choose)
