"""Names of files that come from outside, made harmless."""

import re
import unicodedata
from pathlib import PurePosixPath

LENGTH = 180  # characters; a name in a folder may have 255 bytes
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control characters, and what turns the direction of text


def clean_name(raw: str) -> str:
    """The last part of a path, without what one cannot see, not too long, with its suffix kept."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if char.isspace() else char for char in name if _is_seen(char))
    name = re.sub(r'[<>:"|?*]', "_", re.sub(r" +", " ", name)).strip(" .")
    suffix = PurePosixPath(name).suffix
    stem = name.removesuffix(suffix) if suffix else name
    if not 0 < len(suffix) <= 12:
        stem, suffix = name, ""
    return (stem[: LENGTH - len(suffix)].rstrip() or "naamloos") + suffix


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _UNSEEN
