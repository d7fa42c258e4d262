"""How bad an extracted text looks, to choose between two extractions of a page."""

import re

from ingest.readers.pdf_words import UNKNOWN, unknown_share

LONGEST_WORD = 30  # letters; Dutch compounds above it are rare, glued words are not
BAD = 0.06  # above it a second extraction is tried
MIN_WORDS = 8
UNREADABLE = 0.1  # share of the characters; below it they are bullets and icons
_LETTERS = re.compile(r"[^\W\d_]+")
_STRANGE = re.compile(r"[\ufffd\ue000-\uf8ff\u0000-\u0008\u000e-\u001f]")
_GLUED = re.compile(r"[a-zà-ÿ]{3}[.,;:][A-Za-z]{3}|[a-z]{4}[A-Z][a-z]{4}")
_ALONE = frozenset("aeuitxyknsp&")


def badness(text: str) -> float:
    """Share of the words that are too long, single letters, glued or unreadable; 1.0 for no text."""
    text = " ".join("" if _is_link(word) else word for word in text.split())
    words = _LETTERS.findall(text)
    if not words:
        return 1.0
    long = sum(len(word) > LONGEST_WORD for word in words)
    single = sum(len(word) == 1 and word.lower() not in _ALONE for word in words)
    strange = len(_STRANGE.findall(text))
    glued = len(_GLUED.findall(text))
    # A glued word hides several others, so it weighs more; a few single letters (lists, initials) are normal.
    return (4 * long + max(0.0, single - 0.1 * len(words)) + 2 * strange + glued) / len(words)


def is_unreadable(text: str) -> bool:
    """Whether many of its characters are private or unknown ones: a font does not tell which letters it shows."""
    return len(_STRANGE.findall(text)) > UNREADABLE * len(text) > 0


def _is_link(word: str) -> bool:
    """Whether it is an address or a file name, which are no words and may be glued."""
    return any(mark in word for mark in ("/", "_", "@", "www.")) or word.count(".") > 1


def is_bad(text: str) -> bool:
    """Whether a second extraction is worth its time."""
    return len(text.split()) >= MIN_WORDS and (badness(text) > BAD or unknown_share(text) > UNKNOWN)


def is_better(other: str, text: str) -> bool:
    """Whether another extraction of a page is clearly better than a bad one."""
    measure = badness if badness(text) > BAD else unknown_share
    return badness(other) <= max(BAD, badness(text)) and measure(other) < 0.7 * measure(text)
