"""The keyword leg: BM25 by SQLite FTS5 over analysed terms, in the catalogue's own file and transactions."""

from collections.abc import Sequence

import sqlalchemy as sa

from corpus.database import Database
from corpus.schema import documents, passages
from corpus.scope import EVERYTHING, Scope
from search.index import Hit

# Weights of title, heading path and body in bm25().
FIELD_WEIGHTS = (1.0, 1.0, 1.0)

_FTS = sa.table("passages_fts", sa.column("rowid"))


def match_expression(terms: Sequence[str]) -> str:
    """An FTS5 expression for any of the terms; each is quoted, so that nothing in it is read as syntax."""
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)


class KeywordLeg:
    """Reads the table `passages_fts`; writing is part of publishing a document."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k best passages that hold a term, best first."""
        if not terms or k < 1:
            return []
        title, heading, body = FIELD_WEIGHTS
        rank: sa.ColumnElement[float] = sa.literal_column(
            f"bm25(passages_fts, {title}, {heading}, {body})"
        )  # SQLite: lower is better
        query = (
            sa.select(_FTS.c.rowid, rank.label("rank"))
            .select_from(_FTS)
            .where(sa.text("passages_fts MATCH :terms").bindparams(terms=match_expression(terms)))
            .order_by(sa.text("rank"), _FTS.c.rowid)
            .limit(k)
        )
        if scope != EVERYTHING:
            allowed = sa.select(documents.c.id).where(scope.condition())
            query = query.join(passages, passages.c.key == _FTS.c.rowid).where(passages.c.document_id.in_(allowed))
        with self._database.read() as connection:
            return [Hit(row[0], max(-row[1], 1e-9)) for row in connection.execute(query)]
