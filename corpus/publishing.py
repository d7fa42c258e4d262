"""Writing to the catalogue: a document becomes visible, or disappears, in one transaction."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from corpus.catalogue import UNITS_PER_PASSAGE, VECTOR_TYPE, Catalogue, read_document
from corpus.errors import CatalogueError, ClassificationError, ConflictError, NotFoundError
from corpus.keyword_rows import KeywordRow, clear_rows, merge_cleared, write_rows
from corpus.places import require_place
from corpus.schema import changes, document_themes, documents, embeddings, facts, pages, passages, sketches, versions
from corpus.sketches import SKETCH_TYPE, Sketch
from corpus.tasks import drop_from_spool, forget_document
from corpus.types import Classification, Document, Metadata, Page, Passage

logger = logging.getLogger(__name__)

CLEANED = "opgeruimd"  # fact: the day on which a worker last cleared what was left behind
_IN_CHUNK = 500  # SQLite takes a limited number of variables in one statement
# Hashes of the current versions.
_CURRENT = (
    sa.select(versions.c.sha256)
    .join(documents, documents.c.id == versions.c.document_id)
    .where(versions.c.version == documents.c.version)
)

Confirm = Callable[[sa.Connection], None]


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with what both legs need: vectors of shape (units, dimension) and analysed terms."""

    passage: Passage
    vectors: npt.NDArray[np.float32]
    title_terms: str
    heading_terms: str
    body_terms: str
    grams: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Everything that is published at once, apart from the bytes of the file."""

    document_id: str
    version: int
    origin: str
    sha256: str
    file_name: str
    media_type: str
    size: int
    metadata: Metadata
    pages: tuple[Page, ...]
    passages: tuple[IndexedPassage, ...]
    remarks: tuple[str, ...]
    sketch: Sketch | None = None
    version_origin: str = ""  # where these bytes came from, when that is not where the document is known by


@dataclass(frozen=True, slots=True)
class Edit:
    """Other metadata for a document."""

    metadata: Metadata
    by_hand: Mapping[str, Any]  # what of it an editor set, by the names of a metadata file
    remarks: tuple[str, ...] = ()  # those that still hold
    passages: Sequence[IndexedPassage] | None = None  # made with the new title, when that is another


def publish(catalogue: Catalogue, new: NewVersion, data: bytes, confirm: Confirm | None = None) -> None:
    """Make a version the one that is found; an older version's text, passages and vectors go in the same transaction.

    `data` are the bytes of the file. They are stored while the write lock is held, so that no other process can take
    them for a file that nobody speaks of. `confirm` is called in the transaction and can still stop it by raising.
    """
    _require_accepted(new.metadata.classification)
    catalogue.files.check()  # before others have to wait for us
    with catalogue.database.write() as connection:
        if confirm is not None:
            confirm(connection)
        require_place(connection, catalogue.files)
        catalogue.files.keep(data)
        old = _current_sha256(connection, new.document_id)
        _clear_text(connection, new.document_id)
        _write_document(connection, new, known=old is not None)
        connection.execute(sa.insert(versions), _version_row(new))
        if new.pages:
            connection.execute(sa.insert(pages), [_page_row(new.document_id, page) for page in new.pages])
        _write_passages(connection, new.passages)
        if new.sketch is not None:
            values = {"shingles": new.sketch.shingles, "sketch": new.sketch.hashes.astype(SKETCH_TYPE).tobytes()}
            connection.execute(sa.insert(sketches).values(document_id=new.document_id, **values))
        connection.execute(sa.insert(changes).values(document_id=new.document_id, published=True))
    if old is not None and old != new.sha256:
        _erase_files(catalogue, {old})


def require_next(connection: sa.Connection, new: NewVersion) -> None:
    """Raise ConflictError when this can no longer be the next version: the plan was made before another change."""
    current = read_document(connection, new.document_id)
    if (current.version if current else 0) != new.version - 1:
        raise ConflictError(f"Document {new.document_id} is intussen veranderd. Probeer het opnieuw.")
    query = sa.select(documents.c.id).join(versions, versions.c.document_id == documents.c.id)
    query = query.where(versions.c.version == documents.c.version, versions.c.sha256 == new.sha256)
    if set(connection.scalars(query)) - {new.document_id}:
        raise ConflictError("Een ander document heeft intussen dezelfde inhoud. Probeer het opnieuw.")


def change_metadata(catalogue: Catalogue, old: Document, edit: Edit, confirm: Confirm | None = None) -> None:
    """Give a document other metadata, in one transaction.

    Raises ConflictError when the document is no longer as `old`, NotFoundError when it is gone.
    """
    _require_accepted(edit.metadata.classification)
    with catalogue.database.write() as connection:
        current = read_document(connection, old.id)
        if current is None:
            raise NotFoundError(f"Er is geen document met id {old.id}.")
        if (current.version, current.metadata) != (old.version, old.metadata):
            raise ConflictError(f"Document {old.id} is intussen veranderd. Probeer het opnieuw.")
        if confirm is not None:
            confirm(connection)
        own = documents.c.id == old.id
        before = connection.scalar(sa.select(documents.c.edited).where(own)) or {}
        row = _metadata_row(edit.metadata) | {"edited": {**before, **edit.by_hand}}
        connection.execute(sa.update(documents).where(own).values(row))
        _write_themes(connection, old.id, edit.metadata.themes)
        this = sa.and_(versions.c.document_id == old.id, versions.c.version == old.version)
        connection.execute(sa.update(versions).where(this).values(remarks=list(edit.remarks)))
        if edit.passages is None:
            connection.execute(sa.insert(changes).values(document_id=old.id, published=True, metadata_only=True))
        else:
            _replace_passages(connection, old, edit.passages)


def _replace_passages(connection: sa.Connection, document: Document, new: Sequence[IndexedPassage]) -> None:
    _clear_passages(connection, document.id)
    _write_passages(connection, new)
    this = sa.and_(versions.c.document_id == document.id, versions.c.version == document.version)
    connection.execute(sa.update(versions).where(this).values(passage_count=len(new)))
    connection.execute(sa.insert(changes).values(document_id=document.id, published=True))


def remove(catalogue: Catalogue, document_id: str) -> None:
    """Erase a document from the catalogue, keyword leg, queue and file store; the change tells the vector leg.

    The file goes after the transaction: killed between the two, a file without a document is left, which nobody can
    reach and which `sweep` clears at the next opening. Raises CatalogueError when that is so too without being killed;
    it says that the document is gone. Any other error leaves the document whole.
    """
    with catalogue.database.write() as connection:
        hashes = set(connection.scalars(sa.select(versions.c.sha256).where(versions.c.document_id == document_id)))
        if not hashes:
            raise NotFoundError(f"Er is geen document met id {document_id}.")
        waiting = forget_document(connection, document_id, hashes)
        _clear_text(connection, document_id)
        connection.execute(sa.delete(documents).where(documents.c.id == document_id))
        connection.execute(sa.insert(changes).values(document_id=document_id, published=False))
        merge_cleared(connection)
    try:
        # What waited may be stored too, by a worker that was killed while it published.
        _erase_files(catalogue, hashes | waiting)
        drop_from_spool(catalogue, hashes | waiting)
    except (CatalogueError, OSError) as error:
        set_fact(catalogue, CLEANED, "")  # the next worker that looks, sweeps
        raise CatalogueError(
            f"Document {document_id} is verwijderd en niet meer te vinden, maar het bestand staat nog in de opslag "
            f"({error}). Kennislab wist het later zelf."
        ) from error
    _tidy(catalogue)


def _tidy(catalogue: Catalogue) -> None:
    """Empty the write-ahead log. What can not be done now, as on a full disk, scrubbing does later."""
    try:
        catalogue.database.checkpoint()
    except CatalogueError as error:
        logger.warning("Wat verwijderd is, blijft nog even in ongebruikte ruimte van de catalogus: %s", error)


def sweep(catalogue: Catalogue) -> int:
    """Erase files that no current version speaks of (left by a process that was killed); returns their number."""
    # What is published meanwhile is needed by the time that we may write; a list of a large store takes long.
    stored = {*catalogue.files.hashes(), *catalogue.pictures.hashes(), *catalogue.copies.hashes()}
    with catalogue.database.write() as connection:
        catalogue.files.clear_abandoned()
        return _erase_unused(connection, catalogue, stored)


def sweep_copies(catalogue: Catalogue) -> int:
    """Erase what this machine has made of files that no document needs any more; returns how many files that were.

    A document may be withdrawn or replaced by a process on another machine, which can not reach our disk.
    """
    held = sorted({*catalogue.copies.hashes(), *catalogue.pictures.hashes()})
    gone = set(held)
    with catalogue.database.read() as connection:
        for start in range(0, len(held), _IN_CHUNK):
            query = _CURRENT.where(versions.c.sha256.in_(held[start : start + _IN_CHUNK]))
            gone -= set(connection.scalars(query))
    for sha256 in gone:
        catalogue.copies.remove(sha256)
        catalogue.pictures.remove(sha256)
    return len(gone)


def fact_on(connection: sa.Connection, name: str) -> str | None:
    """A stored fact, as a transaction sees it."""
    return connection.scalar(sa.select(facts.c.value).where(facts.c.name == name))


def set_fact_once(catalogue: Catalogue, name: str, value: str) -> str:
    """Store a fact unless there is one of this name; returns the one that holds."""
    with catalogue.database.write() as connection:
        known = fact_on(connection, name)
        if known is None:
            connection.execute(sa.insert(facts).values(name=name, value=value))
    return known or value


def set_fact(catalogue: Catalogue, name: str, value: str) -> None:
    """Store a fact under its name."""
    with catalogue.database.write() as connection:
        connection.execute(sa.delete(facts).where(facts.c.name == name))
        connection.execute(sa.insert(facts).values(name=name, value=value))


def _require_accepted(level: Classification) -> None:
    if not level.accepted:
        raise ClassificationError(f"Vertrouwelijkheid {level.value} mag niet in deze kennisbank.")


def _erase_files(catalogue: Catalogue, hashes: set[str]) -> None:
    with catalogue.database.write() as connection:
        _erase_unused(connection, catalogue, hashes)


def _erase_unused(connection: sa.Connection, catalogue: Catalogue, hashes: set[str]) -> int:
    """Erase the files among `hashes` that no document's current version needs. The caller holds the write lock."""
    used = set(connection.scalars(_CURRENT))
    for sha256 in hashes - used:
        catalogue.copies.remove(sha256)
        catalogue.pictures.remove(sha256)
        catalogue.files.remove(sha256)
    return len(hashes - used)


