"""Web pages: main content, structure, metadata, encodings."""

from datetime import date

import pytest

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.readers.html import read

H, P, L = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM
TH, TR = BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW


def blocks(body: str) -> list[tuple[BlockKind, str]]:
    page = read(f"<!doctype html><html><body>{body}</body></html>".encode(), "pagina.html").pages[0]
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_headings_paragraphs_and_lists_with_their_layout() -> None:
    body = b"<h1>Kop</h1><p>Een  <b>vette</b>\nalinea<br>met regeleinde.</p><h3>Onder</h3>"
    body += b"<ul><li>een<ul><li>twee</ul><li>drie</ul>"
    page = read(b"<html><body>" + body, "p.html").pages[0]
    assert (page.position, page.number) == (1, None)
    assert page.text == "Kop\n\nEen vette alinea met regeleinde.\n\nOnder\n\neen\ntwee\ndrie"
    assert [(block.kind, block.level) for block in page.blocks] == [(H, 1), (P, 0), (H, 3), (L, 0), (L, 0), (L, 0)]


@pytest.mark.parametrize(
    "body",
    [
        "<header>Logo</header><nav>Menu</nav><main><p>De tekst.</p></main><footer>Contact</footer>",
        "<div>Menu</div><div role='main'><p>De tekst.</p></div><div>Contact</div>",
        "<div>Menu</div><article><header></header><p>De tekst.</p></article>",
        "<header>Logo</header><nav>Menu</nav><p>De tekst.</p><aside>Tip</aside><footer>Contact</footer>",
        "<div class='cookie-melding'>Wij gebruiken cookies</div><p>De tekst.</p>",
        "<div role='navigation'>Menu</div><form><input><p>Zoek</p></form><p>De tekst.</p>",
        "<p hidden>weg</p><p style='display: none'>weg</p><div aria-hidden='true'>weg</div><p>De tekst.</p>",
        "<div hidden><main>weg</main></div><div>Menu</div><main><p>De tekst.</p></main>",
        "<script>var a='<p>x</p>'</script><style>p{}</style><noscript>Zet aan</noscript><p>De tekst.</p>",
        "<!-- weg --><p>De <del>oude </del>tekst.</p>",
    ],
)
def test_only_the_main_content_is_read(body: str) -> None:
    assert blocks(body) == [(P, "De tekst.")]


def test_what_belongs_to_the_text_stays() -> None:
    assert blocks("<main><header><h1>Kop</h1></header><p>Tekst.</p></main>") == [(H, "Kop"), (P, "Tekst.")]
    assert blocks("<form id='aspnetForm'><main><p>Tekst.</p></main></form>") == [(P, "Tekst.")]
    assert blocks("<article><p>Een.</p></article><article><p>Twee.</p></article>") == [(P, "Een."), (P, "Twee.")]
    long = "Over cookies. " * 300
    assert blocks(f"<div class='cookiebeleid'><p>{long}</p></div>") == [(P, long.strip())]


def test_table_with_header_caption_and_merged_cells() -> None:
    body = (
        "<table><caption>Tabel 1</caption><thead><tr><th>Doel<th>Wie<th>Jaar</tr></thead>"
        "<tr><td rowspan=2>Preventie<td>School<td>2024</tr><tr><td>Wijk<td>2025</tr>"
        "<tr><td colspan=2>Totaal<td>2</tr></table>"
    )
    assert blocks(body) == [
        (P, "Tabel 1"),
        (TH, "Doel | Wie | Jaar"),
        (TR, "Preventie | School | 2024"),
        (TR, "| Wijk | 2025"),
        (TR, "Totaal | 2"),
    ]


def test_row_headers_are_no_column_header() -> None:
    assert blocks("<table><tr><th>Datum</th><td>12 mei</td></tr><tr><th>Plaats</th><td>Ede</td></tr></table>") == [
        (TR, "Datum | 12 mei"),
        (TR, "Plaats | Ede"),
    ]


def test_layout_table_is_text_and_nested_table_is_not_lost() -> None:
    layout = "<table><tr><td><h2>Kop</h2><p>Tekst.</p></td></tr></table>"
    assert blocks(layout) == [(H, "Kop"), (P, "Tekst.")]
    nested = "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert blocks(f"<table><tr><td>A</td><td>B{nested}</td></tr></table>") == [(TR, "A | B 1, 2; 3, 4")]


