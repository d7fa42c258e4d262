"""The sample knowledge base: sources, built files, metadata and judged questions fit together; each layout builds."""

import io
import json
import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pptx
import pypdf
import pytest

from corpus.voorbeeld.bouw.metadata import metadata_table
from corpus.voorbeeld.bouw.source import SUFFIXES, Source, SourceError, read_source, read_sources

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "voorbeeld"
HEAD = """---
bestand: proef{suffix}
opmaak: {layout}
titel: Proef van een document
ondertitel: Met een ondertitel
soort: handreiking
organisatie: Gemeente Proefdam
auteur: Afdeling Proeven
datum: 2024-03-14
thema: [proef, bouw]
vertrouwelijkheid: openbaar
taal: nl
bron: ""
inhoudsopgave: true
kopregel: Proefdocument
---
"""
TEXT = """
# Eerste hoofdstuk

De beleidsmedewerker weegt het signaal.^[De weging staat in bijlage twee.] Daarna belt zij de wijkagent.

| Stap | Wie |
|---|---|
| Wegen | het kernteam |
| Bellen | de regisseur |

Table: Twee stappen

## Een paragraaf

- een eerste punt
- een tweede punt^[Ook dit punt heeft een noot.]
"""
SLIDES = """
# Wat er verandert

- Eén loket voor de regio
    - ook in het weekend
- Een vaste regisseur

::: notities
Vertel hier rustig waarom het loket er komt.
:::

# Meldingen

```grafiek
soort: staaf
titel: Meldingen per jaar
labels: [2022, 2023]
reeksen:
  Meldingen: [12, 18]
```

# Verdeling

| Taak | Zelf |
|---|---|
| Meldnummer | nee |

# Een tussendia

# Reservedia {verborgen}

- Alleen als ernaar gevraagd wordt
"""


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return read_sources(SAMPLE / "bronnen")


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


# The sample as it is kept


def test_every_source_has_a_built_file_and_the_reverse(sources: list[Source]) -> None:
    built = {path.name for path in (SAMPLE / "documenten").iterdir()}
    assert built == {source.file for source in sources}


def test_metadata_says_what_the_heads_say(sources: list[Source]) -> None:
    assert (SAMPLE / "metadata.tsv").read_text(encoding="utf-8") == metadata_table(sources)


def test_the_sample_is_as_large_as_promised(sources: list[Source]) -> None:
    layouts = Counter(source.layout for source in sources)
    papers = sum(layouts[layout] for layout in ("rapport", "nota", "tweekoloms", "factsheet"))
    assert len(sources) >= 45
    assert papers >= 16
    assert layouts["presentatie"] >= 10
    assert layouts["dias"] == 2
    assert sum(source.kind == "casus" for source in sources) >= 14
    assert sum(len(source.text.split()) for source in sources) >= 45_000


def test_case_notes_are_confidential_and_say_that_they_are_invented(sources: list[Source]) -> None:
    cases = [source for source in sources if source.kind == "casus"]
    assert [source.file for source in cases if source.classification != "vertrouwelijk"] == []
    assert [source.file for source in cases if not re.search("verzonnen|fictief", source.text[:1000])] == []


def test_every_quote_occurs_in_its_source(sources: list[Source]) -> None:
    texts = {source.file: _folded(source.text) for source in sources}
    missing = [
        (question["id"], entry["file"])
        for question in _lines("vragen.jsonl")
        for entry in question["relevant"]
        if _folded(entry["quote"]) not in texts.get(entry["file"], "")
    ]
    assert missing == []


def test_no_quote_rests_on_notes_that_pdf_slides_leave_out(sources: list[Source]) -> None:
    slides = {source.file: source.text for source in sources if source.layout == "dias"}
    shown = {
        file: _folded(re.sub(r"^::: *notities$.*?^:::$", "", text, flags=re.M | re.S)) for file, text in slides.items()
    }
    missing = [
        question["id"]
        for question in _lines("vragen.jsonl")
        for entry in question["relevant"]
        if entry["file"] in shown and _folded(entry["quote"]) not in shown[entry["file"]]
    ]
    assert missing == []


