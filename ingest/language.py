"""The language of a text: nl, en, de or fr, by langdetect with a fixed seed and only these four candidates."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import langdetect
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

CANDIDATES = ("nl", "en", "de", "fr")
DEFAULT = "nl"
ENOUGH_LETTERS = 60  # below this langdetect guesses
SURE = 0.85


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    """A detector with the profiles of our candidates only: no other language can come out, and it is faster."""
    folder = Path(langdetect.__file__).parent / "profiles"
    DetectorFactory.seed = 0
    factory = DetectorFactory()
    factory.load_json_profile([(folder / name).read_text(encoding="utf-8") for name in CANDIDATES])
    return factory


def detect(text: str, fallback: str = DEFAULT) -> str:
    """Language code of a text; `fallback` for a short text or when langdetect is not sure."""
    if sum(char.isalpha() for char in text) < ENOUGH_LETTERS:
        return fallback
    detector = _factory().create()
    try:
        detector.append(text[:5000])
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return fallback
    return str(best.lang) if best.prob >= SURE else fallback


def document_language(texts: Sequence[str], stated: str = "") -> str:
    """The language most of a document is in; what the file states decides when its texts are too short to tell."""
    stated = stated.lower()[:2]
    default = stated if stated in CANDIDATES else DEFAULT
    votes: Counter[str] = Counter()
    for text in texts[:40]:
        if sum(char.isalpha() for char in text) >= ENOUGH_LETTERS:
            votes[detect(text, default)] += len(text)
    return votes.most_common(1)[0][0] if votes else default
