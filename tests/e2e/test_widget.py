"""`<kennislab-zoek>` in the page of another website: a real portal, a real server, a real browser."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browsing import ALWAYS, ENGLISH, ESS, NONSENSE, api, ask, violations
from tests.e2e.conftest import Open, Serve
from tests.e2e.portal import Portal
from tests.e2e.widget_page import LISTEN, cards, heard

Put = Callable[..., str]


# -- the sample, from another origin -----------------------------------------------------------------------------------


def test_a_portal_shows_results_and_links_to_the_source(
    server: str, portal: Portal, sample_key: str, open_page: Open
) -> None:
    watched = open_page(1024)
    page = watched.page
    page.goto(portal.place(server))
    page.evaluate(LISTEN)
    ask(page, ESS)
    expect(cards(page)).to_have_count(5)
    answer = api(server, ESS, maxAantal=5)
    for number, result in enumerate(answer["resultaten"]):
        document, best, card = result["document"], result["passages"][0], cards(page).nth(number)
        expect(card.get_by_role("heading")).to_have_text(f"{document['titel']} (opent in een nieuw tabblad)")
        expect(card.locator(".gegevens")).to_contain_text(document["organisatie"])
        expect(card.locator("time")).to_have_attribute("datetime", document["datum"])
        words = {"sterk": "Past goed bij uw vraag", "mogelijk": "Gaat er mogelijk over"}
        expect(card.locator(".relevantie")).to_have_text(words[result["relevantie"]])
        marks = card.locator(".passage").first.locator("mark").all_inner_texts()
        wanted = " ".join(best["tekst"][begin:end] for begin, end in best["markeringen"])
        assert "".join("".join(marks).split()) == re.sub(r"\s+|\|", "", wanted)
        for link in card.locator(".titel a, .vindplaats:first-of-type a").all():
            assert link.get_attribute("target") == "_blank"
            assert link.get_attribute("rel") == "noopener"
            href = link.get_attribute("href") or ""
            assert href.startswith((f"{server}{document['link']}#page=", f"{server}/bron#id={document['id']}&pagina="))
    total = answer["aantalGevonden"]
    expect(page.get_by_role("heading", level=2)).to_have_text(f"{total} bronnen gevonden")
    expect(page.get_by_role("status")).to_contain_text(f"{total} bronnen gevonden.")
    assert heard(page) == [["kennislab-resultaat", {"oordeel": "gevonden", "aantal": total}]]
    assert not [address for address in watched.asked if "radicalisering" in unquote(address)]
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert {address.split("/")[2] for address in watched.asked} == {server[7:], portal.origin[7:]}


@pytest.mark.parametrize("suffix", [".pdf", ".pptx"])
def test_a_link_opens_the_source_at_the_page(
    server: str, portal: Portal, sample_key: str, open_page: Open, suffix: str
) -> None:
    page = open_page().page
    kind = ' soort="presentatie"' if suffix == ".pptx" else ' soort="handreiking"'
    page.goto(portal.place(server, kind))
    page.evaluate(LISTEN)
    ask(page, ESS)
    expect(cards(page).first).to_be_visible()
    links = page.locator(
        "a.koppeling--open[href*='/bron#']" if suffix == ".pptx" else "a.koppeling--open[href*='#page=']"
    )
    text = links.first.inner_text()
    with page.expect_popup() as opened:
        links.first.click()
    (number,) = re.findall(r"Open op (?:dia|pagina) (\d+)", text)
    assert heard(page)[-1][0] == "kennislab-geopend"
    assert heard(page)[-1][1] == {"documentId": heard(page)[-1][1]["documentId"], "pagina": int(number)}
    if suffix == ".pptx":
        expect(opened.value.locator("#bladkop")).to_contain_text(f"Dia {number} van")
        assert opened.value.evaluate("window.opener") is None
        assert opened.value.locator("#blad mark").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(server: str, portal: Portal, sample_key: str, open_page: Open, scheme: str) -> None:
    page = open_page(360, color_scheme=scheme, reduced_motion="reduce").page
    page.goto(portal.place(server, 'naam="Eerste"', 'naam="Tweede" taal="en"'))
    expect(page.get_by_role("combobox")).to_have_count(2)
    assert violations(page) == []
    page.get_by_role("button", name="Zoeken", exact=True).click()
    expect(page.locator(".fout").first).to_be_visible()
    ask(page, NONSENSE)
    expect(page.locator(".melding")).to_be_visible()
    ask(page, ENGLISH, "Your question to the knowledge base")
    expect(cards(page).first).to_be_visible()
    for more in page.locator("summary").all():
        more.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_found_says_so_with_a_way_on(server: str, portal: Portal, sample_key: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(portal.place(server))
    page.evaluate(LISTEN)
    ask(page, NONSENSE)
    expect(page.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Geen passende bronnen gevonden.")
    contact = page.get_by_role("link", name="Neem contact op")
    assert contact.get_attribute("href") == "https://www.socialestabiliteit.nl/contact"
    assert heard(page) == [["kennislab-resultaat", {"oordeel": "geen-passende-bronnen", "aantal": 0}]]


def test_english_words_and_languages(server: str, portal: Portal, sample_key: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(portal.place(server, 'taal="en"'))
    ask(page, ENGLISH, "Your question to the knowledge base")
    english = cards(page).filter(has_text="Community concerns").first
    expect(english).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_contain_text("found")
    assert page.locator(".zoekvak").get_attribute("lang") == "en"
    assert english.locator(".passage").first.get_attribute("lang") is None  # as all around it
    words = page.locator("kennislab-zoek").evaluate("host => host.shadowRoot.textContent")
    assert not re.search(r"gevonden|Past goed|opent in een|passages uit|Zoeken", words)
    page.locator("kennislab-zoek").evaluate("host => host.setAttribute('taal', 'nl')")
    expect(page.get_by_role("heading", level=2)).to_contain_text("gevonden")
    assert english.locator(".passage").first.get_attribute("lang") == "en"
    assert english.locator(".titel [lang=en]").count() == 1


def test_dutch_passages_between_english_words(server: str, portal: Portal, sample_key: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(portal.place(server, 'taal="en"'))
    ask(page, ESS, "Your question to the knowledge base")
    expect(cards(page)).to_have_count(5)
    assert {quote.get_attribute("lang") for quote in page.locator(".passage").all()} == {"nl"}
    expect(page.get_by_role("status")).to_contain_text("sources found.")


def test_the_example_of_the_server_itself(server: str, open_page: Open) -> None:
    page = open_page().page
    page.goto(f"{server}/voorbeeld-portaal")
    ask(page, ESS)
    expect(cards(page)).to_have_count(5)
    assert violations(page) == []


# -- asking ------------------------------------------------------------------------------------------------------------


def test_with_the_keyboard_only_and_the_focus_stays(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("nota", ["De gemeente werkt aan preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(portal.place(address))
        expect(page.get_by_role("search", name="Kennisbank")).to_be_visible()
        page.keyboard.press("Tab")
        box = page.get_by_role("combobox", name="Uw vraag aan de kennisbank")
        expect(box).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#vraagfout")).to_be_visible()
        assert box.get_attribute("aria-describedby") == "vraagfout"
        expect(box).to_be_focused()
        page.keyboard.type("preventie in de wijk")
        expect(page.locator("#vraagfout")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("1 bron gevonden.")
        expect(box).to_be_focused()
        for name in ("Zoeken", "Titel (opent in een nieuw tabblad)"):
            page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.shadowRoot.activeElement.textContent")
            assert focused == name
        page.keyboard.press("Tab")
        with page.expect_popup() as opened:
            page.keyboard.press("Enter")
        expect(opened.value.get_by_role("heading", level=1)).to_have_text("Titel")


def test_attributes_work_at_once(serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open) -> None:
    for number, kind in enumerate(["handreiking", "handreiking", "evaluatie, lang", "casus"]):
        themes = ("jeugd",) if number == 0 else ("zorg",)
        put(f"d{number}", ["Preventie in de wijk."], title=f"Stuk {number}", kind=kind, themes=themes, organisation="A")
    put("engels", ["Preventie in de wijk."], title="Engels", language="en", organisation="B")
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        page.goto(portal.place(address, 'soort="handreiking, casus" aantal="2"'))
        ask(page, "preventie in de wijk")
        expect(page.get_by_role("heading", level=2)).to_have_text("3 bronnen gevonden")
        expect(cards(page)).to_have_count(2)
        page.get_by_role("button", name="Toon meer bronnen").click()
        expect(cards(page)).to_have_count(3)
        assert page.evaluate("document.activeElement.shadowRoot.activeElement.closest('li').matches(':nth-child(3)')")
        host = page.locator("kennislab-zoek")
        before = len([asked for asked in watched.asked if asked.endswith("_zoek")])
        host.evaluate("host => { host.setAttribute('thema', 'jeugd'); host.setAttribute('aantal', '9'); }")
        expect(page.locator(".titel")).to_have_text(["Stuk 0 (opent in een nieuw tabblad)"])
        assert len([asked for asked in watched.asked if asked.endswith("_zoek")]) == before + 1
        host.evaluate("host => { host.removeAttribute('thema'); host.removeAttribute('soort'); }")
        expect(cards(page)).to_have_count(5)
        host.evaluate("host => host.setAttribute('documenttaal', 'en')")
        expect(page.locator(".titel")).to_have_text(["Engels (opent in een nieuw tabblad)"])
        host.evaluate("host => { host.removeAttribute('documenttaal'); host.setAttribute('organisatie', 'A') }")
        expect(cards(page)).to_have_count(4)
        host.evaluate("host => host.setAttribute('kopniveau', '4')")
        expect(page.get_by_role("heading", level=5)).to_have_count(4)


def test_two_on_one_page_do_not_hear_each_other(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."], kind="handreiking")
    put("b", ["Preventie in de wijk."], kind="casus")
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(portal.place(address, 'naam="Handreikingen" soort="handreiking"', 'naam="Alles"'))
        first, second = page.locator("kennislab-zoek").all()
        for search, question in ((first, "preventie"), (second, "wijk")):
            search.get_by_role("combobox").fill(question)
            search.get_by_role("button", name="Zoeken").click()
        expect(first.locator(".kaart")).to_have_count(1)
        expect(second.locator(".kaart")).to_have_count(2)
        assert first.get_by_role("combobox").input_value() == "preventie"
        assert violations(page) == []


def test_it_works_when_the_script_comes_late_or_twice(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        page = open_page().page
        home = portal.place(address)
        kind, text = portal.files["/"]
        portal.files["/"] = kind, text.replace("</body>", f'<script src="{address}/widget.js"></script></body>')
        held: list[Route] = []
        page.route("**/widget.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright can not wrap a built-in
        page.goto(home, wait_until="commit")
        expect(page.locator("kennislab-zoek")).to_be_attached()
        assert page.evaluate("customElements.get('kennislab-zoek') === undefined")
        for route in held:
            route.continue_()
        page.unroute("**/widget.js")
        ask(page, "preventie")
        expect(cards(page)).to_have_count(1)
        page.evaluate("document.body.append(document.querySelector('kennislab-zoek'))")
        expect(cards(page)).to_have_count(1)


def test_a_search_goes_on_when_the_element_is_moved(
    serve_small: Serve, put: Put, key: str, portal: Portal, open_page: Open
) -> None:
    put("a", ["Preventie in de wijk."])
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(portal.place(address))
        page.route("**/_zoek", lambda _route: None, times=1)
        ask(page, "preventie")
        expect(page.get_by_role("status")).to_have_text("Zoeken…")
        page.evaluate("document.body.append(document.querySelector('kennislab-zoek'))")
        expect(cards(page)).to_have_count(1)
