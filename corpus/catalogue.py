"""The catalogue: the one truth about documents, their versions, pages and passages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from corpus.database import Database, open_database, rows_of
from corpus.errors import NotFoundError
from corpus.places import Places, places_of
from corpus.postgres import open_postgres
from corpus.s3_address import S3Address
from corpus.schema import (
    changes,
    document_themes,
    documents,
    embeddings,
    facts,
    pages,
    passages,
    passages_fts,
    passages_grams,
    versions,
)
from corpus.scope import Scope
from corpus.types import Block, BlockKind, Classification, Document, Metadata, Page, Passage

VECTOR_TYPE = np.dtype("<f2")
UNITS_PER_PASSAGE = 64  # a unit's id in the vector leg is passage key * 64 + unit
T = TypeVar("T")
# What a list of documents can be in the order of.
ORDERS: dict[str, sa.ColumnElement[Any]] = {
    "date": documents.c.date,
    "title": sa.func.lower(documents.c.title),
    "added": versions.c.added,
    "file_name": sa.func.lower(versions.c.file_name),
}
# The columns of a passage in the order of its type: a question reads hundreds, and by name that is four times slower.
_PASSAGE_QUERY = sa.select(passages.c.key, *(passages.c[field.name] for field in dataclass_fields(Passage)))
_HEADINGS = [field.name for field in dataclass_fields(Passage)].index("headings")
# Many ids as one parameter: SQLAlchemy looks long at each that is part of the statement itself.
_GIVEN: sa.BindParameter[Any] = sa.bindparam("given", expanding=True)
_PASSAGES_BY_KEY = _PASSAGE_QUERY.where(passages.c.key.in_(_GIVEN))
_THEMES_BY_ID = (
    sa.select(document_themes.c.document_id, document_themes.c.theme)
    .where(document_themes.c.document_id.in_(_GIVEN))
    .order_by(document_themes.c.theme)
)
_IN_CHUNK = 500  # SQLite takes a limited number of variables in one statement


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change sequence that derived indexes follow."""

    seq: int
    document_id: str
    published: bool
    metadata_only: bool = False  # what is found in it is as it was


@dataclass(frozen=True, slots=True)
class Units:
    """The embedded units of a document: ids of shape (n,) and vectors of shape (n, dimension)."""

    ids: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """What stays known of a version, also after a newer one took its place."""

    version: int
    sha256: str
    file_name: str
    added: str
    current: bool
    size: int  # bytes


