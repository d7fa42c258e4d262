"""What a file is, by its content; and what is refused, each with its own reason."""

import io
import zipfile

import pytest

from corpus.errors import ReadError
from ingest.detect import SUFFIXES, detect
from ingest.readers import archive
from ingest.readers.registry import READERS, read_document


def zip_of(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def office(main: str) -> dict[str, bytes]:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    start = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = f'<Relationships xmlns="{start}"><Relationship Id="r1" Type="{kind}" Target="{main}"/></Relationships>'
    return {"[Content_Types].xml": b"<Types/>", "_rels/.rels": rels.encode(), main: b"<x/>"}


def open_document(kind: str) -> bytes:
    return zip_of({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode()}, zipfile.ZIP_STORED)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(100)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.7\n...", "nota.pdf", "pdf"),
        (b"\r\n\r\n%PDF-1.4\n...", "nota.pdf", "pdf"),
        (zip_of(office("word/document.xml")), "nota.docx", "docx"),
        (zip_of(office("word/document2.xml")), "nota.docm", "docx"),
        (zip_of(office("ppt/presentation.xml")), "dia's.pptx", "pptx"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "pagina.html", "html"),
        (b"\xef\xbb\xbf<!-- saved from x -->\n<HTML><body>x", "pagina.htm", "html"),
        ('<?xml version="1.0"?><html xmlns="x">'.encode("utf-16"), "pagina.xhtml", "html"),
        (b"<p>Een alinea.</p>", "stukje.html", "html"),
        (b"# Kop\n\ntekst", "lees.md", "markdown"),
        (b"<div>\n\n# Kop\n", "lees.md", "markdown"),
        (b"# Kop\n\ntekst", "lees.txt", "text"),
        (b"# Kop\n\n## Kop\n\ntekst", "LEESMIJ", "markdown"),
        (b"Gewoon een verhaal.", "verhaal", "text"),
        (b"Een pdf begint met %PDF-1.4 en eindigt met EOF.", "uitleg.md", "markdown"),
        (b"MZ is de afkorting van Meldpunt Zorg.", "mz.txt", "text"),
    ],
)
def test_format_comes_from_the_content(data: bytes, name: str, expected: str) -> None:
    assert detect(data, name).format == expected
    assert detect(data, name).remark == ""


@pytest.mark.parametrize(
    ("data", "name", "expected", "words"),
    [
        (b"%PDF-1.7\n", "nota.docx", "pdf", ".docx, maar de inhoud is een pdf"),
        (zip_of(office("word/document.xml")), "nota.pdf", "docx", "Word-document"),
        (zip_of(office("ppt/presentation.xml")), "nota.doc", "pptx", "PowerPoint"),
        (b"<html><body>x", "nota.txt", "html", "webpagina"),
        (b"Gewone tekst.", "nota.pdf", "text", "gewone tekst"),
    ],
)
def test_wrong_extension_is_read_by_content_with_a_remark(data: bytes, name: str, expected: str, words: str) -> None:
    found = detect(data, name)
    assert found.format == expected
    assert words in found.remark


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "leeg.pdf", "leeg (0 bytes)"),
        (ole("EncryptedPackage"), "nota.docx", "wachtwoord"),
        (ole("WordDocument"), "nota.doc", "oud Word-bestand"),
        (ole("PowerPoint Document"), "dia.ppt", "oude presentatie"),
        (ole("Workbook"), "cijfers.xls", "spreadsheet"),
        (ole("__substg1.0_0037001F"), "bericht.msg", "e-mailbericht"),
        (ole("Iets anders"), "raar.bin", "oude Office-versie"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "scan.png", "afbeelding"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "scan.pdf", "afbeelding"),
        (b"<svg xmlns='x'></svg>", "logo.svg", "afbeelding"),
        (b"MZ\x90\x00" + bytes(60), "nota.docx", "programma"),
        (b"\x7fELF" + bytes(60), "nota", "programma"),
        (b"\x1f\x8b\x08" + bytes(20), "pak.gz", "ingepakt"),
        (zip_of({"a.txt": b"x"}), "pak.zip", "ingepakt"),
        (zip_of({}), "pak.zip", "ingepakt"),
        (zip_of(office("xl/workbook.xml")), "cijfers.xlsx", "spreadsheet"),
        (open_document("text"), "nota.odt", ".odt"),
        (open_document("presentation"), "dia.odp", ".odp"),
        (open_document("spreadsheet"), "cijfers.ods", "spreadsheet"),
        (b"{\\rtf1\\ansi tekst}", "nota.rtf", "RTF"),
        (b"Received: from x\r\nSubject: y\r\n", "bericht.eml", "e-mailbericht"),
        (b"ID3\x04\x00" + bytes(20), "opname.mp3", "geluid of video"),
        (b"a;b\n1;2\n", "cijfers.csv", "gegevens of code"),
        (b"<?xml version='1.0'?><data/>", "data.xml", "gegevens of code"),
        (bytes(range(256)) * 4, "iets.txt", "niet"),
        (b"tekst\x00met nul", "iets.txt", "niet"),
        (zip_of(office("word/document.xml"))[:-40], "nota.docx", "beschadigd"),
    ],
)
def test_refused_with_its_own_reason(data: bytes, name: str, words: str) -> None:
    with pytest.raises(ReadError, match=words.replace("(", r"\(").replace(")", r"\)")):
        detect(data, name)


def test_every_reason_is_a_different_sentence() -> None:
    reasons = set()
    for data in (b"", ole("EncryptedPackage"), ole("WordDocument"), zip_of(office("word/document.xml"))[:-40]):
        with pytest.raises(ReadError) as caught:
            detect(data, "nota.docx")
        reasons.add(str(caught.value))
    assert len(reasons) == 4


def test_zip_that_grows_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = zip_of(office("word/document.xml") | {"word/media/nul.bin": bytes(30_000_000)})
    assert len(bomb) < 50_000
    with pytest.raises(ReadError, match="veel te groot"):
        detect(bomb, "nota.docx")


def test_zip_with_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PARTS", 5)
    fine = zip_of(office("word/document.xml"))
    assert detect(fine, "nota.docx").format == "docx"
    with pytest.raises(ReadError, match="veel te groot"):
        detect(zip_of(office("word/document.xml") | {f"word/{n}.xml": b"" for n in range(5)}), "nota.docx")


def test_zip_with_one_huge_xml_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_XML_PART", 1000)
    with pytest.raises(ReadError, match="veel te groot"):
        detect(zip_of(office("word/document.xml") | {"word/styles.xml": b"<x/>" * 300}), "nota.docx")


def test_zip_with_locked_parts_is_refused() -> None:
    data = bytearray(zip_of(office("word/document.xml")))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag "encrypted" in the directory of the zip
    with pytest.raises(ReadError, match="wachtwoord"):
        detect(bytes(data), "nota.docx")


def test_registry_reads_by_content_and_passes_the_remark_on() -> None:
    extraction = read_document(b"<html><body><h1>Kop</h1><p>Tekst.</p>", "pagina.pdf")
    assert (extraction.format, extraction.pages[0].text) == ("html", "Kop\n\nTekst.")
    assert extraction.remarks == (
        "De naam eindigt op .pdf, maar de inhoud is een webpagina (HTML); zo is het bestand gelezen.",
    )
    assert read_document(b"Tekst.", "pagina.txt").remarks == ()


def test_registry_has_a_reader_for_every_format() -> None:
    assert set(READERS) == set(SUFFIXES)
