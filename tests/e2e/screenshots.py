"""Pictures of every state of the pages and the widget, to look at: `make screenshots`. They go to build/screenshots."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from corpus.catalogue import open_catalogue  # noqa: E402
from service.access import Role  # noqa: E402
from tests.e2e.browsing import ESS, NONSENSE, ask  # noqa: E402
from tests.e2e.serving import running_service  # noqa: E402
from tests.e2e.test_search_accessibility import STATES  # noqa: E402
from tests.service.clients import new_key  # noqa: E402

OUT = ROOT / "build" / "screenshots"
WIDTHS = (360, 768, 1440)


def widget_start(page: Page) -> None:
    expect(page.get_by_role("combobox")).to_be_visible()


def widget_results(page: Page) -> None:
    ask(page, ESS, "Uw vraag aan de kennisbank")
    expect(page.locator("kennislab-zoek .kaart").first).to_be_visible()


def widget_nothing(page: Page) -> None:
    ask(page, NONSENSE, "Uw vraag aan de kennisbank")
    expect(page.locator("kennislab-zoek .melding")).to_be_visible()


def widget_suggesting(page: Page) -> None:
    page.get_by_role("combobox").press_sequentially("prev")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def beheer_adding(page: Page) -> None:
    files = [("nota-wijkteam.md", b"# Nota"), ("tabel.xlsx", b"x")]
    page.set_input_files("#bestanden", [{"name": name, "mimeType": "", "buffer": data} for name, data in files])
    expect(page.locator("#gekozen-kop")).to_be_visible()


def beheer_list(page: Page) -> None:
    page.get_by_role("link", name="Documenten", exact=True).click()
    expect(page.locator(".kl-document").first).to_be_visible()


def beheer_document(page: Page) -> None:
    beheer_list(page)
    page.locator(".kl-document").get_by_role("link").first.click()
    expect(page.locator(".kl-feiten")).to_be_visible()


WIDGET: tuple[Callable[[Page], None], ...] = (widget_start, widget_suggesting, widget_results, widget_nothing)
BEHEER: tuple[Callable[[Page], None], ...] = (beheer_adding, beheer_list, beheer_document)


def take(browser: Browser, address: str, states: tuple[Callable[[Page], None], ...], key: str = "") -> None:
    """Photograph each state at every width, light and dark."""
    for state, width, scheme in [(s, w, c) for s in states for w in WIDTHS for c in ("light", "dark")]:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nl-NL")  # type: ignore[arg-type]
        page.set_default_timeout(60_000)
        if key:
            page.add_init_script(f"sessionStorage.setItem('kennislab-sleutel', {key!r})")
        page.goto(address)
        state(page)
        page.wait_for_timeout(1500)  # pictures of pages
        page.screenshot(path=OUT / f"{state.__name__}-{width}-{scheme}.png")
        page.unroute_all(behavior="ignoreErrors")
        page.close()


def main(data: Path) -> None:
    """Serve a copy of the knowledge base in `data` and photograph every state."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(data, Path(folder) / "data")
        catalogue = open_catalogue(copy)
        key = new_key(catalogue, Role.EDITOR)
        catalogue.close()
        with running_service(copy, Path(folder)) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            take(browser, f"{service.address}/", STATES)
            take(browser, f"{service.address}/voorbeeld-portaal", WIDGET)
            take(browser, f"{service.address}/beheer", BEHEER, key)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
