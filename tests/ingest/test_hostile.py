"""Hostile files through the whole pipeline: each is read or refused with a reason, and the next good file is read."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import docx
import pptx
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx.util import Inches

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import ReadError
from corpus.types import Classification
from ingest.files import find_files
from ingest.limits import Limits
from ingest.pipeline import IngestOptions, Outcome, Pipeline, Status
from ingest.readers.pdf_active import ATTACHED, SCRIPT
from ingest.readers.registry import read_document
from ingest.sandbox import read_isolated
from tests.conftest import HashEncoder
from tests.ingest import hostile
from tests.ingest.hostile import TEXT, pages_pdf, word
from tests.ingest.pdf_samples import laid_out, pdf, text

FULL = bool(os.environ.get("TEST_FULL"))
LIMITS = Limits(seconds=300, cpu_seconds=20, memory=1 << 30)
READ, REFUSED = Status.PROCESSED, Status.FAILED
Make = Callable[[], bytes]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline for all files, as in a service that runs on."""
    catalogue: Catalogue = open_catalogue(tmp_path_factory.mktemp("vijandig") / "data", create=True)
    options = IngestOptions(default_level=Classification.OPENBAAR)
    yield Pipeline(catalogue, HashEncoder(), options, partial(read_isolated, limits=LIMITS))
    catalogue.close()


Take = Callable[[str, bytes], Outcome]


@pytest.fixture
def take(pipeline: Pipeline, tmp_path: Path) -> Take:
    """Takes a file in, and then a good one; what became of the first."""

    def take_both(name: str, data: bytes) -> Outcome:
        (tmp_path / name).write_bytes(data)
        outcome = pipeline.ingest(tmp_path / name, name)
        good = tmp_path / "goed.txt"
        good.write_text(f"Na {tmp_path.name} komt dit goede bestand over de wijk.", encoding="utf-8")
        assert pipeline.ingest(good, good.name).status is READ
        assert outcome.status is READ or (outcome.reason.endswith(".") and len(outcome.reason) > 30)
        return outcome

    return take_both


