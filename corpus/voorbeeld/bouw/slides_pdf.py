"""Slides as a PDF, one landscape page each; the speaking notes stay out, as when someone exports slides to hand out."""

from html import escape

from corpus.voorbeeld.bouw import fit
from corpus.voorbeeld.bouw.chart_svg import chart_svg
from corpus.voorbeeld.bouw.pdf_pages import print_html, style_class
from corpus.voorbeeld.bouw.slides import Item, Slide, Table, read_slides
from corpus.voorbeeld.bouw.source import Source

WIDTH, HEIGHT = 11.8, 5.3  # inches below the title
BESIDE_CHART = 4.6


def build_slides_pdf(source: Source) -> bytes:
    """The PDF of a source with layout `dias`; hidden slides are left out."""
    pages = [_title_page(source), *(_page(slide) for slide in read_slides(source) if not slide.hidden)]
    meta = "".join(
        f'<meta name="{name}" content="{escape(value)}">'
        for name, value in (
            ("author", source.author or source.organisation),
            ("dcterms.created", source.date.isoformat()),
            ("dcterms.modified", source.date.isoformat()),
        )
    )
    html = (
        f'<!DOCTYPE html><html lang="{source.language}"><head><meta charset="utf-8">'
        f"<title>{escape(source.title)}</title>{meta}</head>"
        f'<body class="{style_class(source)}">{"".join(pages)}</body></html>'
    )
    return print_html(html, ["dias.css"], source)


def _title_page(source: Source) -> str:
    subtitle = f'<p class="ondertitel">{escape(source.subtitle)}</p>' if source.subtitle else ""
    line = f"{escape(source.organisation)} | {source.date_text}"
    return f'<section class="titel"><h1>{escape(source.title)}</h1>{subtitle}<p class="regel">{line}</p></section>'


def _page(slide: Slide) -> str:
    title = f"<h1>{escape(slide.title)}</h1>"
    if slide.section:
        return f'<section class="tussen">{title}</section>'
    notes = "".join(f'<p class="noten">{escape(note)}</p>' for note in [" ".join(slide.footnotes)] if note)
    return f'<section>{title}{_body(slide)}{notes}<p class="nummer"></p></section>'


def _body(slide: Slide) -> str:
    if slide.chart:
        alone = "" if slide.items else " alleen"
        size = fit.items_size(slide.items, BESIDE_CHART, HEIGHT, 24)
        chart = f'<div class="grafiek{alone}">{chart_svg(slide.chart)}</div>'
        return f'<div class="naast" style="font-size:{size}pt">{_items(slide.items)}</div>{chart}'
    if slide.table:
        size = fit.items_size(slide.items, WIDTH, HEIGHT * 0.4, 20)
        room = HEIGHT - fit.items_height(slide.items, WIDTH, size) - (0.5 if slide.table.caption else 0.2)
        return f'<div style="font-size:{size}pt">{_items(slide.items)}</div>{_table(slide.table, room)}'
    size = fit.items_size(slide.items, WIDTH, HEIGHT)
    return f'<div style="font-size:{size}pt">{_items(slide.items)}</div>'


def _items(items: list[Item]) -> str:
    return "".join(_item(item) for item in items)


def _item(item: Item) -> str:
    text = escape(item.text)
    if not item.mark:
        return f'<p class="alinea">{"<b>" + text + "</b>" if item.runs[0].bold else text}</p>'
    deep = " diep" if item.level else ""
    return f'<p class="punt{deep}"><span class="teken">{item.mark} </span>{text}</p>'


def _table(table: Table, room: float) -> str:
    widths = fit.column_widths(table, WIDTH)
    size = fit.cell_size(table, widths, room)
    columns = "".join(f'<col style="width:{width:.2f}in">' for width in widths)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return (
        f'<table style="font-size:{size}pt">{caption}<colgroup>{columns}</colgroup>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
