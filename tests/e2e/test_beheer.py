"""The editor's page against a real server with one worker: what goes in, what becomes of it, and how it leaves."""

import json
import re
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from corpus.catalogue import open_catalogue
from service.access import Role
from tests.e2e.browsing import forgive
from tests.e2e.conftest import Open, Watched
from tests.e2e.serving import running_service
from tests.service.clients import new_key

ENDS_MS = 300_000  # on a busy machine
# Keeps what the progress of files was seen to be.
WATCH_PROGRESS = """() => {
  window.gezien = [];
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('.kl-taak .kl-bestand')) {
      const words = [row.querySelector('bdi').textContent, row.querySelector('.kl-bestand__fase').textContent];
      window.gezien.push([...words, row.querySelector('progress').value]);
    }
  }).observe(document.getElementById('uploads'),
    {subtree: true, childList: true, attributes: true, characterData: true});
}"""


@dataclass(frozen=True)
class Site:
    """A running service on a knowledge base of its own, with keys."""

    address: str
    editor: str
    reader: str

    def titles(self, question: str, key: str = "") -> list[str]:
        """What the search finds."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        body = json.dumps({"vraag": question, "maxAantal": 50}).encode()
        request = urllib.request.Request(f"{self.address}/v1/documenten/_zoek", body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return [result["document"]["titel"] for result in json.load(answer)["resultaten"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("beheer")
    with running_service(folder / "data", folder, workers=1) as service:
        catalogue = open_catalogue(service.data)
        keys = [new_key(catalogue, role) for role in (Role.EDITOR, Role.READER)]
        catalogue.close()
        yield Site(service.address, *keys)


def signed_in(watched: Watched, address: str, key: str) -> Page:
    """The page as an editor sees it, with the key in this tab as the dialog leaves it."""
    page = watched.page
    page.add_init_script(f"if (location.origin === {address!r}) sessionStorage.setItem('kennislab-sleutel', {key!r})")
    page.goto(f"{address}/beheer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Documenten toevoegen")
    return page


@pytest.fixture
def watched(open_page: Open) -> Watched:
    return open_page()


@pytest.fixture
def editor(site: Site, watched: Watched) -> Page:
    return signed_in(watched, site.address, site.editor)


def text_file(title: str, subject: str, sections: int = 3) -> bytes:
    """A text of its own: no two of these are alike."""
    parts = [f"## Deel {n}\n\nOver {subject} {uuid.uuid4().hex}." for n in range(sections)]
    return "\n\n".join([f"# {title}", *parts]).encode()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files("#bestanden", [{"name": name, "mimeType": "", "buffer": data} for name, data in files])


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Let go of files above the page."""
    script = """files => {
      const transfer = new DataTransfer();
      for (const [name, text] of files) transfer.items.add(new File([text], name));
      return transfer;
    }"""
    transfer = page.evaluate_handle(script, [[name, data.decode()] for name, data in files])
    for event in ("dragover", "drop"):
        page.dispatch_event("#neerzetten", event, {"dataTransfer": transfer})


def send(page: Page) -> None:
    page.locator("#verstuur").click()
    expect(page.locator("#gekozen")).to_be_hidden()


def ended(page: Page) -> Any:
    """The last upload, when it has come to its end."""
    card = page.locator("#uploads .kl-taak").first
    expect(card).to_have_attribute("data-status", re.compile("^klaar"), timeout=ENDS_MS)
    return card


def row(card: Any, name: str) -> Any:
    return card.locator(".kl-bestand").filter(has=card.page.get_by_text(name, exact=True))


def add(page: Page, *files: tuple[str, bytes], level: str = "openbaar") -> Any:
    """Add files through the form; the card of the upload, when all is processed."""
    page.goto(page.url.split("#")[0] + "#toevoegen")
    choose(page, *files)
    page.locator(f"#nieuw-vertrouwelijkheid-{level}").check()
    send(page)
    return ended(page)


def open_document(page: Page, title: str) -> None:
    page.get_by_role("link", name="Documenten", exact=True).click()
    page.get_by_role("searchbox", name="Titel of bestandsnaam").fill(title)
    page.keyboard.press("Enter")
    page.locator(".kl-document").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".kl-feiten")).to_be_visible()


# -- adding ------------------------------------------------------------------------------------------------------------


