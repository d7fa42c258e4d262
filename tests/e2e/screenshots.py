"""Pictures of every state of the search page, to look at: `make screenshots`. They go to build/screenshots."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.serving import running_service  # noqa: E402
from tests.e2e.test_search_accessibility import STATES  # noqa: E402

OUT = ROOT / "build" / "screenshots"
WIDTHS = (360, 768, 1440)


def take(browser: Browser, address: str, width: int, scheme: str) -> None:
    for state in STATES:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nl-NL")  # type: ignore[arg-type]
        page.set_default_timeout(60_000)
        page.goto(address)
        state(page)
        page.wait_for_timeout(1500)  # pictures of pages
        page.screenshot(path=OUT / f"{state.__name__}-{width}-{scheme}.png")
        page.close()


def main(data: Path) -> None:
    """Serve a copy of the knowledge base in `data` and photograph every state."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(data, Path(folder) / "data")
        with running_service(copy, Path(folder)) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    take(browser, f"{service.address}/", width, scheme)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
