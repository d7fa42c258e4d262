"""A real server over the sample knowledge base, and a real browser that may not complain."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from corpus.catalogue import Catalogue, open_catalogue
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.relevance import Calibration
from search.searcher import Searcher
from service.access import Role
from service.app import create_app
from service.pictures import Pictures
from tests.e2e.portal import Portal, portal_site
from tests.e2e.serving import free_port, running_service, status_of
from tests.service.clients import new_key


@pytest.fixture(scope="session")
def server(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `kennislab serve` over the sample, as on a fresh machine."""
    with running_service(sample_data, tmp_path_factory.mktemp("log")) as service:
        assert service.address in service.log.read_text()
        yield service.address


Serve = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def serve_small(tmp_path: Path, encoder: Encoder) -> Serve:
    """Serves the test's own small knowledge base, over real HTTP, with a calibration that decides as the test wants."""

    @contextmanager
    def serving(calibration: Calibration, pictures: Pictures | None = None) -> Iterator[str]:
        data = tmp_path / "data"

        def opener() -> Searcher:
            catalogue = open_catalogue(data)
            index = open_index(catalogue, data, Fingerprint.of(encoder.facts, "test"))
            return Searcher(catalogue, index, encoder, calibration)

        app = create_app(opener, "https://example.nl/contact", pictures)
        port = free_port()
        running = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
        thread = threading.Thread(target=running.run)
        thread.start()
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(200):
                if status_of(f"{address}/readyz") == 200:
                    break
                time.sleep(0.05)
            yield address
        finally:
            running.should_exit = True
            thread.join()

    return serving


# -- the browser -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")  # not longer: while it is open, no other test in this thread can run asyncio
def browser() -> Iterator[Browser]:
    """Chromium as the system has it, else as Playwright installed it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    expect.set_options(timeout=30_000)  # on a busy machine
    with sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("geen Chromium: make tools")
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Watched:
    """A page, what it complained of, and every address that it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


Open = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a page whose console must stay silent: no error, no warning, nothing that the policy refused."""
    contexts: list[BrowserContext] = []
    opened: list[Watched] = []

    def new(width: int = 1280, **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="nl-NL", **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        watched = Watched(context.new_page())
        page = watched.page
        page.on("console", lambda m: m.type in {"error", "warning"} and watched.complaints.append(m.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("request", lambda request: watched.asked.append(request.url))
        page.on("dialog", lambda dialog: (watched.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        opened.append(watched)
        return watched

    yield new
    complaints = [complaint for watched in opened for complaint in watched.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def start(server: str, open_page: Open) -> Watched:
    watched = open_page()
    watched.page.goto(server)
    return watched


# -- a website that has the search box in its page ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    with portal_site() as site:
        yield site


@pytest.fixture(scope="session")
def sample_key(sample_data: Path, portal: Portal) -> str:
    """A key that only the portal can use; with it the portal may read answers at all."""
    catalogue = open_catalogue(sample_data)
    try:
        return new_key(catalogue, Role.READER, origins=(portal.origin,))
    finally:
        catalogue.close()


@pytest.fixture
def key(catalogue: Catalogue, portal: Portal) -> str:
    """As `sample_key`, for the test's own small knowledge base."""
    return new_key(catalogue, Role.PARTICIPANT, origins=(portal.origin,))
