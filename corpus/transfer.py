"""Rows of a document from one catalogue to another, whatever kind either is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from corpus.database import rows_of
from corpus.keyword_rows import KeywordRow, rows_of_document, write_rows
from corpus.schema import embeddings, passages

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PassageRows:
    """A document's passages with their vectors and terms, as they are stored."""

    passages: Rows
    units: Rows
    terms: Sequence[KeywordRow]


def read_passages(connection: sa.Connection, document_id: str) -> PassageRows:
    """All that is stored of a document's passages."""
    mine = passages.c.document_id == document_id
    units = sa.select(embeddings).join(passages, passages.c.key == embeddings.c.passage_key).where(mine)
    return PassageRows(
        rows_of(connection.execute(sa.select(passages).where(mine).order_by(passages.c.key))),
        rows_of(connection.execute(units.order_by(embeddings.c.passage_key, embeddings.c.unit))),
        rows_of_document(connection, document_id),
    )


def write_passages(connection: sa.Connection, rows: PassageRows, offset: int = 0) -> None:
    """Add them, each key raised by `offset`. Whoever calls sees to it that these keys were never used."""
    insert(connection, passages, [{**row, "key": row["key"] + offset} for row in rows.passages])
    insert(connection, embeddings, [{**row, "passage_key": row["passage_key"] + offset} for row in rows.units])
    terms = [KeywordRow(row.key + offset, row.title, row.heading, row.body, row.grams) for row in rows.terms]
    write_rows(connection, terms)


def insert(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    """Add rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), rows)


def used_keys(connection: sa.Connection) -> int:
    """The highest key that a passage was ever given."""
    if connection.dialect.name == "sqlite":
        query = "SELECT seq FROM sqlite_sequence WHERE name = 'passages'"
        return int(connection.exec_driver_sql(query).scalar() or 0)
    return int(connection.scalar(sa.text(f"SELECT pg_sequence_last_value({_SEQUENCE}::regclass)")) or 0)


def use_keys(connection: sa.Connection, highest: int) -> None:
    """Let no passage be given a key up to `highest`, also where those that had it are gone."""
    if highest <= used_keys(connection):
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'passages'")
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES ('passages', ?)", (highest,))
    else:
        connection.execute(sa.text(f"SELECT setval({_SEQUENCE}, :highest)"), {"highest": highest})


_SEQUENCE = "pg_get_serial_sequence('passages', 'key')"