def _current_sha256(connection: sa.Connection, document_id: str) -> str | None:
    query = sa.select(versions.c.sha256).join(documents, documents.c.id == versions.c.document_id)
    return connection.scalar(query.where(documents.c.id == document_id, versions.c.version == documents.c.version))


def _clear_text(connection: sa.Connection, document_id: str) -> None:
    _clear_passages(connection, document_id)
    connection.execute(sa.delete(sketches).where(sketches.c.document_id == document_id))
    connection.execute(sa.delete(pages).where(pages.c.document_id == document_id))
    connection.execute(sa.delete(document_themes).where(document_themes.c.document_id == document_id))


def _clear_passages(connection: sa.Connection, document_id: str) -> None:
    keys = sa.select(passages.c.key).where(passages.c.document_id == document_id)
    clear_rows(connection, document_id)
    connection.execute(sa.delete(embeddings).where(embeddings.c.passage_key.in_(keys)))
    connection.execute(sa.delete(passages).where(passages.c.document_id == document_id))


def _write_document(connection: sa.Connection, new: NewVersion, *, known: bool) -> None:
    row = {"version": new.version, "origin": new.origin, **_metadata_row(new.metadata)}
    if known:
        connection.execute(sa.update(documents).where(documents.c.id == new.document_id).values(row))
    else:
        connection.execute(sa.insert(documents).values(id=new.document_id, edited={}, **row))
    _write_themes(connection, new.document_id, new.metadata.themes)


