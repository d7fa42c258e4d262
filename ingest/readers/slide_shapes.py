"""What stands on a slide: text, tables, charts and diagrams, as blocks in reading order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from pptx.chart.chart import Chart
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.table import Table, _Cell

from corpus.types import BlockKind
from ingest.readers.grid import add_table
from ingest.readers.package import parse_xml
from ingest.readers.slide_order import Box, reading_order
from ingest.readers.slide_text import A, P, looks_from, paragraph_text, paragraphs
from ingest.text import PageBuilder, clean_line

TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
FURNITURE = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
TITLE_WORDS = 10  # most words of a title that is only known by its place
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A text and its place, by which text that comes back on every slide is known."""

    text: str
    left: int
    top: int


def unwrap_choices(slide: Slide) -> None:
    """Put the newest version of a shape in the place of a choice between versions, which the library skips."""
    for choice in list(slide.element.iter(f"{_MC}AlternateContent")):
        parent = choice.getparent()
        versions = choice.findall(f"{_MC}Choice") or choice.findall(f"{_MC}Fallback")
        for shape in list(versions[0]) if versions else ():
            parent.insert(parent.index(choice), shape)
        parent.remove(choice)


def text_of(shape: BaseShape) -> str:
    """The text of a shape, paragraphs on their own lines; "" for a shape that holds none."""
    return str(cast("Shape", shape).text_frame.text).strip() if shape.has_text_frame else ""


def title_of(slide: Slide) -> BaseShape | None:
    """The title placeholder when it has text."""
    titles = (shape for shape in slide.placeholders if shape.placeholder_format.type in TITLES)
    return next((shape for shape in titles if text_of(shape)), None)


def title_by_place(shapes: Sequence[BaseShape], slide_height: int) -> BaseShape | None:
    """Without a title placeholder: a short line on top of the slide, with nothing beside it and text below it."""
    if len(shapes) < 2 or not shapes[0].has_text_frame:
        return None
    first, below = shapes[0], _box(shapes[0]).bottom
    lines = [line for line in text_of(first).splitlines() if line.strip()]
    short = len(lines) == 1 and len(lines[0].split()) <= TITLE_WORDS and not lines[0].rstrip().endswith((".", ":", ","))
    middle = (_box(first).top + below) // 2
    alone = all(_box(shape).top >= middle for shape in shapes[1:])
    return first if short and alone and _box(first).top < slide_height // 4 else None


def ordered_shapes(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """Shapes with content in reading order; a group is one box whose members follow each other."""
    boxes = [_box(shape) for shape in shapes if _has_content(shape) and not _is_furniture(shape)]
    for box in reading_order(boxes):
        if hasattr(box.shape, "shapes"):
            yield from ordered_shapes(box.shape.shapes)
        else:
            yield box.shape


def mark_of(shape: BaseShape) -> Mark | None:
    """What a text box would be recognised by on another slide; None for what is never left out."""
    if shape.is_placeholder or not shape.has_text_frame:
        return None
    text = clean_line(text_of(shape))
    return Mark(text, shape.left or 0, shape.top or 0) if text else None


def add_shape(builder: PageBuilder, shape: BaseShape) -> None:
    """Append the text of one shape that is no group."""
    if shape.has_text_frame:
        body = shape.element.find(f"{P}txBody")
        for kind, text in paragraphs(body, looks_from(shape)) if body is not None else ():
            builder.add(kind, text)
    elif isinstance(shape, GraphicFrame):
        if shape.has_table:
            _add_table(builder, shape.table)
        elif shape.has_chart:
            _add_chart(builder, shape.chart)
        else:
            _add_diagram(builder, shape)


def _has_content(shape: BaseShape) -> bool:
    """Not so for pictures and for shapes without text: one behind everything else would hide the gaps between."""
    if shape.has_text_frame:
        return bool("".join(shape.element.itertext()).strip())  # formulas too, which `text_of` does not know
    return hasattr(shape, "shapes") or shape.element.tag == f"{P}graphicFrame"


def _is_furniture(shape: BaseShape) -> bool:
    return bool(shape.is_placeholder and shape.placeholder_format.type in FURNITURE)


def _box(shape: BaseShape) -> Box:
    left, top = shape.left or 0, shape.top or 0
    return Box(left, top, left + (shape.width or 0), top + (shape.height or 0), shape)


def _add_table(builder: PageBuilder, table: Table) -> None:
    rows = [["" if cell.is_spanned else _cell_text(cell) for cell in row.cells] for row in table.rows]
    add_table(builder, rows, int(table.first_row and len(rows) > 1))


def _cell_text(cell: _Cell) -> str:
    return " ".join(filter(None, (paragraph_text(item).strip() for item in cell._tc.iter(f"{A}p"))))


def _add_chart(builder: PageBuilder, chart: Chart) -> None:
    """The chart's title, then a row per category with the value of each series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        builder.add(BlockKind.PARAGRAPH, chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        categories = [str(category) for category in plot.categories]
        values = [list(item.values) for item in series]
        rows = [["", *(str(item.name) for item in series)]]
        rows += [[name, *(_value(column, at) for column in values)] for at, name in enumerate(categories)]
        if not categories:
            rows = [[str(item.name), *map(_number, column)] for item, column in zip(series, values, strict=True)]
        add_table(builder, rows, int(bool(categories)))


def _value(column: list[float | None], at: int) -> str:
    return _number(column[at]) if at < len(column) else ""


def _number(value: float | None) -> str:
    """As written in Dutch: 12,5."""
    return "" if value is None else f"{value:.10g}".replace(".", ",")


def _add_diagram(builder: PageBuilder, shape: BaseShape) -> None:
    """The texts of a SmartArt diagram, in the order of its outline."""
    for reference in shape.element.iter(f"{_DGM}relIds"):
        root = parse_xml(shape.part.related_part(str(reference.get(f"{_REL}dm"))).blob)
        for point in root.iter(f"{_DGM}pt"):
            if point.get("type", "node") in ("node", "asst"):
                texts = (paragraph_text(item).strip() for item in point.iter(f"{A}p"))
                builder.add(BlockKind.LIST_ITEM, " ".join(filter(None, texts)))
