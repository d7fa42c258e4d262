"""Presentations: slide numbers, reading order, notes, tables, charts, diagrams, what is left out, damage."""

import io
from datetime import UTC, date, datetime

import pptx
import pytest
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches, Length

from corpus.errors import ReadError
from corpus.types import BlockKind
from ingest.readers.pptx import read
from ingest.reading import Extraction
from tests.ingest.zips import changed

H, P, L, N = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.NOTES
TH, TR = BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW
Blocks = list[tuple[BlockKind, str]]

TITLE_AND_TEXT, TITLE_ONLY, BLANK = 1, 5, 6
MAIN = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
SLIDE = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'


def made(presentation: Presentation) -> bytes:
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def extract(presentation: Presentation) -> Extraction:
    return read(made(presentation), "dia.pptx")


def blocks(presentation: Presentation, position: int = 1) -> Blocks:
    page = extract(presentation).pages[position - 1]
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def add_slide(presentation: Presentation, title: str = "", layout: int = TITLE_ONLY) -> Slide:
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def add_box(slide: Slide, text: str, left: float, top: float, width: float = 2, height: float = 0.5) -> None:
    place: list[Length] = [Inches(value) for value in (left, top, width, height)]
    slide.shapes.add_textbox(*place).text_frame.text = text


def test_a_slide_is_a_page_with_title_bullets_and_notes() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "De aanpak", TITLE_AND_TEXT)
    slide.placeholders[1].text_frame.text = "Eerste punt"
    below = slide.placeholders[1].text_frame.add_paragraph()
    below.text, below.level = "Onderdeel", 1
    slide.notes_slide.notes_text_frame.text = "Vertel hier meer.\nEn nog iets."
    page = extract(presentation).pages[0]
    assert (page.position, page.number) == (1, 1)
    assert page.text == "De aanpak\n\nEerste punt\nOnderdeel\n\nVertel hier meer.\n\nEn nog iets."
    assert [(block.kind, block.level) for block in page.blocks] == [(H, 1), (L, 0), (L, 0), (N, 0), (N, 0)]


def test_bullets_by_paragraph_frame_and_placeholder() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Kop", TITLE_AND_TEXT)
    slide.placeholders[1].text_frame.text = "zonder bol"
    slide.placeholders[1].text_frame.paragraphs[0]._p.get_or_add_pPr().append(parse_xml(f"<a:buNone {MAIN}/>"))
    add_box(slide, "gewone tekst\nmet bol", 1, 5.5)
    paragraph = slide.shapes[-1].text_frame.paragraphs[1]._p
    paragraph.get_or_add_pPr().append(parse_xml(f'<a:buChar {MAIN} char="•"/>'))
    assert blocks(presentation) == [(H, "Kop"), (P, "zonder bol"), (P, "gewone tekst"), (L, "met bol")]


def test_numbers_follow_the_order_and_the_first_number_and_hidden_slides_count() -> None:
    presentation = pptx.Presentation()
    for name in ("alfa", "beta", "gamma"):
        add_slide(presentation, name).notes_slide.notes_text_frame.text = f"notitie bij {name}"
    order = presentation.slides._sldIdLst
    order.insert(0, order[2])  # gamma comes first, though its file is slide3.xml
    presentation.slides[1].element.set("show", "0")
    presentation.element.set("firstSlideNum", "5")
    extraction = extract(presentation)
    assert [(page.position, page.number, page.text) for page in extraction.pages] == [
        (1, 5, "gamma\n\nnotitie bij gamma"),
        (2, 6, "alfa\n\nnotitie bij alfa"),
        (3, 7, "beta\n\nnotitie bij beta"),
    ]
    assert extraction.remarks == ("Verborgen dia's zijn ook gelezen: 6.",)


def test_columns_are_read_one_after_the_other_and_rows_from_left_to_right() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Kop")
    for text, left, top, height in (
        ("rechts", 6, 2, 3.0),
        ("links onder", 1, 3.4, 1.4),
        ("links boven", 1, 2, 1.2),
        ("onderaan", 1, 6, 0.5),
    ):
        add_box(slide, text, left, top, height=height)
    assert [text for _, text in blocks(presentation)] == ["Kop", "links boven", "links onder", "rechts", "onderaan"]


def test_cards_in_rows_are_read_row_by_row() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, layout=BLANK)
    for text, left, top in (("d", 5, 4), ("c", 1, 4.02), ("b", 5, 2), ("a", 1, 2.02)):
        add_box(slide, text, left, top, height=1)
    assert [text for _, text in blocks(presentation)] == ["a", "b", "c", "d"]


