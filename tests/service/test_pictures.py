"""Pictures of pages: whose they are, what is marked on them, and that no file brings the service down."""

import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageChops, ImageFilter

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from corpus.types import Classification
from search.encoder import Encoder
from service.access import Role
from service.pictures import STEPS, Pictures, _step
from service.rendering import MARK, NoPictureError, find_boxes, fold, render
from tests.ingest.pdf_samples import pdf
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]
SAMPLE = Path(__file__).resolve().parent.parent.parent / "corpus" / "voorbeeld" / "documenten"
FACTSHEET = SAMPLE / "factsheet-beschermende-factoren.pdf"


def first_lines(path: Path, count: int = 3) -> str:
    """Words of the first page, as a reader tidies them."""
    with pypdfium2.PdfDocument(path) as document:
        textpage = document[0].get_textpage()
        lines = [line.strip() for line in textpage.get_text_range().splitlines() if len(line.split()) > 6]
        textpage.close()
    return " ".join(lines[:count])


@pytest.fixture
def put_pdf(put: Put) -> Put:
    def publish(document_id: str, path: Path = FACTSHEET, **changes: object) -> str:
        return put(
            document_id,
            [first_lines(path)],
            data=path.read_bytes(),
            file_name=path.name,
            media_type="application/pdf",
            **changes,
        )

    return publish


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, put: Put, put_pdf: Put, tmp_path: Path) -> Iterator[TestClient]:
    put_pdf("open")
    put_pdf("dicht", SAMPLE / "onderbouwing-preventie-gemeenteraad.pdf", classification=Classification.VERTROUWELIJK)
    put("tekst", ["alleen tekst"])
    with served(tmp_path / "data", encoder) as opened:
        yield opened