def test_definitions_figures_and_code() -> None:
    body = (
        "<dl><dt>AVG</dt><dd>Privacywet</dd><dt>Wmo:</dt><dd>Zorgwet</dd><dd>Ook hulp</dd></dl>"
        "<figure><img alt='foto'><figcaption>Figuur 1</figcaption></figure><pre>a = 1\nb = 2</pre>"
    )
    assert blocks(body) == [
        (L, "AVG: Privacywet"),
        (L, "Wmo: Zorgwet"),
        (L, "Ook hulp"),
        (P, "Figuur 1"),
        (P, "a = 1 b = 2"),
    ]


def test_words_in_neighbouring_blocks_are_not_glued() -> None:
    assert blocks("<div>een<div>twee</div>drie</div><span><p>vier</p></span>vijf") == [
        (P, "een"),
        (P, "twee"),
        (P, "drie"),
        (P, "vier"),
        (P, "vijf"),
    ]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Wijkaanpak | Gemeente Ede</title>", "Wijkaanpak"),
        ("<title>Zo doe je de wijkaanpak - Gemeente Ede</title>", "Zo doe je de wijkaanpak"),
        ("<title>Wmo - Jeugdwet</title>", "Wmo - Jeugdwet"),
        ("<title>Ede - De kop van de pagina</title>", "De kop van de pagina"),
        ("<title></title>", "De kop van de pagina"),
        ("<meta property='og:site_name' content='ESS'><title>Duiding - ESS</title>", "Duiding"),
    ],
)
def test_title_is_without_the_name_of_the_site(head: str, title: str) -> None:
    html = f"<html><head>{head}</head><body><h1>De kop van de pagina</h1><p>Tekst.</p>"
    assert read(html.encode(), "p.html").metadata.title == title


@pytest.mark.parametrize(
    ("meta", "found"),
    [
        ("<meta name='DCTERMS.date' content='2023-04-05'>", date(2023, 4, 5)),
        ("<meta property='article:published_time' content='2022-01-02T10:00:00+01:00'>", date(2022, 1, 2)),
        ("<meta name='date' content='3 mei 2021'>", date(2021, 5, 3)),
        ("<meta name='date' content='gisteren'>", None),
    ],
)
def test_date(meta: str, found: date | None) -> None:
    assert read(f"<html><head>{meta}</head><body><p>x tekst".encode(), "p.html").metadata.date == found


def test_language_and_author() -> None:
    told = read(b"<html lang='nl-NL'><meta name=author content='Team Duiding'><body><p>Tekst.", "p.html").metadata
    assert (told.language, told.author) == ("nl", "Team Duiding")


@pytest.mark.parametrize(
    ("data", "remarks"),
    [
        ("<html><p>Coördinatie – één</p>".encode(), 0),
        ("<html><meta charset=iso-8859-1><p>Coördinatie – één</p>".encode("cp1252"), 0),
        ("<?xml version='1.0' encoding='windows-1252'?><html><p>Coördinatie – één</p></html>".encode("cp1252"), 0),
        ("<html><p>Coördinatie – één</p>".encode("utf-16"), 0),
        ("<html><p>Coördinatie – één</p>".encode("cp1252"), 1),
        ("<html><meta charset=onzin><p>Coördinatie – één</p>".encode("cp1252"), 1),
    ],
)
def test_encodings(data: bytes, remarks: int) -> None:
    extraction = read(data, "p.html")
    assert extraction.pages[0].text == "Coördinatie – één"
    assert len(extraction.remarks) == remarks


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<html><body><nav>Menu</nav></body></html>", b"<!-- x -->"])
def test_no_text_is_refused(body: bytes) -> None:
    with pytest.raises(ReadError, match="geen tekst"):
        read(body, "p.html")


def test_too_deep_is_refused_and_not_silently_cut() -> None:
    with pytest.raises(ReadError, match="opgebouwd"):
        read(b"<html><body><p>Begin.</p>" + b"<div>" * 3000 + b"einde", "p.html")
