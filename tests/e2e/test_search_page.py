"""The search page in a real browser, against a real server: every flow and every state."""

import json
import re
import urllib.request
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browsing import (
    ALWAYS,
    ESS,
    NONSENSE,
    POSSIBLE,
    api,
    ask,
    forgive,
    keep,
    wait_for_results,
    wait_until,
)
from tests.e2e.conftest import Open, Serve, Watched

Put = Callable[..., str]


# -- asking ------------------------------------------------------------------------------------------------------------


def test_the_start_says_what_to_do(start: Watched) -> None:
    page = start.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoek in de kennisbank")
    expect(page.get_by_role("combobox", name="Uw vraag")).to_be_visible()
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
    assert page.get_by_role("combobox").input_value() == question
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
    width = "document.querySelector('.kl-kaart__beeld img').naturalWidth"
    wait_until(page, lambda: page.evaluate(width) == 320, lambda: f"the picture is {page.evaluate(width)} wide")
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
    assert page.get_by_role("combobox").input_value() == "Wat doet een meldpunt?"
    assert page.locator("input[data-facet=soort]:checked").get_attribute("value") == "presentatie"
    assert set(page.locator(".kl-kaart__gegevens > :first-child").all_inner_texts()) == {"Presentatie"}
    ask(page, ESS)
    expect(page).to_have_url(re.compile("preventie"))
    wait_for_results(page)
    page.go_back()
    expect(page.get_by_role("combobox")).to_have_value("Wat doet een meldpunt?")
    wait_for_results(page)
    page.go_forward()
    expect(page.get_by_role("combobox")).to_have_value(ESS)
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
    assert page.get_by_role("combobox").input_value() == ""


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


# -- states ------------------------------------------------------------------------------------------------------------


def test_an_empty_question_is_said_at_the_box(start: Watched) -> None:
    page = start.page
    box = page.get_by_role("combobox")
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
    assert page.get_by_role("combobox").input_value() == ESS
    page.unroute("**/_zoek")
    page.get_by_role("button", name="Probeer opnieuw").click()
    wait_for_results(page)
    expect(page.locator("#melding")).to_be_empty()
    forgive(start)


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
    assert page.get_by_role("combobox").input_value() == ESS
    assert page.title() == "Zoeken lukt niet – Kennislab"
    forgive(start)
