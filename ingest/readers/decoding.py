"""From the bytes of a text file to characters."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark starts with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Dutch texts were in before UTF-8; the first wins a tie.
_BEFORE_UTF8 = (("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"), ("cp850", "DOS (850)"))
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
# Accented letters of Dutch, German and French, and the marks that Word puts in; a wrong encoding gives few of them.
_USUAL = re.compile("[éëïöüèêàáçâîôóûÉË€§«»–…°]|(?<![a-z])[‘“]|(?<=[a-z.,!?])[’”]")
DAMAGED_CHARACTERS = "Enkele tekens in het bestand zijn beschadigd en niet gelezen. Sla het op als UTF-8."


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """The text, and remarks for the editor when the encoding had to be guessed; `declared` is what the file claims."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            marked = data.decode(encoding, errors="replace").lstrip("\ufeff")
            return marked.replace("\ufffd", ""), (DAMAGED_CHARACTERS,) if "\ufffd" in marked else ()
    for encoding in ("utf-8", declared):
        text = _strict(data, encoding)
        if text is not None:
            return text, ()
    text = data.decode("utf-8", errors="replace")
    good = len(_MULTIBYTE.findall(data))
    if good and text.count("\ufffd") <= 1 + good // 20:
        return text.replace("\ufffd", ""), (DAMAGED_CHARACTERS,)
    text, name = _guess(data)
    return text, (f"Het bestand is geen UTF-8 en is gelezen als {name}. Controleer letters met accenten.",)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeError, LookupError):
        return None


def _guess(data: bytes) -> tuple[str, str]:
    """The reading that gives most of the characters we expect. charset-normalizer takes long DOS texts for Windows."""
    readings = [(data.decode(encoding, errors="ignore"), name) for encoding, name in _BEFORE_UTF8]
    return max(readings, key=lambda reading: len(_USUAL.findall(reading[0])))
