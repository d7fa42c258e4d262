"""Files of every sort through the pipeline: each ends with a status and a reason, and nothing is there by half."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from corpus.catalogue import Catalogue
from corpus.scope import EVERYTHING
from corpus.types import Classification
from ingest.files import find_files
from ingest.metadata import GivenMetadata
from ingest.pipeline import IngestOptions, Outcome, Pipeline, Status
from search.encoder import Encoder

TEXT = "De gemeente voert de regie over de preventie van radicalisering in de wijk. "


def pdf(*pages: str, password: str = "") -> bytes:
    """A PDF with a line of text on each page; an empty string is a page without text."""
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica")}
    )
    for text in pages:
        page = writer.add_blank_page(595, 842)
        if text:
            stream = DecodedStreamObject()
            stream.set_data(f"BT /F1 11 Tf 60 780 Td ({text}) Tj ET".encode("latin-1"))
            page[NameObject("/Contents")] = writer._add_object(stream)
            fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
            page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def slides(count: int) -> bytes:
    deck = pptx.Presentation()
    for number in range(count):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Dia {number}"
        slide.placeholders[1].text = TEXT
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


@pytest.fixture
def pipeline(catalogue: Catalogue, encoder: Encoder) -> Pipeline:
    return Pipeline(catalogue, encoder, IngestOptions(default_level=Classification.OPENBAAR))


Take = Callable[[str, bytes], Outcome]


@pytest.fixture
def take(pipeline: Pipeline, tmp_path: Path) -> Take:
    """Writes a file and takes it in."""
    folder = tmp_path / "bestanden"
    folder.mkdir()

    def write_and_ingest(name: str, data: bytes) -> Outcome:
        (folder / name).write_bytes(data)
        return pipeline.ingest(folder / name, name)

    return write_and_ingest


BAD = {
    "leeg.pdf": (b"", "leeg"),
    "leeg.txt": (b"", "leeg"),
    "spaties.txt": (b"  \n \n", "tekst"),
    "versleuteld.pdf": (pdf(TEXT, password="geheim"), "wachtwoord"),
    "zonder-paginas.pdf": (pdf(), "bladzijde"),
    "alleen-beeld.pdf": (pdf("", ""), "tekst"),
    "afgekapt.docx": (word(TEXT * 50)[:-900], "beschadigd"),
    "afgekapt.pdf": (pdf(TEXT, TEXT)[:200], "beschadigd"),
    "zonder-dias.pptx": (slides(0), "dia"),
    "plaatje.pdf": (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "afbeelding"),
    "binair.txt": (bytes(range(256)) * 8, "tekst"),
    "los.zip": (b"PK\x05\x06" + b"\0" * 18, ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_fails_with_a_reason_and_the_rest_goes_on(name: str, take: Take, catalogue: Catalogue) -> None:
    data, says = BAD[name]
    outcome = take(name, data)
    assert outcome.status is Status.FAILED
    assert says in outcome.reason.lower()
    assert len(outcome.reason) > 20
    assert outcome.reason.endswith(".")
    assert set(catalogue.counts().values()) == {0}
    assert list(catalogue.files.hashes()) == []
    assert take("goed.md", TEXT.encode()).status is Status.PROCESSED


def test_a_file_with_the_wrong_extension_is_read_by_its_content(take: Take, catalogue: Catalogue) -> None:
    outcome = take("eigenlijk-word.pdf", word(TEXT))
    assert outcome.status is Status.PROCESSED
    assert outcome.remarks
    document = catalogue.document(outcome.document_id, EVERYTHING)
    assert document.media_type.endswith("wordprocessingml.document")


def test_latin_1_text_keeps_its_letters(take: Take, catalogue: Catalogue) -> None:
    outcome = take("oud.txt", "Eén geëngageerde coördinator in Curaçao, ’s avonds. ".encode("cp1252") * 4)
    (page,) = catalogue.pages(outcome.document_id)
    assert page.text.startswith("Eén geëngageerde coördinator in Curaçao, ’s avonds.")


def test_a_300_page_pdf_has_300_pages_with_their_own_text(take: Take, catalogue: Catalogue) -> None:
    outcome = take("dik.pdf", pdf(*(f"Woord{number}x staat alleen op bladzijde {number}." for number in range(1, 301))))
    assert (outcome.status, outcome.pages) == (Status.PROCESSED, 300)
    for passage in catalogue.passages_of(outcome.document_id):
        assert f"Woord{passage.page}x" in passage.text


def test_pages_without_text_are_flagged(take: Take) -> None:
    outcome = take("deels.pdf", pdf(TEXT, "", TEXT, ""))
    assert outcome.status is Status.PROCESSED
    assert any("2 en 4" in remark and "tekstlaag" in remark for remark in outcome.remarks)


def test_a_file_that_vanishes_during_the_run(pipeline: Pipeline, tmp_path: Path) -> None:
    for name in ("een.md", "twee.md", "drie.md"):
        (tmp_path / name).write_text(f"# {name}\n\n{TEXT}", "utf-8")
    outcomes = []
    for path, name in list(find_files([tmp_path / name for name in ("een.md", "twee.md", "drie.md")])):
        (tmp_path / "twee.md").unlink(missing_ok=True)
        outcomes.append(pipeline.ingest(path, name))
    assert [outcome.status for outcome in outcomes] == [Status.PROCESSED, Status.FAILED, Status.PROCESSED]
    assert "bestaat niet" in outcomes[1].reason


def test_the_same_bytes_are_one_document(take: Take, catalogue: Catalogue) -> None:
    first = take("een.md", TEXT.encode())
    for number in range(100):
        again = take(f"kopie{number % 3}.md", TEXT.encode())
        assert (again.status, again.document_id) == (Status.SKIPPED, first.document_id)
        assert "een.md" in again.reason
    assert catalogue.counts()["documents"] == 1
    assert take("een.md", TEXT.encode()).reason == "ongewijzigd"


def test_new_bytes_are_a_new_version_and_the_old_is_gone(take: Take, catalogue: Catalogue) -> None:
    first = take("stuk.md", b"# Stuk\n\nEerste versie met vlaggetjes.")
    second = take("stuk.md", b"# Stuk\n\nTweede versie met kaarten.")
    assert second.document_id == first.document_id
    assert (second.version, second.reason) == (2, "versie 2")
    assert "vlaggetjes" not in catalogue.pages(first.document_id)[0].text
    assert [record.version for record in catalogue.history(first.document_id)] == [2, 1]
    assert len(list(catalogue.files.hashes())) == 1


def test_a_moved_file_stays_the_same_document(pipeline: Pipeline, tmp_path: Path) -> None:
    old, new = tmp_path / "oud", tmp_path / "nieuw"
    old.mkdir()
    new.mkdir()
    (old / "stuk.md").write_text(f"# Stuk\n\n{TEXT}", "utf-8")
    first = pipeline.ingest(old / "stuk.md", "stuk.md")
    (old / "stuk.md").unlink()
    (new / "stuk.md").write_text(f"# Stuk\n\n{TEXT} En meer.", "utf-8")
    assert pipeline.ingest(new / "stuk.md", "stuk.md").document_id == first.document_id


def test_two_folders_may_each_have_a_file_of_the_same_name(pipeline: Pipeline, tmp_path: Path) -> None:
    ids = set()
    for name in ("noord", "zuid"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "verslag.md").write_text(f"# Verslag {name}\n\n{TEXT}", "utf-8")
        ids.add(pipeline.ingest(tmp_path / name / "verslag.md", "verslag.md").document_id)
    assert len(ids) == 2


def test_levels_follow_the_metadata_then_the_flag_then_the_kind(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    given = {"a.md": GivenMetadata(classification=Classification.BEPERKT_OPENBAAR)}
    for name in ("a.md", "b.md", "casus-x.md"):
        (tmp_path / name).write_text(f"# {name}\n\n{TEXT}", "utf-8")

    def level(name: str, options: IngestOptions) -> str:
        outcome = Pipeline(catalogue, encoder, options).ingest(tmp_path / name, name)
        document = catalogue.document(outcome.document_id, EVERYTHING)
        (tmp_path / name).write_text((tmp_path / name).read_text("utf-8") + ".", "utf-8")
        return document.metadata.classification.value

    assert level("a.md", IngestOptions(given, Classification.OPENBAAR)) == "beperkt_openbaar"
    assert level("b.md", IngestOptions(given, Classification.OPENBAAR)) == "openbaar"
    assert level("b.md", IngestOptions()) == "intern"
    assert level("casus-x.md", IngestOptions()) == "vertrouwelijk"


def test_a_failure_while_publishing_leaves_nothing(
    take: Take, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("stroom weg")

    monkeypatch.setattr("corpus.publishing._page_row", fail)
    with pytest.raises(RuntimeError):
        take("stuk.md", TEXT.encode())
    assert set(catalogue.counts().values()) == {0}


def test_a_docx_bomb_is_refused(take: Take) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (300 * 2**20))
    outcome = take("bom.docx", target.getvalue())
    assert outcome.status is Status.FAILED
    assert outcome.reason


def test_a_known_file_that_became_a_copy_of_another_says_how_to_remove_its_old_text(take: Take) -> None:
    first = take("een.md", b"# Een\n\nEerste tekst over vlaggetjes.")
    take("twee.md", b"# Twee\n\nTweede tekst over kaarten.")
    again = take("een.md", b"# Twee\n\nTweede tekst over kaarten.")
    assert again.status is Status.SKIPPED
    assert f"kennislab delete {first.document_id}" in again.reason
