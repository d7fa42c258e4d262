"""One page of a source, as `/bron` shows it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import ESS, ask, forgive, wait_for_results
from tests.e2e.conftest import Open, Watched

Put = Callable[..., str]


def test_a_slide_is_shown_with_the_passage_and_its_neighbours(server: str, start: Watched) -> None:
    page = start.page
    page.goto(f"{server}/#vraag=Hoe%20richt%20je%20een%20meldpunt%20in%3F&soort=presentatie")
    wait_for_results(page)
    link = page.locator(".kl-open[href^='/bron']").first
    number = int(re.findall(r"dia (\d+)", link.inner_text())[0])
    quote = page.locator("blockquote").first.inner_text()
    link.click()
    expect(page.locator("#bladkop")).to_contain_text(f"Dia {number} van")
    marked = "".join("".join(page.locator("#blad mark").all_inner_texts()).split())
    assert marked[:40] == "".join(quote.split())[:40]
    page.get_by_role("link", name="Volgende dia").click()
    expect(page.locator("#bladkop")).to_contain_text(f"Dia {number + 1} van")
    assert page.locator("#blad mark").count() == 0
    page.go_back()
    expect(page.locator("#bladkop")).to_contain_text(f"Dia {number} van")
    page.go_back()
    wait_for_results(page)


def test_a_page_of_a_pdf_is_shown_as_it_looks_with_its_text(server: str, start: Watched) -> None:
    page = start.page
    ask(page, ESS)
    wait_for_results(page)
    page.locator(".kl-kaart__beeld a").first.click()
    image = page.locator(".kl-blad__beeld img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") == 1280
    page.get_by_text("Tekst van deze pagina").click()
    expect(page.locator("#blad mark").first).to_be_visible()


@pytest.mark.parametrize("fragment", ["", "#id=bestaat-niet&pagina=1", "#id=../../x&pagina=zeven", "#pagina=2"])
def test_a_source_that_is_not_there_is_said(server: str, open_page: Open, fragment: str) -> None:
    watched = open_page()
    watched.page.goto(f"{server}/bron{fragment}")
    expect(watched.page.get_by_role("heading", level=1)).to_have_text("Deze bron is er niet")
    expect(watched.page.get_by_role("alert")).to_be_visible()
    forgive(watched)
