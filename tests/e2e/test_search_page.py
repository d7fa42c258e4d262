"""The search page in a real browser, against a real server: every flow and every state."""

import json
import re
import urllib.request
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from corpus.catalogue import Catalogue
from corpus.types import Classification
from search.relevance import Calibration
from service.access import Role
from tests.e2e.conftest import Open, Serve, Watched
from tests.service.clients import new_key

Put = Callable[..., str]

ESS = "Hoe baken je de preventie van radicalisering af?"
ENGLISH = "How can a municipality support communities after far-right incidents?"
NONSENSE = "pannenkoeken bakken met stroop en spek"
POSSIBLE = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=1.1)
ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
FAILED = "Failed to load resource"


def ask(page: Page, question: str) -> None:
    page.get_by_role("searchbox", name="Uw vraag").fill(question)
    page.keyboard.press("Enter")


def keep(held: list[Route], route: Route) -> None:
    """Hold an answer back; the test lets it go."""
    held.append(route)


def wait_for_results(page: Page) -> None:
    expect(page.locator("#uitkomst")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".kl-kaart").first).to_be_visible()


def api(server: str, question: str, **fields: Any) -> dict[str, Any]:
    body = json.dumps({"vraag": question, **fields}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{server}/v1/documenten/_zoek", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.fixture
def start(server: str, open_page: Open) -> Watched:
    watched = open_page()
    watched.page.goto(server)
    return watched


# -- asking ------------------------------------------------------------------------------------------------------------


def test_the_start_says_what_to_do(start: Watched) -> None:
    page = start.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoek in de kennisbank")
    expect(page.get_by_role("searchbox", name="Uw vraag")).to_be_visible()
    assert page.locator("#voorbeeldvragen a").count() == 4
    assert page.title() == "Zoeken – Kennislab"
    expect(page.locator("#uitkomst")).to_be_hidden()


@pytest.mark.parametrize("number", range(4))
def test_an_example_is_asked_with_one_click(start: Watched, number: int) -> None:
    page = start.page
    link = page.locator("#voorbeeldvragen a").nth(number)
    question = " ".join(link.inner_text().split())
    link.click()
    wait_for_results(page)
    assert page.get_by_role("searchbox").input_value() == question
    assert page.locator(".kl-kaart").count() >= 3


def test_the_question_is_in_the_fragment_and_nowhere_else(start: Watched) -> None:
    page = start.page
    ask(page, ESS)
    wait_for_results(page)
    parts = urlsplit(page.url)
    assert (parts.path, parts.query) == ("/", "")
    assert parse_qs(parts.fragment) == {"vraag": [ESS]}
    page.wait_for_load_state("networkidle")
    assert len(start.asked) > 10
    assert not [address for address in start.asked if "radicalisering" in unquote(address.split("#")[0])]
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_results_say_what_they_are_and_open_at_the_page(server: str, start: Watched) -> None:
    page = start.page
    ask(page, ESS)
    wait_for_results(page)
    answer = api(server, ESS)
    assert page.locator(".kl-kaart").count() == len(answer["resultaten"]) > 3
    for number, result in enumerate(answer["resultaten"]):
        card = page.locator(".kl-kaart").nth(number)
        document, best = result["document"], result["passages"][0]
        expect(card.get_by_role("heading", level=3)).to_have_text(document["titel"])
        words = {"sterk": "Past goed bij uw vraag", "mogelijk": "Gaat er mogelijk over"}
        expect(card.locator(".kl-relevantie")).to_have_text(words[result["relevantie"]])
        expect(card.locator(".kl-kaart__gegevens")).to_contain_text(document["organisatie"])
        marks = card.locator(".kl-passage").first.locator("mark").all_inner_texts()
        wanted = " ".join(best["tekst"][begin:end] for begin, end in best["markeringen"])
        assert "".join("".join(marks).split()) == re.sub(r"\s+|\|", "", wanted)
        link = card.locator(".kl-open").first
        if document["bestandsnaam"].endswith(".pdf"):
            assert link.get_attribute("href") == f"{document['link']}#page={best['pagina']}"
            expect(link).to_contain_text(f"Open op pagina {best['pagina']}")
        else:
            assert (link.get_attribute("href") or "").startswith("/bron#id=")


def test_the_picture_shows_the_page_with_the_passage(start: Watched) -> None:
    page = start.page
    ask(page, ESS)
    wait_for_results(page)
    image = page.locator(".kl-kaart__beeld img").first
    expect(image).to_have_js_property("complete", True)
    page.wait_for_function("document.querySelector('.kl-kaart__beeld img').naturalWidth === 320")
    assert re.fullmatch(r"Pagina \d+ van .+, met de passage gemarkeerd", image.get_attribute("alt") or "")


def test_more_passages_of_a_document_open_in_place(start: Watched) -> None:
    page = start.page
    ask(page, ESS)
    wait_for_results(page)
    summary = page.get_by_text(re.compile("^Nog 2 passages uit dit document$")).first
    details = summary.locator("xpath=..")
    expect(details.locator("blockquote").first).to_be_hidden()
    summary.click()
    assert details.locator("blockquote").count() == 2
    expect(details.locator("blockquote").first).to_be_visible()


def test_more_sources_come_below_and_get_the_focus(serve_small: Serve, put: Put, open_page: Open) -> None:
    for number in range(14):
        put(f"nota-{number}", [f"Nota {number} over preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(address)
        ask(page, "preventie")
        wait_for_results(page)
        assert page.locator(".kl-kaart").count() == 10
        said = "U ziet de 10 bronnen die het best passen."
        expect(page.locator("#aantal")).to_have_text("14 bronnen gevonden")
        expect(page.locator("#meest")).to_have_text(said)
        expect(page.get_by_role("status")).to_have_text(f"14 bronnen gevonden. {said}")
        page.get_by_role("button", name="Toon meer bronnen").click()
        expect(page.locator(".kl-kaart")).to_have_count(14)
        expect(page.locator(".kl-kaart h3 a").nth(10)).to_be_focused()
        expect(page.get_by_role("button", name="Toon meer bronnen")).to_be_hidden()
        expect(page.locator("#meest")).to_be_hidden()


def test_a_new_question_replaces_an_answer_that_is_still_coming(start: Watched) -> None:
    page = start.page
    held: list[Route] = []
    page.route("**/_zoek", lambda route: keep(held, route), times=1)
    ask(page, NONSENSE)
    page.wait_for_timeout(100)
    ask(page, ESS)
    wait_for_results(page)
    held[0].abort()
    page.wait_for_timeout(200)
    expect(page.locator("#melding")).to_be_empty()
    expect(page.locator(".kl-kaart").first).to_be_visible()


# -- the address -------------------------------------------------------------------------------------------------------


def test_a_shared_link_asks_again_and_back_and_forward_follow(server: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(f"{server}/#vraag=Wat%20doet%20een%20meldpunt%3F&soort=presentatie")
    wait_for_results(page)
    assert page.get_by_role("searchbox").input_value() == "Wat doet een meldpunt?"
    assert page.locator("input[data-facet=soort]:checked").get_attribute("value") == "presentatie"
    assert set(page.locator(".kl-kaart__gegevens > :first-child").all_inner_texts()) == {"Presentatie"}
    ask(page, ESS)
    expect(page).to_have_url(re.compile("preventie"))
    wait_for_results(page)
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("Wat doet een meldpunt?")
    wait_for_results(page)
    page.go_forward()
    expect(page.get_by_role("searchbox")).to_have_value(ESS)
    page.go_back()
    page.go_back()
    assert page.url == "about:blank"


def test_back_to_the_start_shows_the_start(start: Watched) -> None:
    page = start.page
    ask(page, ESS)
    wait_for_results(page)
    page.go_back()
    expect(page.locator("#start")).to_be_visible()
    expect(page.locator("#uitkomst")).to_be_hidden()
    assert page.get_by_role("searchbox").input_value() == ""


def test_the_link_and_the_citation_are_copied_and_said(server: str, open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(server)
    ask(page, ESS)
    wait_for_results(page)
    page.get_by_role("button", name="Kopieer link naar deze vraag").click()
    expect(page.get_by_role("status")).to_contain_text("Link gekopieerd")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    card = page.locator(".kl-kaart").filter(has_text="Handreiking afbakening van preventie").first
    card.get_by_text("Bronvermelding").click()
    card.get_by_role("button", name="Kopieer: Volgens APA").click()
    expect(page.get_by_role("status")).to_have_text("Bronvermelding gekopieerd.")
    assert re.fullmatch(
        r"Expertise-unit Sociale Stabiliteit\. \(2025, 20 mei\)\. Handreiking afbakening van preventie \(p\. \d+\) "
        rf"\[Handreiking\]\. {server}/v1/documenten/[0-9a-f]+/bestand#page=\d+",
        page.evaluate("navigator.clipboard.readText()"),
    )
    card.get_by_role("button", name="Kopieer: In gewone tekst").click()
    assert re.match(
        r"Handreiking afbakening van preventie, Expertise-unit Sociale Stabiliteit, 20 mei 2025, pagina \d+\. http",
        page.evaluate("navigator.clipboard.readText()"),
    )


# -- facets ------------------------------------------------------------------------------------------------------------


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


# -- states ------------------------------------------------------------------------------------------------------------


def test_an_empty_question_is_said_at_the_box(start: Watched) -> None:
    page = start.page
    box = page.get_by_role("searchbox")
    box.fill("   ")
    page.get_by_role("button", name="Zoeken").click()
    error = page.locator("#vraagfout")
    expect(error).to_be_visible()
    assert box.get_attribute("aria-describedby") == "vraagfout"
    assert box.get_attribute("aria-invalid") == "true"
    expect(box).to_be_focused()
    box.press_sequentially("wat")
    expect(error).to_be_hidden()
    assert box.get_attribute("aria-describedby") is None
    assert not [address for address in start.asked if address.endswith("_zoek")]


def test_nothing_found_says_so_and_shows_ways_on(server: str, start: Watched) -> None:
    page = start.page
    ask(page, NONSENSE)
    expect(page.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Geen passende bronnen gevonden.")
    assert page.locator(".kl-kaart").count() == 0
    contact = page.get_by_role("link", name="Neem contact op")
    assert contact.get_attribute("href") == "https://www.socialestabiliteit.nl/contact"
    themes = page.locator(".kl-themas a")
    assert themes.count() >= 3
    with urllib.request.urlopen(f"{server}/v1/documenten?maxAantal=100") as answer:  # noqa: S310
        exists = {theme for document in json.load(answer)["documenten"] for theme in document["thema"]}
    assert {theme.lower() for theme in themes.all_inner_texts()} <= {theme.lower() for theme in exists}
    themes.first.click()
    wait_for_results(page)


def test_only_possible_results_are_called_that(serve_small: Serve, put: Put, open_page: Open) -> None:
    put("nota", ["De gemeente werkt aan preventie in de wijk."])
    with serve_small(POSSIBLE) as address:
        page = open_page().page
        page.goto(address)
        ask(page, "preventie")
        wait_for_results(page)
        warning = "Geen enkele bron past goed bij uw vraag. Deze bronnen gaan er mogelijk over."
        expect(page.locator("#toelichting")).to_have_text(warning)
        expect(page.get_by_role("status")).to_have_text(f"1 bron gevonden. {warning}")
        expect(page.locator(".kl-relevantie")).to_have_text("Gaat er mogelijk over")


def test_waiting_is_said_and_long_waiting_too(start: Watched) -> None:
    page = start.page
    held: list[Route] = []
    page.route("**/_zoek", lambda route: keep(held, route))
    ask(page, ESS)
    status = page.get_by_role("status")
    page.wait_for_timeout(150)
    expect(status).to_have_text("")
    expect(status).to_have_text("Zoeken…", timeout=2000)
    expect(status).to_have_text("Dit duurt langer dan gewoon. We zoeken nog.", timeout=6000)
    assert page.locator("#uitkomst").get_attribute("aria-busy") == "true"
    held[0].continue_()
    wait_for_results(page)
    expect(status).to_contain_text("bronnen gevonden")


def test_a_server_that_is_gone_keeps_the_question_and_can_be_asked_again(start: Watched) -> None:
    page = start.page
    page.route("**/_zoek", lambda route: route.abort())
    ask(page, ESS)
    expect(page.get_by_role("alert")).to_contain_text("De zoekmachine antwoordt niet")
    assert page.get_by_role("searchbox").input_value() == ESS
    page.unroute("**/_zoek")
    page.get_by_role("button", name="Probeer opnieuw").click()
    wait_for_results(page)
    expect(page.locator("#melding")).to_be_empty()
    assert all(FAILED in complaint for complaint in start.complaints)
    start.complaints.clear()


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (400, {}, "de reden"),
        (401, {}, "De sleutel klopt niet, is verlopen of is ingetrokken."),
        (403, {}, "Met deze sleutel mag u dit niet."),
        (429, {"Retry-After": "30"}, "Wacht 30 seconden en probeer het dan opnieuw."),
        (429, {}, "Wacht even en probeer het dan opnieuw."),
        (500, {}, "Er ging iets mis bij ons"),
        (503, {"Retry-After": "5"}, "De zoekmachine is er nog niet"),
    ],
)
def test_a_refusal_is_said_in_words(start: Watched, status: int, headers: dict[str, str], says: str) -> None:
    page = start.page
    problem = json.dumps({"title": "x", "status": status, "detail": "de reden"})
    page.route("**/_zoek", lambda route: route.fulfill(status=status, headers=headers, body=problem))
    ask(page, ESS)
    expect(page.get_by_role("alert")).to_contain_text(says)
    assert page.get_by_role("searchbox").input_value() == ESS
    assert page.title() == "Zoeken lukt niet – Kennislab"
    assert all(FAILED in complaint for complaint in start.complaints)
    start.complaints.clear()


# -- a key -------------------------------------------------------------------------------------------------------------


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
    assert all(FAILED in complaint for complaint in start.complaints)
    start.complaints.clear()


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
    assert all(FAILED in complaint for complaint in watched.complaints)
    watched.complaints.clear()


# -- one page of a source ----------------------------------------------------------------------------------------------


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
    assert all(FAILED in complaint for complaint in watched.complaints)
    watched.complaints.clear()
