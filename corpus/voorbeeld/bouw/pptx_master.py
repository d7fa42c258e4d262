"""A 16:9 template in our own sober look, made from the one that python-pptx brings along."""

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.presentation import Presentation as Deck
from pptx.shapes.placeholder import LayoutPlaceholder, MasterPlaceholder
from pptx.slide import SlideMaster
from pptx.util import Inches, Pt

Placeholder = LayoutPlaceholder | MasterPlaceholder
ACCENT = RGBColor(0x2F, 0x4A, 0x63)
DARK = RGBColor(0x1D, 0x22, 0x27)
SERIES = ("2F4A63", "8A6D3B", "5F7F6B", "7A5C73", "9AA5AE", "3B6F80")
NAMESPACE = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

WIDTH, HEIGHT = 13.333, 7.5  # inches
TITLE_BOX = (0.75, 0.45, 11.83, 1.0)
BODY_BOX = (0.75, 1.65, 11.83, 5.05)
NUMBER_BOX = (11.6, 6.95, 1.0, 0.35)
TITLE_SLIDE, BULLETS, SECTION, TITLE_ONLY = 0, 1, 2, 5  # layouts by position


def new_presentation() -> Deck:
    """An empty presentation with the template's layouts moved to 16:9."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    master = deck.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            _widen(shape)
    _colour_theme(master)
    _style_title(master)
    for index in (BULLETS, TITLE_ONLY):
        for shape in deck.slide_layouts[index].placeholders:
            kind = shape.placeholder_format.type
            place(shape, TITLE_BOX if kind is not None and kind.name == "TITLE" else _box(shape))
    place_openings(deck)
    return deck


def place(shape: Placeholder, box: tuple[float, float, float, float]) -> None:
    """Position and size of a shape, in inches."""
    shape.left, shape.top, shape.width, shape.height = (Inches(value) for value in box)


def place_openings(deck: Deck) -> None:
    """Title and text of the title slide and of a section slide: left, above the middle."""
    for index in (TITLE_SLIDE, SECTION):
        title, text = list(deck.slide_layouts[index].placeholders)[:2]
        place(title, (1.0, 1.9, 11.3, 1.6))
        place(text, (1.0, 3.7, 11.3, 1.9))


def _box(shape: Placeholder) -> tuple[float, float, float, float]:
    name = shape.placeholder_format.type.name
    if name == "SLIDE_NUMBER":
        return NUMBER_BOX
    if name in {"OBJECT", "BODY"}:
        return BODY_BOX
    return (shape.left / 914400, 6.95, shape.width / 914400, 0.35)


def _widen(shape: Placeholder) -> None:
    left, top, width, height = shape.left, shape.top, shape.width, shape.height
    shape.left, shape.top, shape.width, shape.height = int(left * 4 / 3), top, int(width * 4 / 3), height


def _colour_theme(master: SlideMaster) -> None:
    """Our colours in place of Office's, in the theme part that the master points to."""
    relation = next(rel for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    part = relation.target_part
    theme = etree.fromstring(part.blob)
    colours = {f"accent{index}": colour for index, colour in enumerate(SERIES, start=1)}
    colours |= {"dk2": SERIES[0], "lt2": "EEF2F5"}
    for name, colour in colours.items():
        for element in theme.iter(f"{NAMESPACE}{name}"):
            element.clear()
            etree.SubElement(element, f"{NAMESPACE}srgbClr", val=colour)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _style_title(master: SlideMaster) -> None:
    """Titles left, bold and in our colour, in the master and in the layouts that overrule it."""
    for properties in master._element.iter("{http://schemas.openxmlformats.org/presentationml/2006/main}titleStyle"):
        for level in properties:
            level.set("algn", "l")
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            kind = shape.placeholder_format.type.name
            if kind in {"TITLE", "CENTER_TITLE", "SUBTITLE"}:
                _left(shape, bold=kind != "SUBTITLE")


def _left(shape: Placeholder, *, bold: bool) -> None:
    for level in shape._element.iter(*(f"{NAMESPACE}lvl{number}pPr" for number in range(1, 10))):
        level.set("algn", "l")
        level.attrib.pop("cap", None)
        for run in level.iter(f"{NAMESPACE}defRPr"):
            run.set("cap", "none")
    for paragraph in shape.text_frame.paragraphs:
        paragraph.font.bold = bold
        paragraph.font.size = Pt(32)
