"""From sources to files: which builder makes which layout, and what is compared."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from corpus.voorbeeld.bouw.docx_file import build_docx
from corpus.voorbeeld.bouw.metadata import metadata_table
from corpus.voorbeeld.bouw.pdf_pages import build_pdf
from corpus.voorbeeld.bouw.plain import build_markdown, build_text
from corpus.voorbeeld.bouw.pptx_file import build_pptx
from corpus.voorbeeld.bouw.slides_pdf import build_slides_pdf
from corpus.voorbeeld.bouw.source import SUFFIXES, Source
from corpus.voorbeeld.bouw.text_back import text_of
from corpus.voorbeeld.bouw.web_page import build_web_page

BUILDERS: dict[str, Callable[[Source], bytes]] = {
    "rapport": build_pdf,
    "nota": build_pdf,
    "tweekoloms": build_pdf,
    "factsheet": build_pdf,
    "dias": build_slides_pdf,
    "presentatie": build_pptx,
    "verslag": build_docx,
    "webpagina": build_web_page,
    "markdown": build_markdown,
    "tekst": build_text,
}


def build(source: Source, folder: Path) -> Path:
    """Builds one document into `folder`."""
    path = folder / source.file
    path.write_bytes(BUILDERS[source.layout](source))
    return path


def write_metadata(sources: Iterable[Source], path: Path) -> None:
    path.write_text(metadata_table(sources), encoding="utf-8", newline="\n")


def stale(sources: Iterable[Source], folder: Path) -> list[Path]:
    """Built files whose source is gone."""
    wanted = {source.file for source in sources}
    suffixes = set(SUFFIXES.values())
    return [path for path in sorted(folder.glob("*")) if path.suffix in suffixes and path.name not in wanted]


def differs(source: Source, folder: Path) -> str:
    """How the file in `folder` differs in text from a fresh build; empty when it says the same."""
    kept = folder / source.file
    if not kept.exists():
        return "ontbreekt"
    with tempfile.TemporaryDirectory() as fresh:
        built = build(source, Path(fresh))
        texts = [text_of(path.read_bytes(), path.suffix, source.encoding) for path in (kept, built)]
    return "" if texts[0] == texts[1] else "heeft een andere tekst"
