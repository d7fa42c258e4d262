"""The pages with everything on PostgreSQL and Milvus: a document comes in, is found, opened and leaves."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from corpus.catalogue import open_catalogue
from service.access import Role
from tests.e2e.browsing import ask, wait_for_results
from tests.e2e.conftest import Open
from tests.e2e.serving import running_service
from tests.e2e.test_beheer import Site, add, open_document, row, signed_in, text_file
from tests.scale.setups import set_up
from tests.service.clients import new_key

QUESTION = "Wat doen wij met dassen op de heuvel?"


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("servers")
    with set_up(request, "servers") as setup:
        catalogue = open_catalogue(folder / "data", create=True, url=setup.catalogue_url)
        keys = [new_key(catalogue, role) for role in (Role.EDITOR, Role.READER)]
        catalogue.close()
        with running_service(folder / "data", folder, workers=1, settings=setup.settings) as service:
            assert not list(service.data.glob("*.sqlite"))  # nothing of it is in files here
            yield Site(service.address, *keys)


def test_a_document_comes_in_is_found_opened_and_leaves(site: Site, open_page: Open) -> None:
    editor = signed_in(open_page(), site.address, site.editor)
    card = add(
        editor,
        ("dassen.md", text_file("Dassenburcht", "dassen op de heuvel")),
        ("geheim.md", text_file("Dassenplan", "dassen op de heuvel")),
        level="openbaar",
    )
    expect(row(card, "dassen.md").locator(".kl-bestand__fase")).to_have_text("Verwerkt")
    visitor = open_page().page
    visitor.goto(site.address)
    assert titles(visitor) == {"Dassenburcht", "Dassenplan"}
    visitor.locator(".kl-kaart").get_by_role("link", name="Dassenburcht").first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Dassenburcht")
    withdraw(editor, "Dassenburcht")
    visitor.goto(site.address)
    assert titles(visitor) == {"Dassenplan"}
    withdraw(editor, "Dassenplan")
    visitor.goto(site.address)
    ask(visitor, QUESTION)
    expect(visitor.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()


def titles(page: Page) -> set[str]:
    """Of the sources that the search page gives."""
    ask(page, QUESTION)
    wait_for_results(page)
    cards = page.locator(".kl-kaart").all()
    return {name for name in ("Dassenburcht", "Dassenplan") for card in cards if name in card.inner_text()}


def withdraw(editor: Page, title: str) -> None:
    open_document(editor, title)
    editor.get_by_role("button", name="Trek in", exact=True).click()
    dialog = editor.get_by_role("dialog", name="Document intrekken?")
    dialog.get_by_role("button", name="Ja, trek in").click()
    expect(editor.locator("#lijst-melding")).to_contain_text(re.compile(f"Ingetrokken: {title}"))
