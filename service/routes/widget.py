"""`<kennislab-zoek>` for other websites: one script, put together from its parts, and a page that shows it at work."""

import hashlib
import json
import re
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Header, Response

from service.routes.pages import FOLDER, MEDIA_TYPES, POLICY, Asset

# In the order in which they use each other. Together they are one scope: a name means one thing in all of them.
PARTS = (
    "dom.js",
    "passage.js",
    "suggest.js",
    "widget-words.js",
    "widget-client.js",
    "widget-card.js",
    "widget-messages.js",
    "widget-reader.js",
    "widget-frame.js",
    "widget.js",
)
STYLES = ("widget.css", "widget-suggest.css", "widget-results.css")
EXAMPLE = "portaal.html"
EXAMPLE_SERVER = "https://kennislab.example.nl"  # as it stands in the example, and in docs/inbouwen.md

# A portal has another origin, and may itself demand that what it loads says that it is meant for others.
SCRIPT_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PAGE_HEADERS = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}

_IMPORT = re.compile(r"^import\s[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)

router = APIRouter(include_in_schema=False)

Known = Annotated[str, Header(alias="If-None-Match")]


@cache
def script() -> Asset:
    """The script as portals load it: no modules, so that one element with one address is enough."""
    style = json.dumps("\n".join(_text(name) for name in STYLES), ensure_ascii=False)
    parts = [_EXPORT.sub("", _IMPORT.sub("", _text(name))) for name in PARTS]
    # The parts stand on their own; a name outside this function would be a global of the portal.
    text = "\n".join(['(() => {\n"use strict";', f"const STYLE = {style};", *parts, "})();\n"])
    return _asset(text, ".js")


@cache
def example() -> Asset:
    """The page of the manual, with this service as its server."""
    return _asset(_text(EXAMPLE).replace(EXAMPLE_SERVER, ""), ".html")


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _asset(text: str, suffix: str) -> Asset:
    content = text.encode()
    return Asset(content, MEDIA_TYPES[suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def show_script(known: Known = "") -> Response:
    """The script of `<kennislab-zoek>`."""
    return _answer(script(), SCRIPT_HEADERS, known)


@router.api_route("/voorbeeld-portaal", methods=["GET", "HEAD"])
def show_example(known: Known = "") -> Response:
    """A page with the element in it."""
    return _answer(example(), PAGE_HEADERS, known)


def _answer(found: Asset, own: dict[str, str], known: str) -> Response:
    headers = {"ETag": found.etag, **own}
    if found.etag in known:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
