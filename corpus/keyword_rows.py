"""The terms of passages in the catalogue: written and cleared with the passages, read by the indexes made of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from corpus.schema import passages, passages_fts, passages_grams
from corpus.term_counts import TermLeg, count


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """The analysed terms of a passage, with spaces between, by its key."""

    key: int
    title: str
    heading: str
    body: str
    grams: str

    @property
    def words(self) -> str:
        """The terms of the three fields, which weigh the same."""
        return " ".join(part for part in (self.title, self.heading, self.body) if part)


def write_rows(connection: sa.Connection, rows: Sequence[KeywordRow]) -> None:
    """Add the terms of passages. The caller's transaction is the one that adds the passages."""
    if not rows:
        return
    words = [{"rowid": row.key, "title": row.title, "heading": row.heading, "body": row.body} for row in rows]
    connection.execute(sa.insert(passages_fts), words)
    connection.execute(sa.insert(passages_grams), [{"rowid": row.key, "grams": row.grams} for row in rows])
    if not _counts_itself(connection):
        _count(connection, rows, 1)


def clear_rows(connection: sa.Connection, document_id: str) -> None:
    """Take away the terms of a document's passages."""
    if not _counts_itself(connection):
        _count(connection, rows_of_document(connection, document_id), -1)
    keys = sa.select(passages.c.key).where(passages.c.document_id == document_id)
    for table in (passages_fts, passages_grams):
        connection.execute(sa.delete(table).where(table.c.rowid.in_(keys)))


def merge_cleared(connection: sa.Connection) -> None:
    """Let go of cleared terms at once: SQLite keeps them in its segments until those are merged."""
    if _counts_itself(connection):
        for table in (passages_fts.name, passages_grams.name):
            connection.exec_driver_sql(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608


def rows_of_document(connection: sa.Connection, document_id: str) -> list[KeywordRow]:
    """The terms of a document's passages, in reading order."""
    query = (
        sa.select(passages.c.key, passages_fts.c.title, passages_fts.c.heading, passages_fts.c.body)
        .add_columns(passages_grams.c.grams)
        .join(passages_fts, passages_fts.c.rowid == passages.c.key)
        .join(passages_grams, passages_grams.c.rowid == passages.c.key)
        .where(passages.c.document_id == document_id)
        .order_by(passages.c.key)
    )
    return [KeywordRow(*row) for row in connection.execute(query)]


def _counts_itself(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _count(connection: sa.Connection, rows: Sequence[KeywordRow], sign: int) -> None:
    count(connection, TermLeg.WORDS, [row.words for row in rows], sign)
    count(connection, TermLeg.GRAMS, [row.grams for row in rows], sign)
