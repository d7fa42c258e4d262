"""One spelling for words that a searcher does not tell apart."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Lower case without diacritics: `Één` and `een` are one word to a searcher, `geëngageerd` is `geengageerd`."""
    if word.isascii():
        return word.lower()
    word = word.replace("ĳ", "ij").replace("Ĳ", "IJ")
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))
