"""Makes the page /toegankelijkheid anew of docs/toegankelijkheid.md: `python tests/service/accessibility_page.py`."""

import re
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "docs" / "toegankelijkheid.md"
PAGE = ROOT / "service" / "web" / "toegankelijkheid.html"
BEGIN, END = '<main class="kl-breed kl-bron" id="inhoud">\n', "  </main>"


def main_part() -> str:
    """The text as the page has it."""
    made = MarkdownIt().render(SOURCE.read_text(encoding="utf-8"))
    made = made.replace("<h1>", '<h1 class="utrecht-heading-1" id="titel" tabindex="-1">')
    return re.sub(r"<h2>", '<h2 class="utrecht-heading-2">', made)


def rebuilt() -> str:
    """The page with the text of the document."""
    page = PAGE.read_text(encoding="utf-8")
    begin = page.index(BEGIN) + len(BEGIN)
    return page[:begin] + main_part() + page[page.index(END) :]


if __name__ == "__main__":
    PAGE.write_text(rebuilt(), encoding="utf-8")
