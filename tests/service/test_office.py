"""LibreOffice itself: which slide becomes which page, and what it may not do whatever is in the presentation."""

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pptx
import pypdfium2
import pytest
from PIL import Image
from pptx.util import Inches

from corpus.catalogue import Catalogue
from corpus.errors import ReadError
from corpus.pictures import PictureStore
from corpus.types import Classification
from ingest.readers.registry import read_document
from search.encoder import Encoder
from service.office import FAILED
from service.office_copy import write_copy
from service.pictures import Pictures
from service.rendering import MARK, render
from service.slides import Slides
from tests.ingest.zips import changed
from tests.service.clients import served
from tests.service.decks import BLUE, OFFICE, RED, deck, linked, needs_office, png, publish_deck, saved

MACRO = b"Attribute VB_Name = onschuldig" * 50


def draw(tmp_path: Path, data: bytes, count: int) -> tuple[str, Path]:
    """Why it did not succeed, or "", and the PDF."""
    source, slides = tmp_path / "bron", Slides(OFFICE)
    source.write_bytes(data)
    store = PictureStore(tmp_path / "afbeeldingen")
    with store.workroom("ab") as room:
        reason = slides._draw(room, source, count)
        if not reason:
            store.adopt("ab", "dias.pdf", room / "dia.pdf")
    assert not list(store.folder.glob("*/.werk-*"))
    return reason, store.path("ab", "dias.pdf")


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [document[place].get_textpage().get_text_range() for place in range(len(document))]


def colours(path: Path) -> set[tuple[int, int, int]]:
    """Those of much of the first page."""
    picture = Image.open(io.BytesIO(render(path, 1, 320, ""))).convert("RGB")
    found = picture.quantize(8).convert("RGB").getcolors()
    assert isinstance(found, list)
    return {colour for count, colour in found if count > 1000 and isinstance(colour, tuple)}  # type: ignore[misc]


