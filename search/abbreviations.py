"""Abbreviations as the documents themselves explain them: `Zorg- en Veiligheidshuis (ZVH)`, `ZVH (Zorg- en ...)`.

After Schwartz & Hearst, A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical Text (PSB 2003), but
each word has to give its first letter, so that fewer are found and fewer are wrong.
"""

import re
import unicodedata
from functools import lru_cache

from search.folding import fold

VERSION = "1"

LONGEST_SHORT = 10
# Words of a phrase for an abbreviation of n letters at most: n + 5, but never more than 2n (Schwartz & Hearst).
MORE_WORDS = 5

_BRACKETS = re.compile(r"\(([^()\n]{2,120})\)")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*-?")
# One word without white space; `_is_short` asks for capitals, so `b.v.` is none.
_SHORT = re.compile(r"[^\W_][\w.&/-]{0,11}")
# A phrase never runs over one of these.
_BREAK = re.compile(r"[.;:!?()\[\]\"“”„•|]|\n\s*\n|\s[-–—]\s|,(?!\s*(?:[\w-]+,|[\w-]+ en ))")

# Little words that an abbreviation may skip, and may also use (the `en` of OenW).
_SMALL = frozenset(
    "aan and bij de den der des die door een en for het in met na naar of om op over per te ten ter tot tegen the uit "
    "van voor".split()
)


def mine(text: str) -> dict[str, str]:
    """The abbreviations that a text explains, each with the words it stands for; of two explanations the first."""
    text = unicodedata.normalize("NFC", text)
    found: dict[str, str] = {}
    for match in _BRACKETS.finditer(text):
        for short, long in _definition(text[: match.start()], match[1].strip()):
            found.setdefault(short, long)
    return found


def _definition(before: str, inside: str) -> list[tuple[str, str]]:
    """What one pair of brackets explains: the phrase before it, or the abbreviation before it."""
    short = _clean(re.split(r"[,;]", inside)[0])
    if _is_short(short):
        phrase = _ending(before[-300:], short)
        return [(short, phrase)] if phrase else []
    last = re.search(r"([^\s()]+)\s*$", before[-60:])
    name = _clean(last[1]) if last else ""
    if not _is_short(name):
        return []
    phrase = _beginning(re.split(r"[;:]|,\s(?=hierna|verder)", inside)[0], name)
    return [(name, phrase)] if phrase else []


def _clean(text: str) -> str:
    """Without quotes, and without what often comes before: `hierna: de ZVH`, `afgekort ZVH`."""
    text = re.sub(
        r"^(?:hierna|verder|voortaan|afgekort|kortweg|ook wel|in het kort)\b:?\s*(?:te noemen\s*)?", "", text.strip()
    )
    text = re.sub(r"^(?:de|het|als)\s", "", text.strip())
    return text.strip(" '\"‘’“”„,.:")


def _is_short(text: str) -> bool:
    """Whether it is written as an abbreviation: short, one word, two capitals or more, no roman figure."""
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return (
        _SHORT.fullmatch(text) is not None
        and 2 <= len(letters) <= LONGEST_SHORT
        and capitals >= 2
        and capitals * 2 >= len(letters)
        and not re.fullmatch(r"[IVXLC]+", text)
    )


def _ending(before: str, short: str) -> str:
    """The words at the end of a text that the abbreviation stands for; the shortest that fit."""
    before = before.rstrip(" '\"‘’“”„")
    start = max((match.end() for match in _BREAK.finditer(before)), default=0)
    tail = before[start:]
    tokens = list(_TOKEN.finditer(tail))
    most = min(len(short) + MORE_WORDS, 2 * len(short))
    for first in range(len(tokens) - 1, max(-1, len(tokens) - 1 - most), -1):
        phrase = tail[tokens[first].start() :].strip(" ,'\"‘’“”")
        if _fits(short, phrase):
            return " ".join(phrase.split())
    return ""


def _beginning(inside: str, short: str) -> str:
    """The whole of what stands in brackets, where the abbreviation stands for it."""
    phrase = re.sub(r"^(?:de|het|een)\s", "", inside.strip(" '\"‘’“”"))
    return " ".join(phrase.split()) if _fits(short, phrase) else ""


def _fits(short: str, phrase: str) -> bool:
    """Whether the abbreviation takes a beginning of each word in turn, little words aside."""
    words = [fold(token[0]).rstrip("-") for token in _TOKEN.finditer(phrase)]
    letters = "".join(char for char in fold(short) if char.isalnum())
    if not words or words[0] in _SMALL or fold(short) in words or len("".join(words)) < 2 * len(letters):
        return False
    return _takes(letters, tuple(words))


@lru_cache(maxsize=10_000)
def _takes(letters: str, words: tuple[str, ...]) -> bool:
    """Whether the letters are used up over the words, each giving its first letter and perhaps more of its letters.

    More, because a compound gives a letter for each of its parts: `Gemeentelijke gezondheidsdienst` is GGD.
    """
    if not words:
        return not letters
    word, rest = words[0], words[1:]
    if word in _SMALL and _takes(letters, rest):
        return True
    if not letters or word[0] != letters[0]:
        return False
    return any(_takes(letters[used:], rest) for used in range(1, _given(letters, word) + 1))


def _given(letters: str, word: str) -> int:
    """How many of the letters a word can give, in order, from its first on; three at most."""
    at, used = 0, 0
    for letter in letters[:3]:
        at = word.find(letter, at) + 1
        if at == 0:
            break
        used += 1
    return used
