"""What a PDF wants to do or brings along: scripts, programs to start, other files. Nothing of it is run or read."""

from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject

SCRIPT = "In de PDF zit een script of een opdracht om iets te starten. Dat is niet uitgevoerd."
ATTACHED = "In de PDF zit een ander bestand als bijlage. Dat is niet gelezen. Voeg het apart toe als het nodig is."
MOST_OBJECTS = 20_000  # looked at; a PDF that hides its script behind more than this goes without the remark
_RUNS = {"/JavaScript", "/Launch", "/ImportData", "/Rendition"}
_WHERE = ("/OpenAction", "/AA", "/Names", "/AcroForm", "/A", "/Annots", "/AF")
_BROKEN = (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, IndexError, OverflowError)


def active_remarks(reader: PdfReader) -> Iterator[str]:
    """What an editor should know of it."""
    found = set(_marks(reader))
    if "script" in found:
        yield SCRIPT
    if "file" in found:
        yield ATTACHED


def _marks(reader: PdfReader) -> Iterator[str]:
    """ "script" and "file" for what is found in the catalog, the actions of pages and the notes on them."""
    try:
        waiting: list[Any] = [reader.root_object.get(key) for key in _WHERE]
        for page in reader.pages[:MOST_OBJECTS]:
            waiting += [page.get(key) for key in _WHERE]
    except _BROKEN:
        return
    seen: set[tuple[int, int]] = set()
    looked = 0
    while waiting and looked < MOST_OBJECTS:
        item = waiting.pop()
        looked += 1
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key in seen:
                continue
            seen.add(key)
            item = _resolved(item)
        if isinstance(item, DictionaryObject):
            yield from _marks_of(item)
            waiting += [
                value for name, value in item.items() if name not in ("/Parent", "/P", "/Popup", "/AP", "/Dest")
            ]
        elif isinstance(item, list):
            waiting += item


def _marks_of(item: DictionaryObject) -> Iterator[str]:
    if item.get("/S") in _RUNS or "/JS" in item:
        yield "script"
    if "/EF" in item or item.get("/Subtype") == "/FileAttachment":
        yield "file"


def _resolved(item: IndirectObject) -> object:
    try:
        return item.get_object()
    except _BROKEN:
        return None
