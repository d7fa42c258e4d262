"""Character 5-grams: what a typing error or an unknown compound still shares with the word that was meant.

The method is that of McNamee & Mayfield, Character N-Gram Tokenization for European Language Text Retrieval
(Information Retrieval 7, 2004). It needs no word list.
"""

import re
import unicodedata
from functools import lru_cache

from search.folding import fold

VERSION = "1"
SIZE = 5
# Longer than any word; also bounds the work on a damaged text.
LONGEST_WORD = 60

# A gram holds letters and digits only, so that FTS5 needs no special tokenizer. Each begins with one of these, which
# tells where in the word it was; a word may hold digits too, but the mark always comes first, so nothing collides.
_MIDDLE, _START, _END, _WHOLE = "0", "1", "2", "3"

_WORD = re.compile(r"[^\W_]+")


def grams(text: str) -> list[str]:
    """The grams of the words of a text, in order; a word shorter than five letters is one gram."""
    return [gram for word in _WORD.findall(unicodedata.normalize("NFC", text)) for gram in _grams(fold(word))]


@lru_cache(maxsize=100_000)
def _grams(word: str) -> tuple[str, ...]:
    if len(word) < SIZE:
        return (_WHOLE + word,)
    inner = [word[at : at + SIZE] for at in range(min(len(word), LONGEST_WORD) - SIZE + 1)]
    # The ends once more, a letter shorter, so that beginning and end of a word weigh more than its middle.
    return (_START + word[: SIZE - 1], *(_MIDDLE + gram for gram in inner), _END + word[-SIZE + 1 :])