def _metadata_row(metadata: Metadata) -> dict[str, Any]:
    return {
        "title": metadata.title,
        "kind": metadata.kind,
        "classification": metadata.classification.value,
        "language": metadata.language,
        "organisation": metadata.organisation,
        "author": metadata.author,
        "date": metadata.date.isoformat() if metadata.date else None,
        "source": metadata.source,
        "retain_until": metadata.retain_until.isoformat() if metadata.retain_until else None,
    }


def _write_themes(connection: sa.Connection, document_id: str, themes: Sequence[str]) -> None:
    connection.execute(sa.delete(document_themes).where(document_themes.c.document_id == document_id))
    rows = [{"document_id": document_id, "theme": theme} for theme in sorted(set(themes))]
    if rows:
        connection.execute(sa.insert(document_themes), rows)


def _version_row(new: NewVersion) -> dict[str, Any]:
    return {
        "document_id": new.document_id,
        "version": new.version,
        "sha256": new.sha256,
        "origin": new.version_origin or new.origin,
        "file_name": new.file_name,
        "media_type": new.media_type,
        "size": new.size,
        "page_count": len(new.pages),
        "passage_count": len(new.passages),
        "paged": any(page.number is not None for page in new.pages),
        "added": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "remarks": list(new.remarks),
    }


