"""What is done to a question before anything else."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_SPACES = re.compile(r"\s+")


def normalise_question(question: str) -> str:
    """NFC, without control characters, soft hyphens or runs of white space."""
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", question).replace("\u00ad", ""))
    return _SPACES.sub(" ", text).strip()
