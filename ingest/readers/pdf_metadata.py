"""What a PDF says of itself: title, author, date, language; and its bookmarks."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import Destination

from corpus.types import BlockKind, Page
from ingest.readers.pdf_draft import Draft
from ingest.readers.pdf_headings import outline_key
from ingest.readers.titles import first_heading, language_code, real_author, real_title
from ingest.reading import FileMetadata

_BROKEN = (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, OverflowError, IndexError)
# A heading with a number is a part of the document, not its name.
_IS_A_PART = re.compile(r"^\d+[\s.].*|^(inleiding|toelichting|aanleiding|samenvatting|inhoud\w*|aanwezig\w*)\W*$", re.I)
_NAMES_A_KIND = re.compile(
    r"(concept[- ])?(verslag|notulen|memo|(opleg)?notitie|agenda|besluitenlijst|rapport|nota|handreiking|advies)"
    r"\b\W*\w+",
    re.I,
)
_SAYS_NOTHING = {
    "app",
    "rapport",
    "report",
    "verslag",
    "notulen",
    "brief",
    "nota",
    "factsheet",
    "flyer",
    "print",
    "scan",
}
MAX_BOOKMARKS = 5000
LONGEST_TITLE = 200


def read_metadata(reader: PdfReader, name: str, pages: Sequence[list[Draft]], read: Sequence[Page]) -> FileMetadata:
    """From the document information, where that is real; the title else from the largest type, else a heading."""
    told = _information(reader)
    derived = (_largest(pages[:2]), _named(pages[:1]), first_heading(read))
    title = _telling(real_title(str(told.get("/Title") or ""), name))
    title = title or next((text for text in derived if text and not _IS_A_PART.match(text)), "")
    return FileMetadata(
        title=title,
        author=real_author(str(told.get("/Author") or "")),
        date=_created(reader),
        language=_language(reader),
    )


def read_outline(reader: PdfReader) -> dict[str, int]:
    """Levels of the bookmarks by their title, as `outline_key` writes it; empty for slides and damaged ones."""
    levels: dict[str, int] = {}
    try:
        waiting: list[tuple[Any, int]] = [(reader.outline, 1)]
        while waiting and len(levels) < MAX_BOOKMARKS:
            item, level = waiting.pop()
            if isinstance(item, list):
                waiting += [(inner, level + isinstance(inner, list)) for inner in reversed(item)]
            elif isinstance(item, Destination):
                levels.setdefault(outline_key(str(item.title or "")), min(level, 6))
    except _BROKEN:
        return {}
    levels.pop("", None)
    return levels


def _telling(title: str) -> str:
    """The title, unless it is one word that says nothing or looks like a file name."""
    bare = " " not in title and ("-" in title or title.casefold() in _SAYS_NOTHING)
    return "" if bare else title


def _information(reader: PdfReader) -> dict[str, Any]:
    try:
        return dict(reader.metadata or {})
    except _BROKEN:
        return {}


def _created(reader: PdfReader) -> date | None:
    try:
        found = reader.metadata.creation_date if reader.metadata else None
        if found is None:
            return None
        return found.date() if 1990 <= found.year <= datetime.now(UTC).year else None
    except _BROKEN:
        return None


def _language(reader: PdfReader) -> str:
    try:
        return language_code(str(reader.root_object.get("/Lang") or ""))
    except _BROKEN:
        return ""


def _named(pages: Sequence[list[Draft]]) -> str:
    """A line of the first page that says what kind of document this is: "Verslag overleg regio"."""
    texts = (draft.text for page in pages for draft in page if draft.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH))
    return next((text for text in texts if _NAMES_A_KIND.match(text) and 2 <= len(text.split()) <= 15), "")


def _largest(pages: Sequence[list[Draft]]) -> str:
    """The largest type on the first pages, when it is larger than what stands around it."""
    drafts = [draft for page in pages for draft in page]
    sizes = sorted(draft.size for draft in drafts if _may_be_title(draft))
    if not sizes or sizes[-1] < 1.2 * sizes[len(sizes) // 2]:
        return ""
    first = next(index for index, draft in enumerate(drafts) if draft.size == sizes[-1] and _may_be_title(draft))
    parts = takewhile(
        lambda draft: abs(draft.size - sizes[-1]) < 0.5 and _may_be_title(draft), drafts[first : first + 3]
    )
    title = " ".join(draft.text for draft in parts)
    told = len(title) <= LONGEST_TITLE and re.search(r"[^\W\d_]{3}", title) and not title.endswith((":", ","))
    return title if told else ""


def _may_be_title(draft: Draft) -> bool:
    kind = draft.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)
    return kind and draft.size > 0 and len(draft.text) <= LONGEST_TITLE
