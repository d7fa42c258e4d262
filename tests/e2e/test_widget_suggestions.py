"""Suggestions in `<kennislab-zoek>`: as in the search page, within the filters of the portal, and it can go without."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Route, expect

from corpus.catalogue import Catalogue
from tests.e2e.browsing import ALWAYS, forgive, violations
from tests.e2e.conftest import Open, Serve
from tests.e2e.portal import CALM, DARK, UGLY, Portal
from tests.e2e.test_search_hostile import PAYLOADS, fill
from tests.e2e.widget_page import LISTEN, cards, heard

Put = Callable[..., str]
LABEL = "Uw vraag aan de kennisbank"


def write(put: Put) -> None:
    put("a", ["Het Zorg- en Veiligheidshuis (ZVH) helpt."], title="Wijk en zorg", kind="handreiking")
    put("b", ["De wijk."], title="Wijkteam en school", kind="casus")


def chosen(page: Page) -> str:
    script = """host => {
      const root = host.shadowRoot;
      return root.getElementById(root.activeElement.getAttribute("aria-activedescendant"))?.textContent ?? "";
    }"""
    return str(page.locator("kennislab-zoek").evaluate(script))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_keyboard_in_every_look(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open, scheme: str
) -> None:
    write(put)
    with serve_small(ALWAYS) as address:
        watched = open_page(320, color_scheme=scheme)
        page = watched.page
        page.goto(portal.place(address))
        page.evaluate(LISTEN)
        page.get_by_role("combobox", name=LABEL).press_sequentially("wijk")
        expect(page.get_by_role("option")).to_have_text(["Wijk en zorgtitel", "Wijkteam en schooltitel"])
        expect(page.locator("kennislab-zoek [aria-live=polite]")).to_have_text("2 suggesties")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert chosen(page) == "Wijkteam en schooltitel"
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert heard(page) == []
        page.keyboard.press("Enter")
        expect(cards(page).first).to_be_visible()
        expect(page.get_by_role("combobox", name=LABEL)).to_have_value("Wijkteam en school")
        expect(page.get_by_role("option")).to_have_count(0)
        assert not [asked for asked in watched.asked if "wijk" in unquote(asked).lower()]


def test_filters_language_and_off(serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open) -> None:
    write(put)
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address, 'soort="handreiking" taal="en"'))
        host = page.locator("kennislab-zoek")
        box = page.get_by_label("Your question to the knowledge base")
        box.press_sequentially("wijk")
        expect(page.get_by_role("option")).to_have_text(["Wijk en zorgtitle"])
        assert page.get_by_text("Wijk en zorg").get_attribute("lang") == "nl"
        expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
        host.evaluate("host => host.setAttribute('suggesties', 'uit')")
        expect(page.get_by_role("option")).to_have_count(0)
        assert box.get_attribute("role") == "searchbox"
        assert box.get_attribute("aria-controls") is None
        before = len(watched.asked)
        box.press_sequentially("team")
        page.wait_for_timeout(400)
        assert len(watched.asked) == before
        assert violations(page) == []
        host.evaluate("host => host.removeAttribute('suggesties')")
        box.fill("zvh")
        expect(page.get_by_role("option")).to_have_text(["ZVH: Zorg- en Veiligheidshuisabbreviation"])


def test_a_finger_chooses_beside_styles_that_spare_nothing(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    write(put)
    with serve_small(ALWAYS) as address:
        page = open_page(360, has_touch=True).page
        page.goto(portal.place(address, style=CALM + DARK + UGLY))
        page.get_by_role("combobox").press_sequentially("wijk")
        page.get_by_role("option").nth(1).tap()
        expect(cards(page).first).to_be_visible()
        expect(page.get_by_role("combobox")).to_have_value("Wijkteam en school")
        box = page.get_by_role("combobox")
        box.fill("zorg")
        expect(page.get_by_role("option")).to_have_count(2)
        over = """host => {
          const root = host.shadowRoot, place = root.querySelector("[role=option]").getBoundingClientRect();
          const there = root.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
          return there.closest("[role=option]") !== null;
        }"""
        assert page.locator("kennislab-zoek").evaluate(over)  # it stands over what was found


def test_it_fails_quietly(serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open) -> None:
    write(put)
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address))
        tried: list[Route] = []

        def fail(route: Route) -> None:
            tried.append(route)
            route.fulfill(status=500, body="{}", headers={"Access-Control-Allow-Origin": portal.origin})

        page.route("**/_suggereer", fail)
        page.get_by_role("combobox").press_sequentially("wijk")
        page.wait_for_timeout(400)
        page.get_by_role("combobox").press_sequentially("team")
        page.wait_for_timeout(400)
        assert len(tried) == 1
        expect(page.get_by_role("alert")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(cards(page).first).to_be_visible()
        forgive(watched)


def test_hostile_titles_are_only_text(
    serve_small: Serve, catalogue: Catalogue, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    fill(catalogue, put)
    with serve_small(ALWAYS) as address:
        watched = open_page(320)
        page = watched.page
        page.goto(portal.place(address))
        box = page.get_by_role("combobox")
        for number in range(10, len(PAYLOADS), 2):
            with page.expect_response("**/_suggereer") as answer:
                box.fill(str(number))
            wanted = [one["tekst"] for one in answer.value.json()["suggesties"]]
            expect(page.locator(".kl-suggestie__tekst")).to_have_text(wanted)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate("window.gehackt === undefined")
        assert not [asked for asked in watched.asked if "kwaad" in asked]