def test_there_are_as_many_questions_as_promised() -> None:
    answerable, unanswerable = _lines("vragen.jsonl"), _lines("onbeantwoordbaar.jsonl")
    ids = [question["id"] for question in (*answerable, *unanswerable)]
    assert len(answerable) == 100
    assert {question["kind"] for question in answerable} == {"natural", "keyword", "paraphrase", "typo", "english"}
    assert all(question["relevant"] for question in answerable)
    assert Counter(question["kind"] for question in unanswerable) == {"near": 15, "far": 15}
    assert len(set(ids)) == 130


# Sources that are wrong


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("opmaak: tekst", "opmaak: boek", "opmaak 'boek' bestaat niet"),
        ("titel: Proef van", "titel: Proef: van", "YAML-kop klopt niet"),
        ("datum: 2024-03-14", "datum: ooit", "'datum' is 'ooit'"),
        ("thema: [proef, bouw]", "thema: proef", "'thema' moet een lijst zijn"),
        ("organisatie: Gemeente Proefdam\n", "", "'organisatie' ontbreekt"),
        ("vertrouwelijkheid: openbaar", "vertrouwelijkheid: geheim", "'vertrouwelijkheid' is 'geheim'"),
    ],
)
def test_a_wrong_head_is_named_with_its_file(wrong: str, right: str, said: str, tmp_path: Path) -> None:
    head = HEAD.format(suffix=".txt", layout="tekst")
    assert wrong in head
    path = tmp_path / "proef.txt.md"
    path.write_text(head.replace(wrong, right) + TEXT, encoding="utf-8")
    with pytest.raises(SourceError, match=re.escape(said)) as caught:
        read_source(path)
    assert str(caught.value).startswith("proef.txt.md: ")


# Building one small document of each layout


def _build(layout: str, folder: Path, text: str | None = None, head: str = "") -> bytes:
    """A small document, built; skips where the tools to build with are missing."""
    try:
        from corpus.voorbeeld.bouw.build import build
    except (ImportError, OSError) as error:
        pytest.skip(f"bouwen kan hier niet: {error}")
    suffix = SUFFIXES[layout]
    path = folder / f"proef{suffix}.md"
    slides = layout in {"dias", "presentatie"}
    complete = HEAD.format(suffix=suffix, layout=layout).replace("kopregel:", f"{head}\nkopregel:")
    path.write_text(complete + (text or (SLIDES if slides else TEXT)), encoding="utf-8")
    return build(read_source(path), folder).read_bytes()