def picture(client: TestClient, query: str = "", document: str = "open", **headers: str) -> Image.Image:
    answer = client.get(f"/v1/documenten/{document}/paginas/1/afbeelding{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/webp"
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def marked(image: Image.Image) -> float:
    """Share of the picture that has the colour of the mark, within what compression changes."""
    pixels = list(image.get_flattened_data())
    near = [p for p in pixels if all(abs(a - b) < 24 for a, b in zip(p, MARK, strict=True))]
    return len(near) / len(pixels)


def test_a_page_is_a_picture_of_the_wanted_width(client: TestClient) -> None:
    image = picture(client, "?breedte=320")
    assert image.width == 320
    assert 1.3 < image.height / image.width < 1.5
    assert len(set(image.get_flattened_data())) > 50
    assert marked(image) == 0


@pytest.mark.parametrize(("wish", "width"), [(16, 160), (160, 160), (161, 320), (700, 960), (10_000, 1600)])
def test_widths_go_in_steps(wish: int, width: int) -> None:
    assert _step(wish, STEPS[-1]) == width


def test_the_setting_bounds_the_width() -> None:
    assert [_step(wish, 1000) for wish in (100, 900, 5000)] == [160, 960, 960]


def test_the_passage_is_marked_and_another_one_is_not(client: TestClient, catalogue: Catalogue) -> None:
    (passage,) = catalogue.passages_of("open")
    assert marked(picture(client, f"?breedte=640&passage={passage.id}")) > 0.01
    (other,) = catalogue.passages_of("dicht")
    for unknown in (other.id, "bestaat-niet"):
        assert marked(picture(client, f"?breedte=640&passage={unknown}")) == 0


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documenten/dicht/paginas/1/afbeelding",
        "/v1/documenten/bestaat-niet/paginas/1/afbeelding",
        "/v1/documenten/open/paginas/2/afbeelding",
        "/v1/documenten/open/paginas/0/afbeelding",
        "/v1/documenten/tekst/paginas/1/afbeelding",
    ],
)
def test_what_is_not_there_or_not_yours_is_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["?breedte=0", "?breedte=x", "?breedte=99999", f"?passage={'x' * 65}"])
def test_an_impossible_wish_is_400(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/documenten/open/paginas/1/afbeelding{query}").status_code == 400


def test_a_key_opens_what_it_may_see_and_it_is_not_kept_by_browsers(client: TestClient, catalogue: Catalogue) -> None:
    address = "/v1/documenten/dicht/paginas/1/afbeelding?breedte=160"
    assert client.get(address, headers=bearer(new_key(catalogue, Role.READER))).status_code == 404
    seen = client.get(address, headers=bearer(new_key(catalogue, Role.EDITOR)))
    assert seen.status_code == 200
    assert seen.headers["cache-control"] == "no-store"
    # Made once for one who may see it, it is still not there for one who may not.
    assert client.get(address).status_code == 404


def test_an_open_picture_is_asked_again_and_unchanged_is_short(client: TestClient, catalogue: Catalogue) -> None:
    address = "/v1/documenten/open/paginas/1/afbeelding?breedte=160"
    first = client.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    remove(catalogue, "open")
    assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 404


def kept(catalogue: Catalogue) -> list[Path]:
    return [path for path in catalogue.pictures.folder.rglob("*") if path.is_file()]


def test_a_picture_is_made_once_and_goes_with_the_document(client: TestClient, catalogue: Catalogue) -> None:
    picture(client, "?breedte=300")
    (file,) = kept(catalogue)
    file.write_bytes((SAMPLE.parent / "README.md").read_bytes())  # what is kept is what is served
    answer = client.get("/v1/documenten/open/paginas/1/afbeelding?breedte=320")
    assert answer.content == file.read_bytes()
    remove(catalogue, "open")
    assert kept(catalogue) == []


def test_a_document_that_is_removed_meanwhile_leaves_no_picture(
    client: TestClient, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = type(catalogue.pictures).keep

    def late(store: object, sha256: str, name: str, data: bytes) -> None:
        remove(catalogue, "open")
        keep(store, sha256, name, data)  # type: ignore[arg-type]

    monkeypatch.setattr(type(catalogue.pictures), "keep", late)
    assert client.get("/v1/documenten/open/paginas/1/afbeelding").status_code == 404
    assert kept(catalogue) == []


def test_many_at_once_are_all_answered(client: TestClient) -> None:
    done: list[int] = []

    def ask(width: int) -> None:
        done.append(client.get(f"/v1/documenten/open/paginas/1/afbeelding?breedte={width}").status_code)

    threads = [threading.Thread(target=ask, args=(width,)) for width in STEPS[:5] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [200] * 10


def test_a_child_that_dies_costs_one_picture(client: TestClient) -> None:
    picture(client, "?breedte=160")
    pictures: Pictures = client.app.state.pictures  # type: ignore[attr-defined]
    assert pictures._pool is not None
    (child,) = pictures._pool._processes.values()
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    statuses = [client.get(f"/v1/documenten/open/paginas/1/afbeelding?breedte={w}").status_code for w in (320, 640)]
    assert statuses[-1] == 200
    assert set(statuses) <= {200, 404}
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize("data", [b"", b"geen pdf", b"%PDF-1.7\n%%EOF", FACTSHEET.read_bytes()[:3000]])
def test_a_broken_pdf_has_no_picture_and_a_good_one_still_has(client: TestClient, put: Put, data: bytes) -> None:
    put("stuk", ["tekst"], data=data, file_name="stuk.pdf", media_type="application/pdf")
    answer = client.get("/v1/documenten/stuk/paginas/1/afbeelding")
    assert answer.status_code == 404
    assert "stuk.pdf" in answer.json()["detail"]
    picture(client)


# -- finding the words -------------------------------------------------------------------------------------------------


def test_every_passage_of_the_sample_is_found_on_its_page(sample_data: Path) -> None:
    catalogue = open_catalogue(sample_data)
    missing: list[str] = []
    for document in catalogue.documents(EVERYTHING):
        if document.media_type != "application/pdf":
            continue
        with pypdfium2.PdfDocument(catalogue.files.path(document.sha256)) as pdf:
            passages = catalogue.passages_of(document.id)
            missing += [p.id for p in passages if not find_boxes(pdf[(p.page or 1) - 1], p.text)]
    catalogue.close()
    assert missing == []


def test_the_boxes_hold_the_words_and_no_others() -> None:
    text = first_lines(FACTSHEET, 1)
    with pypdfium2.PdfDocument(FACTSHEET) as document:
        page = document[0]
        textpage = page.get_textpage()
        found = "".join(textpage.get_text_bounded(*box) for box in find_boxes(page, text))
        textpage.close()
        assert fold(text) in fold(found)
        assert len(fold(found)) < len(fold(text)) * 1.3
        assert find_boxes(page, "woorden die nergens op deze bladzijde staan") == []
        assert find_boxes(page, "--- ... ---") == []


def test_words_that_were_tidied_are_found() -> None:
    text = first_lines(FACTSHEET, 2)
    words = text.split()
    with pypdfium2.PdfDocument(FACTSHEET) as document:
        plain = find_boxes(document[0], text)
        assert find_boxes(document[0], text.upper().replace(" ", " \u00ad ")) == plain
        assert find_boxes(document[0], " ".join(words[:8]) + "\n" + "iets dat er niet staat, verzonnen tekst") != []


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_is_marked_in_the_right_place(tmp_path: Path, rotation: int) -> None:
    path = tmp_path / "gedraaid.pdf"
    with pypdfium2.PdfDocument(FACTSHEET) as document:
        document[0].set_rotation(rotation)
        document.save(path)
    straight = place_of_mark(FACTSHEET, 0)
    turned = place_of_mark(path, rotation)
    assert straight[2] - straight[0] > 0.1
    assert turned == pytest.approx(straight, abs=0.02)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_passage_of_a_turned_page_is_not_looked_for_in_its_footer(rotation: int) -> None:
    """Its first lines also stand in the running line; with its last line it can only be at the top."""
    text = "Factsheet\nBeschermende factoren en weerbaarheid\nBeschermende factoren\n" + first_lines(FACTSHEET, 1)
    with pypdfium2.PdfDocument(FACTSHEET) as document:
        page = document[0]
        upright = find_boxes(page, text)
        assert min(box[1] for box in upright) > page.get_height() / 2
        page.set_rotation(rotation)
        assert sorted(find_boxes(page, text)) == sorted(upright)
        assert page.get_rotation() == rotation


def test_a_page_that_is_upright_by_being_turned_is_marked_all_the_same(tmp_path: Path) -> None:
    """As a table that is drawn on its side: the content lies, and the page is turned so that one can read it."""
    lines = ["Preventie in de wijk", "Het wijkteam bespreekt elke maand de signalen.", "Preventie in de wijk", "Einde."]
    drawn = [f"BT /F1 12 Tf 0 1 -1 0 {100 + 40 * at} 100 Tm ({line}) Tj ET" for at, line in enumerate(lines)]
    path = tmp_path / "liggend.pdf"
    path.write_bytes(pdf([drawn]))
    with pypdfium2.PdfDocument(path) as document:
        document[0].set_rotation(90)
        boxes = find_boxes(document[0], "\n".join(lines[1:3]))
        assert {next(x for x in (100, 140, 180, 220) if box[0] < x < box[2]) for box in boxes} == {140, 180}


def place_of_mark(path: Path, rotation: int) -> list[float]:
    """Left, top, right and bottom of what the mark changes, as shares of the page as it was before it was turned."""
    # The second line is also in the footer of the page, which a turned page gives first.
    text = first_lines(FACTSHEET, 1)
    plain, with_mark = (Image.open(io.BytesIO(render(path, 1, 640, wish))).convert("RGB") for wish in ("", text))
    red, green, blue = ImageChops.difference(plain, with_mark).split()  # a yellow mark hardly changes the brightness
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    changed = strongest.point(lambda value: 255 if value > 40 else 0).filter(ImageFilter.MinFilter(5))  # no WebP specks
    upright = changed.rotate(rotation, expand=True)  # a page turns clockwise, this turns back
    box = upright.getbbox()
    assert box is not None
    return [value / size for value, size in zip(box, (*upright.size, *upright.size), strict=True)]


def test_a_page_that_is_not_there_has_no_picture() -> None:
    for number in (0, 99):
        with pytest.raises(NoPictureError):
            render(FACTSHEET, number, 320, "")
    with pytest.raises(NoPictureError):
        render(SAMPLE / "bestaat-niet.pdf", 1, 320, "")


def test_a_very_long_page_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "lang.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(10, 14_000)
    document.save(path)
    document.close()
    image = Image.open(io.BytesIO(render(path, 1, 1600, "")))
    assert image.height <= 4 * 1600
    assert image.width < 10
