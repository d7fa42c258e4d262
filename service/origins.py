"""Origins of web pages: scheme, host and port, as a browser sends them in the header Origin."""

from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def parse_origin(text: str) -> str:
    """The origin as a browser writes it. Raises ValueError for what is not one, and for `*` and `null`."""
    parts = urlsplit(text.strip())
    wrong = f"{text!r} is geen herkomst. Schrijf het zo: https://www.voorbeeld.nl"
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(wrong)
    if parts.path not in {"", "/"} or parts.query or parts.fragment or not _is_host(parts.hostname):
        raise ValueError(wrong)
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError(wrong) from error
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def parse_origins(text: str) -> frozenset[str]:
    """Origins with commas between. Raises ValueError."""
    return frozenset(parse_origin(part) for part in text.split(",") if part.strip())


def _is_host(name: str) -> bool:
    return name.isascii() and all(character.isalnum() or character in ".-:_" for character in name)