class Catalogue:
    """Reads the catalogue. Writing is `corpus.publishing`'s. `data` is the folder of this machine."""

    def __init__(self, database: Database, data: Path, places: Places) -> None:
        self.database = database
        self.data = data
        self.files = places.files
        self.spool = places.spool
        self.copies = places.copies
        self.pictures = places.pictures

    # -- documents -------------------------------------------------------------------------------------------------

    def documents(
        self, scope: Scope, *, limit: int | None = None, offset: int = 0, text: str = "", order: str = "-date"
    ) -> list[Document]:
        """Documents in scope with `text` in title or file name, by a key of ORDERS ("-": highest first), then title."""
        column = ORDERS[order.removeprefix("-")]
        first = column.desc().nulls_last() if order.startswith("-") else column.asc().nulls_last()
        query = _document_query().where(scope.condition(), _named(text))
        query = query.order_by(first, documents.c.title, documents.c.id).limit(limit).offset(offset)
        with self.database.read() as connection:
            return _documents(connection, query)

    def count(self, scope: Scope, text: str = "") -> int:
        """Number of documents in scope with `text` in title or file name."""
        query = sa.select(sa.func.count()).select_from(documents).join(versions, _is_current_version())
        query = query.where(scope.condition(), _named(text))
        with self.database.read() as connection:
            return int(connection.scalar(query) or 0)

    def document(self, document_id: str, scope: Scope) -> Document:
        """One document. Raises NotFoundError also when it is there but out of scope."""
        found = self.documents_by_id([document_id], scope)
        if not found:
            raise NotFoundError(f"Er is geen document met id {document_id}.")
        return found[document_id]

    def documents_by_id(self, ids: Sequence[str], scope: Scope) -> dict[str, Document]:
        """The documents with these ids that are in scope."""
        found: dict[str, Document] = {}
        with self.database.read() as connection:
            for chunk in _chunks(list(ids)):
                some = _documents(connection, _documents_by_id(scope), {_GIVEN.key: chunk})
                found.update({document.id: document for document in some})
        return found

    def ids(self, scope: Scope) -> set[str]:
        """Ids of all documents in scope."""
        with self.database.read() as connection:
            return set(connection.scalars(sa.select(documents.c.id).where(scope.condition())))

    def history(self, document_id: str) -> list[VersionRecord]:
        """All versions of a document, newest first."""
        query = (
            sa.select(versions, documents.c.version.label("current"))
            .join(documents, documents.c.id == versions.c.document_id)
            .where(documents.c.id == document_id)
            .order_by(versions.c.version.desc())
        )
        with self.database.read() as connection:
            return [
                VersionRecord(row.version, row.sha256, row.file_name, row.added, row.version == row.current, row.size)
                for row in connection.execute(query)
            ]

    def find_by_sha256(self, sha256: str) -> str | None:
        """Id of the document whose current version has these bytes."""
        query = sa.select(documents.c.id).join(versions, _is_current_version()).where(versions.c.sha256 == sha256)
        with self.database.read() as connection:
            return connection.scalar(query)

    def last_from(self, document_id: str, origin: str) -> str | None:
        """Hash of the newest version of a document that came from this origin."""
        query = sa.select(versions.c.sha256).where(versions.c.document_id == document_id, versions.c.origin == origin)
        with self.database.read() as connection:
            return connection.scalar(query.order_by(versions.c.version.desc()).limit(1))

    def origin(self, document_id: str) -> str:
        """Where a document is known to come from; empty when there is no such document."""
        with self.database.read() as connection:
            return connection.scalar(sa.select(documents.c.origin).where(documents.c.id == document_id)) or ""

    def themes(self, scope: Scope) -> list[str]:
        """The themes of the documents in scope."""
        query = sa.select(document_themes.c.theme).join(documents, documents.c.id == document_themes.c.document_id)
        with self.database.read() as connection:
            return sorted(set(connection.scalars(query.where(scope.condition()))))

    def edited(self, document_id: str) -> dict[str, Any]:
        """What an editor set by hand, by the names of a metadata file."""
        query = sa.select(documents.c.edited).where(documents.c.id == document_id)
        with self.database.read() as connection:
            return dict(connection.scalar(query) or {})

    def expired(self, day: date) -> list[Document]:
        """Documents that should be gone on this day."""
        query = _document_query().where(documents.c.retain_until < day.isoformat()).order_by(documents.c.id)
        with self.database.read() as connection:
            return _documents(connection, query)

    def origins(self) -> dict[str, tuple[str, str]]:
        """Origin → (document id, file name) of every document."""
        query = sa.select(documents.c.origin, documents.c.id, versions.c.file_name).join(
            versions, _is_current_version()
        )
        with self.database.read() as connection:
            return {row.origin: (row.id, row.file_name) for row in connection.execute(query)}

    # -- pages and passages ----------------------------------------------------------------------------------------

    def pages(self, document_id: str) -> list[Page]:
        """All pages of the current version, in order."""
        query = sa.select(pages).where(pages.c.document_id == document_id).order_by(pages.c.position)
        with self.database.read() as connection:
            return [_page(row) for row in rows_of(connection.execute(query))]

    def page(self, document_id: str, number: int) -> Page:
        """The page with this number, or for a document without pages the text at this position."""
        shown = sa.func.coalesce(pages.c.number, pages.c.position)
        query = sa.select(pages).where(pages.c.document_id == document_id, shown == number)
        with self.database.read() as connection:
            rows = rows_of(connection.execute(query))
        if not rows:
            raise NotFoundError(f"Document {document_id} heeft geen bladzijde {number}.")
        return _page(rows[0])

    def passages(self, keys: Iterable[int]) -> dict[int, Passage]:
        """Passages by key; keys that are gone are left out."""
        found: dict[int, Passage] = {}
        with self.database.read() as connection:
            for chunk in _chunks(list(keys)):
                for key, *values in connection.execute(_PASSAGES_BY_KEY, {_GIVEN.key: chunk}).all():
                    found[key] = _passage(values)
        return found

    def passages_of(self, document_id: str) -> list[Passage]:
        """All passages of a document, in reading order."""
        return list(self.keyed_passages_of(document_id).values())

    def keyed_passages_of(self, document_id: str) -> dict[int, Passage]:
        """All passages of a document by their key, in reading order."""
        query = _PASSAGE_QUERY.where(passages.c.document_id == document_id).order_by(passages.c.key)
        with self.database.read() as connection:
            return {key: _passage(values) for key, *values in connection.execute(query)}

    # -- what derived indexes follow -------------------------------------------------------------------------------

    def last_change(self) -> int:
        """The newest number of the change sequence, 0 for an empty catalogue."""
        with self.database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.max(changes.c.seq))) or 0)

    def changes_after(self, seq: int, limit: int | None = None) -> list[Change]:
        """What happened after `seq`, oldest first."""
        query = sa.select(changes).where(changes.c.seq > seq).order_by(changes.c.seq).limit(limit)
        with self.database.read() as connection:
            return [Change(*row) for row in connection.execute(query)]

    def units(self, document_id: str) -> Units:
        """The embedded units of a document's current version."""
        query = (
            sa.select(embeddings)
            .join(passages, passages.c.key == embeddings.c.passage_key)
            .where(passages.c.document_id == document_id)
            .order_by(embeddings.c.passage_key, embeddings.c.unit)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        ids = np.array([row.passage_key * UNITS_PER_PASSAGE + row.unit for row in rows], dtype=np.int64)
        vectors = [np.frombuffer(row.vector, dtype=VECTOR_TYPE) for row in rows]
        return Units(ids, np.stack(vectors) if vectors else np.zeros((0, 0), dtype=VECTOR_TYPE))

    def counts(self) -> dict[str, int]:
        """Numbers of documents, pages, passages, keyword and gram rows and embedded units, at one moment."""
        with self.database.read() as connection:
            tables = {
                table.name: sa.select(sa.func.count()).select_from(table) for table in (documents, pages, passages)
            }
            numbers = {name: int(connection.scalar(query) or 0) for name, query in tables.items()}
            for name, table in (("keyword", passages_fts), ("grams", passages_grams)):
                numbers[name] = int(connection.scalar(_count_rows(connection, table)) or 0)
            numbers["units"] = int(connection.scalar(sa.select(sa.func.count()).select_from(embeddings)) or 0)
        return numbers

    def fact(self, name: str) -> str | None:
        """A stored fact, such as the fingerprint."""
        with self.database.read() as connection:
            return connection.scalar(sa.select(facts.c.value).where(facts.c.name == name))

    def close(self) -> None:
        """Close the connections to the catalogue."""
        self.database.close()


def open_catalogue(data: Path, *, create: bool = False, url: str = "", files: S3Address | None = None) -> Catalogue:
    """The catalogue in folder `data`, or with a `url` on PostgreSQL; its files in that folder, or in the store `files`.

    Raises CatalogueError when it is absent and `create` is not set.
    """
    places = places_of(data, files)
    database = open_postgres(url, create=create) if url else open_database(data, create=create)
    return Catalogue(database, data, places)


def read_document(connection: sa.Connection, document_id: str) -> Document | None:
    """One document, whatever its level, as a transaction sees it."""
    found = _documents(connection, _document_query().where(documents.c.id == document_id))
    return found[0] if found else None


def _count_rows(connection: sa.Connection, table: sa.TableClause) -> sa.Select[int]:
    """In SQLite by the table of their lengths: counting the rows themselves would read all their terms."""
    small = sa.table(f"{table.name}_docsize") if connection.dialect.name == "sqlite" else table
    return sa.select(sa.func.count()).select_from(small)


def _named(text: str) -> sa.ColumnElement[bool]:
    if not text:
        return sa.true()
    columns = (documents.c.title, versions.c.file_name)
    return sa.or_(*(column.icontains(text, autoescape=True) for column in columns))


def _is_current_version() -> sa.ColumnElement[bool]:
    return sa.and_(versions.c.document_id == documents.c.id, versions.c.version == documents.c.version)


def _document_query() -> sa.Select[Any]:
    own = [column for column in documents.c if column.name not in {"origin", "edited"}]
    file_facts = [column for column in versions.c if column.name not in {"document_id", "version", "origin"}]
    return sa.select(*own, *file_facts).join(versions, _is_current_version())


@lru_cache(maxsize=256)
def _documents_by_id(scope: Scope) -> sa.Select[Any]:
    return _document_query().where(documents.c.id.in_(_GIVEN), scope.condition())


def _documents(
    connection: sa.Connection, query: sa.Select[Any], given: Mapping[str, Sequence[str]] | None = None
) -> list[Document]:
    rows = rows_of(connection.execute(query, given))
    themes: dict[str, list[str]] = {}
    for chunk in _chunks([row["id"] for row in rows]):
        for name, theme in connection.execute(_THEMES_BY_ID, {_GIVEN.key: chunk}).all():
            themes.setdefault(name, []).append(theme)
    return [_document(row, tuple(themes.get(row["id"], ()))) for row in rows]


def _document(row: dict[str, Any], themes: tuple[str, ...]) -> Document:
    names = ("title", "kind", "language", "organisation", "author", "source")
    metadata = Metadata(
        classification=Classification(row["classification"]),
        date=date.fromisoformat(row["date"]) if row["date"] else None,
        retain_until=date.fromisoformat(row["retain_until"]) if row["retain_until"] else None,
        themes=themes,
        **{name: row[name] for name in names},
    )
    same = (
        "id",
        "version",
        "file_name",
        "media_type",
        "sha256",
        "size",
        "page_count",
        "passage_count",
        "paged",
        "added",
    )
    return Document(metadata=metadata, remarks=tuple(row["remarks"]), **{name: row[name] for name in same})


def _page(row: dict[str, Any]) -> Page:
    blocks = tuple(Block(BlockKind(kind), start, end, level) for kind, start, end, level in row["blocks"])
    return Page(row["position"], row["number"], row["text"], blocks)


def _passage(values: list[Any]) -> Passage:
    values[_HEADINGS] = tuple(values[_HEADINGS])
    return Passage(*values)


def _chunks(values: list[T]) -> Iterable[list[T]]:
    return (values[start : start + _IN_CHUNK] for start in range(0, len(values), _IN_CHUNK))
