"""Joining the lines of a paragraph: what to do with a hyphen at the end of a line.

`beleids-` + `nota` is one word that was broken; `ESS-` + `adviseur` keeps its hyphen. A document that breaks its words
with a sign of its own (U+2010) tells the two apart; else its own words decide, then plain rules of Dutch spelling.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

HYPHEN = "\u2010"
_MIN_SOFT = 3  # lines that end in this sign, before a plain hyphen at the end of a line is taken to be the word's own
_LONG_ENOUGH = 5  # letters of a second part, which an ending seldom has
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BROKEN = re.compile(r"(?:^|[\s(\[\"'‘“/])([^\W_]+(?:['’][^\W_]+)?(?:-[^\W_]+)*)[-\u2010]$")
_NEXT = re.compile(r"[^\W_]+")
_SLASH = re.compile(r"(?:^|\s)[^\s@]*[^\W_]/$")  # not between two mail addresses
_INNER = re.compile(r"[^\W_]\u2010[^\W_]")
_OWN = re.compile(r"[^\W_]-[^\W_]")
_AND = {"en", "of", "and", "or", "en/of", "dan", "tot", "als", "noch", "und", "oder"}
# First parts that Dutch writes with a hyphen before another adjective or noun.
_KEEP_AFTER = re.compile(
    r"(niet|non|vice|sociaal|politiek|cultureel|religieus|juridisch|economisch|islamitisch|"
    r"christelijk|technisch|strategisch|bestuurlijk|organisatorisch|psychisch|democratisch|nederlands|links|rechts|"
    r"[a-z]|\d+)",
    re.IGNORECASE,
)
# The same, but also the beginning of plain words: pro-bleem, ex-pert, oud-ers. What follows must be a word itself.
_MAY_KEEP_AFTER = re.compile(r"(ex|oud|semi|pro|anti|noord|zuid|oost|west)", re.IGNORECASE)
_CLASHES = frozenset("aa ee oo uu ae ai ei eu ie oe oi ui".split())
_LINK = re.compile(r"(https?://|www\.)\S*$")
_LOOK_BACK = 300  # characters; whole paragraphs would make it take time by the square of their length


class Hyphens:
    """Knows the words of a document."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._words: Counter[str] = Counter()
        self._names: set[str] = set()
        self._plain: set[str] = set()
        soft = inner = own = 0
        broken = False
        for line in lines:
            # The last word of a line may be half a word, and then the first of the next is the other half.
            text = line.partition(" ")[2] if broken else line
            broken = line.endswith(("-", HYPHEN))
            text = text[: text.rfind(" ") + 1] if broken else text
            words = _WORD.findall(text)
            self._words.update(word.casefold() for word in words)
            self._names.update(word for word in words if word[0].isupper())
            self._plain.update(word for word in words if word[0].islower())
            soft += line.endswith(HYPHEN)
            inner += bool(_INNER.search(line))
            own += bool(_OWN.search(line))
        # Whether the sign only breaks words, while the plain hyphen stands in them; and so often that "-" breaks none.
        self._has_soft = own > 0 and inner * 10 <= soft
        self._only_soft = self._has_soft and soft >= _MIN_SOFT

    def join(self, lines: Sequence[str]) -> str:
        """The lines as one running text."""
        text = ""
        for line in lines:
            text = self._append(text, line) if text else line
        return text.replace(HYPHEN, "-")

    def _append(self, text: str, line: str) -> str:
        end = text[-_LOOK_BACK:]
        if _LINK.search(end) and text.endswith(("/", "-", "_", "=", "?", "&")):
            return text + line  # an address goes on
        if _SLASH.search(end) and line[0].isalnum():
            return text + line
        broken, following = _BROKEN.search(end), _NEXT.match(line)
        if broken is None or following is None:
            return f"{text} {line}"
        if self._has_soft and text.endswith(HYPHEN):
            return text[:-1] + line
        word = line.split(maxsplit=1)[0].rstrip(",;:.").lower()
        if word in _AND:
            return f"{text} {line}"
        keeps = self._only_soft or self._keeps(broken[1], following[0])
        return (text if keeps else text[:-1]) + line

    def _keeps(self, before: str, after: str) -> bool:
        """Whether the word has a hyphen of its own here."""
        if after[0].isupper() or after[0].isdigit() or sum(char.isupper() for char in before) > 1:
            return True
        with_hyphen, joined = f"{before}-{after}".casefold(), f"{before}{after}".casefold()
        found = self._words[with_hyphen], self._words[joined]
        if found[0] != found[1]:
            return found[0] > found[1]
        if len(after) >= _LONG_ENOUGH and before in self._names and before.casefold() not in self._plain:
            return True  # Logius-standaarden
        last = before.rsplit("-", 1)[-1]
        if _MAY_KEEP_AFTER.fullmatch(last):
            return after.casefold() in self._words
        # Vowels that would run together get a hyphen: zee-eend, auto-ongeluk.
        clash = (last[-1] + after[0]).lower() in _CLASHES
        return bool(_KEEP_AFTER.fullmatch(last)) or (clash and f"{last}".casefold() in self._words)
