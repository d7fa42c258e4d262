"""Paragraphs of a text frame on a slide: their text, and whether they have a bullet."""

from collections.abc import Iterator
from typing import cast

from lxml import etree
from pptx.parts.slide import SlidePart
from pptx.shapes.base import BaseShape

from corpus.types import BlockKind
from ingest.text import without_symbols

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BULLETS = {f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip"}
# Types of placeholders (of the XML, not of the library) that take their bullets from the master's body style.
_BODY = {"body", "obj", "subTitle", "tbl", "chart", "dgm", "media", "clipArt", "pic"}


def paragraphs(body: etree._Element, placeholders: list[etree._Element]) -> Iterator[tuple[BlockKind, str]]:
    """Kind and text of each paragraph of a `txBody`; `placeholders` are what the shape takes its looks from."""
    for paragraph in body.findall(f"{A}p"):
        kind = BlockKind.LIST_ITEM if has_bullet(paragraph, body, placeholders) else BlockKind.PARAGRAPH
        yield kind, paragraph_text(paragraph)


def paragraph_text(paragraph: etree._Element) -> str:
    """The text of a paragraph without the field that shows the slide's own number."""
    parts: list[str] = []
    for item in paragraph.iter(f"{A}t", f"{A}br", f"{A}tab", _MATH_TEXT):
        if any(field.get("type") == "slidenum" for field in item.iterancestors(f"{A}fld")):
            continue
        parts.append((item.text or "") if item.tag in (f"{A}t", _MATH_TEXT) else "\n")
    return without_symbols("".join(parts))


def has_bullet(paragraph: etree._Element, body: etree._Element, placeholders: list[etree._Element]) -> bool:
    """Whether the nearest of paragraph, frame, layout and master that says anything of bullets gives it one."""
    own = paragraph.find(f"{A}pPr")
    level = int(own.get("lvl", "0")) + 1 if own is not None else 1
    name = f"{A}lvl{level}pPr"
    sources = [own, body.find(f"{A}lstStyle/{name}")]
    sources += [style.find(f".//{name}") for style in placeholders]
    for source in sources:
        tags = set() if source is None else {child.tag for child in source}
        if f"{A}buNone" in tags:
            return False
        if tags & _BULLETS:
            return True
    return False


def looks_from(shape: BaseShape) -> list[etree._Element]:
    """The placeholders on the layout and the master that a shape takes after, and the master's style for its kind."""
    if not shape.is_placeholder:
        return []
    found: list[etree._Element] = []
    base = getattr(shape, "_base_placeholder", None)
    while base is not None and len(found) < 3:
        found.append(base.element)
        base = getattr(base, "_base_placeholder", None)
    kind = shape.element.xpath("string(.//p:nvPr/p:ph/@type)") or "obj"
    master = cast("SlidePart", shape.part).slide_layout.slide_master
    style = master.element.find(f"{P}txStyles/{P}bodyStyle")
    return [*found, style] if style is not None and kind in _BODY else found