def _page_row(document_id: str, page: Page) -> dict[str, Any]:
    blocks = [[block.kind.value, block.start, block.end, block.level] for block in page.blocks]
    values = {"position": page.position, "number": page.number, "text": page.text, "blocks": blocks}
    return {"document_id": document_id, **values}


# Keys are in reading order.
_ADD_PASSAGES = sa.insert(passages).returning(passages.c.id, passages.c.key, sort_by_parameter_order=True)


def _write_passages(connection: sa.Connection, new: Sequence[IndexedPassage]) -> None:
    if not new:
        return
    rows = [_passage_row(indexed.passage) for indexed in new]
    added = connection.execute(_ADD_PASSAGES, rows)
    keys = {row.id: int(row.key) for row in added}
    units = [row for indexed in new for row in _unit_rows(keys[indexed.passage.id], indexed)]
    connection.execute(sa.insert(embeddings), units)
    write_rows(connection, [_keyword_row(keys[indexed.passage.id], indexed) for indexed in new])


def _passage_row(passage: Passage) -> dict[str, Any]:
    names = ("id", "document_id", "version", "position", "page", "start", "end", "text", "language", "table_header")
    return {name: getattr(passage, name) for name in names} | {"headings": list(passage.headings)}


def _unit_rows(key: int, indexed: IndexedPassage) -> list[dict[str, Any]]:
    if len(indexed.vectors) > UNITS_PER_PASSAGE:
        count = len(indexed.vectors)
        raise ValueError(f"passage {indexed.passage.id} has {count} units; at most {UNITS_PER_PASSAGE} fit")
    return [
        {"passage_key": key, "unit": unit, "vector": vector.astype(VECTOR_TYPE).tobytes()}
        for unit, vector in enumerate(indexed.vectors)
    ]


def _keyword_row(key: int, indexed: IndexedPassage) -> KeywordRow:
    return KeywordRow(key, indexed.title_terms, indexed.heading_terms, indexed.body_terms, indexed.grams)
