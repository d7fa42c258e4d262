"""What stands in a document is shown as text, whatever it is: forty attempts to be more than that."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from corpus.catalogue import Catalogue
from corpus.schema import versions
from tests.e2e.browsing import ALWAYS
from tests.e2e.conftest import Open, Serve, Watched

Put = Callable[..., str]
RAN = "window.gehackt = true"

PAYLOADS = (
    f"<script>{RAN}</script>",
    f"</script><script>{RAN}</script>",
    f"<img src=x onerror='{RAN}'>",
    f'<img src="x" onerror="{RAN}">',
    f"<svg onload='{RAN}'>",
    f"<svg><script>{RAN}</script></svg>",
    f"<iframe srcdoc='<script>parent.{RAN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{RAN}'></iframe>",
    f"<body onload='{RAN}'>",
    f"<details open ontoggle='{RAN}'>",
    f"<input autofocus onfocus='{RAN}'>",
    f"<video><source onerror='{RAN}'></video>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror='{RAN}'>",
    f"<a href='javascript:{RAN}'>klik</a>",
    f"javascript:{RAN}",
    "data:text/html,<script>window.gehackt=true</script>",
    f'" onmouseover="{RAN}" x="',
    f"' onmouseover='{RAN}' x='",
    f'"><script>{RAN}</script>',
    f"'><script>{RAN}</script>",
    f"--><script>{RAN}</script>",
    f"]]><script>{RAN}</script>",
    f"</title><script>{RAN}</script>",
    f"</style><script>{RAN}</script>",
    f"</textarea><script>{RAN}</script>",
    f"<style>body{{display:none}}</style><script>{RAN}</script>",
    "<link rel=stylesheet href='//kwaad.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=//kwaad.example'>",
    "<base href='//kwaad.example/'>",
    "<form action='//kwaad.example'><button>Aanmelden</button></form>",
    f"${{{RAN}}} {{{{constructor.constructor('{RAN}')()}}}} <%= {RAN} %>",
    f"&lt;script&gt;{RAN}&lt;/script&gt; &#60;script&#62;{RAN}&#60;/script&#62;",
    f"\\u003cscript\\u003e{RAN}\\u003c/script\\u003e",
    f"\u202e<script>{RAN}</script>\u202d omgekeerd",
    f"\u2066<b>{RAN}</b>\u2069 \ufeff\u200b\u200d verborgen",
    "a" * 600,
    "https://voorbeeld.nl/" + "pad/" * 100,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319" * 20,
    "😀👩‍👩‍👧‍👦🏳️‍🌈" * 20 + " preventie",
    "| " * 60 + "cel | cel",
)


def fill(catalogue: Catalogue, put: Put) -> None:
    for number, payload in enumerate(PAYLOADS):
        name = f"d{number:02}"
        put(
            name,
            [f"Preventie van radicalisering. {payload} Dat is preventie."],
            title=f"{number} {payload}",
            kind=payload[:60] if number % 2 else "nota",
            organisation=f"{payload[:300]} {number}",
            themes=(payload[:120],),
            date=date(2020 + number % 5, 1, 1),
        )
        with catalogue.database.write() as connection:
            named = {"file_name": f"{payload[:200]}.pdf", "media_type": "text/plain"}
            connection.execute(sa.update(versions).where(versions.c.document_id == name).values(named))


def show_all(watched: Watched, address: str) -> Page:
    page = watched.page
    page.goto(f"{address}/#vraag=preventie+van+radicalisering")
    expect(page.locator(".kl-kaart").first).to_be_visible()
    page.get_by_role("button", name="Toon meer bronnen").click()
    expect(page.locator(".kl-kaart")).to_have_count(len(PAYLOADS))
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    while page.get_by_role("button", name="keuzes bij").count():  # each goes when it is used
        page.get_by_role("button", name="keuzes bij").first.click()
    page.wait_for_timeout(300)
    return page


def unharmed(page: Page, watched: Watched, address: str) -> None:
    assert page.evaluate("window.gehackt") is None
    assert [asked for asked in watched.asked if not asked.startswith((address, "blob:"))] == []
    assert page.url.startswith(address)
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # A file named .pdf that is none has no picture; the browser says so, and nothing else.
    assert all("Failed to load resource" in complaint for complaint in watched.complaints), watched.complaints
    watched.complaints.clear()


def test_forty_hostile_documents_are_forty_cards_of_text(
    catalogue: Catalogue, put: Put, serve_small: Serve, open_page: Open
) -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 40
    fill(catalogue, put)
    with serve_small(ALWAYS) as address:
        for size in (320, 1440):
            watched = open_page(size)
            page = show_all(watched, address)
            shown = page.locator("#lijst").inner_text()
            missing = [payload for payload in PAYLOADS[:33] if " ".join(payload.split()) not in " ".join(shown.split())]
            assert missing == []
            made = page.evaluate(
                "[...document.querySelectorAll('main script, main iframe, main svg, main video, main style, main link,"
                " main meta, main base, main object, main form[action]')].length"
            )
            assert made == 0
            names = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
            assert not [name for name in page.evaluate(names) if name.startswith("on")]
            unharmed(page, watched, address)


def test_a_hostile_page_of_a_source_is_text_too(
    catalogue: Catalogue, put: Put, serve_small: Serve, open_page: Open
) -> None:
    fill(catalogue, put)
    with serve_small(ALWAYS) as address:
        watched = open_page(320)
        page = watched.page
        for number in range(0, len(PAYLOADS), 3):
            page.goto(f"{address}/bron#id=d{number:02}&pagina=1&passage=d{number:02}.1.00001")
            page.reload()
            expect(page.locator("#blad p").first).to_contain_text("Preventie van radicalisering.")
            unharmed(page, watched, address)


def test_a_hostile_address_is_a_question_like_any_other(put: Put, serve_small: Serve, open_page: Open) -> None:
    put("nota", ["preventie"])
    with serve_small(ALWAYS) as address:
        watched = open_page()
        page = watched.page
        for payload in PAYLOADS[:20]:
            page.goto("about:blank")
            page.goto(f"{address}/#vraag={payload.replace('&', '%26').replace('#', '%23')}&soort={payload[:20]}&jaar=x")
            expect(page.get_by_role("combobox")).not_to_have_value("")
            expect(page.locator("#melding .utrecht-alert, .kl-kaart").first).to_be_visible()
            unharmed(page, watched, address)


def test_marks_stand_right_beside_characters_of_two_halves(put: Put, serve_small: Serve, open_page: Open) -> None:
    put("nota", ["😀😀 Eerst iets anders 🏳️‍🌈. Het wijkteam doet preventie 😀. En dan nog wat."])
    with serve_small(ALWAYS) as address:
        page = open_page().page
        page.goto(f"{address}/#vraag=wijkteam+preventie")
        expect(page.locator("blockquote mark").last).to_have_text("Het wijkteam doet preventie 😀.")
