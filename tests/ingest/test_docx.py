"""Word documents: structure, notes, tables, what is left out, metadata, damage."""

import io
from datetime import UTC, date, datetime

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.readers.docx import read
from ingest.reading import Extraction
from tests.ingest.zips import changed

H, P, L = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM
TH, TR, F, C = BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW, BlockKind.FOOTNOTE, BlockKind.CONTENTS
Blocks = list[tuple[BlockKind, str]]

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NOTES = (
    '<w:{kind}s xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:t>streep</w:t></w:r></w:p></w:{kind}>'
    '<w:{kind} w:id="2"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}></w:{kind}s>'
)


def made(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def extract(document: Document, name: str = "nota.docx") -> Extraction:
    return read(made(document), name)


def blocks(document: Document) -> Blocks:
    page = extract(document).pages[0]
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def add_xml(document: Document, xml: str) -> None:
    """Append body content that python-docx has no call for; `w`, `mc`, `wps` and `m` may be used."""
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    choice = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    shape = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    root = parse_xml(f"<w:body {nsdecls('w')} {math} {choice} {shape}>{xml}</w:body>")
    for child in list(root):
        document.element.body.insert(len(document.element.body) - 1, child)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_document_is_one_page_without_a_number_in_a_readable_layout() -> None:
    document = docx.Document()
    document.add_heading("Aanpak", 1)
    document.add_paragraph("Een alinea met\u00a0harde spatie en woord\u00adafbreking.")
    document.add_heading("Stappen", 3)
    document.add_paragraph("eerste", style="List Bullet")
    document.add_paragraph("tweede", style="List Number")
    extraction = extract(document)
    page = extraction.pages[0]
    assert (len(extraction.pages), page.position, page.number) == (1, 1, None)
    assert page.text == "Aanpak\n\nEen alinea met harde spatie en woordafbreking.\n\nStappen\n\neerste\ntweede"
    assert [(block.kind, block.level) for block in page.blocks] == [(H, 1), (P, 0), (H, 3), (L, 0), (L, 0)]


def test_headings_by_dutch_name_outline_level_and_inherited_style() -> None:
    document = docx.Document()
    dutch = document.styles.add_style("Kop 2 Bijlage", WD_STYLE_TYPE.PARAGRAPH)
    child = document.styles.add_style("Hoofdstuk ESS", WD_STYLE_TYPE.PARAGRAPH)
    child.base_style = document.styles["Heading 1"]
    document.add_paragraph("Uit de basisstijl", style=child)
    document.add_paragraph("Nederlandse stijl", style=dutch)
    add_xml(document, f'<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr>{run("Met niveau")}</w:p>')
    add_xml(
        document, f'<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:outlineLvl w:val="9"/></w:pPr>{run("Toch niet")}</w:p>'
    )
    document.add_paragraph("Een heel verhaal in de verkeerde stijl. " * 10, style="Heading 1")
    page = extract(document).pages[0]
    assert [(block.kind, block.level) for block in page.blocks] == [(H, 1), (H, 2), (H, 3), (P, 0), (P, 0)]


def test_unmarked_headings_by_looks() -> None:
    document = docx.Document()
    document.add_paragraph("Gewone tekst vooraf.")
    document.add_paragraph().add_run("Vette kop").bold = True
    document.add_paragraph("Tekst onder de kop.")
    document.add_paragraph().add_run("Een vette zin is geen kop.").bold = True
    document.add_paragraph("Tekst.")
    document.add_paragraph().add_run("Vet boven vet").bold = True
    document.add_paragraph().add_run("Vet aan het eind").bold = True
    item = document.styles.add_style("Agendapunt", WD_STYLE_TYPE.PARAGRAPH)
    item.paragraph_format.keep_with_next = True
    document.add_paragraph("Mededelingen", style=item)
    document.add_paragraph("Geen.")
    assert [text for kind, text in blocks(document) if kind is H] == ["Vette kop", "Vet aan het eind", "Mededelingen"]


def test_list_items_by_numbering_style_and_typed_bullet() -> None:
    document = docx.Document()
    numbering = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr></w:pPr>'
    add_xml(document, f"<w:p>{numbering.format(1)}{run('genummerd')}</w:p>")
    add_xml(document, f"<w:p>{numbering.format(0)}{run('nummer uitgezet')}</w:p>")
    document.add_paragraph("- getypt streepje")
    document.add_paragraph("•\tgetypte bol")
    document.add_paragraph("\uf0b7 symbool")
    document.add_paragraph("Pijl \uf0e0 zo o ja", style="List Paragraph")
    assert blocks(document) == [
        (L, "genummerd"),
        (P, "nummer uitgezet"),
        (L, "getypt streepje"),
        (L, "getypte bol"),
        (P, "symbool"),
        (P, "Pijl → zo o ja"),
    ]


def test_table_with_marked_header_row_and_merged_cells() -> None:
    document = docx.Document()
    table = document.add_table(4, 3)
    for row, texts in enumerate((("A", "B", "C"), ("x1", "y1", "z1"), ("", "y2", "z2"), ("samen", "", "z3"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    below = table.rows[2]._tr.tc_lst[0]  # covered by the cell above; some programs leave text in it, Word shows none
    below.p_lst[0].append(parse_xml(f"<w:r {nsdecls('w')}><w:t>x1</w:t></w:r>"))
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    assert blocks(document) == [(TH, "A | B | C"), (TR, "x1 | y1 | z1"), (TR, "| y2 | z2"), (TR, "samen | z3")]


@pytest.mark.parametrize(
    ("rows", "bold", "expected"),
    [
        ((("Actie", "Wie", "Status"), ("Nota schrijven", "Jan", "Loopt sinds 2024")), False, TH),
        ((("Datum", "12 mei"), ("Plaats", "Woerden")), False, TR),
        ((("Nr.", "Eis"), ("1", "Het systeem werkt altijd.")), True, TH),
        ((("Jan", "Piet", "Klaas"), ("Ede", "Urk", "Ens")), False, TR),
    ],
)
def test_header_row_without_a_mark(rows: tuple[tuple[str, ...], ...], bold: bool, expected: BlockKind) -> None:
    document = docx.Document()
    table = document.add_table(0, len(rows[0]))
    for number, texts in enumerate(rows):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.paragraphs[0].add_run(text).bold = bold and number == 0
    assert [kind for kind, _ in blocks(document)] == [expected, TR]


def test_header_row_by_table_style() -> None:
    document = docx.Document()
    table = document.add_table(2, 2, style="Light List")
    for cell, text in zip((*table.rows[0].cells, *table.rows[1].cells), ("Nr", "Eis", "1", "Werkt"), strict=True):
        cell.text = text
    assert blocks(document) == [(TH, "Nr | Eis"), (TR, "1 | Werkt")]


def test_layout_table_is_text_and_nested_table_is_not_lost() -> None:
    document = docx.Document()
    frame = document.add_table(1, 1)
    frame.cell(0, 0).paragraphs[0].text = "Kader"
    frame.cell(0, 0).add_paragraph("Kop in kader", style="Heading 2")
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "Links"
    outer.cell(0, 1).text = "Rechts"
    inner = outer.cell(0, 1).add_table(2, 2)
    for number, cell in enumerate((*inner.rows[0].cells, *inner.rows[1].cells)):
        cell.text = str(number)
    assert blocks(document) == [(P, "Kader"), (H, "Kop in kader"), (TR, "Links | Rechts 0, 1; 2, 3")]


def with_notes(document: Document) -> bytes:
    """The document with one footnote and one endnote, number 2 each."""

    def change(parts: dict[str, bytes]) -> None:
        rels = ""
        for kind in ("footnote", "endnote"):
            parts[f"word/{kind}s.xml"] = NOTES.format(kind=kind, text=f"Tekst van de {kind}.").encode()
            rels += f'<Relationship Id="x{kind}" Type="{OFFICE}/{kind}s" Target="{kind}s.xml"/>'
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", rels.encode() + b"</Relationships>")

    return changed(made(document), change)


def test_notes_stand_after_the_paragraph_or_table_that_refers_to_them() -> None:
    document = docx.Document()
    add_xml(document, f'<w:p>{run("Zin.")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(" Vervolg.")}</w:p>')
    table = document.add_table(2, 2)
    for cell, text in zip((*table.rows[0].cells, *table.rows[1].cells), ("a", "b", "c", "d"), strict=True):
        cell.text = text
    reference = parse_xml(f'<w:r {nsdecls("w")}><w:endnoteReference w:id="2"/></w:r>')
    table.cell(0, 0).paragraphs[0]._p.append(reference)
    page = read(with_notes(document), "nota.docx").pages[0]
    assert [(block.kind, page.text[block.start : block.end]) for block in page.blocks] == [
        (P, "Zin. Vervolg."),
        (F, "Tekst van de footnote."),
        (TR, "a | b"),
        (TR, "c | d"),
        (F, "Tekst van de endnote."),
    ]


def test_tracked_changes_hidden_text_and_prompts() -> None:
    document = docx.Document()
    add_xml(
        document,
        f'<w:p>{run("Blijft ")}<w:ins w:id="1" w:author="a">{run("nieuw")}</w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>oud</w:delText></w:r></w:del>'
        f'<w:moveFrom w:id="3" w:author="a">{run("verplaatst")}</w:moveFrom>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>verborgen</w:t></w:r>"
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Klik hier')}</w:sdtContent></w:sdt>"
        '<w:r><w:commentReference w:id="0"/></w:r></w:p>',
    )
    assert blocks(document) == [(P, "Blijft nieuw")]


def test_hyperlinks_fields_controls_breaks_and_formulas_keep_their_text() -> None:
    document = docx.Document()
    add_xml(
        document,
        f'<w:p><w:hyperlink w:anchor="x">{run("De link")}</w:hyperlink>{run(" en")}<w:r><w:br/></w:r>'
        f"<w:sdt><w:sdtContent>{run('het veld')}</w:sdtContent></w:sdt><w:r><w:tab/></w:r>"
        f'<w:fldSimple w:instr="REF x">{run("hoofdstuk 2")}</w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> na</w:t><w:noBreakHyphen/><w:t>oorlogs </w:t></w:r>'
        "<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('Blok in een veld.')}</w:p></w:sdtContent></w:sdt>",
    )
    assert blocks(document) == [(P, "De link en het veld hoofdstuk 2 na-oorlogs x=2"), (P, "Blok in een veld.")]


def test_text_box_is_read_once() -> None:
    document = docx.Document()
    box = f"<w:txbxContent><w:p>{run('In de kader.')}</w:p></w:txbxContent>"
    add_xml(
        document,
        f"<w:p>{run('Erboven.')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    assert blocks(document) == [(P, "Erboven."), (P, "In de kader.")]


def test_headers_and_footers_are_left_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Vertrouwelijk"
    document.sections[0].footer.paragraphs[0].text = "Pagina 1"
    document.add_paragraph("De tekst.")
    assert blocks(document) == [(P, "De tekst.")]


def test_table_of_contents_by_style_field_and_control() -> None:
    document = docx.Document()
    style = document.styles.add_style("Inhoudsopgave 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Aanpak\t3", style=style)
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    add_xml(
        document,
        f'<w:p>{char.format("begin")}<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>{char.format("separate")}'
        f"{run('Doel 4')}</w:p><w:p>{run('Slot 5')}</w:p><w:p>{char.format('end')}</w:p>"
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent><w:p>{run('Bijlage 6')}</w:p></w:sdtContent></w:sdt>",
    )
    document.add_paragraph("De tekst.")
    assert blocks(document) == [(C, "Aanpak 3"), (C, "Doel 4"), (C, "Slot 5"), (C, "Bijlage 6"), (P, "De tekst.")]


def test_contents_field_that_is_never_closed_does_not_swallow_the_document() -> None:
    document = docx.Document()
    add_xml(
        document,
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText></w:r>{run("Doel 4")}</w:p>',
    )
    document.add_heading("Doel", 1)
    document.add_paragraph("De tekst.")
    assert blocks(document) == [(C, "Doel 4"), (H, "Doel"), (P, "De tekst.")]


def test_inserted_file_gives_a_remark() -> None:
    document = docx.Document()
    document.add_paragraph("De tekst.")
    add_xml(document, "<w:altChunk/>")
    assert "niet gelezen" in extract(document).remarks[0]


def test_title_style_is_the_title() -> None:
    document = docx.Document()
    document.core_properties.title = "Titel"
    document.add_paragraph("Een regel vooraf.")
    document.add_paragraph("Wijkaanpak 2025", style="Title")
    document.add_heading("Inleiding", 1)
    extraction = extract(document)
    assert extraction.metadata.title == "Wijkaanpak 2025"
    assert (extraction.pages[0].blocks[1].kind, extraction.pages[0].blocks[1].level) == (H, 1)


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Handreiking vroegsignalering", "Handreiking vroegsignalering"),
        ("nota", "Duiding van signalen"),
        ("Microsoft Word - concept3.doc", "Duiding van signalen"),
        ("Sjabloon", "Duiding van signalen"),
        ("", "Duiding van signalen"),
    ],
)
def test_title_of_the_properties_only_when_it_is_real(stated: str, title: str) -> None:
    document = docx.Document()
    document.core_properties.title = stated
    document.add_heading("Duiding van signalen", 1)
    assert extract(document).metadata.title == title


def test_author_date_and_language() -> None:
    document = docx.Document()
    document.core_properties.author = "Fatima el Idrissi"
    document.core_properties.created = datetime(2020, 1, 2, tzinfo=UTC)
    document.core_properties.modified = datetime(2024, 3, 4, tzinfo=UTC)
    document.core_properties.language = "nl-NL"
    document.add_paragraph("De tekst.")
    told = extract(document).metadata
    assert (told.author, told.date, told.language) == ("Fatima el Idrissi", date(2024, 3, 4), "nl")


def test_default_author_is_no_author_and_language_comes_from_the_styles() -> None:
    document = docx.Document()
    document.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), "de-DE")
    document.add_paragraph("Der Text.")
    told = extract(document).metadata
    assert (told.author, told.language) == ("", "de")


def test_strict_file_is_read() -> None:
    document = docx.Document()
    document.add_heading("Kop", 1)

    def make_strict(parts: dict[str, bytes]) -> None:
        for name in ("word/document.xml", "word/styles.xml", "_rels/.rels", "word/_rels/document.xml.rels"):
            for area in (b"wordprocessingml", b"officeDocument"):
                old, new = b"http://schemas.openxmlformats.org/%s/2006/", b"http://purl.oclc.org/ooxml/%s/"
                parts[name] = parts[name].replace(old % area, new % area)

    page = read(changed(made(document), make_strict), "nota.docx").pages[0]
    assert [(block.kind, block.level) for block in page.blocks] == [(H, 1)]


def test_entities_are_not_expanded() -> None:
    document = docx.Document()
    document.add_paragraph("De tekst.")

    def add_entity(parts: dict[str, bytes]) -> None:
        text = parts["word/document.xml"].replace(b"De tekst.", b"De &bom; tekst.")
        start = text.index(b"<w:document")
        parts["word/document.xml"] = text[:start] + b'<!DOCTYPE x [<!ENTITY bom "BOEM">]>' + text[start:]

    assert "BOEM" not in read(changed(made(document), add_entity), "nota.docx").pages[0].text


def test_empty_document_is_refused() -> None:
    with pytest.raises(ReadError, match="geen tekst"):
        extract(docx.Document())


@pytest.mark.parametrize("body", [b"<onzin/>", b"<w:document", b""])
def test_damaged_document_is_refused(body: bytes) -> None:
    document = docx.Document()
    document.add_paragraph("De tekst.")
    with pytest.raises(ReadError, match="beschadigd"):
        read(changed(made(document), lambda parts: parts.update({"word/document.xml": body})), "nota.docx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_file_is_refused(share: float) -> None:
    document = docx.Document()
    document.add_paragraph("De tekst.")
    data = made(document)
    with pytest.raises(ReadError, match="beschadigd"):
        read(data[: int(len(data) * share)], "nota.docx")
