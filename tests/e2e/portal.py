"""A website of someone else: another origin, a strict policy, and style sheets that spare nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service.routes.pages import FOLDER
from service.routes.widget import EXAMPLE, EXAMPLE_SERVER

# What old portals do to every element, and what newer ones do with tokens.
UGLY = """
html { font-size: 62.5%; }
* { color: magenta !important; background: yellow !important; font: italic 40px/3 cursive !important;
  text-transform: uppercase !important; letter-spacing: 9px !important; border: 5px dotted lime !important; }
:is(p, h1, h2, h3, ol, li, form, input, button, a, mark, blockquote, dialog, article) { display: none !important; }
.kaart, .titel, .koppeling, .zoekvak, .knop, .veld, .kop { visibility: hidden !important; }
main, main > *, body, html { display: block !important; }
"""
CALM = "body { margin: 0; font-family: sans-serif; } main { max-width: 60rem; margin: auto; padding: 1rem; }"
DARK = ":root { color-scheme: light dark; }"
TOKENS = ":root { --utrecht-button-primary-action-background-color: #154273; --utrecht-link-color: #154273; }"


@dataclass
class Portal:
    """Serves what lies in `files`, by path: a media type and a text."""

    origin: str
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    policy: str = ""

    def place(self, server: str, *elements: str, style: str = CALM + DARK) -> str:
        """Put the page of the manual there, with these attributes on its element (or elements). Gives its address."""
        page = (FOLDER / EXAMPLE).read_text(encoding="utf-8")
        element = f'<kennislab-zoek server="{EXAMPLE_SERVER}"></kennislab-zoek>'
        assert element in page
        made = [f'<kennislab-zoek server="{EXAMPLE_SERVER}" {given}></kennislab-zoek>' for given in elements or ("",)]
        page = page.replace(element, "\n".join(made))
        page = page.replace("</head>", '<link rel="stylesheet" href="/stijl.css">\n</head>')
        self.files["/"] = ("text/html; charset=utf-8", page.replace(EXAMPLE_SERVER, server))
        self.files["/stijl.css"] = ("text/css", style)
        self.policy = (
            f"default-src 'none'; script-src {server}; style-src 'self'; connect-src {server}; base-uri 'none'; "
            "form-action 'none'; require-trusted-types-for 'script'"
        )
        return f"{self.origin}/"


@contextmanager
def portal_site() -> Iterator[Portal]:
    """A portal on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = portal.files.get(self.path, ("text/plain", ""))
            self.send_response(200 if self.path in portal.files else 204)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", portal.policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal = Portal(f"http://127.0.0.1:{site.server_port}")
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    try:
        yield portal
    finally:
        site.shutdown()
        site.server_close()
        thread.join()
