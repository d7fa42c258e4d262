"""Tagged PDFs: the tags tell headings, lists and tables, and say nothing where they are senseless."""

from collections.abc import Iterator

import pytest

from corpus.types import BlockKind
from ingest.readers.pdf import read
from ingest.reading import Extraction
from tests.ingest.pdf_samples import laid_out

STYLE = """<style>
  @page { size: A4 }
  body, h1, h2, th { font: 11pt sans-serif }  /* nothing in the looks tells a heading from text */
</style>"""
BODY = """
<h1>Weerbare buurt</h1>
<p>De eerste alinea gaat over de wijk en loopt door over meer dan een regel, zodat er regels te verbinden zijn tot één
lopende tekst zonder breuken.</p>
<h2>Rollen</h2>
<ul><li>School signaleert</li><li>Politie adviseert</li></ul>
<table><thead><tr><th>Partner</th><th>Taak</th></tr></thead>
<tbody><tr><td>Jongerenwerk</td><td>Contact houden met jongeren<br>en hun ouders</td></tr></tbody></table>
"""


def tagged(body: str, style: str = "") -> Extraction:
    html = f"<html lang=nl><title>Weerbaar</title>{STYLE}<style>{style}</style><body>{body}"
    data = laid_out(html, pdf_variant="pdf/ua-1")
    assert data is not None
    return read(data, "nota.pdf")


def blocks(extraction: Extraction) -> Iterator[tuple[str, int, str]]:
    for page in extraction.pages:
        for block in page.blocks:
            yield block.kind.value, block.level, page.text[block.start : block.end]


@pytest.fixture(scope="module")
def extraction() -> Extraction:
    return tagged(BODY)


def test_blocks_follow_the_tags(extraction: Extraction) -> None:
    paragraph = (
        "De eerste alinea gaat over de wijk en loopt door over meer dan een regel, zodat er regels te verbinden zijn "
        "tot één lopende tekst zonder breuken."
    )
    assert list(blocks(extraction)) == [
        ("heading", 1, "Weerbare buurt"),
        ("paragraph", 0, paragraph),
        ("heading", 2, "Rollen"),
        ("list_item", 0, "School signaleert"),
        ("list_item", 0, "Politie adviseert"),
        ("table_header", 0, "Partner | Taak"),
        ("table_row", 0, "Jongerenwerk | Contact houden met jongeren en hun ouders"),
    ]


def test_language_and_title(extraction: Extraction) -> None:
    assert (extraction.metadata.language, extraction.metadata.title) == ("nl", "Weerbaar")


def test_headers_and_footers_without_a_tag_are_left_out() -> None:
    style = '@page { @top-left { content: "Loopkop van de nota" } @bottom-right { content: counter(page) } }'
    found = tagged("<p>Eerste blad.</p><p style='break-before: page'>Tweede blad.</p>", style)
    assert [page.text for page in found.pages] == ["Eerste blad.", "Tweede blad."]


def test_headings_over_pages_keep_their_levels() -> None:
    found = tagged('<h1>Een</h1><p>Tekst van een.</p><h2 style="break-before: page">Twee</h2><p>Tekst van twee.</p>')
    assert [(kind, level) for kind, level, _ in blocks(found)] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 2),
        ("paragraph", 0),
    ]
    assert [page.number for page in found.pages] == [1, 2]


def test_a_document_tagged_as_headings_throughout_has_none() -> None:
    sentence = "Deze zin is door de maker als kop gemarkeerd terwijl het gewone lopende tekst is, zoals vaak gebeurt."
    found = tagged("".join(f"<h1>{sentence}</h1>" for _ in range(8)))
    assert {kind for kind, _, _ in blocks(found)} == {BlockKind.PARAGRAPH.value}


def test_a_table_that_only_lays_out_is_no_table() -> None:
    found = tagged("<table><tr><td><h2>Kop</h2><p>Een alinea in een kader.</p></td></tr></table>")
    assert [(kind, text) for kind, _, text in blocks(found)] == [
        ("heading", "Kop"),
        ("paragraph", "Een alinea in een kader."),
    ]
