"""The content of a PDF page as operators with their operands (ISO 32000-1, 7.2, 7.3 and 7.8.2).

pypdf reads it byte by byte, which was half of the time that a page took. Here it is read token by token, as far as it
is written as it should be. A stream with anything odd in it (a picture within the content, a comment, a token that
cannot be) is left to pypdf as a whole, so that what comes out is the same either way.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pypdf.generic import ContentStream, read_object

Operation = tuple[list[Any], bytes]

MAX_TOKENS = 500_000  # of one stream; pypdf bounds what is above
_LEFT_TO_PYPDF = frozenset({b"BI", b"R"})  # a picture within the content; a reference, which cannot be here

_BLANK = rb"[\x00\t\n\f\r ]"
_ENDS = rb"(?=[\s()<>\[\]{}/%]|\Z)"
_PATTERNS = {
    "number": rb"([+-]?\d{1,9}(?:\.\d{0,9})?|[+-]?\.\d{1,9})(?![+,\-.\d])",
    "string": rb"\(([^()\\]*+)\)",
    "operator": rb"([A-Za-z'\"][A-Za-z0-9*'\"]{0,9}+)" + _ENDS,
    "name": rb"(/[!\"$&'*-.0-;=?-Z\\^-z|~]{0,99}+)" + _ENDS,  # what shows, but no # or delimiter
    "hexadecimal": rb"<([0-9A-Fa-f\x00\t\n\f\r ]*+)>",
    "array": rb"(\[)",
    "end": rb"(\])",
    "escaped": rb"\(([^()\\]*+(?:\\[^\r\n][^()\\]*+)++)\)",
    "marked": rb"<<" + _BLANK + rb"*+/MCID" + _BLANK + rb"++(\d{1,9})" + _BLANK + rb"*+>>",
    "dictionary": rb"(<<)",
    "nothing": rb"(\Z)",
}
_NAMES = tuple(_PATTERNS)
_TOKEN = re.compile(_BLANK + b"*+(?:" + b"|".join(_PATTERNS.values()) + b")")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {name: name for name in (bytes((code,)) for code in b"()/\\ %<>[]#_&$")}
_ESCAPED |= {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class _OddError(Exception):
    """Something that is not written as it should be."""


def operations(stream: ContentStream) -> Iterable[Operation]:
    """The operators of a stream, each with the operands before it. Raises what pypdf raises on damaged content."""
    try:
        return _read(stream.get_data())
    except _OddError:
        return stream.operations


def _read(data: bytes) -> list[Operation]:
    found: list[Operation] = []
    operands: list[Any] = []
    array: list[Any] | None = None  # that is being read
    at = 0
    for _ in range(MAX_TOKENS):
        kind, value, at = _token(data, at)
        if kind == "operator":
            found.append((operands, value))
            operands = []
            if array is not None or value in _LEFT_TO_PYPDF:
                raise _OddError
        elif kind in {"array", "end"}:
            if (kind == "end") is (array is None):
                raise _OddError
            array = [] if array is None else None
            operands += [] if array is None else [array]
        elif kind == "nothing":
            return found
        else:
            (operands if array is None else array).append(value)
    raise _OddError


def _token(data: bytes, at: int) -> tuple[str, Any, int]:
    """The kind and the value of the next token, and where it ends."""
    match = _TOKEN.match(data, at)
    if match is None:
        raise _OddError
    index = match.lastindex or 0
    kind, token = _NAMES[index - 1], match[index]
    if kind == "dictionary":
        return kind, *_dictionary(data, match.start(index))
    value = _VALUES.get(kind)
    return kind, value(token) if value else token, match.end()


def _dictionary(data: bytes, at: int) -> tuple[object, int]:
    """What pypdf makes of a dictionary, and where it ends."""
    stream = io.BytesIO(data)
    stream.seek(at)
    return read_object(stream, None, "bytes"), stream.tell()


def _number(token: bytes) -> float:
    return float(token) if b"." in token else int(token)


def _name(token: bytes) -> str:
    return token.decode("ascii")


def _hexadecimal(token: bytes) -> bytes:
    digits = token.translate(None, b"\0\t\n\f\r ")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _escaped(token: bytes) -> bytes:
    return _ESCAPE.sub(_plain, token)


def _plain(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    if escaped in _ESCAPED:
        return _ESCAPED[escaped]
    code = int(escaped, 8) if escaped.isdigit() and not escaped.strip(b"01234567") else 256
    if code > 255:
        raise _OddError
    return bytes((code,))


def _marked(token: bytes) -> Mapping[str, int]:
    return {"/MCID": int(token)}


_VALUES: Mapping[str, Callable[[bytes], Any]] = {
    "number": _number,
    "string": bytes,
    "name": _name,
    "hexadecimal": _hexadecimal,
    "escaped": _escaped,
    "marked": _marked,
}