def test_five_mixed_files_each_end_with_a_word_and_are_found(site: Site, editor: Page) -> None:
    same = text_file("Vlinderbeleid", "vlinders in het plantsoen")
    files = [
        ("meldpunt.md", text_file("Handreiking vogelmeldpunt", "het melden van vogels", 40)),
        ("vlinders.md", same),
        ("dezelfde-vlinders.md", same),
        ("kapot.pdf", b"%PDF-1.4 dit is geen pdf"),
        ("egels.html", b"<html><title>Egelplan</title><body><p>Egels steken over bij de school.</p></body></html>"),
    ]
    choose(editor, *files)
    assert editor.locator("#gekozen-lijst li").count() == 5
    expect(editor.locator("#gekozen-kop")).to_have_text(re.compile(r"^5 bestanden gekozen \(\d+ kB\)$"))
    editor.locator("#nieuw-organisatie").fill("Gemeente Fauna")
    editor.locator("#nieuw-thema").fill("dieren, buiten")
    editor.get_by_label("Openbaar", exact=True).check()
    editor.evaluate(WATCH_PROGRESS)
    editor.get_by_role("button", name="Voeg 5 bestanden toe").click()
    expect(editor.locator("#uploads .kl-taak .kl-bestand")).to_have_count(5)
    card = ended(editor)
    expect(card.locator(".kl-taak__samenvatting")).to_have_text("Klaar: 3 verwerkt, 1 overgeslagen, 1 mislukt.")
    expect(editor.locator("#status")).to_have_text("Upload klaar: 3 verwerkt, 1 overgeslagen, 1 mislukt.")
    expect(row(card, "meldpunt.md").locator(".kl-bestand__fase")).to_have_text("Verwerkt")
    skipped = row(card, "dezelfde-vlinders.md")
    expect(skipped).to_contain_text("Zelfde inhoud als vlinders.md, dat er al is. U hoeft niets te doen.")
    expect(row(card, "kapot.pdf")).to_contain_text("De PDF is beschadigd of niet compleet.")
    moved_in_steps(editor.evaluate("window.gezien"))
    assert "Handreiking vogelmeldpunt" in site.titles("vogels melden")
    assert "Egelplan" in site.titles("egels bij de school")
    row(card, "egels.html").get_by_role("link", name="Bekijk het document").click()
    expect(editor.locator(".kl-feiten")).to_contain_text("Gemeente Fauna")
    expect(editor.locator(".kl-feiten")).to_contain_text("buiten, dieren")


def moved_in_steps(seen: list[tuple[str, str, int]]) -> None:
    """Each file waited, was worked on and got further, never back."""
    words = {phase for _name, phase, _share in seen}
    assert "Wacht op verwerking" in words
    assert any(word.startswith("Indexeren") for word in words), words
    for name in {name for name, _phase, _share in seen}:
        shares = [share for own, _phase, share in seen if own == name]
        assert shares == sorted(shares), (name, shares)
        assert shares[-1] == 100
    assert len({share for name, _phase, share in seen if name == "meldpunt.md"}) >= 3


def test_dropped_files_are_taken_and_what_can_not_be_is_said_first(site: Site, editor: Page) -> None:
    drop(editor, ("zwaluwen.md", text_file("Zwaluwenplan", "zwaluwen onder de dakrand")), ("tabel.xlsx", b"PK"))
    expect(editor.locator("#gekozen-kop")).to_contain_text("1 bestand gekozen")
    reason = "Gaat niet mee. Bestanden van het soort .xlsx lezen wij niet."
    expect(editor.locator("#gekozen-lijst")).to_contain_text(reason)
    editor.get_by_label("Openbaar", exact=True).check()
    send(editor)
    card = ended(editor)
    expect(card.locator(".kl-taak__samenvatting")).to_have_text("Klaar: 1 verwerkt.")
    assert "Zwaluwenplan" in site.titles("zwaluwen onder de dakrand")


def test_an_upload_is_still_there_after_a_reload(editor: Page) -> None:
    choose(editor, *[(f"groot-{n}.md", text_file(f"Groot stuk {n}", "lange teksten", 60)) for n in range(3)])
    send(editor)
    expect(editor.locator("#uploads .kl-taak").first).to_have_attribute("data-status", re.compile("wacht|bezig"))
    editor.reload()
    expect(editor.locator("#uploads .kl-taak .kl-bestand").first).to_be_visible()
    editor.get_by_role("link", name="Documenten", exact=True).click()
    expect(editor.locator("#lopend")).to_contain_text("van 3 bestanden klaar")
    editor.get_by_role("link", name="Bekijk uw uploads").click()
    card = ended(editor)
    expect(card.locator(".kl-taak__samenvatting")).to_have_text("Klaar: 3 verwerkt.")


def test_without_a_stream_the_page_asks_now_and_then(editor: Page, watched: Watched) -> None:
    editor.route("**/gebeurtenissen", lambda route: route.abort())
    card = add(editor, ("zonder-stroom.md", text_file("Zonder stroom", "uilen in de schuur")))
    expect(card.locator(".kl-taak__samenvatting")).to_have_text("Klaar: 1 verwerkt.")
    expect(card.locator(".kl-taak__hapering")).to_be_hidden()
    forgive(watched)


