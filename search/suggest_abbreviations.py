"""Abbreviations that a text explains: `Zorg- en Veiligheidshuis (ZVH)`, and rows of a list of abbreviations.

Whether words explain an abbreviation is judged as Schwartz and Hearst do it (A Simple Algorithm for Identifying
Abbreviation Definitions in Biomedical Text, PSB 2003): read from the end, each of its letters is in the words, the
first one at the start of a word. Dutch writes compounds as one word, so other letters may stand inside a word.
"""

import re
from itertools import pairwise

from search.stopwords import DUTCH, ENGLISH

LONGEST = 100  # characters of an explanation
MOST_WORDS = 9

_SHORT = r"[A-Z][A-Za-z0-9]{1,7}"
_AFTER = re.compile(rf"\(({_SHORT})\)")
_ROW = re.compile(rf"^({_SHORT}) ?[|:=] ?([^|\n]+?) ?(?:\||\.?$)", re.MULTILINE)
_WORDS = re.compile(r"[^\W_]+(?:-(?=\s)|[-'’&][^\W_]+)*")
_LITTLE = DUTCH | ENGLISH  # the V of VNG is not `van`
# What stands before these belongs to something else.
_BORDER = re.compile(r"[\n|.,;:()\[\]\"“”!?/•]")


def abbreviations(text: str) -> list[tuple[str, str]]:
    """Pairs of an abbreviation and its meaning, in the order of the text."""
    found = [(match[1], _before(text, match)) for match in _AFTER.finditer(text)]
    found += [(match[1], _whole(match[1], match[2].strip())) for match in _ROW.finditer(text)]
    return [(short, meaning) for short, meaning in found if meaning]


def _before(text: str, match: re.Match[str]) -> str:
    """The words just before the brackets that explain what is in them; empty when they do not."""
    part = text[max(0, match.start() - LONGEST) : match.start()]
    borders = [border.end() for border in _BORDER.finditer(part)]
    words = part[borders[-1] if borders else 0 :].strip()
    start = _start_of(match[1], words)
    return "" if start is None else _meaning(match[1], words[start:])


def _whole(short: str, words: str) -> str:
    """These words when all of them explain the abbreviation."""
    plain = len(words) <= LONGEST and not _BORDER.search(words)
    return _meaning(short, words) if plain and _start_of(short, words) == 0 else ""


def _meaning(short: str, words: str) -> str:
    count = len(_WORDS.findall(words))
    return words if 1 < count <= min(MOST_WORDS, 2 * len(short) + 1) or _is_compound(short, words, count) else ""


def _is_compound(short: str, words: str, count: int) -> bool:
    """One word can be meant by some of its letters (`OM`: no, `BRP`: no); only a long one is."""
    return count == 1 and len(words) > 3 * len(short) and len(short) > 2


def _start_of(short: str, words: str) -> int | None:
    """Where in `words` the explanation of `short` begins; None when it is not there."""
    if _is_name(short):  # `Wmo`: only the first letters of words tell it from any name in brackets
        initials = list(_WORDS.finditer(words))[-len(short) :]
        same = "".join(match[0][0] for match in initials).casefold() == short.casefold()
        return initials[0].start() if same else None
    low, at = words.casefold(), len(words)
    if len(low) != len(words):
        return None
    for letter in reversed(short[1:].casefold()):
        at = low.rfind(letter, 0, at)
        if at < 0:
            return None
    first = short[0].casefold()
    starts = [
        match.start() for match in _WORDS.finditer(low, 0, at) if match[0][0] == first and match[0] not in _LITTLE
    ]
    return starts[-1] if starts else None


def _is_name(short: str) -> bool:
    """Written as a name is: one capital."""
    return not any(after.isupper() for _, after in pairwise(short))
