"""The text of a Word paragraph, with what hangs on it: notes, text boxes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.readers.word_styles import Styles, W, flag
from ingest.text import without_symbols

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
BOX = f"{W}txbxContent"

_CHARACTERS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# Deleted or moved away, codes of fields, hidden halves of ruby text, properties.
_SKIPPED = {f"{W}{tag}" for tag in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr", "sdtPr", "fldData")}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}


@dataclass(slots=True)
class Content:
    """What one paragraph holds."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # (footnotes or endnotes, id)
    boxes: list[etree._Element] = field(default_factory=list)  # text boxes anchored here
    contents: bool = False  # some of it stands in a table of contents field

    @property
    def text(self) -> str:
        return without_symbols("".join(self.parts))


class ParagraphReader:
    """Reads paragraphs in document order; remembers which fields are open, since a field runs over paragraphs."""

    def __init__(self) -> None:
        self._fields: list[str] = []

    def read(self, paragraph: etree._Element) -> Content:
        content = Content()
        for child in paragraph:
            self._add(child, content)
        return content

    def forget_fields(self) -> None:
        """Closes fields that a damaged file left open."""
        self._fields.clear()

    def _add(self, element: etree._Element, content: Content) -> None:
        tag = element.tag
        if tag in (f"{W}t", MATH_TEXT):
            content.parts.append(element.text or "")
            content.contents |= any(code.split()[:1] in (["TOC"], ["INDEX"]) for code in self._fields)
        elif tag in _CHARACTERS:
            content.parts.append(_CHARACTERS[tag])
        elif tag in _NOTES:
            content.notes.append((_NOTES[tag], str(element.get(f"{W}id"))))
        elif tag == BOX:
            content.boxes.append(element)
        elif tag == f"{W}fldChar":
            self._field(str(element.get(f"{W}fldCharType")))
        elif tag == f"{W}fldSimple":
            self._simple_field(element, content)
        elif tag == f"{W}instrText" and self._fields:
            self._fields[-1] += (element.text or "").upper()
        elif not is_left_out(element):
            for child in alternatives(element):
                self._add(child, content)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append("")
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _simple_field(self, element: etree._Element, content: Content) -> None:
        self._fields.append(str(element.get(f"{W}instr", "")).upper())
        for child in element:
            self._add(child, content)
        self._fields.pop()


def is_left_out(element: etree._Element) -> bool:
    """Whether a reader of the document does not see this: deleted, hidden, or the prompt of an empty form field."""
    if not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return True
    if element.tag == f"{W}r":
        return bool(flag(element.find(f"{W}rPr"), "vanish"))
    if element.tag == f"{W}sdt":
        return bool(flag(element.find(f"{W}sdtPr"), "showingPlcHdr"))
    return False


def alternatives(element: etree._Element) -> Iterator[etree._Element]:
    """The children, or of a choice between versions of the same thing the first."""
    if element.tag != f"{MC}AlternateContent":
        yield from element
        return
    choices = element.findall(f"{MC}Choice") or element.findall(f"{MC}Fallback")
    yield from choices[0] if choices else ()


def is_all_bold(paragraph: etree._Element, styles: Styles) -> bool:
    """Whether all the text of a paragraph is bold."""
    chain = styles.of_paragraph(paragraph)
    runs = [run for run in paragraph.iter(f"{W}r") if "".join(text.text or "" for text in run.findall(f"{W}t")).strip()]
    return bool(runs) and all(styles.is_bold(run, chain) for run in runs)
