"""The search page with a key: what it shows more, and what happens to a key that does not hold."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from corpus.catalogue import Catalogue
from corpus.types import Classification
from service.access import Role
from tests.e2e.browsing import ALWAYS, ESS, ask, forgive, wait_for_results
from tests.e2e.conftest import Open, Serve, Watched
from tests.service.clients import new_key

Put = Callable[..., str]


@pytest.fixture
def mixed(catalogue: Catalogue, put: Put) -> str:
    """A public text and a confidential one; the token of an editor."""
    put("nota", ["De gemeente werkt aan preventie in de wijk."])
    put(
        "casus",
        ["Een casus over preventie in de wijk die niet openbaar is."],
        title="Casus in de wijk",
        kind="casus",
        classification=Classification.VERTROUWELIJK,
    )
    return new_key(catalogue, Role.EDITOR)


def sign_in(page: Page, token: str) -> None:
    page.get_by_role("button", name="Aanmelden").click()
    page.get_by_label("Sleutel", exact=True).fill(token)
    page.keyboard.press("Enter")


def test_a_key_shows_more_stays_in_the_tab_and_goes(serve_small: Serve, mixed: str, open_page: Open) -> None:
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(address)
        ask(page, "preventie in de wijk")
        wait_for_results(page)
        assert page.locator(".kl-kaart").count() == 1
        assert "asus" not in page.locator("body").inner_text()
        sign_in(page, mixed)
        expect(page.locator(".kl-kaart")).to_have_count(2)
        card = page.locator(".kl-kaart").filter(has_text="Casus in de wijk")
        expect(card.locator(".utrecht-data-badge")).to_contain_text("Vertrouwelijk")
        assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
        assert mixed not in page.content()
        card.locator(".kl-open").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Casus in de wijk")
        expect(page.locator("mark").first).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download het originele bestand").click()
        assert "niet openbaar" in download.value.path().read_text()
        page.go_back()
        expect(page.locator(".kl-kaart")).to_have_count(2)
        page.get_by_role("button", name="Afmelden").click()
        expect(page.locator(".kl-kaart")).to_have_count(1)
        expect(page.get_by_role("button", name="Aanmelden")).to_be_focused()
        assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("", "Vul eerst een sleutel in."),
        ("kl_0123456789ab_" + "0" * 64, "Deze sleutel klopt niet of is verlopen."),
        ("met een spatie", "In een sleutel staan geen spaties of bijzondere tekens."),
        ("ééń", "In een sleutel staan geen spaties of bijzondere tekens."),
    ],
)
def test_a_wrong_key_is_said_at_the_field(start: Watched, token: str, says: str) -> None:
    page = start.page
    sign_in(page, token)
    field = page.get_by_label("Sleutel", exact=True)
    expect(page.locator("#sleutelfout")).to_have_text(says)
    assert field.get_attribute("aria-describedby") == "sleutelfout sleuteluitleg"
    expect(field).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Aanmelden")).to_be_focused()
    forgive(start)


def test_a_key_that_was_withdrawn_is_said_and_one_goes_on_without(server: str, open_page: Open) -> None:
    watched = open_page()
    page = watched.page
    page.goto(server)
    page.evaluate("sessionStorage.setItem('kennislab-sleutel', 'kl_0123456789ab_" + "0" * 64 + "')")
    page.reload()
    ask(page, ESS)
    expect(page.get_by_role("alert")).to_contain_text("Uw sleutel is niet geldig")
    page.get_by_role("button", name="Verder zonder sleutel").click()
    wait_for_results(page)
    expect(page.get_by_role("button", name="Aanmelden")).to_be_visible()
    forgive(watched)