ARCHIVES: dict[str, tuple[Make, Status, str]] = {
    "zip die groot wordt": (lambda: word(word__media__a_dot_bin=bytes(50_000_000)), REFUSED, "veel te groot"),
    "zip in een zip": (lambda: word(word__embeddings__a_dot_docx=word(word__b_dot_bin=bytes(9_000_000))), READ, ""),
    "zip met overlappende delen": (hostile.overlapping_zip, REFUSED, "veel te groot"),
    "zip die liegt over de maat": (hostile.lying_zip, READ, ""),
    "zip met een pad naar buiten": (lambda: word(**{"..__..__..__etc__passwd": "x"}), READ, ""),
    "entiteiten die groeien": (hostile.entity_bomb, REFUSED, "beschadigd"),
    "entiteit uit een bestand": (lambda: hostile.external_entity("file:///etc/passwd"), READ, ""),
    "honderdduizend elementen diep": (
        lambda: word("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000, word__media__a_dot_bin=os.urandom(20_000)),
        REFUSED,
        "beschadigd",
    ),
    "macro's": (hostile.with_macros, READ, "macro's"),
    "delen die elders staan": (lambda: hostile.with_external_parts("http://127.0.0.1:9"), READ, ""),
    "pdf die ook een zip is": (lambda: pages_pdf() + word(), READ, ""),
    "zip die ook een pdf is": (lambda: word() + pages_pdf(), READ, ""),
    "zip met de kop van een pdf": (lambda: b"%PDF-1.4\n" + word(), REFUSED, "beschadigd"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_office_files_and_zips(case: str, take: Take) -> None:
    make, status, says = ARCHIVES[case]
    outcome = take("bestand.docx", make())
    assert outcome.status is status
    assert says in outcome.reason + " ".join(outcome.remarks)


PDFS: dict[str, tuple[Make, Status, str]] = {
    "inhoud die groot wordt": (lambda: hostile.flate_bomb(1, 100_000_000), REFUSED, "beschadigd"),
    "inhoud die twee keer groot wordt": (lambda: hostile.flate_bomb(2, 100_000_000), REFUSED, "beschadigd"),
    "tekening in zichzelf": (hostile.drawn_in_itself, READ, ""),
    "objecten in zichzelf": (hostile.self_referring_object_stream, REFUSED, "beschadigd"),
    "bijlage": (hostile.with_attachment, READ, ATTACHED),
    "notitie met een script": (
        lambda: pages_pdf(page="/Annots[<</Subtype/Link/A<</S/JavaScript/JS(x)>>>>]"),
        READ,
        SCRIPT,
    ),
    "webpagina die pdf heet": (lambda: b"<html><body><p>" + TEXT.encode(), READ, "De naam eindigt op .pdf"),
    **{name: (partial(pages_pdf, catalog=content), READ, SCRIPT) for name, content in hostile.ACTIVE.items()},
}


@pytest.mark.parametrize("case", PDFS)
def test_pdfs(case: str, take: Take) -> None:
    make, status, says = PDFS[case]
    outcome = take("bestand.pdf", make())
    assert outcome.status is status
    assert says in outcome.reason + " ".join(outcome.remarks)


@pytest.mark.parametrize("case", hostile.LOOPS)
def test_a_pdf_that_goes_round_in_circles(case: str, take: Take) -> None:
    outcome = take("kring.pdf", pages_pdf(**hostile.LOOPS[case]))
    assert outcome.status is READ or "beschadigd" in outcome.reason or "geen tekst" in outcome.reason


def test_two_thousand_pages(take: Take) -> None:
    outcome = take("lang.pdf", hostile.many_pages(2000))
    assert (outcome.status, outcome.pages) == (READ, 2000)


def test_a_plain_pdf_has_no_remark(take: Take) -> None:
    assert take("gewoon.pdf", pages_pdf(show_other())).remarks == ()


def show_other() -> bytes:
    return hostile.show("Een gewone bladzijde zonder iets bijzonders erop.")


def test_a_font_that_lies_gives_a_remark_or_a_scan() -> None:
    """Its text means nothing, so the page is looked at as a picture; where that cannot be done the reason says so."""
    try:
        extraction = read_document(hostile.lying_font(), "leugen.pdf")
    except ReadError as error:
        assert "nstalleer tesseract" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert "gemeente" in extraction.pages[0].text
        assert "tekstherkenning" in extraction.remarks[0]
    half = pdf([text(72, 700, TEXT) + "\n" + text(72, 650, "\x01" * 3)])
    assert read_document(half, "half.pdf").remarks == ()


def test_a_page_with_many_private_characters_gets_a_remark() -> None:
    objects = {
        6: hostile.stream(
            b"BT /F1 11 Tf 60 700 Td (" + TEXT[:40].encode() + b") Tj ET",
            "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 7 0 R>>>>",
        ),
        7: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 8 0 R>>",
        8: hostile.lying_cmap("E000"),
    }
    extraction = read_document(pages_pdf(hostile.show() + b" /X Do", more=objects), "half.pdf")
    assert TEXT in extraction.pages[0].text
    assert "Bladzijde 1 heeft tekens die geen letters zijn" in extraction.remarks[0]


def test_arabic_and_hebrew_are_read_in_the_order_they_are_spoken() -> None:
    html = (
        "<html dir=rtl><style>body{font-family:'DejaVu Sans'}</style><h1>الوقاية من التطرف</h1>"
        "<p>تعمل البلدية مع المدارس والشرطة على الوقاية من التطرف في الحي.</p>"
        "<p>העיר פועלת יחד עם בתי הספר והמשטרה.</p></html>"
    )
    read = read_document(laid_out(html), "arabisch.pdf").pages[0].text
    assert "الوقاية من التطرف" in read
    assert "تعمل البلدية مع المدارس والشرطة" in read
    assert "העיר פועלת יחד עם בתי הספר" in read


@pytest.mark.parametrize(("password", "status"), [("", READ), ("geheim", REFUSED)])
def test_a_pdf_with_a_password(password: str, status: Status, take: Take) -> None:
    outcome = take(
        "slot.pdf", pdf([[text(72, 700, f"Achter een wachtwoord van {len(password)} letters.")]], password=password)
    )
    assert outcome.status is status
    assert status is READ or "wachtwoord" in outcome.reason


TEXTS: dict[str, tuple[str, Make, Status, str]] = {
    "html diep": ("a.html", hostile.nested_html, REFUSED, "zo opgebouwd"),
    "markdown diep": ("a.md", lambda: b">" * 50_000 + b" x\n\nEen alinea na veel citaten.", READ, ""),
    "veel haken": ("a.md", lambda: b"[" * 5_000 + b"tekst", READ, ""),
    "één regel van 50 MB": ("a.txt", lambda: b"woord " * 8_700_000, REFUSED, "52.200.000 tekens"),
    "utf-16 met halve tekens": (
        "a.txt",
        lambda: b"\xff\xfe" + "Een verhaal over de wijk.".encode("utf-16-le") + b"\x00\xd8A\x00x",
        READ,
        "beschadigd",
    ),
    "utf-16 van rechts naar links": ("a.txt", lambda: "\u202eEen omgekeerd verhaal.".encode("utf-16"), READ, ""),
    "rijen en kolommen zonder eind": (
        "a.html",
        lambda: b"<table>" + b"<tr><td rowspan=9999 colspan=99999999>x<td>y" * 500 + b"</table>",
        READ,
        "",
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts(case: str, take: Take) -> None:
    name, make, status, says = TEXTS[case]
    outcome = take(name, make())
    assert outcome.status is status
    assert says in outcome.reason + " ".join(outcome.remarks)


def test_a_formula_in_a_table_stays_text() -> None:
    formula = "=HYPERLINK(&quot;http://x&quot;;&quot;klik&quot;)|' /C calc'!A0"
    rows = "".join(
        f"<w:tr><w:tc>{hostile.paragraph(cell)}</w:tc><w:tc>{hostile.paragraph('b')}</w:tc></w:tr>"
        for cell in ("Kop", formula)
    )
    page = read_document(word(f"<w:tbl>{rows}</w:tbl>"), "tabel.docx").pages[0]
    assert '=HYPERLINK("http://x";"klik")|\' /C calc\'!A0 | b' in page.text


NAMES = (
    "../../etc/passwd",
    "a\0b.txt",
    "x" * 5000 + ".txt",
    "nota\u202efdp.exe",
    "CON.txt",
    "a/b\\c.txt",
    "\udcff.txt",
    "",
    ".",
    "a\nb.txt",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_with_tricks_are_only_names(name: str) -> None:
    extraction = read_isolated(b"Een gewone tekst over de wijk.", name, LIMITS)
    told = " ".join((*extraction.remarks, extraction.metadata.title))
    assert not any(char in told for char in "\0\u202e\n/\udcff")
    with pytest.raises(ReadError) as caught:
        read_isolated(b"\x89PNG\r\n\x1a\n" + bytes(9), name, LIMITS)
    assert name not in str(caught.value) or not name.strip(".")


def test_a_name_that_is_no_text_is_refused(pipeline: Pipeline, tmp_path: Path) -> None:
    try:
        (tmp_path / "nota\udcff.txt").write_text(TEXT, encoding="utf-8")
    except OSError:
        pytest.skip("dit bestandssysteem neemt zo'n naam niet aan")
    [(path, name)] = find_files([tmp_path])
    outcome = pipeline.ingest(path, name)
    assert (outcome.file, outcome.status) == ("nota?.txt", REFUSED)
    assert "andere naam" in outcome.reason


# Nothing is fetched


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """An address, and the paths that were asked for there."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", asked
    listening.shutdown()
    thread.join()
    listening.server_close()


def slides_that_fetch(address: str) -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_textbox(0, 0, Inches(5), Inches(1)).text_frame.text = TEXT
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    for name in ("image", "video", "oleObject", "slideMaster", "notesSlide"):
        slide.part.relate_to(f"{address}/{name}", kind + name, is_external=True)
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def test_nothing_is_fetched(server: tuple[str, list[str]]) -> None:
    """Read in this process, so that it is the readers that fetch nothing, and not the sandbox that has no network."""
    address, asked = server
    link = f"/OpenAction<</S/URI/URI({address}/a)>>"
    elsewhere = {5: hostile.stream(hostile.show(), f"/F<</FS/URL/F({address}/f)>>")}
    files = {
        "a.docx": hostile.with_external_parts(address),
        "b.docx": hostile.external_entity(f"{address}/dtd"),
        "c.pptx": slides_that_fetch(address),
        "d.html": hostile.html_that_fetches(address),
        "e.md": f"![x]({address}/md)\n\n<img src='{address}/img'>\n\n{TEXT}".encode(),
        "f.pdf": pages_pdf(catalog=link),
        "g.pdf": pages_pdf(more=elsewhere),
    }
    for name, data in files.items():
        assert TEXT in read_document(data, name).pages[0].text, name
    assert asked == []


# Damage


def word_file() -> bytes:
    document = docx.Document()
    document.add_heading("Kop", 1)
    document.add_paragraph(TEXT)
    document.add_table(2, 2).cell(0, 0).text = "Cel"
    made = io.BytesIO()
    document.save(made)
    return stored(made.getvalue())


def slides() -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Kop", TEXT
    made = io.BytesIO()
    deck.save(made)
    return stored(made.getvalue())


def stored(data: bytes) -> bytes:
    """The same zip without compression, so that a changed bit is a changed letter and no broken stream."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.namelist():
            target.writestr(part, source.read(part))
    return made.getvalue()


def marked_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([[text(72, 700, TEXT)], [text(72, 700, "Bladzijde twee.")]])))
    writer.add_outline_item(title="Kop", page_number=0)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SAMPLES = {
    "a.pdf": marked_pdf(),
    "a.docx": word_file(),
    "a.pptx": slides(),
    "a.html": f"<!DOCTYPE html><html lang=nl><body><h1>Kop</h1><p>{TEXT}</p><table><tr><td>a<td>b</table>".encode(),
    "a.md": f"---\ntitel: Kop\n---\n# Kop\n\n{TEXT}[^1]\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: Noot\n".encode(),
    "a.txt": f"KOP\n\n{TEXT}\n\n- een\n- twee\n".encode(),
}


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=300 if FULL else 15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    broken = bytearray(SAMPLES[name])
    for place in data.draw(st.lists(st.integers(0, len(broken) - 1), max_size=12), "plaatsen"):
        broken[place] = data.draw(st.integers(0, 255), "byte")
    kept = data.draw(st.integers(1, len(broken)) | st.just(len(broken)), "lengte")
    try:
        extraction = read_isolated(bytes(broken[:kept]), name, LIMITS)
    except ReadError as error:
        assert "vastgelopen" not in str(error)  # noqa: PT017 - a refusal is right, a crash is not
    else:
        assert any(page.has_text for page in extraction.pages)
