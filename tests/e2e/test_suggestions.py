"""Suggestions under the question box: for the keyboard, the mouse, a finger and a screen reader; nothing by itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from corpus.catalogue import Catalogue
from corpus.types import Classification
from service.access import Role
from tests.e2e.browsing import ALWAYS, expect_focus, forgive, keep, violations, wait_until
from tests.e2e.conftest import Open, Serve, Watched
from tests.e2e.test_search_hostile import PAYLOADS, RAN, fill
from tests.service.clients import new_key

Put = Callable[..., str]
SUGGESTED = "**/_suggereer"
TITLES = ["Wijk en zorg", "Wijkteam en school", "What wijk means"]


@pytest.fixture
def site(serve_small: Serve, put: Put, open_page: Open) -> Callable[..., Watched]:
    """The search page over documents of TITLES and one that is confidential; the server stops with the test."""
    put("a", ["Het Zorg- en Veiligheidshuis (ZVH) helpt de wijk."], title=TITLES[0])
    put("b", ["De wijk en de school."], title=TITLES[1])
    put("c", ["The wijk."], title=TITLES[2], language="en")
    put("d", ["De wijk."], title="Wijk De Linde", classification=Classification.VERTROUWELIJK)
    serving = serve_small(ALWAYS)
    address = serving.__enter__()

    def visit(width: int = 1280, **options: object) -> Watched:
        watched = open_page(width, **options)
        watched.page.goto(address)
        return watched

    yield visit
    serving.__exit__(None, None, None)


Site = Callable[..., Watched]


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Uw vraag")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def type_wijk(page: Page) -> None:
    box(page).press_sequentially("wijk")
    expect(options(page)).to_have_count(3)


def active(page: Page) -> str | None:
    """The text of the suggestion that is chosen for a screen reader; None when the box itself is."""
    name = box(page).get_attribute("aria-activedescendant")
    return page.locator(f"#{name} .kl-suggestie__tekst").inner_text() if name else None


def searches(watched: Watched) -> int:
    return len([address for address in watched.asked if address.endswith("/_zoek")])


def test_with_the_keyboard_alone(site: Site) -> None:
    watched = site()
    page = watched.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_focus(page, "vraag")
    type_wijk(page)
    assert active(page) is None
    expect(options(page)).to_contain_text(TITLES)
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "Home"):
        page.keyboard.press(key)
        seen.append(active(page))
    assert seen == [*TITLES, None, TITLES[2], TITLES[1], None]
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(options(page).first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    assert active(page) == TITLES[2]
    assert searches(watched) == 0  # looking at suggestions asks nothing
    expect(box(page)).to_have_value("wijk")
    page.keyboard.press("Enter")
    expect(page.locator(".kl-kaart").first).to_be_visible()
    expect(box(page)).to_have_value(TITLES[2])
    expect_focus(page, "vraag")
    expect(options(page)).to_have_count(0)
    assert searches(watched) == 1
    assert page.url.endswith("#vraag=What+wijk+means")
    assert not [asked for asked in watched.asked if "wijk" in asked.lower()]


def test_enter_without_choosing_asks_what_was_typed(site: Site) -> None:
    watched = site()
    page = watched.page
    type_wijk(page)
    page.keyboard.press("Enter")
    expect(page.locator(".kl-kaart").first).to_be_visible()
    expect(box(page)).to_have_value("wijk")
    expect(options(page)).to_have_count(0)


def test_escape_closes_and_then_empties(site: Site) -> None:
    page = site().page
    type_wijk(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_value("wijk")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    assert active(page) is None
    page.keyboard.press("ArrowDown")  # opens again
    expect(options(page)).to_have_count(3)
    page.keyboard.press("Alt+ArrowUp")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options(page)).to_have_count(0)


def test_leaving_the_box_closes(site: Site) -> None:
    page = site().page
    type_wijk(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(options(page)).to_have_count(0)
    expect_focus(page, "Zoeken")
    expect(box(page)).to_have_value("wijk")


def test_with_the_mouse_and_with_a_finger(site: Site) -> None:
    for touch in (False, True):
        watched = site(360, has_touch=touch)
        page = watched.page
        type_wijk(page)
        second = options(page).nth(1)
        second.tap() if touch else second.click()
        expect(page.locator(".kl-kaart").first).to_be_visible()
        expect(box(page)).to_have_value(TITLES[1])
        expect(options(page)).to_have_count(0)
        assert searches(watched) == 1


def test_what_a_screen_reader_reads_and_hears(site: Site) -> None:
    page = site().page
    live = page.locator("[aria-live=polite]")
    assert '- combobox "Uw vraag"' in page.locator("form[role=search]").aria_snapshot()
    expect(box(page)).to_have_attribute("aria-autocomplete", "list")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    type_wijk(page)
    expect(live).to_have_text("3 suggesties")
    page.keyboard.press("ArrowDown")
    text = page.locator("form[role=search]").aria_snapshot()
    assert '- combobox "Uw vraag" [expanded]' in text
    assert '- listbox "Suggesties"' in text
    assert f'- option "{TITLES[0]} titel" [selected]' in text
    assert box(page).get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    expect(page.get_by_text(TITLES[2])).to_have_attribute("lang", "en")
    assert page.get_by_text(TITLES[0]).get_attribute("lang") is None
    page.keyboard.type("team")
    expect(live).to_have_text("1 suggestie")
    page.keyboard.type("xyz")
    expect(live).to_have_text("Geen suggesties")
    box(page).fill("zvh")
    expect(options(page)).to_have_text(["ZVH: Zorg- en Veiligheidshuisafkorting"])
    box(page).fill("")
    expect(live).to_be_empty()
    expect(options(page)).to_have_count(0)


def test_everyone_can_see_it(site: Site) -> None:
    """In every colour scheme, and in a window of 320 by 225 pixels: one of 1280 by 900 at 400 %."""
    page = site().page
    type_wijk(page)
    page.keyboard.press("ArrowDown")
    for media in ({"color_scheme": "dark"}, {"color_scheme": "light", "contrast": "more"}, {"forced_colors": "active"}):
        page.emulate_media(**media)  # type: ignore[arg-type]
        assert violations(page) == []
        chosen, other = (
            options(page).nth(place).evaluate("option => getComputedStyle(option).outlineStyle") for place in (0, 1)
        )
        assert (chosen, other) == ("solid", "none")
    page.set_viewport_size({"width": 320, "height": 225})
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(options(page).nth(2)).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert options(page).nth(2).bounding_box()["height"] >= 24  # type: ignore[index]


def test_a_late_answer_is_dropped(site: Site) -> None:
    watched = site()
    page = watched.page
    held: list[Route] = []
    page.route(SUGGESTED, lambda route: keep(held, route))
    box(page).press_sequentially("wijk")
    wait_for(page, held, 1)
    box(page).press_sequentially("team")
    wait_for(page, held, 2)
    held[1].continue_()
    expect(options(page)).to_have_count(1)
    held[0].continue_()
    page.wait_for_timeout(300)
    expect(options(page)).to_have_count(1)
    box(page).press_sequentially("s")
    wait_for(page, held, 3)
    box(page).fill("")
    held[2].continue_()
    page.wait_for_timeout(300)
    expect(options(page)).to_have_count(0)
    box(page).fill("wijk")
    wait_for(page, held, 4)
    page.keyboard.press("Enter")  # an answer may not cover the results
    expect(page.locator(".kl-kaart").first).to_be_visible()
    held[3].continue_()
    page.wait_for_timeout(300)
    expect(options(page)).to_have_count(0)


def wait_for(page: Page, held: list[Route], count: int) -> None:
    """Until so many requests are held back."""
    wait_until(page, lambda: len(held) >= count, lambda: f"{len(held)} requests, not {count}")


def test_the_list_stays_while_one_goes_through_it(site: Site) -> None:
    page = site().page
    type_wijk(page)
    held: list[Route] = []
    page.route(SUGGESTED, lambda route: keep(held, route))
    page.keyboard.type("t")
    wait_for(page, held, 1)
    page.keyboard.press("ArrowDown")
    held[0].continue_()
    page.wait_for_timeout(300)
    assert active(page) == TITLES[0]
    expect(options(page)).to_have_count(3)


@pytest.mark.parametrize("status", [0, 401, 429, 500, 503])
def test_it_fails_quietly_and_searching_goes_on(site: Site, status: int) -> None:
    watched = site()
    page = watched.page
    tried: list[int] = []

    def fail(route: Route) -> None:
        tried.append(status)
        if status:
            route.fulfill(status=status, body="{}", headers={"Retry-After": "60"})
        else:
            route.abort()

    page.route(SUGGESTED, fail)
    with page.expect_request(SUGGESTED):
        box(page).press_sequentially("wijk")
    page.wait_for_timeout(300)
    box(page).press_sequentially("team")
    page.wait_for_timeout(300)
    assert len(tried) == 1  # it rests
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".kl-kaart").first).to_be_visible()
    forgive(watched)


def test_while_a_character_is_put_together_nothing_happens(site: Site) -> None:
    watched = site()
    page = watched.page
    box(page).focus()
    keyboard = page.context.new_cdp_session(page)
    for text in ("w", "wi", "wij"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    page.wait_for_timeout(400)
    assert not [asked for asked in watched.asked if "_suggereer" in asked]
    keyboard.send("Input.insertText", {"text": "wijk"})
    expect(options(page)).to_have_count(3)
    script = "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', isComposing: true}))"
    box(page).evaluate(script)
    assert active(page) is None


def test_one_letter_or_a_whole_paragraph_asks_nothing(site: Site) -> None:
    watched = site()
    page = watched.page
    for typed in ("w", " w ", "", "wijk " * 21):
        box(page).fill(typed)
        page.wait_for_timeout(300)
    assert not [asked for asked in watched.asked if "_suggereer" in asked]


def test_only_what_one_may_see(site: Site, catalogue: Catalogue) -> None:
    page = site().page
    type_wijk(page)
    expect(page.get_by_text("Wijk De Linde")).to_have_count(0)
    page.get_by_role("button", name="Aanmelden").click()
    page.locator("#sleutel").fill(new_key(catalogue, Role.EDITOR))
    page.keyboard.press("Enter")
    expect(page.locator("#aangemeld")).to_be_visible()
    box(page).fill("wij")
    expect(options(page)).to_contain_text([TITLES[0], "Wijk De Linde", *TITLES[1:]])


def test_hostile_titles_are_only_text(catalogue: Catalogue, put: Put, serve_small: Serve, open_page: Open) -> None:
    fill(catalogue, put)
    with serve_small(ALWAYS) as address:
        watched = open_page(320)
        page = watched.page
        page.goto(address)
        shown = set()
        for typed in [str(number) for number in range(10, len(PAYLOADS))]:
            with page.expect_response(SUGGESTED) as answer:
                box(page).fill(typed)
            wanted = [one["tekst"] for one in answer.value.json()["suggesties"]]
            expect(page.locator(".kl-suggestie__tekst")).to_have_text(wanted)
            shown |= {text.split(" ")[0] for text in wanted}
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            inside = page.locator("#suggesties *").evaluate_all("all => all.map((element) => element.localName)")
            assert set(inside) <= {"li", "span"}
        assert len(shown) > 20
        assert page.evaluate(f"{RAN.split(' = ')[0]} === undefined")
        assert not [asked for asked in watched.asked if "kwaad" in asked]
