"""Presentations: title slide, bullets, native tables and charts, speaking notes, slide numbers, hidden slides."""

import copy
import io

from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import Slide as Sheet
from pptx.text.text import TextFrame, _Paragraph
from pptx.util import Inches, Pt

from corpus.voorbeeld.bouw import fit, pptx_master
from corpus.voorbeeld.bouw.pptx_master import ACCENT, BODY_BOX, DARK
from corpus.voorbeeld.bouw.slides import Chart, Item, Run, Slide, Table, read_slides
from corpus.voorbeeld.bouw.source import Source
from corpus.voorbeeld.bouw.stable_zip import normalise

CHART_TYPES = {
    "staaf": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "lijn": XL_CHART_TYPE.LINE_MARKERS,
    "taart": XL_CHART_TYPE.PIE,
}
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
BESIDE_CHART = 4.4  # inches of text left of a chart
LEFT, TOP, WIDTH, HEIGHT = BODY_BOX


def build_pptx(source: Source) -> bytes:
    """The PPTX of a source with layout `presentatie`."""
    deck = pptx_master.new_presentation()
    _properties(deck, source)
    _title_slide(deck, source)
    for slide in read_slides(source):
        _add_slide(deck, slide, source)
    buffer = io.BytesIO()
    deck.save(buffer)
    return normalise(buffer.getvalue(), source.moment)


def _properties(deck: Deck, source: Source) -> None:
    properties = deck.core_properties
    properties.title, properties.author = source.title, source.author or source.organisation
    properties.last_modified_by, properties.subject = source.organisation, source.subtitle
    properties.keywords, properties.language = ", ".join(source.themes), LANGUAGES[source.language]
    properties.category, properties.comments, properties.revision = source.kind, "", 1
    properties.created = properties.modified = source.moment.replace(tzinfo=None)


def _title_slide(deck: Deck, source: Source) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[pptx_master.TITLE_SLIDE])
    _title(slide, source.title, 40)
    frame = slide.placeholders[1].text_frame
    lines = [line for line in (source.subtitle, source.organisation, source.date_text) if line]
    frame.text = "\n".join(lines)
    _dress(frame, 20)
    _language(slide, source)


def _add_slide(deck: Deck, content: Slide, source: Source) -> None:
    layout = pptx_master.TITLE_ONLY if content.table or content.chart else pptx_master.BULLETS
    slide = deck.slides.add_slide(deck.slide_layouts[pptx_master.SECTION if content.section else layout])
    _title(slide, content.title, 36 if content.section else 32)
    if content.section:
        _remove(slide.placeholders[1])
    elif content.chart:
        _chart_body(slide, content, content.chart)
    elif content.table:
        _table_body(slide, content, content.table)
    else:
        frame = slide.placeholders[1].text_frame
        _write_items(frame, content.items, fit.items_size(content.items, WIDTH - 0.2, HEIGHT - 0.1))
    _footnotes(slide, content.footnotes)
    _slide_number(slide)
    if content.notes:
        slide.notes_slide.notes_text_frame.text = content.notes
    if content.hidden:
        slide._element.set("show", "0")
    _language(slide, source)


def _title(slide: Sheet, text: str, largest: int) -> None:
    """A title that would take more than two lines gets smaller type."""
    shape = slide.placeholders[0]
    frame = shape.text_frame
    frame.text, frame.word_wrap = text, True
    sizes = range(largest, 19, -2)
    width = shape.width / 914400 - 0.2
    size = next((size for size in sizes if fit.lines(text, width, size * 1.05) <= (1 if size > 26 else 2)), 20)
    _dress(frame, size, bold=True)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if shape.top > Inches(1) else MSO_ANCHOR.MIDDLE


def _dress(frame: TextFrame, size: float, *, bold: bool = False, coloured: bool = True) -> None:
    """Type of every run; PowerPoint ignores what is set on the paragraph. A table's colours come from its style."""
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold or None
            if coloured:
                run.font.color.rgb = ACCENT if bold else DARK


def _write_items(frame: TextFrame, items: list[Item], size: float) -> None:
    frame.word_wrap = True
    for index, item in enumerate(items):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.level, paragraph.space_after = min(item.level, 4), Pt(size * fit.GAP)
        paragraph.space_before = Pt(0)
        _bullet(paragraph, item)
        for run in item.runs:
            part = paragraph.add_run()
            part.text, part.font.size, part.font.color.rgb = run.text, Pt(size - 2 * bool(item.level)), DARK
            part.font.bold, part.font.italic = run.bold or None, run.italic or None


