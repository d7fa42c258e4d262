"""What WCAG asks that axe does not see: room between the letters, targets that can be hit, a focus that is in sight."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import ESS, ask, violations, wait_for_results
from tests.e2e.conftest import Open

ADDRESSES = ("/", "/bron", "/beheer", "/toegankelijkheid", "/voorbeeld-portaal")

# 1.4.12. As a sheet of the document: the policy of the pages refuses a style element.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
    && !e.matches('[class*=verborgen], [class*=skip-link]') && e.textContent.trim()
    && ['hidden', 'clip'].some(way => [getComputedStyle(e).overflowX, getComputedStyle(e).overflowY].includes(way))
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
    .map(e => e.outerHTML.slice(0, 120))"""

# 2.5.8. A label belongs to the target of its field; a link in a sentence is excepted.
SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, summary')]
    .filter(e => e.checkVisibility() && !e.matches('[class*=skip-link]'))
    .filter(e => !e.closest('details:not([open]) > :not(summary)'))
    .filter(e => !(getComputedStyle(e).display === 'inline' && e.closest('p, li, nav')))
    .map(e => [e, e.labels && e.labels[0] ? e.labels[0] : e]).filter(([e, target]) =>
        Math.max(e.getBoundingClientRect().height, target.getBoundingClientRect().height) < 24
        && !e.querySelector('img')).map(([e]) => e.outerHTML.slice(0, 120))"""

# 2.4.11. Of what has the focus at least something is to be seen.
IN_SIGHT = """() => { const e = document.activeElement, box = e.getBoundingClientRect();
    const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const at = [[box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2], middle];
    return e === document.body || at.some(([x, y]) => { const top = document.elementFromPoint(x, y);
        return top && (e.contains(top) || top.contains(e)); }); }"""


def found(page: Page, server: str) -> None:
    page.goto(server)
    ask(page, ESS)
    wait_for_results(page)


def wrong(page: Page) -> list[Any]:
    """What does not fit or can not be hit, also with room between the letters."""
    told = [page.evaluate(SMALL)]
    page.evaluate(SPACING)
    told.append(page.evaluate(CUT_OFF))
    told.append(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
    return [one for one in told if one]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_at_four_hundred_per_cent(server: str, open_page: Open, address: str) -> None:
    page = open_page(320).page
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(server + address)
    page.wait_for_load_state("networkidle")
    assert wrong(page) == []


def test_results_at_four_hundred_per_cent_and_the_focus_stays_in_sight(server: str, open_page: Open) -> None:
    page = open_page(320).page
    page.set_viewport_size({"width": 320, "height": 256})
    found(page, server)
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(IN_SIGHT), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    assert wrong(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_statement(server: str, open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme).page
    page.goto(f"{server}/toegankelijkheid")
    assert violations(page) == []
