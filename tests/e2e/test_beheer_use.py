"""The editor's page without a mouse, and with names that try to be more than text."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from corpus.catalogue import Catalogue
from corpus.tasks import NewFile, add_task
from corpus.types import Classification
from service.access import Role
from tests.e2e.browsing import expect_focus, focused
from tests.e2e.conftest import Open, Serve
from tests.e2e.test_beheer import drop
from tests.e2e.test_beheer_states import beheer
from tests.e2e.test_search_hostile import PAYLOADS, fill
from tests.service.clients import new_key

Put = Callable[..., str]
ACTIVE = "main script, main iframe, main svg, main video, main style, main link, main meta, main base, main img"


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what has this id or begins with these words has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            return
    raise AssertionError(f"{name!r} can not be reached; the focus is on {focused(page)!r}")


def test_everything_goes_with_the_keyboard_alone(
    catalogue: Catalogue, put: Put, serve_small: Serve, open_page: Open
) -> None:
    put("stuk", ["Preventie in de wijk."], title="Stuk over preventie", classification=Classification.INTERN)
    with beheer(serve_small, open_page()) as page:
        page.on("filechooser", lambda _chooser: None)  # from now on the browser tells of it, however fast a key follows
        page.keyboard.press("Tab")
        expect_focus(page, "Naar de inhoud")
        page.keyboard.press("Enter")
        expect_focus(page, "inhoud")
        tab_to(page, "Meld aan met een sleutel")
        page.keyboard.press("Enter")
        page.keyboard.type(new_key(catalogue, Role.EDITOR))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Documenten toevoegen")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.locator("#uploads-leeg")).to_be_visible()
        tab_to(page, "kies-bestanden")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files({"name": "nota.md", "mimeType": "", "buffer": b"# Nota"})
        tab_to(page, "nieuw-vertrouwelijkheid-intern")
        page.keyboard.press("ArrowUp")
        expect(page.get_by_label("Beperkt openbaar", exact=True)).to_be_checked()
        tab_to(page, "verstuur")
        page.keyboard.press("Enter")
        expect(page.locator("#uploads .kl-bestand__fase")).to_have_text("Wacht op verwerking")
        expect_focus(page, "taak-")
        page.locator("#inhoud").focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        expect_focus(page, "Documenten")
        page.keyboard.press("Enter")
        expect_focus(page, "titel")
        expect(page.locator(".kl-document")).to_have_count(1)
        tab_to(page, "Stuk over preventie")
        page.keyboard.press("Enter")
        expect(page.locator(".kl-feiten")).to_be_visible()
        expect_focus(page, "titel")
        change_and_withdraw(page)


def change_and_withdraw(page: Page) -> None:
    tab_to(page, "Wijzig metadata")
    page.keyboard.press("Enter")
    expect_focus(page, "wijzig-kop")
    tab_to(page, "Annuleer")
    page.keyboard.press("Enter")
    expect_focus(page, "Wijzig metadata")
    tab_to(page, "Trek in")
    page.keyboard.press("Enter")
    expect_focus(page, "intrek-niet")
    page.keyboard.press("Escape")
    expect_focus(page, "Trek in")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#lijst-melding")).to_contain_text("Ingetrokken: Stuk over preventie.")
    expect_focus(page, "titel")


def test_hostile_documents_are_text_in_the_list_and_on_their_own(
    catalogue: Catalogue, put: Put, serve_small: Serve, open_page: Open
) -> None:
    fill(catalogue, put)
    watched = open_page(320)
    with beheer(serve_small, watched, new_key(catalogue, Role.EDITOR)) as page:
        page.get_by_role("link", name="Documenten", exact=True).click()
        seen = ""
        for number in (1, 2):
            expect(page.locator("#lijst-bladeren")).to_contain_text(f"Bladzijde {number} van 2")
            seen += " ".join(page.locator("#lijst").inner_text().split())
            unharmed(page)
            if number == 1:
                page.get_by_role("button", name="Volgende").click()
        assert [text for text in PAYLOADS[:33] if " ".join(text.split()) not in seen] == []
        for number in range(0, len(PAYLOADS), 4):
            page.goto(f"{page.url.split('#')[0]}#document=d{number:02}")
            expect(page.locator(".kl-document__acties")).to_be_visible()
            page.get_by_role("button", name="Wijzig metadata").click()
            page.get_by_role("button", name="Trek in", exact=True).click()
            expect(page.locator("#intreknaam")).to_contain_text(f"{number} ")
            unharmed(page)
            page.keyboard.press("Escape")
    assert [asked for asked in watched.asked if "kwaad" in asked.split("#")[0].split("?")[0]] == []


def test_hostile_file_names_are_text_before_and_after_sending(
    catalogue: Catalogue, serve_small: Serve, open_page: Open
) -> None:
    key = new_key(catalogue, Role.EDITOR)
    names = [payload[:200] for payload in PAYLOADS]
    refused = [NewFile(name, refused=f"Kan niet: {name}") for name in names]
    add_task(catalogue, f"sleutel:{key.split('_')[1]}", refused)
    with beheer(serve_small, open_page(320), key) as page:
        expect(page.locator("#uploads .kl-bestand")).to_have_count(len(names))
        unharmed(page)
        drop(page, *[(f"{name}.md", f"# Nota {number}".encode()) for number, name in enumerate(names)])
        expect(page.locator("#gekozen-lijst li")).to_have_count(len(names))
        unharmed(page)
        page.get_by_role("link", name="Mislukt", exact=True).click()
        expect(page.locator("#deel-mislukt .kl-bestand")).to_have_count(len(names))
        unharmed(page)


def unharmed(page: Page) -> None:
    assert page.evaluate("window.gehackt") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(ACTIVE).count() == 0
    names = page.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
    assert not [name for name in names if name.startswith("on")]
