"""Paragraph styles of a Word file: what a paragraph is, by its style and the styles that one is based on."""

import re
from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = {"0", "false", "off", "none"}
BODY_LEVEL = 9  # outline level of text that is no heading

_HEADING = re.compile(r"(?:heading|kop|überschrift|titre) ?([1-9])\d?(?!\d)", re.IGNORECASE)
_TITLE = re.compile(r"(title|titel|documenttitel)( char)?", re.IGNORECASE)
_CONTENTS = re.compile(r"(toc|inhopg|inhoudsopgave) ?(\d|heading|kop)|kop ?van ?inhoudsopgave", re.IGNORECASE)
_CAPTION = re.compile(r"(caption|bijschrift)", re.IGNORECASE)
_LIST = re.compile(r"(list|lijst) ?(bullet|number|opsom|nummer)", re.IGNORECASE)


def flag(properties: etree._Element | None, name: str) -> bool | None:
    """An on/off property such as bold; None where it is not set."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return None if found is None else str(found.get(f"{W}val", "1")).lower() not in OFF


class Styles:
    """The styles part; without one every paragraph is plain."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else root.findall(f"{W}style")
        self._root = root
        self._by_id = {style.get(f"{W}styleId"): style for style in styles}
        plain = (style for style in styles if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") == "1")
        self._default = next((style.get(f"{W}styleId") for style in plain), None)

    def language(self) -> str:
        """The language that the file states for text without its own."""
        path = f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang"
        found = self._root.find(path) if self._root is not None else None
        return "" if found is None else str(found.get(f"{W}val", ""))

    def chain(self, style_id: str | None) -> Iterator[etree._Element]:
        """A style and those it is based on, nearest first."""
        seen: set[str] = set()
        while style_id and style_id not in seen:
            seen.add(style_id)
            style = self._by_id.get(style_id)
            if style is None:
                return
            yield style
            based_on = style.find(f"{W}basedOn")
            style_id = None if based_on is None else based_on.get(f"{W}val")

    def of_paragraph(self, paragraph: etree._Element) -> list[etree._Element]:
        """The chain of a paragraph's style."""
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        return list(self.chain(self._default if named is None else named.get(f"{W}val")))

    def heading_level(self, paragraph: etree._Element) -> int:
        """1 to 6 for a heading, 0 for what is none."""
        for properties, name in self._levels(paragraph):
            outline = properties.find(f"{W}outlineLvl") if properties is not None else None
            value = "" if outline is None else str(outline.get(f"{W}val", ""))
            if value.isdigit():
                level = int(value)
                return min(level + 1, 6) if level < BODY_LEVEL else 0
            named = _HEADING.match(name)
            if named:
                return min(int(named[1]), 6)
        return 0

    def _levels(self, paragraph: etree._Element) -> Iterator[tuple[etree._Element | None, str]]:
        yield paragraph.find(f"{W}pPr"), ""
        for style in self.of_paragraph(paragraph):
            yield style.find(f"{W}pPr"), style_name(style)

    def is_title(self, paragraph: etree._Element) -> bool:
        return any(_TITLE.fullmatch(style_name(style)) for style in self.of_paragraph(paragraph))

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether it is a line of a table of contents, or the line above one."""
        names = [style_name(style) for style in self.of_paragraph(paragraph)[:1]]
        return any(_CONTENTS.match(name) for name in names)

    def keeps_with_next(self, paragraph: etree._Element) -> bool:
        """Whether its style is made to stand above other text; captions are too, but are no headings."""
        chain = self.of_paragraph(paragraph)
        if any(_CAPTION.match(style_name(style)) for style in chain):
            return False
        kept = (flag(style.find(f"{W}pPr"), "keepNext") for style in chain)
        return bool(next((value for value in kept if value is not None), False))

    def numbering_level(self, paragraph: etree._Element) -> int:
        """1 for the outer numbers of a style, 2 for those under them; 0 for a style without numbers."""
        for style in self.of_paragraph(paragraph):
            numbering = style.find(f"{W}pPr/{W}numPr")
            if numbering is not None:
                level = numbering.find(f"{W}ilvl")
                return 1 if level is None else min(int(level.get(f"{W}val", "0")) + 1, 6)
        return 0

    def is_list_item(self, paragraph: etree._Element) -> bool:
        """Whether it has a number or a bullet, by itself or by its style."""
        chain = self.of_paragraph(paragraph)
        for properties in (paragraph.find(f"{W}pPr"), *(style.find(f"{W}pPr") for style in chain)):
            numbering = properties.find(f"{W}numPr") if properties is not None else None
            number = numbering.find(f"{W}numId") if numbering is not None else None
            if number is not None:
                return str(number.get(f"{W}val")) != "0"
        return any(_LIST.match(style_name(style)) for style in chain)

    def is_bold(self, run: etree._Element, chain: list[etree._Element]) -> bool:
        """Whether a run is bold, by itself or by its own style or the paragraph's."""
        properties = run.find(f"{W}rPr")
        own = properties.find(f"{W}rStyle") if properties is not None else None
        styles = [] if own is None else list(self.chain(own.get(f"{W}val")))
        for level in (properties, *(style.find(f"{W}rPr") for style in (*styles, *chain))):
            bold = flag(level, "b")
            if bold is not None:
                return bold
        return False

    def marks_first_row(self, table_style: str | None) -> bool:
        """Whether a table style makes the first row bold or shaded."""
        for style in self.chain(table_style):
            for part in style.iter(f"{W}tblStylePr"):
                if part.get(f"{W}type") == "firstRow" and (flag(part.find(f"{W}rPr"), "b") or has_shade(part)):
                    return True
        return False


def style_name(style: etree._Element) -> str:
    """The name of a style as the program shows it in its own language."""
    found = style.find(f"{W}name")
    return str(style.get(f"{W}styleId") if found is None else found.get(f"{W}val", ""))


def has_shade(properties: etree._Element) -> bool:
    """Whether cell properties, at any depth, set a background colour."""
    shades = properties.iter(f"{W}shd")
    return any(str(shade.get(f"{W}fill", "auto")).lower() not in ("auto", "ffffff") for shade in shades)
