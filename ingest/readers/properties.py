"""The core properties of an Office file: title, author, date, language."""

from datetime import date

from lxml import etree

from ingest.readers.package import Package
from ingest.readers.titles import language_code, real_author, real_title
from ingest.reading import FileMetadata


def core_metadata(package: Package, name: str) -> FileMetadata:
    """What the file says of itself, without the defaults that programs fill in."""
    root = package.related("", "core-properties")
    if root is None:
        return FileMetadata()
    return FileMetadata(
        title=real_title(_value(root, "title"), name),
        author=real_author(_value(root, "creator")),
        date=_date(_value(root, "modified")) or _date(_value(root, "created")),
        language=language_code(_value(root, "language")),
    )


def _value(root: etree._Element, tag: str) -> str:
    return str(root.findtext(f"{{*}}{tag}") or "").strip()


def _date(value: str) -> date | None:
    try:
        found = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return found if found.year >= 1990 else None  # a clock that was not set gives 1601, 1970 or 1980
