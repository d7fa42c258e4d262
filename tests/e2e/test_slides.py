"""Slides in the browser: their pictures, and what there is while one is being drawn or when there is none."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from corpus.catalogue import Catalogue
from corpus.types import Classification
from search.encoder import Encoder
from service.access import Role
from service.pictures import Pictures
from service.slides import Slides
from tests.e2e.browsing import ALWAYS, ask, forgive, violations, wait_for_results
from tests.e2e.conftest import Open, Serve
from tests.service.clients import new_key
from tests.service.decks import OFFICE, StandIn, deck, needs_office, publish_deck, stand_in

WAITS = 'while [ ! -e "$(dirname "$0")/verder" ]; do sleep 0.05; done; cp "$MADE" dia.pdf'
OPEN, INTERNAL = Classification.OPENBAAR, Classification.INTERN
QUESTION = "de wijkagent belt aan"
FIGURE = ".kl-kaart__beeld--dia"


@pytest.fixture(autouse=True)
def decks(catalogue: Catalogue, encoder: Encoder) -> None:
    publish_deck(catalogue, encoder, "lezing", deck("welkom", QUESTION), OPEN)


def found(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    wait_for_results(page)


def place(page: Page, selector: str) -> dict[str, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return {name: round(value) for name, value in box.items()}


def placed(tmp_path: Path, does: str) -> StandIn:
    return stand_in(tmp_path / "programma", does, slides=2)


@needs_office
def test_a_slide_is_shown_as_it_looks_with_the_passage(serve_small: Serve, open_page: Open) -> None:
    with serve_small(ALWAYS, Pictures(slides=Slides(OFFICE))) as address:
        page = open_page(reduced_motion="reduce").page
        found(page, address)
        image = page.get_by_role("img", name="Dia 2 van lezing, met de passage gemarkeerd")
        expect(image).to_be_visible(timeout=90_000)
        assert image.evaluate("image => image.naturalWidth") == 480
        assert violations(page) == []
        page.locator(f"{FIGURE} a").click()
        expect(page.get_by_role("img", name="Dia 2, met de passage gemarkeerd.")).to_be_visible()
        page.get_by_text("Tekst van deze dia").click()
        expect(page.locator("#blad mark")).to_have_text(QUESTION)
        assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_when_the_picture_comes(serve_small: Serve, open_page: Open, tmp_path: Path, width: int) -> None:
    office = placed(tmp_path, WAITS)
    with serve_small(ALWAYS, Pictures(slides=Slides(office.program))) as address:
        page = open_page(width, reduced_motion="reduce").page
        found(page, address)
        expect(page.locator(FIGURE)).to_contain_text("Beeld wordt gemaakt")
        page.locator(FIGURE).scroll_into_view_if_needed()
        before = [place(page, selector) for selector in (FIGURE, ".kl-kaart", ".kl-kaart h3")]
        assert violations(page) == []
        office.program.with_name("verder").touch()
        expect(page.locator(f"{FIGURE} img")).to_be_visible()
        assert [place(page, selector) for selector in (FIGURE, ".kl-kaart", ".kl-kaart h3")] == before
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert office.times == 1


def test_a_failure_leaves_words_and_later_the_card_of_before(
    serve_small: Serve, open_page: Open, tmp_path: Path
) -> None:
    office = placed(tmp_path, f"{WAITS}; exit 3")
    with serve_small(ALWAYS, Pictures(slides=Slides(office.program))) as address:
        watched = open_page(reduced_motion="reduce")
        page = watched.page
        found(page, address)
        expect(page.locator(FIGURE)).to_contain_text("Beeld wordt gemaakt")
        before = place(page, ".kl-kaart"), place(page, FIGURE)
        office.program.with_name("verder").touch()
        expect(page.locator(FIGURE)).to_contain_text("Geen beeld")
        assert (place(page, ".kl-kaart"), place(page, FIGURE)) == before
        assert page.locator("img[src]:not(header img)").count() == 0
        forgive(watched)
        ask(page, "welkom")
        wait_for_results(page)
        expect(page.locator(".kl-kaart__beeld")).to_have_count(0)
        page.locator(".kl-open").first.click()
        expect(page.locator("#blad")).to_contain_text("welkom")
        expect(page.locator("#blad figure")).to_have_count(0)


def test_without_libreoffice_the_card_is_text(serve_small: Serve, open_page: Open) -> None:
    with serve_small(ALWAYS) as address:
        watched = open_page()
        found(watched.page, address)
        expect(watched.page.locator(".kl-kaart__beeld")).to_have_count(0)
        watched.page.wait_for_load_state("networkidle")
        assert not [asked for asked in watched.asked if "afbeelding" in asked]


def test_who_opens_a_slide_reads_while_it_is_drawn(serve_small: Serve, open_page: Open, tmp_path: Path) -> None:
    office = placed(tmp_path, WAITS)
    with serve_small(ALWAYS, Pictures(slides=Slides(office.program))) as address:
        page = open_page().page
        page.goto(f"{address}/bron#id=lezing&pagina=2")
        expect(page.locator("#blad p").first).to_be_visible()
        expect(page.locator("#blad")).to_contain_text(QUESTION)
        expect(page.locator(".kl-blad__wacht")).to_have_text("Het beeld van deze dia wordt gemaakt.")
        before = place(page, "#bladkop")
        office.program.with_name("verder").touch()
        expect(page.get_by_role("img", name="Dia 2.")).to_be_visible()
        expect(page.locator(".kl-blad__wacht")).to_have_count(0)
        assert place(page, "#bladkop") == before
        page.get_by_role("link", name="Vorige dia").click()
        expect(page.get_by_role("img", name="Dia 1.")).to_be_visible()


def test_who_has_a_key_sees_the_slides_that_need_it(
    catalogue: Catalogue, encoder: Encoder, serve_small: Serve, open_page: Open, tmp_path: Path
) -> None:
    publish_deck(catalogue, encoder, "lezing", deck("welkom terug", QUESTION), INTERNAL, version=2)
    token = new_key(catalogue, Role.EDITOR)
    office = placed(tmp_path, 'cp "$MADE" dia.pdf')
    with serve_small(ALWAYS, Pictures(slides=Slides(office.program))) as address:
        page = open_page().page
        page.goto(address)
        page.evaluate("token => sessionStorage.setItem('kennislab-sleutel', token)", token)
        found(page, f"{address}/?opnieuw")
        expect(page.locator(f"{FIGURE} img")).to_be_visible()
        assert token not in page.content()


def test_notes_of_the_speaker_are_not_hidden_behind_the_picture(
    catalogue: Catalogue, encoder: Encoder, serve_small: Serve, open_page: Open, tmp_path: Path
) -> None:
    publish_deck(catalogue, encoder, "lezing", deck("welkom", QUESTION, notes="bel eerst zelf"), OPEN, version=2)
    office = placed(tmp_path, 'cp "$MADE" dia.pdf')
    with serve_small(ALWAYS, Pictures(slides=Slides(office.program))) as address:
        page = open_page().page
        found(page, address)
        page.locator(f"{FIGURE} a").click()
        expect(page.locator("#blad")).to_contain_text("bel eerst zelf")
        expect(page.get_by_text("bel eerst zelf")).to_be_visible()
