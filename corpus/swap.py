"""Replacing every passage of a catalogue by those of one that was built beside it, in one transaction."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from corpus.catalogue import Catalogue
from corpus.database import FILE_NAME, open_database
from corpus.errors import CatalogueBusyError, CatalogueError
from corpus.schema import documents, embeddings, facts, passages, passages_fts, passages_grams, term_counts
from corpus.transfer import read_passages, use_keys, used_keys, write_passages

_PASSAGE_COLUMNS = 'id, document_id, version, position, page, start, "end", text, headings, language, table_header'

_FOLLOW_UP = (
    "UPDATE versions SET passage_count = ("
    " SELECT count(*) FROM passages p WHERE p.document_id = versions.document_id AND p.version = versions.version)"
    " WHERE version = (SELECT version FROM documents d WHERE d.id = versions.document_id)",
    "INSERT INTO changes (document_id, published) SELECT id, TRUE FROM documents ORDER BY id",
    "DELETE FROM facts WHERE name = 'fingerprint'",
)

_REPLACE = (
    "DELETE FROM passages_fts",
    "DELETE FROM passages_grams",
    "DELETE FROM embeddings",
    "DELETE FROM passages",
    f"INSERT INTO passages (key, {_PASSAGE_COLUMNS}) SELECT key + :offset, {_PASSAGE_COLUMNS} FROM nieuw.passages",  # noqa: S608
    "INSERT INTO embeddings SELECT passage_key + :offset, unit, vector FROM nieuw.embeddings",
    "INSERT INTO passages_fts (rowid, title, heading, body)"
    " SELECT rowid + :offset, title, heading, body FROM nieuw.passages_fts",
    "INSERT INTO passages_grams (rowid, grams) SELECT rowid + :offset, grams FROM nieuw.passages_grams",
    *_FOLLOW_UP,
    "INSERT INTO facts (name, value) VALUES ('fingerprint', :fingerprint)",
)


def swap_in(catalogue: Catalogue, staged: Path, fingerprint: str) -> bool:
    """Take over passages, vectors and terms of the catalogue in folder `staged`.

    Returns False, with nothing changed, when documents were added, changed or removed since they were staged.
    """
    if catalogue.database.engine.dialect.name != "sqlite":
        return _copy_in(catalogue, staged, fingerprint)
    raw = catalogue.database.engine.raw_connection()
    try:
        connection: Any = raw.driver_connection
        connection.execute("ATTACH DATABASE ? AS nieuw", (str(staged / FILE_NAME),))
        try:
            return _swap(connection, fingerprint)
        finally:
            connection.execute("DETACH DATABASE nieuw")
    except sqlite3.OperationalError as error:
        raise CatalogueBusyError(f"De herbouwde index is niet over te nemen: {error}. Probeer het opnieuw.") from error
    except (DBAPIError, sqlite3.Error) as error:
        raise CatalogueError(f"De catalogus geeft een fout: {error}") from error
    finally:
        raw.close()


def _swap(connection: sqlite3.Connection, fingerprint: str) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    try:
        current = set(connection.execute("SELECT id, version, title FROM main.documents"))
        if current != set(connection.execute("SELECT id, version, title FROM nieuw.documents")):
            connection.execute("ROLLBACK")
            return False
        # Keys are never used again, so the new ones start after the highest that was ever given.
        row = connection.execute("SELECT seq FROM main.sqlite_sequence WHERE name = 'passages'").fetchone()
        values = {"offset": row[0] if row else 0, "fingerprint": fingerprint}
        for statement in _REPLACE:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return True


def _copy_in(catalogue: Catalogue, staged: Path, fingerprint: str) -> bool:
    """The same into a database on a server, which can not read our file: row by row, in one transaction there."""
    source = open_database(staged, create=False)
    known = sa.select(documents.c.id, documents.c.version, documents.c.title).order_by(documents.c.id)
    try:
        with source.read() as reader, catalogue.database.write() as connection:
            wanted = reader.execute(known).all()
            if {*connection.execute(known).all()} != {*wanted}:
                return False
            for table in (term_counts, passages_fts, passages_grams, embeddings, passages):
                connection.execute(sa.delete(table))
            offset = used_keys(connection)
            for document in wanted:
                write_passages(connection, read_passages(reader, document.id), offset)
            use_keys(connection, offset + used_keys(reader))
            for statement in _FOLLOW_UP:
                connection.exec_driver_sql(statement)
            connection.execute(sa.insert(facts).values(name="fingerprint", value=fingerprint))
    finally:
        source.close()
    return True
