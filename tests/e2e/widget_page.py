"""What tests of `<kennislab-zoek>` do with a page that has it."""

from typing import Any

from playwright.sync_api import Locator, Page

LISTEN = """() => {
  window.gehoord = [];
  for (const name of ["kennislab-resultaat", "kennislab-geopend"])
    document.addEventListener(name, (event) => window.gehoord.push([name, event.detail]));
}"""


def cards(page: Page) -> Locator:
    return page.locator("kennislab-zoek .kaart")


def heard(page: Page) -> list[Any]:
    """The events since LISTEN."""
    found: list[Any] = page.evaluate("window.gehoord")
    return found
