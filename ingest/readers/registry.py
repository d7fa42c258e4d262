"""Which reader reads what."""

from collections.abc import Callable
from dataclasses import replace

from ingest.detect import detect
from ingest.ocr import add_recognised
from ingest.readers import docx, html, markdown, pdf, pptx, text
from ingest.reading import Extraction, Reader

READERS: dict[str, Reader] = {
    "pdf": pdf.read,
    "pptx": pptx.read,
    "docx": docx.read,
    "html": html.read,
    "markdown": markdown.read,
    "text": text.read,
}


def _nothing() -> None:
    """Where nobody waits for text recognition to begin."""


def read_document(data: bytes, name: str, recognising: Callable[[], None] = _nothing) -> Extraction:
    """The text and structure of a file, by the reader that fits its content. Raises ReadError, with what to do.

    `recognising` is called when text recognition begins, which may take minutes.
    """
    detected = detect(data, name)
    extraction = READERS[detected.format](data, name)
    if extraction.pictures:
        extraction = add_recognised(extraction, data, recognising)
    return replace(extraction, remarks=(detected.remark, *extraction.remarks)) if detected.remark else extraction