def test_a_level_that_nobody_chose_is_confidential_for_a_case(editor: Page) -> None:
    choose(
        editor,
        ("casus-de-vries.md", text_file("Casus jongen", "een jongen")),
        ("stoepen.md", text_file("Brede stoepen", "stoepen")),
    )
    expect(editor.locator(".kl-niveaunoot")).to_contain_text("lijkt een casus te zijn")
    send(editor)
    card = ended(editor)
    expect(card.locator(".kl-taak__samenvatting")).to_have_text("Klaar: 2 verwerkt.")
    open_document(editor, "Casus jongen")
    expect(editor.locator("#deel-document .kl-gegevens")).to_contain_text("Vertrouwelijk")
    open_document(editor, "Brede stoepen")
    expect(editor.locator("#deel-document .kl-gegevens")).to_contain_text("Intern")


def test_what_was_proposed_asks_and_a_near_duplicate_leads_to_the_other(editor: Page) -> None:
    words = " ".join(f"woord{n}" for n in range(400))
    add(editor, ("eerste.md", f"# Jongerenwerk buiten\n\n{words}".encode()))
    card = add(editor, ("bijna.md", f"# Jongerenwerk buiten\n\n{words} anders".encode()))
    outcome = row(card, "bijna.md")
    expect(outcome.locator(".kl-voorstel")).to_have_text("Klopt dit?")
    expect(outcome).to_contain_text("De tekst lijkt voor ongeveer")
    other = outcome.get_by_role("link", name="een ander document").get_attribute("href")
    own = outcome.get_by_role("link", name="Bekijk het document").get_attribute("href")
    assert other != own
    outcome.get_by_role("link", name="Wijzig het thema").click()
    expect(editor.locator("#wijzig-thema")).to_be_focused()
    expect(editor.locator(".kl-feiten .kl-voorstel")).to_have_text("Voorgesteld: klopt dit?")
    editor.locator("#wijzig-thema").fill("sport")
    editor.get_by_role("button", name="Bewaar").click()
    expect(editor.locator(".kl-document__melding")).to_have_text("Gewijzigd: thema's.")
    expect(editor.locator("#deel-document .kl-voorstel")).to_have_count(0)


def test_what_failed_can_be_tried_again_from_both_places(editor: Page) -> None:
    card = add(editor, ("stuk.docx", b"PK\x03\x04 geen zip"))
    expect(card.locator(".kl-taak__samenvatting")).to_have_text("Klaar: 1 mislukt.")
    editor.evaluate(WATCH_PROGRESS)
    card.get_by_role("button", name=re.compile("^Probeer opnieuw ?: stuk.docx$")).click()
    seen = "() => window.gezien.some(([_name, phase]) => phase === 'Wacht op verwerking')"
    for _ in range(200):
        if editor.evaluate(seen):
            break
        editor.wait_for_timeout(100)
    assert editor.evaluate(seen)
    expect(ended(editor).locator(".kl-taak__samenvatting")).to_have_text("Klaar: 1 mislukt.")
    reason = row(card, "stuk.docx").locator(".kl-bestand__meer").inner_text()
    editor.get_by_role("link", name="Mislukt", exact=True).click()
    failed = editor.locator("#deel-mislukt .kl-taak").filter(has_text="stuk.docx").first
    expect(failed.locator(".kl-bestand__meer")).to_have_text(reason)
    failed.get_by_role("button", name="Probeer opnieuw").click()
    expect(failed).to_contain_text("We proberen het opnieuw.")
    failed.get_by_role("link", name="Volg het bij uw uploads").click()
    ended(editor)


# -- changing, replacing, withdrawing ----------------------------------------------------------------------------------


def test_changed_metadata_is_found_with_a_filter(editor: Page, watched: Watched) -> None:
    add(editor, ("otters.md", text_file("Ottersingel", "otters in de singel")))
    open_document(editor, "Ottersingel")
    editor.get_by_role("button", name="Wijzig metadata").click()
    title = editor.get_by_label("Titel", exact=True)
    title.fill("x" * 201)
    editor.get_by_role("button", name="Bewaar").click()
    expect(editor.locator("#wijzig-titel-fout")).to_have_text("De tekst mag hooguit 200 tekens lang zijn.")
    expect(title).to_be_focused()
    assert title.get_attribute("aria-invalid") == "true"
    forgive(watched)
    title.fill("Otters in de singel")
    editor.locator("#wijzig-organisatie").fill("Waterschap Otterland")
    editor.locator("#wijzig-datum").fill("2024-05-06")
    editor.get_by_role("button", name="Bewaar").click()
    changed = "Gewijzigd: titel, organisatie, datum van het document."
    expect(editor.locator(".kl-document__melding")).to_have_text(changed)
    expect(editor.get_by_role("heading", level=1)).to_have_text("Otters in de singel")
    editor.get_by_role("link", name="Documenten", exact=True).click()
    editor.get_by_role("searchbox").fill("")
    editor.get_by_text("Filters", exact=True).click()
    editor.locator("#filter-organisatie").fill("Waterschap Otterland")
    editor.keyboard.press("Enter")
    expect(editor.locator("#lijst-aantal")).to_have_text("1 document")
    expect(editor.locator(".kl-document")).to_contain_text("6 mei 2024")
    editor.get_by_label("Datum vanaf").fill("2025-01-01")
    editor.keyboard.press("Enter")
    expect(editor.locator("#lijst-melding")).to_contain_text("Geen documenten gevonden")
    editor.get_by_role("button", name="Wis zoekterm en filters").click()
    expect(editor.locator(".kl-document").nth(1)).to_be_visible()
    assert editor.locator("#filter-organisatie").input_value() == ""
    for value in ("titel", "-titel"):
        editor.get_by_label("Volgorde").select_option(value)
        expect(editor.locator("#lijst-deel")).not_to_have_attribute("aria-busy", "true")
        titles = [title.lower() for title in editor.locator(".kl-document h3").all_inner_texts()]
        assert titles == sorted(titles, reverse=value == "-titel")