def _bullet(paragraph: _Paragraph, item: Item) -> None:
    """The mark as PowerPoint writes it: a bullet character, automatic numbering, or none for a plain paragraph."""
    properties = paragraph._p.get_or_add_pPr()
    indent = int(fit.INDENT * 914400)
    properties.set("marL", str(indent * (item.level + 1) if item.mark else 0))
    properties.set("indent", str(-indent if item.mark else 0))
    name = "buNone" if not item.mark else "buChar" if item.mark == "•" else "buAutoNum"
    bullet = properties.makeelement(f"{pptx_master.NAMESPACE}{name}", {})
    if name == "buChar":
        bullet.set("char", "•")
    elif name == "buAutoNum":
        bullet.set("type", "arabicPeriod")
    properties.append(bullet)


def _text_box(slide: Sheet, items: list[Item], box: tuple[float, float, float, float], size: float) -> None:
    shape = slide.shapes.add_textbox(*(Inches(value) for value in box))
    _write_items(shape.text_frame, items, size)


def _chart_body(slide: Sheet, content: Slide, chart: Chart) -> None:
    beside = BESIDE_CHART + 0.3 if content.items else 0.0
    if content.items:
        size = fit.items_size(content.items, BESIDE_CHART - 0.2, HEIGHT - 0.1, 24)
        _text_box(slide, content.items, (LEFT, TOP, BESIDE_CHART, HEIGHT), size)
    data = CategoryChartData()
    data.categories = chart.labels
    for name, values in chart.series.items():
        data.add_series(name, values)
    box = (Inches(value) for value in (LEFT + beside, TOP, WIDTH - beside, HEIGHT))
    frame = slide.shapes.add_chart(CHART_TYPES[chart.kind], *box, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.title)
    _style_chart(frame.chart, chart)


def _style_chart(shape: NativeChart, chart: Chart) -> None:
    shape.has_title = True
    shape.chart_title.text_frame.text = chart.title
    shape.chart_title.text_frame.paragraphs[0].font.size = Pt(18)
    shape.font.size = Pt(14)
    shape.has_legend = len(chart.series) > 1 or chart.kind == "taart"
    if shape.has_legend:
        shape.legend.position, shape.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot = shape.plots[0]
    plot.has_data_labels = True
    plot.data_labels.show_value = True
    plot.data_labels.font.size = Pt(14)


def _table_body(slide: Sheet, content: Slide, table: Table) -> None:
    top = TOP
    items = [*content.items, *([Item((Run(table.caption, bold=True),))] if table.caption else [])]
    if items:
        size = fit.items_size(items, WIDTH - 0.2, HEIGHT * 0.4, 20)
        height = fit.items_height(items, WIDTH - 0.2, size) + 0.2
        _text_box(slide, items, (LEFT, TOP, WIDTH, height), size)
        top += height
    widths = fit.column_widths(table, WIDTH)
    size = fit.cell_size(table, widths, TOP + HEIGHT - top)
    heights = fit.row_heights(table, widths, size)
    count = len(table.rows) + 1, len(table.header)
    box = (Inches(value) for value in (LEFT, top, WIDTH, sum(heights)))
    grid = slide.shapes.add_table(*count, *box).table
    for index, width in enumerate(widths):
        grid.columns[index].width = Inches(width)
    for index, row in enumerate((table.header, *table.rows)):
        grid.rows[index].height = Inches(heights[index])
        for cell, text in zip(grid.rows[index].cells, row, strict=True):
            cell.text = text
            _dress(cell.text_frame, size, bold=index == 0, coloured=False)


def _footnotes(slide: Sheet, notes: list[str]) -> None:
    if notes:
        shape = slide.shapes.add_textbox(*(Inches(value) for value in (LEFT, 6.75, 10.6, 0.5)))
        shape.text_frame.word_wrap = True
        shape.text_frame.text = " ".join(notes)
        _dress(shape.text_frame, 11)


def _slide_number(slide: Sheet) -> None:
    """The layout's slide number; python-pptx leaves it out of new slides."""
    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.type.name == "SLIDE_NUMBER":
            slide.shapes._spTree.append(copy.deepcopy(shape._element))


def _remove(shape: BaseShape) -> None:
    shape._element.getparent().remove(shape._element)


def _language(slide: Sheet, source: Source) -> None:
    """The proofing language of every run, as an office suite records it."""
    for run in slide._element.iter(f"{pptx_master.NAMESPACE}rPr"):
        run.set("lang", LANGUAGES[source.language])
