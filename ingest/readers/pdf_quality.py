"""How bad an extracted text looks, to choose between two extractions of a page."""

import re

LONGEST_WORD = 30  # letters; Dutch compounds above it are rare, glued words are not
BAD = 0.06  # above it a second extraction is tried
MIN_WORDS = 8
_LETTERS = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"\S*(?:://|www\.|@)\S*|\S*\.\S*\.\S*|\S*[/_]\S*")
_STRANGE = re.compile(r"[\ufffd\ue000-\uf8ff\u0000-\u0008\u000e-\u001f]")
_GLUED = re.compile(r"[a-zà-ÿ]{3}[.,;:][A-Za-z]{3}|[a-z]{4}[A-Z][a-z]{4}")
_ALONE = frozenset("aeuitxyknsp&")


def badness(text: str) -> float:
    """Share of the words that are too long, single letters, glued or unreadable; 1.0 for no text."""
    text = _LINK.sub(" ", text) if len(text) < 200_000 else text
    words = _LETTERS.findall(text)
    if not words:
        return 1.0
    long = sum(len(word) > LONGEST_WORD for word in words)
    single = sum(len(word) == 1 and word.lower() not in _ALONE for word in words)
    strange = len(_STRANGE.findall(text))
    glued = len(_GLUED.findall(text))
    # A glued word hides several others, so it weighs more; a few single letters (lists, initials) are normal.
    return (4 * long + max(0.0, single - 0.1 * len(words)) + 2 * strange + glued) / len(words)


def is_bad(text: str) -> bool:
    """Whether a second extraction is worth its time."""
    return len(text.split()) >= MIN_WORDS and badness(text) > BAD
