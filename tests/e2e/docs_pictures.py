"""The pictures in the manuals, made anew of the sample knowledge base: `make docs-beelden`. They go to docs/beelden."""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from corpus.catalogue import open_catalogue
from service.access import Role
from tests.e2e.browsing import ESS, NONSENSE, ask, wait_for_results
from tests.e2e.serving import running_service
from tests.service.clients import new_key

OUT = Path(__file__).resolve().parent.parent.parent / "docs" / "beelden"
SIZE = (1000, 760)
COLOURS = 128  # enough for our pages; a quarter of the bytes
MOST_BYTES = 100_000

Step = Callable[[Page, str, str], None]  # the page, the address of the service, the key of an editor


def found(page: Page, address: str, _key: str) -> None:
    page.goto(address)
    ask(page, ESS)
    wait_for_results(page)
    page.wait_for_timeout(3000)  # pictures of pages


def nothing(page: Page, address: str, _key: str) -> None:
    page.goto(address)
    ask(page, NONSENSE)
    expect(page.get_by_role("heading", name="Geen passende bronnen gevonden")).to_be_visible()


def source(page: Page, address: str, key: str) -> None:
    """A slide, of which the text is shown with the passage marked."""
    page.goto(address)
    ask(page, "Waar begint en eindigt preventie?")
    wait_for_results(page)
    slide = page.locator("a.kl-open[href*='/bron']").first
    page.goto(address + str(slide.get_attribute("href")))
    expect(page.locator("#blad mark").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")


def _editor(page: Page, address: str, key: str) -> None:
    page.goto(f"{address}/beheer")
    page.get_by_role("button", name="Aanmelden").first.click()
    page.locator("#sleutel").fill(key)
    page.keyboard.press("Enter")
    expect(page.locator("#sleuteldialoog")).to_be_hidden()


def adding(page: Page, address: str, key: str) -> None:
    _editor(page, address, key)
    page.wait_for_timeout(1000)


def listed(page: Page, address: str, key: str) -> None:
    _editor(page, address, key)
    page.goto(f"{address}/beheer#documenten")
    expect(page.locator(".kl-document").first).to_be_visible()


def portal(page: Page, address: str, _key: str) -> None:
    page.goto(f"{address}/voorbeeld-portaal")
    ask(page, ESS, "Uw vraag aan de kennisbank")
    expect(page.get_by_text("Handreiking afbakening van preventie").first).to_be_visible()


PICTURES: dict[str, Step] = {
    "zoeken-gevonden": found,
    "zoeken-niets": nothing,
    "zoeken-bron": source,
    "beheren-toevoegen": adding,
    "beheren-documenten": listed,
    "inbouwen-portaal": portal,
}


def small(screenshot: bytes) -> bytes:
    """The same picture with a palette."""
    picture, made = Image.open(io.BytesIO(screenshot)).convert("RGB"), io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def main(data: Path) -> None:
    """Serve a copy of the knowledge base in `data` and make every picture."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(data, Path(folder) / "data")
        catalogue = open_catalogue(copy)
        key = new_key(catalogue, Role.EDITOR)
        catalogue.close()
        with running_service(copy, Path(folder)) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name, step in PICTURES.items():
                page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="nl-NL")
                page.set_default_timeout(60_000)
                step(page, service.address, key)
                content = small(page.screenshot())
                (OUT / f"{name}.png").write_bytes(content)
                print(f"{name}: {len(content):,} bytes")
                assert len(content) < MOST_BYTES, "te groot voor de handleiding"
                page.close()
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