def _pdf_pages(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def test_a_report_has_a_cover_contents_chapters_and_notes(tmp_path: Path) -> None:
    data = _build("rapport", tmp_path)
    cover, contents, body = _pdf_pages(data)
    assert "Gemeente Proefdam" in cover
    assert "Proef van een document" in cover
    assert "Bladzijde" not in cover
    assert re.search(r"1 Eerste hoofdstuk[ .]+3", contents)
    assert "Bladzijde 3 van 3" in body
    assert "Proefdocument" in body
    assert "Tabel 1. Twee stappen" in body
    assert body.index("een tweede punt") < body.index("De weging staat in bijlage twee.")
    assert "Ook dit punt heeft een noot." in body
    information = pypdf.PdfReader(io.BytesIO(data)).metadata
    assert information is not None
    assert (information.title, information.author) == ("Proef van een document", "Afdeling Proeven")
    assert str(information.creation_date).startswith("2024-03-14")


@pytest.mark.parametrize("layout", ["nota", "tweekoloms", "factsheet"])
def test_a_short_paper_starts_with_its_heading_block(layout: str, tmp_path: Path) -> None:
    (page,) = _pdf_pages(_build(layout, tmp_path))
    assert page.index("Proef van een document") < page.index("14 maart 2024") < page.index("Eerste hoofdstuk")
    assert "De weging staat in bijlage twee." in page
    assert "het kernteam" in page


def test_no_note_is_lost_in_a_long_paper(tmp_path: Path) -> None:
    """WeasyPrint loses the notes of the last page when it believes that its note area is full; see basis.css."""
    text = "".join(f"Alinea {number} van het stuk.^[Noot nummer {number}.]\n\n" for number in range(1, 61))
    pages = _pdf_pages(_build("nota", tmp_path, text))
    assert [number for number in range(1, 61) if f"Noot nummer {number}." not in " ".join(pages)] == []
    assert all("Noot nummer" in page for page in pages)


def test_slides_as_pdf_are_landscape_and_leave_notes_and_hidden_slides_out(tmp_path: Path) -> None:
    data = _build("dias", tmp_path)
    pages = _pdf_pages(data)
    box = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
    assert round(float(box.width) / float(box.height), 2) == 1.78
    assert len(pages) == 5
    assert "Eén loket voor de regio" in pages[1]
    assert "Meldingen per jaar" in pages[2]
    assert "Vertel hier rustig" not in " ".join(pages)
    assert "Reservedia" not in " ".join(pages)


def test_a_presentation_has_native_parts_notes_and_a_hidden_slide(tmp_path: Path) -> None:
    slides = list(pptx.Presentation(io.BytesIO(_build("presentatie", tmp_path))).slides)
    shapes = [list(slide.shapes) for slide in slides]
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    expected = ["Wat er verandert", "Meldingen", "Verdeling", "Een tussendia", "Reservedia"]
    assert titles == ["Proef van een document", *expected]
    bullets = [(part.text, part.level) for part in slides[1].placeholders[1].text_frame.paragraphs]
    assert bullets == [("Eén loket voor de regio", 0), ("ook in het weekend", 1), ("Een vaste regisseur", 0)]
    assert slides[1].notes_slide.notes_text_frame.text == "Vertel hier rustig waarom het loket er komt."
    chart = next(shape.chart for shape in shapes[2] if shape.has_chart)
    assert list(chart.plots[0].series[0].values) == [12.0, 18.0]
    table = next(shape.table for shape in shapes[3] if shape.has_table)
    assert [cell.text for cell in table.rows[1].cells] == ["Meldnummer", "nee"]
    assert [slide._element.get("show") for slide in slides] == [None] * 5 + ["0"]
    assert all("slidenum" in slide._element.xml for slide in slides[1:])


def test_a_case_report_in_word_has_headings_a_table_and_notes(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(_build("verslag", tmp_path)))
    headings = [(part.style.style_id, part.text) for part in document.paragraphs if part.style.style_id[:3] == "Kop"]
    assert headings == [("Kop1", "Eerste hoofdstuk"), ("Kop2", "Een paragraaf")]
    assert [cell.text for cell in document.tables[0].rows[2].cells] == ["Bellen", "de regisseur"]
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml
    assert document.core_properties.title == "Proef van een document"
    assert str(document.core_properties.created).startswith("2024-03-14")
    notes = next(part for part in document.part.package.iter_parts() if part.partname == "/word/footnotes.xml")
    assert "De weging staat in bijlage twee." in notes.blob.decode()


def test_a_web_page_is_whole_and_keeps_its_text_in_main(tmp_path: Path) -> None:
    page = _build("webpagina", tmp_path).decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "De beleidsmedewerker weegt het signaal." in main
    assert "Privacyverklaring" in page
    assert "Privacyverklaring" not in main


def test_markdown_keeps_head_table_and_notes(tmp_path: Path) -> None:
    text = _build("markdown", tmp_path).decode()
    assert text.startswith("---\ntitel: Proef van een document\n")
    assert "\n# Proef van een document\n" in text
    assert "\n## Eerste hoofdstuk\n" in text
    assert re.search(r"\| Wegen +\| het kernteam +\|", text)
    assert "[^1]: De weging staat in bijlage twee." in text


def test_plain_text_is_wrapped_and_can_be_in_the_windows_encoding(tmp_path: Path) -> None:
    data = _build("tekst", tmp_path, "Coördinatoren " * 20, "codering: cp1252")
    assert b"Co\xf6rdinatoren" in data
    assert max(map(len, data.decode("cp1252").splitlines())) <= 78


@pytest.mark.parametrize("layout", ["nota", "dias", "presentatie", "verslag", "webpagina"])
def test_the_same_source_gives_the_same_bytes(layout: str, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    assert _build(layout, first) == _build(layout, second)


def test_the_check_sees_a_changed_text(tmp_path: Path) -> None:
    _build("tekst", tmp_path)
    from corpus.voorbeeld.bouw.build import differs

    source = read_source(tmp_path / "proef.txt.md")
    assert differs(source, tmp_path) == ""
    shutil.copy(tmp_path / "proef.txt.md", tmp_path / "proef.txt")
    assert differs(source, tmp_path) == "heeft een andere tekst"