def near(wanted: tuple[int, int, int], found: set[tuple[int, int, int]]) -> bool:
    return any(all(abs(a - b) < 60 for a, b in zip(wanted, one, strict=True)) for one in found)


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a website, and what was asked of it."""
    asked: list[str] = []

    class Website(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            asked.append(str(self.rfile.readline()))
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + png(BLUE))

    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/plaatje.png", asked
        server.shutdown()


# -- the copy that it gets ---------------------------------------------------------------------------------------------


def copied(tmp_path: Path, data: bytes) -> dict[str, bytes]:
    source, target = tmp_path / "bron", tmp_path / "dia.pptx"
    source.write_bytes(data)
    write_copy(source, target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    "target",
    ["http://voorbeeld.example/a.png", "file:///etc/passwd", "\\\\server\\map\\a.png", "../../../../etc/passwd"],
)
def test_nothing_in_the_copy_leads_outside(tmp_path: Path, target: str) -> None:
    data = linked(target)
    assert target.encode() in zipfile.ZipFile(io.BytesIO(data)).read("ppt/slides/_rels/slide1.xml.rels")
    parts = copied(tmp_path, data)
    assert not [name for name, content in parts.items() if target.encode() in content]
    assert b"slideLayout" in parts["ppt/slides/_rels/slide1.xml.rels"]  # what it needs is still there


def test_a_path_outside_that_is_not_called_external_is_dropped_too(tmp_path: Path) -> None:
    def call_it_internal(parts: dict[str, bytes]) -> None:
        name = "ppt/slides/_rels/slide1.xml.rels"
        parts[name] = parts[name].replace(b' TargetMode="External"', b"")

    data = changed(linked("file:///etc/passwd"), call_it_internal)
    assert not [name for name, content in copied(tmp_path, data).items() if b"/etc/passwd" in content]


def with_macro(parts: dict[str, bytes]) -> None:
    parts["ppt/vbaProject.bin"] = MACRO
    kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    name = "ppt/_rels/presentation.xml.rels"
    relation = b'<Relationship Id="rId99" Type="' + kind + b'" Target="vbaProject.bin"/></Relationships>'
    parts[name] = parts[name].replace(b"</Relationships>", relation)
    types = parts["[Content_Types].xml"]
    main = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    types = types.replace(main, b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml")
    project = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    parts["[Content_Types].xml"] = types.replace(b"</Types>", project)
    parts["ppt/embeddings/oleObject1.bin"] = parts["ppt/media/film.mp4"] = MACRO


def test_macros_and_embedded_files_stay_behind(tmp_path: Path) -> None:
    parts = copied(tmp_path, changed(deck("alfa"), with_macro))
    assert not [name for name, content in parts.items() if not name.endswith((".xml", ".rels", ".jpeg"))]
    assert b"vbaProject" not in parts["ppt/_rels/presentation.xml.rels"]


@pytest.mark.parametrize("data", [b"", b"geen presentatie", deck("alfa")[:5000]], ids=["empty", "text", "cut-off"])
def test_a_broken_presentation_is_refused_before_it_gets_there(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError):
        copied(tmp_path, data)


# -- LibreOffice -------------------------------------------------------------------------------------------------------


@needs_office
def test_page_for_page_the_slides_that_were_read(tmp_path: Path) -> None:
    """Also those that are hidden, and in the order in which they are shown."""
    data = deck("alfa", "beta", "gamma", "delta", hidden=(1, 3), order=(2, 0, 3, 1), first=7)
    pages = read_document(data, "dias.pptx").pages
    assert [(page.position, page.number) for page in pages] == [(1, 7), (2, 8), (3, 9), (4, 10)]
    reason, made = draw(tmp_path, data, len(pages))
    assert reason == ""
    assert [text.strip() for text in texts(made)] == [page.text for page in pages] == ["gamma", "alfa", "delta", "beta"]


@needs_office
def test_no_website_is_asked_for_a_picture(tmp_path: Path) -> None:
    with listener() as (address, asked):
        reason, made = draw(tmp_path, linked(address), 1)
    assert (reason, asked) == ("", [])
    assert "verwijzing naar buiten" in texts(made)[0]


@needs_office
def test_a_file_of_this_machine_is_not_shown_and_a_picture_in_the_file_is(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.png"
    secret.write_bytes(png(BLUE))
    presentation = pptx.Presentation(io.BytesIO(linked(secret.as_uri())))
    presentation.slides[0].shapes.add_picture(io.BytesIO(png(RED)), Inches(6.5), Inches(2), Inches(3), Inches(4))
    reason, made = draw(tmp_path, saved(presentation), 1)
    assert reason == ""
    assert near(RED, colours(made))
    assert not near(BLUE, colours(made))


@needs_office
def test_a_presentation_with_macros_is_drawn_without_them(tmp_path: Path) -> None:
    reason, made = draw(tmp_path, changed(deck("alfa", "beta"), with_macro), 2)
    assert reason == ""
    assert [text.strip() for text in texts(made)] == ["alfa", "beta"]


def cut_slide(parts: dict[str, bytes]) -> None:
    parts["ppt/slides/slide1.xml"] = parts["ppt/slides/slide1.xml"][:400]


def no_presentation(parts: dict[str, bytes]) -> None:
    parts["ppt/presentation.xml"] = b"<x/>"


@needs_office
@pytest.mark.parametrize("damage", [cut_slide, no_presentation], ids=["slide", "presentation"])
def test_a_damaged_presentation_ends_with_a_reason_or_its_slides(
    tmp_path: Path, damage: Callable[[dict[str, bytes]], None]
) -> None:
    reason, made = draw(tmp_path, changed(deck("alfa", "beta"), damage), 2)
    if reason:
        assert "LibreOffice" in reason
        assert not made.exists()
    else:
        assert len(texts(made)) == 2


@needs_office
def test_what_it_cannot_open_is_a_failure(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
    reason, _ = draw(tmp_path, archive.getvalue(), 1)
    assert reason.startswith(FAILED)


@needs_office
def test_the_passage_is_marked_on_its_slide(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> None:
    publish_deck(catalogue, encoder, "dias", deck("inleiding", "de wijkagent belt aan"), Classification.OPENBAAR)
    (passage,) = [passage for passage in catalogue.passages_of("dias") if passage.page == 2]
    with served(tmp_path / "data", encoder, pictures=Pictures(slides=Slides(OFFICE))) as client:
        path = f"/v1/documenten/dias/paginas/2/afbeelding?breedte=640&passage={passage.id}"
        for _ in range(60):
            answer = client.get(path)
            if answer.status_code != 202:
                break
        assert answer.status_code == 200, answer.text
        picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
        pixels = list(picture.get_flattened_data())
        marked = [one for one in pixels if all(abs(a - b) < 24 for a, b in zip(one, MARK, strict=True))]
        assert len(marked) > len(pixels) / 100