def test_another_file_becomes_version_two(site: Site, editor: Page) -> None:
    add(editor, ("bevers.md", b"# Beverburcht\n\nDe burcht ligt bij de molenwiek."))
    assert "Beverburcht" in site.titles("molenwiek")
    open_document(editor, "Beverburcht")
    editor.get_by_role("button", name="Vervang", exact=True).click()
    editor.get_by_role("button", name="Vervang", exact=True).last.click()
    expect(editor.locator("#vervang-fout")).to_have_text("Kies eerst een bestand.")
    field = editor.get_by_label("Nieuw bestand")
    field.set_input_files({"name": "bevers.xlsx", "mimeType": "", "buffer": b"PK"})
    editor.get_by_role("button", name="Vervang", exact=True).last.click()
    expect(editor.locator("#vervang-fout")).to_contain_text("Bestanden van het soort .xlsx lezen wij niet.")
    new = {"name": "bevers-2.md", "mimeType": "", "buffer": b"# Beverburcht\n\nDe burcht ligt bij de watertoren."}
    field.set_input_files(new)
    editor.get_by_role("button", name="Vervang", exact=True).last.click()
    expect(editor.locator(".kl-document__melding")).to_have_text("Versie 2 is verwerkt en te vinden.", timeout=ENDS_MS)
    versions = editor.locator(".kl-versies li")
    expect(versions.nth(0)).to_contain_text("Versie 2: bevers-2.md")
    expect(versions.nth(0)).to_contain_text("Huidige versie")
    expect(versions.nth(1)).to_contain_text("Versie 1: bevers.md")
    assert "Beverburcht" in site.titles("watertoren")
    with editor.expect_download() as download:
        editor.get_by_role("link", name="Download het origineel").click()
    assert "watertoren" in download.value.path().read_text()


def test_withdrawing_asks_first_and_then_leaves_nothing(site: Site, editor: Page, watched: Watched) -> None:
    add(editor, ("dassen.md", text_file("Dassenburcht", "dassen op de heuvel")), level="vertrouwelijk")
    assert "Dassenburcht" in site.titles("dassen op de heuvel", site.editor)
    assert site.titles("dassen op de heuvel").count("Dassenburcht") == 0
    open_document(editor, "Dassenburcht")
    address = editor.url
    withdraw = editor.get_by_role("button", name="Trek in", exact=True)
    withdraw.click()
    dialog = editor.get_by_role("dialog", name="Document intrekken?")
    expect(dialog).to_contain_text("Dassenburcht (dassen.md)")
    expect(dialog).to_contain_text("alle versies")
    expect(dialog.get_by_role("button", name="Niet intrekken")).to_be_focused()
    editor.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(withdraw).to_be_focused()
    assert "Dassenburcht" in site.titles("dassen op de heuvel", site.editor)
    withdraw.click()
    dialog.get_by_role("button", name="Ja, trek in").click()
    expect(editor.locator("#lijst-melding")).to_contain_text("Ingetrokken: Dassenburcht.")
    expect(editor.locator("#status")).to_contain_text("Ingetrokken: Dassenburcht.")
    expect(editor.locator("#lijst-melding")).to_contain_text("Geen documenten gevonden")
    assert "Dassenburcht" not in site.titles("dassen op de heuvel", site.editor)
    editor.goto(address)
    expect(editor.get_by_role("heading", level=1)).to_have_text("Dit document is er niet")
    forgive(watched)
    editor.goto(f"{site.address}/beheer#toevoegen")
    expect(editor.locator("#uploads")).not_to_contain_text("dassen.md")
    expect(editor.locator("#uploads")).to_contain_text("verwijderd document")
