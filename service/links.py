"""Links to what is found. Relative to the service, so that they hold behind any address."""

from corpus.types import Document, Passage

BASE = "/v1/documenten"
PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def document_link(document: Document) -> str:
    """Opens the original file."""
    return f"{BASE}/{document.id}/bestand"


def passage_link(document: Document, passage: Passage) -> str:
    """Opens the file at the passage's page where the format can (PDF), else the page's text, else the file."""
    if passage.page is None:
        return document_link(document)
    if document.media_type == PDF:
        return f"{document_link(document)}#page={passage.page}"
    return f"{BASE}/{document.id}/paginas/{passage.page}"


def picture_link(document: Document, number: int) -> str:
    """The picture of a page or slide."""
    return f"{BASE}/{document.id}/paginas/{number}/afbeelding"
