"""The PDF reader as a whole: what it refuses, pages, remarks and metadata."""

from datetime import date

import pytest

from corpus.errors import ReadError
from ingest.readers import pdf as pdf_module
from ingest.readers.pdf import read
from ingest.readers.pdf_second import SecondReader
from ingest.readers.registry import read_document
from ingest.reading import Extraction
from tests.ingest.pdf_samples import paragraph, pdf, text

SENTENCE = "De gemeente maakt afspraken met scholen en politie over de aanpak van zorgen."


def reason(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, "nota.pdf")
    return str(caught.value)


def test_each_page_has_its_own_words_and_number() -> None:
    words = ["aardappel", "boerenkool", "citroen"]
    extraction = read(pdf([[text(72, 700, f"Hier staat {word} en meer.")] for word in words]), "nota.pdf")
    assert [(page.position, page.number, page.text) for page in extraction.pages] == [
        (1, 1, "Hier staat aardappel en meer."),
        (2, 2, "Hier staat boerenkool en meer."),
        (3, 3, "Hier staat citroen en meer."),
    ]
    assert (extraction.format, extraction.media_type, extraction.remarks) == ("pdf", "application/pdf", ())


def test_pages_without_text_are_kept_and_named_in_one_remark() -> None:
    extraction = read_document(pdf([[text(72, 700, SENTENCE)], [], [text(72, 600, SENTENCE)], [], []]), "nota.pdf")
    assert [page.has_text for page in extraction.pages] == [True, False, True, False, False]
    assert extraction.remarks == ("Bladzijde 2, 4 en 5 hebben geen tekstlaag.",)


def test_a_page_with_only_its_number_has_a_text_layer() -> None:
    numbered = [[text(72, 700, SENTENCE), text(290, 30, "Pagina 1 van 2")], [text(290, 30, "Pagina 2 van 2")]]
    extraction = read(pdf(numbered), "nota.pdf")
    assert [page.text for page in extraction.pages] == [SENTENCE, ""]
    assert extraction.remarks == ()


def test_one_page_without_text() -> None:
    found = read_document(pdf([[text(72, 700, SENTENCE)], []]), "nota.pdf")
    assert found.remarks == ("Bladzijde 2 heeft geen tekstlaag.",)


def test_a_document_without_any_text_is_refused() -> None:
    with pytest.raises(ReadError, match="alle bladzijden zijn leeg"):
        read_document(pdf([[], []]), "nota.pdf")
    with pytest.raises(ReadError, match=r"De PDF bevat geen tekst, alleen beelden.*\(OCR\)"):
        read_document(pdf([[], ["0 0 100 100 re f"]]), "nota.pdf")


def test_no_pages_is_refused() -> None:
    assert "geen bladzijden" in reason(pdf([]))


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "leeg" in reason(data)


def test_what_is_no_pdf_or_is_cut_off_is_refused() -> None:
    whole = pdf([[text(72, 700, SENTENCE)]])
    assert "beschadigd" in reason(b"gewone tekst, geen pdf")
    assert "beschadigd" in reason(whole[:200])
    assert "beschadigd" in reason(b"%PDF-1.7\n" + bytes(2000))


@pytest.mark.parametrize("kept", [0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_cut_off_file_is_read_or_refused_with_a_reason(kept: float) -> None:
    whole = pdf([[text(72, 700, SENTENCE)] for _ in range(5)])
    try:
        outcome = read(whole[: int(len(whole) * kept)], "nota.pdf").pages[0].text
    except ReadError as error:
        outcome = str(error)
    assert outcome == SENTENCE or "beschadigd" in outcome


def test_a_password_is_a_reason() -> None:
    assert "wachtwoord" in reason(pdf([[text(72, 700, SENTENCE)]], password="geheim"))


def test_an_empty_password_opens() -> None:
    assert read(pdf([[text(72, 700, SENTENCE)]], password=""), "nota.pdf").pages[0].text == SENTENCE


def test_a_page_that_pypdf_cannot_read_comes_from_the_second_extraction(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise ValueError("content")

    monkeypatch.setattr(pdf_module, "page_fragments", broken)
    extraction = read(pdf([[text(72, 700, "Eerste bladzijde.")], [text(72, 700, "Tweede bladzijde.")]]), "nota.pdf")
    assert [page.text for page in extraction.pages] == ["Eerste bladzijde.", "Tweede bladzijde."]
    assert extraction.remarks == ()


def test_the_better_of_two_texts_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    glued = "Degemeentemaaktafsprakenmetscholenenpolitie overdeaanpakvanzorgenindewijkenendebuurt " * 4
    monkeypatch.setattr(SecondReader, "page_text", lambda *_: SENTENCE)
    assert read(pdf([[text(72, 700, glued, size=4)]]), "nota.pdf").pages[0].text == SENTENCE


def test_a_worse_second_text_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SecondReader, "page_text", lambda *_: "iets anders")
    assert read(pdf([[text(72, 700, SENTENCE)]]), "nota.pdf").pages[0].text == SENTENCE


def document(info: dict[str, str], first: str = "Samen tegen polarisatie") -> Extraction:
    body = paragraph(72, 600, [SENTENCE] * 6)
    return read(pdf([[text(72, 700, first, size=22), body]], info=info), "d12-nota.pdf")


def test_metadata_of_the_document_information() -> None:
    told = document({"/Title": "Nota weerbaarheid", "/Author": "J. Jansen", "/CreationDate": "D:20240312101500+01'00'"})
    assert (told.metadata.title, told.metadata.author, told.metadata.date) == (
        "Nota weerbaarheid",
        "J. Jansen",
        date(2024, 3, 12),
    )


@pytest.mark.parametrize(
    "title", ["", "Microsoft Word - nota def.docx", "d12-nota", "nota.indd", "Rapport", "Document1"]
)
def test_a_title_that_says_nothing_gives_way_to_the_largest_type(title: str) -> None:
    assert document({"/Title": title}).metadata.title == "Samen tegen polarisatie"


def test_a_numbered_part_is_no_title() -> None:
    assert document({}, first="1. Opening en mededelingen").metadata.title == ""


def test_a_line_that_names_the_kind_of_document_is_the_title_when_nothing_is_larger() -> None:
    lines = ["Verslag regionaal overleg weerbaarheid", "", SENTENCE, SENTENCE]
    assert read(pdf([[paragraph(72, 700, lines)]]), "x.pdf").metadata.title == "Verslag regionaal overleg weerbaarheid"


def test_a_date_that_is_no_date_is_left_out() -> None:
    assert document({"/CreationDate": "gisteren"}).metadata.date is None
    assert document({"/CreationDate": "D:16010101000000"}).metadata.date is None
