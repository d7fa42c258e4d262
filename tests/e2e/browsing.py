"""What tests of every page do with a browser: ask, wait, look whether everyone can use it."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from search.relevance import Calibration
from tests.e2e.conftest import Watched

ESS = "Hoe baken je de preventie van radicalisering af?"
ENGLISH = "How can a municipality support communities after far-right incidents?"
NONSENSE = "pannenkoeken bakken met stroop en spek"

# Calibrations under which everything is `sterk`, or everything is `mogelijk`.
ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
POSSIBLE = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=1.1)


def ask(page: Page, question: str, label: str = "Uw vraag") -> None:
    """Type a question in the first search box of this name and press Enter."""
    page.get_by_role("combobox", name=label).first.fill(question)
    page.keyboard.press("Enter")


def wait_for_results(page: Page) -> None:
    """The search page has its answer, with a source in it."""
    expect(page.locator("#uitkomst")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".kl-kaart").first).to_be_visible()


def api(server: str, question: str, **fields: Any) -> dict[str, Any]:
    """What the API answers without a key."""
    body = json.dumps({"vraag": question, **fields}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{server}/v1/documenten/_zoek", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


def keep(held: list[Route], route: Route) -> None:
    """Hold an answer back; the test lets it go."""
    held.append(route)


def forgive(watched: Watched, *words: str) -> None:
    """What the browser itself may have told of answers that failed is no complaint of ours."""
    expected = ("Failed to load resource", *words)
    assert all(any(word in said for word in expected) for said in watched.complaints), watched.complaints
    watched.complaints.clear()


# A colour on its way to another one, after a change of scheme, is nobody's to read.
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(moving.map((one) => one.finished));
}"""


def violations(page: Page) -> list[Any]:
    """What axe finds wrong: rule, and the elements."""
    page.evaluate(SETTLED)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"


def focused(page: Page) -> str:
    """Id or text of the element that has the focus."""
    return str(page.evaluate(FOCUSED))


def expect_focus(page: Page, name: str) -> None:
    """The element with an id or text that begins with `name` has the focus, or gets it within the usual time."""
    wait_until(
        page, lambda: focused(page).startswith(name), lambda: f"the focus is on {focused(page)!r}, not on {name!r}"
    )


def wait_until(page: Page, so: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait, within the usual time. Playwright's wait_for_function needs eval, which the policy of a page refuses."""
    for _ in range(600):
        if so():
            return
        page.wait_for_timeout(50)
    raise AssertionError(otherwise())