def test_a_picture_or_plane_behind_the_text_does_not_change_the_order() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Kop")
    slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, presentation.slide_width, presentation.slide_height)
    add_box(slide, "tweede", 1, 4)
    add_box(slide, "eerste", 5, 2)
    assert [text for _, text in blocks(presentation)] == ["Kop", "eerste", "tweede"]


def test_groups_are_read_in_their_place() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Kop")
    add_box(slide, "onder", 1, 6)
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    for shapes, text, top in ((group.shapes, "twee", 3), (inner.shapes, "een", 2)):
        shapes.add_textbox(Inches(1), Inches(top), Inches(2), Inches(0.5)).text_frame.text = text
    assert [text for _, text in blocks(presentation)] == ["Kop", "een", "twee", "onder"]


def test_without_a_title_placeholder_the_short_line_on_top_is_the_heading() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, layout=BLANK)
    add_box(slide, "De inhoud staat hieronder.", 1, 3)
    add_box(slide, "Het probleem", 1, 0.4)
    beside = add_slide(presentation, layout=BLANK)
    add_box(beside, "Vak links", 1, 0.4)
    add_box(beside, "Vak rechts", 5, 0.4)
    assert blocks(presentation, 1) == [(H, "Het probleem"), (P, "De inhoud staat hieronder.")]
    assert blocks(presentation, 2) == [(P, "Vak links"), (P, "Vak rechts")]


def test_table_with_header_and_merged_cells() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Kop")
    frame = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(5), Inches(2))
    for number, text in enumerate(("Wie", "Wat", "School", "signaleert", "samen", "")):
        frame.table.cell(number // 2, number % 2).text = text
    frame.table.cell(2, 0).merge(frame.table.cell(2, 1))
    assert blocks(presentation)[1:] == [(TH, "Wie | Wat"), (TR, "School | signaleert"), (TR, "samen")]
    frame.table.first_row = False
    assert blocks(presentation)[1] == (TR, "Wie | Wat")


def test_chart_gives_title_categories_and_series() -> None:
    presentation = pptx.Presentation()
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Meldingen", (10, 12.5))
    data.add_series("Casussen", (3, None))
    place = (Inches(1), Inches(2), Inches(6), Inches(4))
    slide = add_slide(presentation, "Cijfers")
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Meldingen per jaar"
    assert blocks(presentation)[1:] == [
        (P, "Meldingen per jaar"),
        (TH, "| Meldingen | Casussen"),
        (TR, "2023 | 10 | 3"),
        (TR, "2024 | 12,5"),
    ]


def test_chart_without_categories_gives_its_series() -> None:
    presentation = pptx.Presentation()
    data = XyChartData()
    series = data.add_series("Metingen")
    series.add_data_point(1, 2.5)
    series.add_data_point(2, 4)
    slide = add_slide(presentation, "Cijfers")
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, Inches(1), Inches(2), Inches(6), Inches(4), data)
    assert blocks(presentation)[1:] == [(TR, "Metingen | 2,5 | 4")]


