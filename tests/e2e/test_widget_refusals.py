"""What `<kennislab-zoek>` says when there is no answer, and sources that open with the key only."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from corpus.catalogue import Catalogue
from corpus.keys import revoke_key
from corpus.publishing import remove
from corpus.types import Classification
from service.access import Role
from tests.e2e.browsing import ALWAYS, POSSIBLE, ask, forgive, violations
from tests.e2e.conftest import Open, Serve
from tests.e2e.portal import Portal
from tests.e2e.widget_page import LISTEN, cards, heard
from tests.service.clients import new_key

Put = Callable[..., str]


# -- when it fails -----------------------------------------------------------------------------------------------------


def test_a_website_that_is_not_known_is_told_so(
    serve_small: Serve, put: Put, catalogue: Catalogue, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address))
        ask(page, "preventie")
        expect(page.get_by_role("alert")).to_contain_text("Zoeken kan niet vanaf deze website")
        assert cards(page).count() == 0
        new_key(catalogue, Role.READER, origins=(portal.origin,))
        page.get_by_role("button", name="Probeer opnieuw").click()
        expect(cards(page)).to_have_count(1)
        expect(page.get_by_role("heading", level=2)).to_be_focused()
        forgive(watched, "blocked by CORS policy")


def test_a_key_that_was_withdrawn_is_told(
    serve_small: Serve, put: Put, catalogue: Catalogue, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    other = new_key(catalogue, Role.READER, origins=("https://elders.example",))
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address, f'sleutel="{other}"'))
        ask(page, "preventie")
        expect(page.get_by_role("alert")).to_contain_text("Dit zoekvak mag hier niet zoeken")
        revoke_key(catalogue.database, other.split("_")[1])
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("De sleutel van dit zoekvak is niet geldig")
        host = page.locator("kennislab-zoek")
        host.evaluate("host => host.setAttribute('sleutel', 'één twee')")
        expect(page.get_by_role("alert")).to_contain_text("De sleutel van dit zoekvak is niet geldig")
        host.evaluate("(host, key) => host.setAttribute('sleutel', key)", key)
        expect(cards(page)).to_have_count(1)
        forgive(watched)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "de reden"),
        (404, "Dit zoekvak is niet goed ingesteld"),
        (500, "Er ging iets mis"),
        (503, "De zoekmachine is er nog niet"),
    ],
)
def test_a_failure_is_said_in_words(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open, status: int, says: str
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address))
        headers = {"Access-Control-Allow-Origin": portal.origin}
        body = json.dumps({"detail": "<b>de reden</b>"})
        page.route("**/_zoek", lambda route: route.fulfill(status=status, headers=headers, body=body))
        ask(page, "preventie")
        expect(page.get_by_role("alert")).to_contain_text(says)
        assert page.get_by_role("combobox").input_value() == "preventie"
        assert page.locator(".melding b").count() == 0
        forgive(watched)


def test_too_many_questions_wait_as_long_as_the_server_says(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address))
        headers = {"Access-Control-Allow-Origin": portal.origin, "Access-Control-Expose-Headers": "Retry-After"}

        def refuse(wait: str) -> Callable[[Route], None]:
            return lambda route: route.fulfill(status=429, headers={**headers, "Retry-After": wait}, body="{}")

        page.route("**/_zoek", refuse("2"), times=1)
        ask(page, "preventie")
        expect(page.get_by_role("alert")).to_contain_text("Over 2 seconden zoeken we vanzelf verder.")
        assert page.get_by_role("button", name="Probeer opnieuw").count() == 0
        expect(cards(page)).to_have_count(1)
        page.route("**/_zoek", refuse("600"), times=1)
        ask(page, "preventie in de wijk")
        expect(page.get_by_role("alert")).to_contain_text("Wacht even en probeer het dan opnieuw.")
        page.get_by_role("button", name="Probeer opnieuw").click()
        expect(cards(page)).to_have_count(1)
        forgive(watched)


def test_waiting_is_said_and_a_server_that_is_gone(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(POSSIBLE) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address))
        held: list[Route] = []
        page.route("**/_zoek", lambda route: held.append(route))  # noqa: PLW0108 - Playwright can not wrap a built-in
        ask(page, "preventie")
        status = page.get_by_role("status")
        expect(status).to_have_text("Zoeken…")
        expect(status).to_have_text("Dit duurt langer dan gewoon. We zoeken nog.", timeout=9000)
        held[-1].continue_()
        page.unroute("**/_zoek")
        expect(cards(page)).to_have_count(1)
        expect(status).to_have_text(re.compile("^1 bron gevonden. Geen enkele bron past goed"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("De zoekmachine antwoordt niet")
    page.locator("kennislab-zoek").evaluate("host => host.setAttribute('server', 'ftp://nergens')")
    expect(page.get_by_role("alert")).to_contain_text("Dit zoekvak is niet goed ingesteld")
    forgive(watched)


# -- sources that need the key -----------------------------------------------------------------------------------------


def test_a_source_that_needs_the_key_opens_in_the_page(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("open", ["Preventie in de wijk."], title="Open stuk")
    text = ["Preventie in de wijk is van ons allemaal.", "<img src=x onerror=alert(1)> Tweede alinea."]
    put("dicht", ["Eerste blad."], text, title="Intern stuk", classification=Classification.INTERN)
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(portal.place(address))
        page.evaluate(LISTEN)
        ask(page, "preventie in de wijk")
        expect(cards(page)).to_have_count(1)
        page.locator("kennislab-zoek").evaluate("(host, key) => host.setAttribute('sleutel', key)", key)
        expect(cards(page)).to_have_count(2)
        assert cards(page).filter(has_text="Open stuk").locator("button").count() == 0
        opener = cards(page).filter(has_text="Intern stuk").locator(".titel button")
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Intern stuk")
        expect(dialog.locator("mark").first).to_be_visible()
        marked = " ".join(dialog.locator("mark").all_inner_texts())
        assert "Preventie in de wijk is van ons allemaal." in marked
        expect(dialog).to_contain_text("pagina 2")
        expect(dialog).to_contain_text("<img src=x onerror=alert(1)>")
        assert dialog.locator("img").count() == 0
        assert heard(page)[-1] == ["kennislab-geopend", {"documentId": "dicht", "pagina": 2}]
        assert violations(page) == []
        with page.expect_download() as download:
            page.get_by_role("button", name="Download het bestand").click()
        assert download.value.suggested_filename == "dicht.txt"
        assert "van ons allemaal" in download.value.path().read_text()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
        assert key not in page.locator("kennislab-zoek").evaluate("host => host.shadowRoot.innerHTML")


def test_a_source_that_was_withdrawn_meanwhile(
    serve_small: Serve, put: Put, catalogue: Catalogue, key: str, portal: Portal, open_page: Open
) -> None:
    put("dicht", ["Preventie in de wijk."], title="Intern stuk", classification=Classification.INTERN)
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address, f'sleutel="{key}"'))
        ask(page, "preventie in de wijk")
        expect(cards(page)).to_have_count(1)
        remove(catalogue, "dicht")
        cards(page).get_by_role("button").first.click()
        expect(page.get_by_role("dialog")).to_contain_text("Deze bron is er niet.")
        page.get_by_role("button", name="Sluiten").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        forgive(watched)
