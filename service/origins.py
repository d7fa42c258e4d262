"""Origins of web pages: scheme, host and port, as a browser sends them in the header Origin."""

import ipaddress
from collections.abc import Mapping
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


def origin_of(headers: Mapping[str, str], scheme: str) -> str | None:
    """The origin of the page that asks; None when there is none to tell.

    A page of our own site sends no Origin with a GET, but a browser says itself that it is `same-origin`, in a header
    that no script can set. The page then stands at the host that was asked; a script of another site that has this
    address under its own name (DNS rebinding) has its own name as host. Browsers say it over https only, or to
    themselves (https://www.w3.org/TR/fetch-metadata), so that https holds also behind a proxy that ends TLS.
    """
    origin = headers.get("origin")
    if origin is not None or headers.get("sec-fetch-site") != "same-origin":
        return origin
    host = headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return parse_origin(f"{scheme if _is_here(name) else 'https'}://{host}")
    except ValueError:
        return None


def _is_here(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_host(name: str) -> bool:
    return name.isascii() and all(character.isalnum() or character in ".-:_" for character in name)
