"""What tests of `<kennislab-zoek>` do with a page that has it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from search.relevance import Calibration
from tests.e2e.conftest import Watched

ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
LISTEN = """() => {
  window.gehoord = [];
  for (const name of ["kennislab-resultaat", "kennislab-geopend"])
    document.addEventListener(name, (event) => window.gehoord.push([name, event.detail]));
}"""


def ask(page: Page, question: str, name: str = "Uw vraag aan de kennisbank") -> None:
    page.get_by_role("searchbox", name=name).first.fill(question)
    page.keyboard.press("Enter")


def cards(page: Page) -> Locator:
    return page.locator("kennislab-zoek .kaart")


def heard(page: Page) -> list[Any]:
    """The events since LISTEN."""
    found: list[Any] = page.evaluate("window.gehoord")
    return found


def forgive(watched: Watched, *words: str) -> None:
    """What the browser itself says of an answer that failed is no complaint of ours."""
    expected = ("Failed to load resource", *words)
    assert all(any(word in said for word in expected) for said in watched.complaints), watched.complaints
    watched.complaints.clear()


def violations(page: Page) -> list[Any]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
