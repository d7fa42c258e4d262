"""The web pages and what they are made of: files in `service/web/`, served as they are under a strict policy."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response

from ingest.detect import SUFFIXES, SUPPORTED
from service.uploads import UploadLimits

FOLDER = Path(__file__).resolve().parent.parent / "web"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PAGES = {  # address → file
    "/": "zoek.html",
    "/bron": "bron.html",
    "/beheer": "beheer.html",
    "/toegankelijkheid": "toegankelijkheid.html",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

router = APIRouter(include_in_schema=False)

Known = Annotated[str, Header(alias="If-None-Match")]
Values = tuple[tuple[str, str], ...]  # what is filled in in a page: `{{name}}` and the text for it


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it goes out."""

    content: bytes
    media_type: str
    etag: str


@lru_cache(maxsize=128)
def asset(name: str, values: Values = ()) -> Asset | None:
    """The file with this name, or None; in a page the values are filled in."""
    path = _files().get(name)
    if path is None:
        return None
    content = path.read_bytes()
    if path.suffix == ".html":
        for place, value in values:
            content = content.replace(b"{{%s}}" % place.encode(), escape(value).encode())
    return Asset(content, MEDIA_TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


@cache
def _files() -> dict[str, Path]:
    return {path.name: path for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES}


def contact_address(contact: str) -> str:
    """The setting as a link: a web address as it is, an e-mail address with `mailto:`, anything else leads nowhere."""
    if contact.startswith(("https://", "http://", "mailto:")):
        return contact
    return f"mailto:{contact}" if "@" in contact and not set(contact) & set(" :/?&<>\"'") else ""


def _page(request: Request, known: Known = "") -> Response:
    return _answer(asset(PAGES[request.url.path], _values(request)), known)


def _values(request: Request) -> Values:
    """What pages show of the settings, and of what can be read."""
    limits: UploadLimits = request.app.state.upload_limits
    return (
        ("contact", contact_address(request.app.state.contact)),
        ("formaten", ",".join(f".{suffix}" for suffixes in SUFFIXES.values() for suffix in suffixes)),
        ("max_bestand_mb", str(limits.file_mb)),
        ("max_bestanden", str(limits.files)),
        ("ondersteund", SUPPORTED),
    )


for address in PAGES:
    router.add_api_route(address, _page, methods=["GET", "HEAD"], name=f"pagina {address}")


@router.api_route("/static/{name:path}", methods=["GET", "HEAD"])
def static(name: str, known: Known = "") -> Response:
    """A style sheet, script or picture of the pages."""
    return _answer(None if name.endswith(".html") else asset(name), known)


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
def icon(known: Known = "") -> Response:
    """The icon where a browser looks for it by itself: beside a PDF that it shows, or a page that names none."""
    return _answer(asset("icon.svg"), known)


def _answer(found: Asset | None, known: str) -> Response:
    if found is None:
        raise HTTPException(404)
    # Asked again each time, so that a new release is seen at once; unchanged it costs a few bytes.
    headers = {"ETag": found.etag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    if found.etag in known:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
