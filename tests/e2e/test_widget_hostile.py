"""What portals, documents and servers may try: `<kennislab-zoek>` shows text, and looks like itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from corpus.catalogue import Catalogue
from search.relevance import Calibration
from tests.e2e.browsing import ALWAYS, ask
from tests.e2e.conftest import Open, Serve
from tests.e2e.portal import CALM, DARK, TOKENS, UGLY, Portal
from tests.e2e.test_search_hostile import fill
from tests.e2e.widget_page import cards

Put = Callable[..., str]

NEVER = Calibration((0.0, 0.0, 0.0), -5.0, possible=0.3, strong=0.7)
OPEN = "all => all.forEach((part) => { part.open = true; })"


def test_styles_of_the_portal_stay_out_and_tokens_come_in(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    look = """(name) => {
      const style = getComputedStyle(document.querySelector("kennislab-zoek").shadowRoot.querySelector(name));
      return [style.color, style.backgroundColor, style.fontSize, style.fontStyle, style.textTransform,
        style.letterSpacing, style.display, style.visibility, style.borderTopStyle].join(" ");
    }"""
    names = (".label", ".veld", ".knop", ".kop", ".titel", ".titel a", "mark", ".gegevens", ".passage p")
    with serve_small(ALWAYS) as address:
        seen = []
        for style in (CALM, CALM + UGLY):
            page = open_page().page
            page.goto(portal.place(address, style=style))
            ask(page, "preventie in de wijk")
            expect(cards(page)).to_have_count(1)
            seen.append([page.evaluate(look, name) for name in names])
        assert seen[0] == seen[1]
        themed = CALM + TOKENS + "kennislab-zoek::part(titel) { font-size: 40px; }"
        page.goto(portal.place(address, style=themed))
        ask(page, "preventie in de wijk")
        expect(cards(page)).to_have_count(1)
        assert "rgb(21, 66, 115)" in page.evaluate(look, ".knop--hoofd")
        assert "rgb(21, 66, 115)" in page.evaluate(look, ".titel a")
        assert " 40px " in page.evaluate(look, ".titel")


@pytest.mark.parametrize(("style", "dark"), [(CALM, False), (CALM + DARK, True)])
def test_it_is_dark_only_where_the_portal_can_be(
    serve_small: Serve, put: Put, portal: Portal, open_page: Open, style: str, dark: bool
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(NEVER) as address:
        page = open_page(color_scheme="dark").page
        page.goto(portal.place(address, style=style))
        ground = page.locator(".zoekvak").evaluate("part => getComputedStyle(part).backgroundColor")
        assert ground == ("rgb(18, 18, 18)" if dark else "rgb(255, 255, 255)")


def test_what_stands_in_documents_is_only_text(
    serve_small: Serve, catalogue: Catalogue, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    fill(catalogue, put)
    with serve_small(ALWAYS) as address:
        watched = open_page(360)
        page = watched.page
        page.goto(portal.place(address, 'aantal="50"'))
        with page.expect_response("**/_zoek") as answer:
            ask(page, "preventie van radicalisering")
        found = len(answer.value.json()["resultaten"])
        assert found > 30  # of the forty: a payload of thousands of letters drowns its own question
        expect(cards(page)).to_have_count(found)
        page.locator("kennislab-zoek details").evaluate_all(OPEN)
        page.wait_for_timeout(300)
        assert page.evaluate("window.gehackt === undefined")
        inside = page.locator("kennislab-zoek").evaluate(
            "host => [...host.shadowRoot.querySelectorAll('*')].map((element) => element.localName)"
        )
        assert not {"script", "img", "iframe", "svg", "style", "link", "meta", "base", "video", "object"} & set(inside)
        hrefs = page.locator("kennislab-zoek a").evaluate_all("links => links.map((link) => link.href)")
        assert len(hrefs) >= 2 * found
        assert all(href.startswith(f"{address}/") for href in hrefs)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert not [asked for asked in watched.asked if "kwaad" in asked]


def test_links_of_a_server_that_lies_lead_nowhere(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    """Only the server that the portal names, and only over http: whatever the answer says."""
    put("a", ["Preventie in de wijk."])
    links = [
        "javascript:alert(1)",
        "https://kwaad.example/x",
        "//kwaad.example/x",
        "/\\kwaad.example",
        "data:text/html,x",
    ]
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(portal.place(address))

        def lie(route: Route) -> None:
            answer = route.fetch().json()
            (result,) = answer["resultaten"]
            result["document"]["bestandsnaam"] = "a.pdf"
            made = [{**result, "passages": [{**result["passages"][0], "link": link}]} for link in links]
            answer |= {"resultaten": made, "contact": "javascript:alert(1)"}
            route.fulfill(json=answer, headers={"Access-Control-Allow-Origin": portal.origin})

        page.route("**/_zoek", lie)
        ask(page, "preventie in de wijk")
        expect(cards(page)).to_have_count(len(links))
        assert page.locator("kennislab-zoek a").count() == 0
