"""Dutch words with their frequency, from the word list of the package wordfreq (no network, 2 MB on disk)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from search.folding import fold

# Zipf value (log10 of the occurrences per thousand million words) under which the list is mostly names and slips, and
# under which nothing here looks: parts and joined verbs need more.
RAREST = 1.6
# A word this much commoner in English than in Dutch is an English word in a Dutch text (`then`, `mass`, `ends`); loans
# such as `team`, `training` and `monitor` stay well under it.
ENGLISH_MARGIN = 1.2


@lru_cache(maxsize=1)
def zipf() -> Mapping[str, float]:
    """Folded Dutch words of letters only, each with its Zipf value.

    Loaded at the first call, which takes 0.5 to 0.7 s and some 70 MB of memory.
    """
    english = dict(_entries("en", "small"))
    dutch: dict[str, float] = {}
    for word, value in _entries("nl", "best"):
        if value < RAREST:
            break
        if english.get(word, 0.0) <= value + ENGLISH_MARGIN:
            dutch.setdefault(word, value)
    return dutch


def common_words(language: str) -> Iterator[str]:
    """The some twenty-five thousand commonest words of a language, as they are written, in lower case."""
    from wordfreq import get_frequency_list

    for words in get_frequency_list.__wrapped__(language, "small"):
        yield from words


def _entries(language: str, size: str) -> Iterator[tuple[str, float]]:
    """Words from common to rare; place i of wordfreq's list holds the words of frequency 10 ** (-i / 100)."""
    from wordfreq import get_frequency_list

    # Past wordfreq's own cache, which would keep the whole list in memory for the life of the process; and past that of
    # `fold`, which is for the words of our texts.
    for place, words in enumerate(get_frequency_list.__wrapped__(language, size)):
        value = 9 - place / 100
        for word in words:
            if word.isalpha():
                yield word.lower() if word.isascii() else fold.__wrapped__(word), value
