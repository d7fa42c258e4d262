"""Word files: pandoc writes them with a reference document that is styled here."""

import functools
import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pypandoc
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from corpus.voorbeeld.bouw import pandoc
from corpus.voorbeeld.bouw.pdf_pages import LEVEL_NAMES
from corpus.voorbeeld.bouw.source import Source
from corpus.voorbeeld.bouw.stable_zip import normalise

ACCENT = RGBColor(0x2F, 0x4A, 0x63)
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
HEADING_SIZES = {1: 15, 2: 12.5, 3: 11}


def build_docx(source: Source) -> bytes:
    """The DOCX of a source with layout `verslag`."""
    with tempfile.TemporaryDirectory() as folder:
        reference, target = Path(folder, "reference.docx"), Path(folder, "verslag.docx")
        reference.write_bytes(_reference())
        values = {
            "title": source.title,
            "subtitle": source.subtitle,
            "author": source.organisation,
            "date": source.date_text,
            "lang": LANGUAGES[source.language],
        }
        args = [f"--reference-doc={reference}", f"--lua-filter={pandoc.STYLES / 'docx.lua'}"]
        pandoc.convert(source.text, "docx", [*args, *pandoc.metadata_args(values)], target)
        data = _finish(target, source)
    return normalise(_dutch_styles(data), source.moment)


@functools.cache
def _reference() -> bytes:
    """Pandoc's own reference document in our look."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    document = Document(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(11)
    for name in ("Body Text", "First Paragraph", "Compact"):
        styles[name].font.size = Pt(11)
        styles[name].paragraph_format.space_after = Pt(2 if name == "Compact" else 6)
    for level, size in HEADING_SIZES.items():
        _restyle(styles[f"Heading {level}"], size)
        styles[f"Heading {level}"].paragraph_format.space_before = Pt(size)
    for name, size in (("Title", 20), ("Subtitle", 13), ("Author", 11), ("Date", 11)):
        _restyle(styles[name], size, bold=name == "Title")
        styles[name].paragraph_format.alignment = 0
    for name, size in (("Footnote Text", 9), ("Table Caption", 10)):
        styles[name].font.size = Pt(size)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _restyle(style: ParagraphStyle, size: float, *, bold: bool = True) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.color.rgb = "Calibri", Pt(size), bold, ACCENT
    fonts = style.element.rPr.rFonts
    for attribute in [name for name in fonts.attrib if "Theme" in name]:
        del fonts.attrib[attribute]


def _finish(path: Path, source: Source) -> bytes:
    """Header, page number, table borders and core properties, which pandoc does not write."""
    document = Document(str(path))
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{source.organisation} | {LEVEL_NAMES[source.classification]}"
    _page_number(section.footer.paragraphs[0])
    for table in document.tables:
        _style_table(document, table)
    properties = document.core_properties
    properties.title, properties.author = source.title, source.author or source.organisation
    properties.subject, properties.keywords = source.subtitle, ", ".join(source.themes)
    properties.last_modified_by, properties.category = source.organisation, source.kind
    properties.created = properties.modified = source.moment.replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page_number(paragraph: Paragraph) -> None:
    paragraph.add_run("Bladzijde ")
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = "PAGE"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _style_table(document: WordDocument, table: Table) -> None:
    """Our table style: lines between rows, a bold first row that returns on every page."""
    if "Tabel" not in [style.name for style in document.styles]:
        _add_table_style(document)
    table.style = document.styles["Tabel"]
    for cell in table.rows[0].cells:
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.bold = True
    properties = table.rows[0]._tr.get_or_add_trPr()
    if properties.find(qn("w:tblHeader")) is None:
        properties.append(OxmlElement("w:tblHeader"))


def _add_table_style(document: WordDocument) -> None:
    style = document.styles.add_style("Tabel", WD_STYLE_TYPE.TABLE)
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        border = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "B9C4CD")):
            border.set(qn(f"w:{key}"), value)
        borders.append(border)
    properties.append(borders)
    style.element.append(properties)


def _dutch_styles(data: bytes) -> bytes:
    """Heading styles under the ids that a Dutch Word gives them (Kop1), in every part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                for level in range(1, 10):
                    part = part.replace(f'"Heading{level}"'.encode(), f'"Kop{level}"'.encode())
            new.writestr(name, part)
    return buffer.getvalue()
