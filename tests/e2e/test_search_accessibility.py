"""Everyone can use the page: axe finds nothing in any state, the keyboard does all, nothing is too wide."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from corpus.types import Classification
from tests.e2e.browsing import ENGLISH, ESS, NONSENSE, POSSIBLE, ask, expect_focus, focused, violations
from tests.e2e.conftest import Open, Serve

Put = Callable[..., str]


def results(page: Page) -> None:
    ask(page, ESS)
    expect(page.locator(".kl-kaart").first).to_be_visible()
    for name in ("Bronvermelding", re.compile("^Nog 2 passages")):
        page.get_by_text(name).first.click()


def english(page: Page) -> None:
    ask(page, ENGLISH)
    expect(page.locator(".kl-kaart").first).to_be_visible()


def nothing(page: Page) -> None:
    ask(page, NONSENSE)
    expect(page.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()


def nothing_left(page: Page) -> None:
    page.goto(page.url.split("#")[0] + "#vraag=preventie&jaar=1999")
    expect(page.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()


def empty(page: Page) -> None:
    page.get_by_role("button", name="Zoeken").click()
    expect(page.locator("#vraagfout")).to_be_visible()


def waiting(page: Page) -> None:
    page.route("**/_zoek", lambda _route: None)
    ask(page, ESS)
    expect(page.get_by_role("status")).to_have_text("Zoeken…")


def gone(page: Page) -> None:
    page.route("**/_zoek", lambda route: route.abort())
    ask(page, ESS)
    expect(page.get_by_role("alert")).to_be_visible()


def refused(page: Page) -> None:
    page.route("**/_zoek", lambda route: route.fulfill(status=401, body="{}"))
    ask(page, ESS)
    expect(page.get_by_role("alert")).to_be_visible()


def too_fast(page: Page) -> None:
    page.route("**/_zoek", lambda route: route.fulfill(status=429, headers={"Retry-After": "5"}, body="{}"))
    ask(page, ESS)
    expect(page.get_by_role("alert")).to_be_visible()


def dialog(page: Page) -> None:
    page.get_by_role("button", name="Aanmelden").click()
    page.keyboard.press("Enter")
    expect(page.locator("#sleutelfout")).to_be_visible()


def suggesting(page: Page) -> None:
    page.get_by_role("combobox", name="Uw vraag").press_sequentially("prev")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def slide(page: Page) -> None:
    page.goto(page.url.split("#")[0] + "#vraag=Hoe%20richt%20je%20een%20meldpunt%20in%3F&soort=presentatie")
    page.locator(".kl-open[href^='/bron']").first.click()
    expect(page.locator("#bladkop")).to_be_visible()


def picture(page: Page) -> None:
    ask(page, ESS)
    page.locator(".kl-kaart__beeld a").first.click()
    expect(page.locator(".kl-blad__beeld img")).to_be_visible()
    page.get_by_text("Tekst van deze pagina").click()


def no_source(page: Page) -> None:
    page.goto(page.url.split("#")[0] + "bron#id=x")
    expect(page.get_by_role("alert")).to_be_visible()


def start(_page: Page) -> None:
    """The page as it opens."""


STATES: tuple[Callable[[Page], None], ...] = (
    start,
    suggesting,
    results,
    english,
    nothing,
    nothing_left,
    empty,
    waiting,
    gone,
    refused,
    too_fast,
    dialog,
    slide,
    picture,
    no_source,
)
REFUSALS = {gone, refused, too_fast, no_source}
every_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)


@every_state
def test_axe_finds_nothing_in_light_or_dark(server: str, open_page: Open, state: Callable[[Page], None]) -> None:
    watched = open_page(reduced_motion="reduce")
    page = watched.page
    page.goto(server)
    state(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(color_scheme="light", contrast="more")
    assert violations(page) == []
    if state in REFUSALS:
        watched.complaints.clear()


def test_axe_finds_nothing_when_results_are_only_possible(serve_small: Serve, put: Put, open_page: Open) -> None:
    put("nota", ["De gemeente werkt aan preventie."], classification=Classification.OPENBAAR)
    with serve_small(POSSIBLE) as address:
        page = open_page().page
        page.goto(address)
        ask(page, "preventie")
        expect(page.locator("#toelichting p")).to_be_visible()
        assert violations(page) == []


@every_state
def test_nothing_is_wider_than_a_screen_of_320(server: str, open_page: Open, state: Callable[[Page], None]) -> None:
    """320 pixels is also what 400 % zoom leaves of a screen of 1280."""
    watched = open_page(320)
    page = watched.page
    page.goto(server)
    state(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if state in REFUSALS:
        watched.complaints.clear()


def tree(page: Page) -> str:
    return page.locator("body").aria_snapshot()


def test_a_screen_reader_hears_the_count_and_the_language(server: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(server)
    ask(page, ENGLISH)
    expect(page.locator(".kl-kaart").first).to_be_visible()
    text = tree(page)
    count = int(re.findall(r'heading "(\d+) bron(?:nen)? gevonden" \[level=2\]', text)[0])
    assert re.search(rf"status: {count} bron(nen)? gevonden\.", text)
    status = page.get_by_role("status")
    assert status.evaluate("element => element.getAttribute('aria-live') ?? element.getAttribute('role')") == "status"
    english_card = page.locator(".kl-kaart").filter(has_text="Community concerns after far-right incidents").first
    assert english_card.locator("blockquote").first.get_attribute("lang") == "en"
    assert english_card.locator("h3").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("lang") == "nl"
    for card in page.locator(".kl-kaart").all():
        assert card.get_attribute("aria-labelledby") == card.locator("h3").get_attribute("id")
    for landmark in ("banner", "main", "contentinfo", 'search "Kennisbank"', 'form "Resultaten verfijnen"'):
        assert f"- {landmark}" in text
    dutch = page.locator(".kl-kaart blockquote:not([lang])")
    assert dutch.count() + page.locator(".kl-kaart blockquote[lang=en]").count() == page.locator("blockquote").count()


@pytest.mark.parametrize("state", [start, results, nothing, slide, picture], ids=lambda state: state.__name__)
def test_headings_go_down_one_level_at_a_time(server: str, open_page: Open, state: Callable[[Page], None]) -> None:
    page = open_page().page
    page.goto(server)
    state(page)
    script = "[...document.querySelectorAll('h1,h2,h3,h4')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
    levels = page.evaluate(script)
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def test_everything_goes_with_the_keyboard_alone(server: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(server)
    page.keyboard.press("Tab")
    expect_focus(page, "Naar het zoekveld")
    page.keyboard.press("Enter")
    expect_focus(page, "vraag")
    page.keyboard.type(ESS)
    page.keyboard.press("Enter")
    expect(page.locator(".kl-kaart").first).to_be_visible()
    expect_focus(page, "vraag")  # the answer is announced, the focus stays
    question = page.url
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect_focus(page, "naar-resultaten")
    page.keyboard.press("Enter")
    expect_focus(page, "aantal")
    assert page.url == question  # a skip link leaves the question in the address
    page.keyboard.press("Tab")
    expect_focus(page, "deel")
    page.keyboard.press("Tab")
    expect_focus(page, page.locator(".kl-kaart h3 a").first.inner_text())
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert seen[-1].startswith("Nog ")
    page.keyboard.press("Enter")
    expect(page.locator("details[open] blockquote").first).to_be_visible()


def test_what_one_taps_is_large_enough(server: str, open_page: Open) -> None:
    page = open_page(360).page
    page.goto(server)
    results(page)
    page.locator("#filters summary").click()
    script = """[...document.querySelectorAll('button, summary, input, .kl-open, .kl-keuze')]
        .filter(e => e.checkVisibility() && !e.matches('.utrecht-link'))
        .map(e => [e.id || e.textContent, e.getBoundingClientRect().height])
        .filter(([, height]) => height < 20)"""
    assert page.evaluate(script) == []


def test_on_paper_it_is_a_numbered_list_with_addresses_and_pages(server: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(server)
    ask(page, ESS)
    expect(page.locator(".kl-kaart").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#gevraagd")).to_have_text(f"Vraag: {ESS}")
    for gone_on_paper in ("#filters", "#formulier", ".kl-kaart__beeld", "#deel", ".kl-uitklap", "header"):
        expect(page.locator(gone_on_paper).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('#lijst')).listStyleType") == "decimal"
    link = page.locator(".kl-open").first
    shown = link.evaluate("e => getComputedStyle(e, '::after').content")
    assert link.get_attribute("data-adres") == server + (link.get_attribute("href") or "")
    assert re.fullmatch(rf'": {server}/v1/.+#page=\d+"', shown)
    assert page.pdf()[:5] == b"%PDF-"


def test_it_is_usable_with_the_colours_of_the_system(server: str, open_page: Open) -> None:
    page = open_page(forced_colors="active").page
    page.goto(server)
    ask(page, ESS)
    expect(page.locator(".kl-kaart").first).to_be_visible()
    mark, paper = (
        page.evaluate(f"getComputedStyle(document.querySelector('{name}')).backgroundColor")
        for name in ("mark", ".kl-kaart")
    )
    assert mark != paper
    assert page.evaluate("getComputedStyle(document.querySelector('#formulier button')).borderStyle") == "solid"


def test_nothing_moves_for_who_wants_that(server: str, open_page: Open) -> None:
    page = open_page(reduced_motion="reduce").page
    page.goto(server)
    waiting(page)
    assert page.evaluate("getComputedStyle(document.querySelector('#status'), '::before').animationName") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration") == "0s"