def test_smartart_gives_its_texts() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Stappen")
    diagram = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    points = "".join(
        f'<d:pt modelId="{number}"{kind}><d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t></d:pt>'
        for number, (kind, text) in enumerate((("", "Signaleren"), (' type="pres"', "opmaak"), ("", "Duiden")))
    )
    blob = f'<d:dataModel xmlns:d="{diagram}" {MAIN}><d:ptLst>{points}</d:ptLst></d:dataModel>'.encode()
    name = PackURI("/ppt/diagrams/data1.xml")
    part = Part(
        name, "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", slide.part.package, blob
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    reference = slide.part.relate_to(part, f"{kind}/diagramData")
    frame = (
        f'<p:graphicFrame {SLIDE} {MAIN} xmlns:r="{kind}"><p:nvGraphicFramePr>'
        '<p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        '<p:xfrm><a:off x="0" y="2000000"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
        f'<a:graphicData uri="{diagram}"><d:relIds xmlns:d="{diagram}" r:dm="{reference}"/></a:graphicData></a:graphic>'
        "</p:graphicFrame>"
    )
    slide.shapes._spTree.append(parse_xml(frame))
    assert blocks(presentation) == [(H, "Stappen"), (L, "Signaleren"), (L, "Duiden")]


def test_shape_with_versions_is_read_once() -> None:
    presentation = pptx.Presentation()
    slide = add_slide(presentation, "Kop")
    add_box(slide, "met formule", 1, 3)
    shape = slide.shapes[-1]._element
    choice = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    wrapper = parse_xml(f'<mc:AlternateContent xmlns:mc="{choice}"><mc:Choice/><mc:Fallback/></mc:AlternateContent>')
    shape.addprevious(wrapper)
    wrapper[0].append(shape)
    assert blocks(presentation) == [(H, "Kop"), (P, "met formule")]


def test_footers_dates_numbers_and_repeated_boxes_are_left_out() -> None:
    presentation = pptx.Presentation()
    for number in range(4):
        slide = add_slide(presentation, f"Dia {number}")
        for kind, text in (("ftr", "ESS"), ("dt", "1 mei"), ("sldNum", "7")):
            xml = f'<p:nvPr {SLIDE}><p:ph type="{kind}" idx="{len(slide.shapes) + 20}"/></p:nvPr>'
            add_box(slide, text, 1, 7)
            old = slide.shapes[-1]._element.nvSpPr.find(f"{{{SLIDE[9:-1]}}}nvPr")
            old.getparent().replace(old, parse_xml(xml))
        add_box(slide, "www.voorbeeld.nl", 1, 6.5)
        add_box(slide, "Let op", 1 + number, 3)
    assert [page.text for page in extract(presentation).pages] == [f"Dia {number}\n\nLet op" for number in range(4)]


def test_slides_without_text_keep_their_number_and_give_a_remark() -> None:
    presentation = pptx.Presentation()
    add_slide(presentation, layout=BLANK)
    add_slide(presentation, "Kop")
    extraction = extract(presentation)
    assert [(page.number, page.has_text) for page in extraction.pages] == [(1, False), (2, True)]
    assert extraction.remarks == ("Dia's zonder tekst (alleen beeld of leeg): 1.",)


def test_one_broken_part_costs_only_that_part_and_gives_a_remark() -> None:
    presentation = pptx.Presentation()
    data = CategoryChartData()
    data.categories = ["2023"]
    data.add_series("Meldingen", (10,))
    slide = add_slide(presentation, "Cijfers")
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(6), Inches(2), data)
    add_box(slide, "Toelichting onder de grafiek", 1, 6)

    def break_chart(parts: dict[str, bytes]) -> None:
        name = next(name for name in parts if name.startswith("ppt/charts/") and name.endswith(".xml"))
        parts[name] = parts[name].replace(b"<c:v>10</c:v>", b"<c:v>tien</c:v>")

    extraction = read(changed(made(presentation), break_chart), "dia.pptx")
    assert "Toelichting onder de grafiek" in extraction.pages[0].text
    assert "niet te lezen: 1." in extraction.remarks[0]


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_slide_shows_and_templates_are_read(kind: str) -> None:
    presentation = pptx.Presentation()
    add_slide(presentation, "Kop")

    def change(parts: dict[str, bytes]) -> None:
        name = "[Content_Types].xml"
        parts[name] = parts[name].replace(b"presentationml.presentation.main", f"presentationml.{kind}.main".encode())

    assert read(changed(made(presentation), change), "dia.ppsx").pages[0].text == "Kop"


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Vroegsignalering in de wijk", "Vroegsignalering in de wijk"),
        ("PowerPoint-presentatie", "De kop"),
        ("", "De kop"),
    ],
)
def test_title_of_the_properties_only_when_it_is_real(stated: str, title: str) -> None:
    presentation = pptx.Presentation()
    presentation.core_properties.title = stated
    add_slide(presentation, "De kop")
    assert extract(presentation).metadata.title == title


def test_author_date_and_language() -> None:
    presentation = pptx.Presentation()
    presentation.core_properties.author = "Sanne de Boer"
    presentation.core_properties.modified = datetime(2024, 3, 4, tzinfo=UTC)
    slide = add_slide(presentation, "De kop")
    slide.shapes.title.text_frame.paragraphs[0].runs[0]._r.get_or_add_rPr().set("lang", "nl-NL")
    told = extract(presentation).metadata
    assert (told.author, told.date, told.language) == ("Sanne de Boer", date(2024, 3, 4), "nl")


def test_without_slides_or_text_is_refused_with_its_own_reason() -> None:
    presentation = pptx.Presentation()
    with pytest.raises(ReadError, match="geen dia's"):
        extract(presentation)
    add_slide(presentation, layout=BLANK)
    with pytest.raises(ReadError, match="geen tekst"):
        extract(presentation)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_file_is_refused(share: float) -> None:
    presentation = pptx.Presentation()
    add_slide(presentation, "Kop")
    data = made(presentation)
    with pytest.raises(ReadError, match="beschadigd"):
        read(data[: int(len(data) * share)], "dia.pptx")


def test_file_with_a_missing_part_is_refused() -> None:
    presentation = pptx.Presentation()
    add_slide(presentation, "Kop")

    def drop(parts: dict[str, bytes]) -> None:
        del parts["ppt/presentation.xml"]

    with pytest.raises(ReadError, match="beschadigd"):
        read(changed(made(presentation), drop), "dia.pptx")
