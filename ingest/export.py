"""The knowledge base as a folder of ordinary files: the originals by name, and their metadata as `ingest` reads it.

Taken in again, in an empty knowledge base, it gives the same documents with the same levels and metadata.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.backup_draft import draft_beside, put_in_place, require_empty, sync_tree, write_synced
from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError, StoreUnavailableError
from corpus.scope import Scope
from corpus.types import Document, Metadata
from ingest.files import IGNORED_NAMES
from ingest.metadata import DERIVED, EMPTIABLE, FIELDS, NOTHING
from ingest.names import clean_name

METADATA = "metadata.tsv"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    documents: int
    bytes: int
    lost: tuple[str, ...]  # names of documents whose original is missing or damaged
    altered: tuple[str, ...]  # names of documents with metadata that a table cannot hold exactly


def export(catalogue: Catalogue, target: Path, scope: Scope, progress: Callable[[], object] = lambda: None) -> Exported:
    """Write the documents in scope to the folder `target`, which is empty or not there; all for the owner's eyes only.

    It appears there when it is whole. What is withdrawn meanwhile is left out.
    """
    require_empty(target)
    rows, lost, altered, size = [], [], [], 0
    with draft_beside(target) as draft:
        folder, names = draft / "inhoud", _Names()
        folder.mkdir(mode=0o700)
        for listed in sorted(catalogue.documents(scope), key=lambda document: (document.file_name, document.id)):
            progress()
            found = _with_data(catalogue, listed, scope)
            if found is None:
                continue
            document, data = found
            if data is None:
                lost.append(document.file_name)
                continue
            name = names.new(document.file_name)
            (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
            write_synced(folder / name, data)
            row = _row(name, document.metadata)
            rows.append([_flat(value) for value in row])
            size += len(data)
            if name.rsplit("/")[-1] != document.file_name or not _holds(row, document.metadata):
                altered.append(document.file_name)
        write_synced(folder / METADATA, _table(rows).encode())
        sync_tree(folder)
        put_in_place(folder, target)
    return Exported(len(rows), size, tuple(lost), tuple(altered))


def _with_data(catalogue: Catalogue, document: Document, scope: Scope) -> tuple[Document, bytes | None] | None:
    """The document with its bytes, as it is now; without bytes when they are lost, None when it was withdrawn."""
    for _look in range(3):  # a new version may come between the two
        try:
            return document, catalogue.files.read(document.sha256)
        except StoreUnavailableError:  # which says nothing about the file
            raise
        except CatalogueError:
            now = catalogue.documents_by_id([document.id], scope).get(document.id)
            if now is None:
                return None
            document = now
    return document, None


class _Names:
    """Gives each document a place of its own under its own name: a second one of that name stands in folder `2`."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def new(self, file_name: str) -> str:
        name = clean_name(file_name)
        if name.lower() in IGNORED_NAMES or name.startswith((".", "~$")):  # `ingest` would pass it over
            name = f"document {name}"
        count = self._taken[name.casefold()] = self._taken.get(name.casefold(), 0) + 1
        return name if count == 1 else f"{count}/{name}"


def _row(name: str, metadata: Metadata) -> Sequence[str]:
    values = {
        "file": name,
        "titel": metadata.title,
        "soort": metadata.kind,
        "organisatie": metadata.organisation,
        "auteur": metadata.author,
        "datum": metadata.date.isoformat() if metadata.date else "",
        "thema": "; ".join(metadata.themes),
        "vertrouwelijkheid": metadata.classification.value,
        "bron": metadata.source,
        "taal": metadata.language,
        "bewaartermijn": metadata.retain_until.isoformat() if metadata.retain_until else "",
    }
    # What a document lacks is not to be derived when it is taken in again: somebody may have emptied it.
    return [values[field] or (NOTHING if field in DERIVED else "") for field in FIELDS]


def _holds(row: Sequence[str], metadata: Metadata) -> bool:
    """Whether the table says exactly what is known: a theme may not hold what stands between themes."""
    known = [getattr(metadata, name) for name in EMPTIABLE.values()]
    return (
        all(_flat(value) == value for value in row)
        and not any(re.search("[;,]", theme) for theme in metadata.themes)
        and not {NOTHING, (NOTHING,)} & {*known}
    )


def _flat(value: str) -> str:
    """The value on one line, without what would end it in a table."""
    return re.sub(r"[\t\r\n\0]+", " ", value).strip()


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in (FIELDS, *rows))
