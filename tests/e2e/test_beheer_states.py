"""The editor's page in every state: who may see it, what it says when something fails, and that everyone can use it."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Route, expect

from corpus.catalogue import Catalogue
from corpus.tasks import NewFile, add_task
from corpus.types import Classification
from service.access import Role
from tests.e2e.browsing import ALWAYS, expect_focus, forgive, violations
from tests.e2e.conftest import Open, Serve, Watched
from tests.e2e.test_beheer import choose, drop, send, signed_in
from tests.service.clients import new_key

Put = Callable[..., str]
UNKNOWN = "kl_0123456789ab_" + "0" * 64
REFUSED = "Bestanden van het soort .xlsx lezen wij niet. Sla het op als pdf."


@pytest.fixture
def key(catalogue: Catalogue) -> str:
    return new_key(catalogue, Role.EDITOR)


@pytest.fixture
def filled(catalogue: Catalogue, put: Put, key: str) -> str:
    """A few documents of all levels, and an upload of which a file was refused at once."""
    for number, level in enumerate(level for level in Classification if level.accepted):
        put(
            f"stuk{number}",
            ["De gemeente werkt aan preventie in de wijk."],
            title=f"Stuk nummer {number}",
            classification=level,
            themes=("preventie",),
            language="en" if number == 1 else "nl",
        )
    add_task(catalogue, f"sleutel:{key.split('_')[1]}", [NewFile("tabel.xlsx", refused=REFUSED)])
    return key


@contextmanager
def beheer(serve: Serve, watched: Watched, key: str = "") -> Iterator[Page]:
    """The page on a server without workers; at the end no stream is left open, so that the server can stop."""
    with serve(ALWAYS) as address:
        if key:
            yield signed_in(watched, address, key)
        else:
            watched.page.goto(f"{address}/beheer")
            yield watched.page
        watched.page.unroute_all(behavior="ignoreErrors")
        watched.page.goto("about:blank")


# -- who may -----------------------------------------------------------------------------------------------------------


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("Sleutel", exact=True).fill(token)
    page.keyboard.press("Enter")


def nothing_shown(page: Page) -> None:
    for part in ("onderdelen", "deel-toevoegen", "deel-documenten", "deel-document", "deel-mislukt"):
        expect(page.locator(f"#{part}")).to_be_hidden()


def test_without_a_key_it_says_what_is_needed_and_asks_nothing(
    filled: str, serve_small: Serve, open_page: Open
) -> None:
    watched = open_page()
    with beheer(serve_small, watched) as page:
        expect(page.locator("#toegang")).to_contain_text("een sleutel nodig met de rol redacteur of beheerder")
        expect(page.get_by_role("link", name="Vraag er een aan de beheerder")).to_be_visible()
        nothing_shown(page)
        assert not [address for address in watched.asked if "/v1/" in address]
        page.goto(page.url + "#document=stuk0")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Beheer van de kennisbank")
        nothing_shown(page)
        assert not [address for address in watched.asked if "/v1/" in address]
        assert filled not in page.content()


def test_a_wrong_key_a_reader_and_an_editor(
    catalogue: Catalogue, filled: str, serve_small: Serve, open_page: Open
) -> None:
    watched = open_page()
    with beheer(serve_small, watched) as page:
        page.get_by_role("button", name="Meld aan met een sleutel").click()
        sign_in(page, UNKNOWN)
        expect(page.locator("#sleutelfout")).to_have_text("Deze sleutel klopt niet of is verlopen.")
        sign_in(page, new_key(catalogue, Role.PARTICIPANT))
        expect(page.get_by_role("heading", level=1)).to_have_text("U mag hier niet beheren")
        expect(page.get_by_role("alert").first).to_contain_text("Daarvoor is de rol redacteur of beheerder nodig.")
        nothing_shown(page)
        forgive(watched)
        page.get_by_role("button", name="Andere sleutel").click()
        sign_in(page, filled)
        expect(page.get_by_role("heading", level=1)).to_have_text("Documenten toevoegen")
        expect(page.locator("#deel-toevoegen")).to_be_visible()
        assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
        page.get_by_role("link", name="Documenten", exact=True).click()
        expect(page.locator(".kl-document")).to_have_count(5)
        page.get_by_role("button", name="Afmelden").click()
        expect(page.locator("#toegang")).to_contain_text("Meld u eerst aan")
        nothing_shown(page)
        assert "Stuk nummer" not in page.content()
        assert page.evaluate("sessionStorage.length") == 0


def test_a_key_that_was_withdrawn_meanwhile_is_said_and_what_was_chosen_stays(
    key: str, serve_small: Serve, open_page: Open
) -> None:
    watched = open_page()
    with beheer(serve_small, watched, key) as page:
        choose(page, ("nota.md", b"# Nota\n\nTekst"))
        page.route("**/v1/documenten", lambda route: route.fulfill(status=401, body="{}"))
        page.locator("#verstuur").click()
        expect(page.locator("#toevoegen-fout")).to_contain_text("Uw sleutel is niet meer geldig")
        page.get_by_role("button", name="Andere sleutel").click()
        page.unroute("**/v1/documenten")
        sign_in(page, key)
        expect(page.locator("#gekozen-kop")).to_contain_text("1 bestand gekozen")
        send(page)
        expect(page.locator("#uploads .kl-bestand__fase")).to_have_text("Wacht op verwerking")
        forgive(watched)


# -- adding ------------------------------------------------------------------------------------------------------------


def test_what_can_not_be_sent_is_said_before_it_is(key: str, serve_small: Serve, open_page: Open) -> None:
    watched = open_page()
    with beheer(serve_small, watched, key) as page:
        drop(page, ("leeg.md", b""), ("~$nota.docx", b"x"), ("foto.JPG", b"x"), ("zonder", b"x"))
        reasons = page.locator(".kl-bestand__reden")
        expect(reasons).to_have_count(4)
        for number, reason in enumerate(("Het bestand is leeg", "hulpbestand", "soort .jpg lezen", "niet te zien")):
            expect(reasons.nth(number)).to_contain_text(reason)
        big = """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(101 << 20)], 'groot.pdf'));
          return transfer;
        }"""
        page.dispatch_event("body", "drop", {"dataTransfer": page.evaluate_handle(big)})
        expect(reasons.nth(4)).to_contain_text("groter dan 100 MB")
        page.locator("#verstuur").click()
        expect(page.locator("#bestandenfout")).to_have_text("Kies eerst een bestand dat wij kunnen lezen.")
        expect(page.get_by_role("button", name="Kies bestanden")).to_be_focused()
        page.get_by_role("button", name="Haal weg").first.click()
        expect(reasons).to_have_count(4)
        expect_focus(page, "Haal weg")
        drop(page, *[(f"nota-{number}.md", b"# Nota") for number in range(201)])
        expect(page.locator("#gekozen-kop")).to_contain_text("200 bestanden gekozen")
        expect(reasons.last).to_contain_text("Er kunnen 200 bestanden per keer mee.")
        assert not [address for address in watched.asked if address.endswith("/v1/documenten")]


def test_what_the_service_finds_wrong_stands_at_its_field(key: str, serve_small: Serve, open_page: Open) -> None:
    watched = open_page()
    with beheer(serve_small, watched, key) as page:
        choose(page, ("nota.md", b"# Nota"))
        page.locator("#nieuw-thema").fill("x" * 101)
        page.locator("#verstuur").click()
        expect(page.locator("#nieuw-thema-fout")).to_have_text("De tekst mag hooguit 100 tekens lang zijn.")
        expect(page.locator("#nieuw-thema")).to_be_focused()
        assert page.locator("#nieuw-thema").get_attribute("aria-describedby") == "nieuw-thema-fout nieuw-thema-hulp"
        forgive(watched)
        page.locator("#nieuw-thema").fill("")
        send(page)
        expect(page.locator("#nieuw-thema-fout")).to_be_hidden()


def test_a_case_is_proposed_as_confidential_and_another_choice_warns(
    key: str, serve_small: Serve, open_page: Open
) -> None:
    with beheer(serve_small, open_page(), key) as page:
        expect(page.get_by_label("Intern", exact=True)).to_be_checked()
        page.locator("#nieuw-soort").fill("Casus")
        expect(page.get_by_label("Vertrouwelijk", exact=True)).to_be_checked()
        page.get_by_label("Openbaar", exact=True).check()
        expect(page.locator(".kl-niveaunoot")).to_contain_text("Weet u zeker dat dit mag?")
        page.locator("#nieuw-soort").fill("handreiking")
        expect(page.locator(".kl-niveaunoot")).to_be_empty()
        expect(page.get_by_label("Openbaar", exact=True)).to_be_checked()


def test_sending_shows_how_far_it_is_and_can_be_stopped(key: str, serve_small: Serve, open_page: Open) -> None:
    watched = open_page()
    with beheer(serve_small, watched, key) as page:
        held: list[Route] = []
        page.route("**/v1/documenten", lambda route: held.append(route))  # noqa: PLW0108 - Playwright can not wrap a built-in
        choose(page, ("nota.md", b"# Nota"))
        page.locator("#verstuur").click()
        expect(page.get_by_role("progressbar", name="Versturen")).to_be_visible()
        expect(page.get_by_role("button", name="Stop met versturen")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#toevoegen-fout")).to_contain_text("Er is niets toegevoegd.")
        expect(page.locator("#verstuur")).to_be_focused()
        assert page.locator("#gekozen-lijst li").count() == 1


# -- when it fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (503, {"Retry-After": "5"}, "De kennisbank is even bezet"),
        (500, {}, "Er ging iets mis bij ons"),
        (429, {"Retry-After": "30"}, "Wacht 30 seconden"),
        (403, {}, "de reden"),
    ],
)
def test_a_list_that_does_not_come_says_why(
    filled: str, serve_small: Serve, open_page: Open, status: int, headers: dict[str, str], says: str
) -> None:
    watched = open_page()
    with beheer(serve_small, watched, filled) as page:
        problem = json.dumps({"title": "x", "status": status, "detail": "de reden"})
        page.route("**/v1/documenten/_lijst", lambda route: route.fulfill(status=status, headers=headers, body=problem))
        page.get_by_role("link", name="Documenten", exact=True).click()
        expect(page.locator("#lijst-melding")).to_contain_text(says)
        forgive(watched)
        page.unroute("**/v1/documenten/_lijst")
        if status != 403:
            page.get_by_role("button", name="Probeer opnieuw").click()
            expect(page.locator(".kl-document")).to_have_count(5)


def test_without_a_connection_it_says_so_and_goes_on_after(filled: str, serve_small: Serve, open_page: Open) -> None:
    watched = open_page()
    with beheer(serve_small, watched, filled) as page:
        page.context.set_offline(True)
        expect(page.locator("#verbinding")).to_contain_text("U bent offline.")
        page.get_by_role("link", name="Documenten", exact=True).click()
        expect(page.locator("#lijst-melding")).to_contain_text("U bent offline")
        page.context.set_offline(False)
        expect(page.locator("#verbinding")).to_be_hidden()
        page.get_by_role("button", name="Probeer opnieuw").click()
        expect(page.locator(".kl-document")).to_have_count(5)
        forgive(watched)


def test_a_withdrawal_that_fails_is_said_in_the_dialog(filled: str, serve_small: Serve, open_page: Open) -> None:
    watched = open_page()
    with beheer(serve_small, watched, filled) as page:
        page.goto(page.url + "#document=stuk0")
        page.get_by_role("button", name="Trek in", exact=True).click()
        page.route("**/v1/documenten/stuk0", lambda route: route.fulfill(status=503, body="{}"))
        page.get_by_role("button", name="Ja, trek in").click()
        expect(page.locator("#intrekfout")).to_contain_text("De kennisbank is even bezet")
        expect(page.get_by_role("dialog")).to_be_visible()
        forgive(watched)


def test_an_empty_knowledge_base_says_how_to_begin(key: str, serve_small: Serve, open_page: Open) -> None:
    with beheer(serve_small, open_page(), key) as page:
        expect(page.locator("#uploads-leeg")).to_have_text("U hebt nog niets toegevoegd.")
        page.get_by_role("link", name="Mislukt", exact=True).click()
        expect(page.locator("#deel-mislukt")).to_contain_text("Er is niets mislukt")
        page.get_by_role("link", name="Documenten", exact=True).click()
        expect(page.locator("#lijst-melding")).to_contain_text("De kennisbank is nog leeg")
        expect(page.locator("#status")).to_have_text("De kennisbank is nog leeg.")
        page.get_by_role("link", name="Voeg de eerste documenten toe").click()
        expect(page.get_by_role("heading", level=1)).to_be_focused()


# -- for everyone ------------------------------------------------------------------------------------------------------


def signed_out(page: Page) -> None:
    expect(page.get_by_role("button", name="Meld aan met een sleutel")).to_be_visible()


def chosen(page: Page) -> None:
    drop(page, ("casus.md", b"# Casus"), ("leeg.md", b""))
    page.get_by_label("Openbaar", exact=True).check()
    expect(page.locator(".kl-niveaunoot .utrecht-alert")).to_be_visible()


def complaining(page: Page) -> None:
    page.locator("#verstuur").click()
    expect(page.locator("#bestandenfout")).to_be_visible()


def waiting(page: Page) -> None:
    choose(page, ("nota.md", b"# Nota"))
    send(page)
    expect(page.locator("#uploads .kl-bestand__fase").first).to_have_text("Wacht op verwerking")


def listed(page: Page) -> None:
    page.get_by_role("link", name="Documenten", exact=True).click()
    expect(page.locator(".kl-document")).to_have_count(5)
    page.get_by_text("Filters", exact=True).click()


def nothing_found(page: Page) -> None:
    listed(page)
    page.get_by_role("searchbox").fill("bestaat niet")
    page.keyboard.press("Enter")
    expect(page.locator("#lijst-melding")).to_contain_text("Geen documenten gevonden")


def one(page: Page) -> None:
    page.goto(page.url + "#document=stuk1")
    expect(page.locator(".kl-feiten")).to_be_visible()


def editing(page: Page) -> None:
    one(page)
    page.get_by_role("button", name="Wijzig metadata").click()
    page.locator("#wijzig-titel").fill("")
    page.get_by_label("Openbaar", exact=True).last.check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator("#wijzig-titel-fout")).to_have_text("Dit mag niet leeg zijn.")


def replacing(page: Page) -> None:
    one(page)
    page.get_by_role("button", name="Vervang", exact=True).click()
    page.get_by_role("button", name="Vervang", exact=True).last.click()
    expect(page.locator("#vervang-fout")).to_be_visible()


def withdrawing(page: Page) -> None:
    one(page)
    page.get_by_role("button", name="Trek in", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def failed(page: Page) -> None:
    page.get_by_role("link", name="Mislukt", exact=True).click()
    expect(page.locator("#deel-mislukt .kl-taak")).to_contain_text(REFUSED)


def opening(_page: Page) -> None:
    """The page as it opens."""


STATES: Sequence[Callable[[Page], None]] = (
    *(opening, signed_out, chosen, complaining, waiting, listed, nothing_found),
    *(one, editing, replacing, withdrawing, failed),
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_everyone_can_use_every_state(
    filled: str, serve_small: Serve, open_page: Open, state: Callable[[Page], None]
) -> None:
    """axe finds nothing in light or dark, nothing is wider than 320 pixels, headings go down one level at a time."""
    watched = open_page(reduced_motion="reduce")
    with beheer(serve_small, watched, "" if state is signed_out else filled) as page:
        state(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        script = (
            "[...document.querySelectorAll('h1,h2,h3,h4')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
        )
        levels = page.evaluate(script)
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels
