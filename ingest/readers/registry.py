"""Which reader reads what."""

from dataclasses import replace

from ingest.detect import detect
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


def read_document(data: bytes, name: str) -> Extraction:
    """The text and structure of a file, by the reader that fits its content. Raises ReadError, with what to do."""
    detected = detect(data, name)
    extraction = READERS[detected.format](data, name)
    return replace(extraction, remarks=(detected.remark, *extraction.remarks)) if detected.remark else extraction
