"""The filters of the search page: what they count and what they leave."""

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from corpus.types import Classification
from tests.e2e.browsing import ALWAYS, ESS, api, ask, wait_for_results
from tests.e2e.conftest import Open, Serve

Put = Callable[..., str]


def facet(page: Page, name: str) -> dict[str, int]:
    labels = page.locator(f"fieldset:has(input[data-facet={name}]) label")
    values = [label.locator("input").get_attribute("value") or "" for label in labels.all()]
    return dict(zip(values, map(int, labels.locator(".kl-keuze__aantal").all_inner_texts()), strict=True))


@pytest.fixture
def library(put: Put) -> None:
    """Six sources about prevention, of three kinds and years; and one that a visitor may not see."""
    for number, (kind, year) in enumerate(
        [("nota", 2023), ("nota", 2024), ("nota", 2025), ("brief", 2024), ("brief", 2025), ("folder", 2025)]
    ):
        put(
            f"d{number}",
            [f"Stuk {number} over preventie."],
            kind=kind,
            date=date(year, 1, 1),
            themes=(f"thema {number}",),
        )
    put("dicht", ["Een casus over preventie."], kind="casus", classification=Classification.VERTROUWELIJK)


@pytest.mark.usefixtures("library")
def test_facets_narrow_with_or_within_and_and_between(serve_small: Serve, open_page: Open) -> None:
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(address)
        ask(page, "preventie")
        wait_for_results(page)
        assert facet(page, "soort") == {"nota": 3, "brief": 2, "folder": 1}
        assert facet(page, "jaar") == {"2025": 3, "2024": 2, "2023": 1}
        # What a count promises is said as it is: with a filter more may be found.
        form = page.get_by_role("form", name="Resultaten verfijnen")
        expect(form).to_have_accessible_description(re.compile("hoeveel bronnen u dan minstens ziet"))
        brief = page.get_by_role("group", name="Soort").get_by_label("Brief")
        brief.focus()
        page.keyboard.press("Space")
        expect(page.locator(".kl-kaart")).to_have_count(2)
        expect(page.locator("#gekozen")).to_have_text(" (1 gekozen)")
        assert page.evaluate("[document.activeElement.dataset.facet, document.activeElement.value]") == [
            "soort",
            "brief",
        ]
        assert facet(page, "soort") == {"brief": 2, "nota": 3, "folder": 1}
        assert facet(page, "jaar") == {"2025": 1, "2024": 1}
        page.get_by_label("Nota").check()
        expect(page.locator(".kl-kaart")).to_have_count(5)
        page.get_by_label("2025").check()
        expect(page.locator(".kl-kaart")).to_have_count(2)
        expect(page.get_by_role("status")).to_have_text("2 bronnen gevonden.")
        chosen = parse_qs(urlsplit(page.url).fragment)
        assert (set(chosen["soort"]), chosen["jaar"]) == ({"brief", "nota"}, ["2025"])
        page.get_by_role("button", name="Wis alle keuzes").click()
        expect(page.locator(".kl-kaart")).to_have_count(6)
        page.go_back()
        expect(page.locator(".kl-kaart")).to_have_count(2)
        expect(page.locator("#gekozen")).to_have_text(" (3 gekozen)")


@pytest.mark.usefixtures("library")
def test_a_long_facet_opens_at_a_button(serve_small: Serve, open_page: Open, put: Put) -> None:
    put("meer", ["Nog meer over preventie."], themes=("thema x", "thema y"))
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(f"{address}/#vraag=preventie")
        wait_for_results(page)
        boxes = page.locator("input[data-facet=thema]")
        assert boxes.count() == 8
        expect(boxes.nth(6)).to_be_hidden()
        page.get_by_role("button", name="Toon alle 8 keuzes bij Thema").click()
        expect(boxes.nth(6)).to_be_focused()
        expect(boxes.nth(7)).to_be_visible()


@pytest.mark.parametrize("question", [ESS, "Hoe richt je een meldpunt in?"])
def test_a_choice_gives_at_least_what_its_count_promises(server: str, question: str) -> None:
    answer = api(server, question)
    assert len(answer["resultaten"]) == min(10, answer["aantalGevonden"])
    for name, values in answer["facetten"].items():
        for entry in values[:8]:
            value = int(entry["waarde"]) if name == "jaar" else entry["waarde"]
            chosen = api(server, question, filters={name: [value]})
            assert chosen["aantalGevonden"] >= entry["aantal"] >= 1, (name, entry)
            assert len(chosen["resultaten"]) == min(10, chosen["aantalGevonden"])


def test_choices_that_leave_nothing_can_be_undone(server: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(f"{server}/#vraag=preventie&soort=handreiking&jaar=1999")
    expect(page.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()
    assert facet(page, "jaar")["1999"] == 0
    page.get_by_role("button", name="Zoek zonder filters").click()
    wait_for_results(page)
    assert parse_qs(urlsplit(page.url).fragment) == {"vraag": ["preventie"]}
