"""The keyword leg: BM25 by SQLite FTS5 over analysed terms, in the catalogue's own file and transactions."""

from collections.abc import Sequence

import sqlalchemy as sa

from corpus.database import Database
from corpus.schema import documents, passages
from corpus.scope import EVERYTHING, Scope
from search.index import Hit

# Weights of title, heading path and body in bm25().
FIELD_WEIGHTS = (1.0, 1.0, 1.0)

_WORDS = sa.table("passages_fts", sa.column("rowid"))
_GRAMS = sa.table("passages_grams", sa.column("rowid"))


def match_expression(terms: Sequence[str]) -> str:
    """An FTS5 expression for any of the terms; each is quoted, so that nothing in it is read as syntax."""
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)


class KeywordLeg:
    """Reads the tables `passages_fts` and `passages_grams`; writing is part of publishing a document."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k best passages that hold a term, best first."""
        weights = ", ".join(str(weight) for weight in FIELD_WEIGHTS)
        return self._hits(_WORDS, f"bm25(passages_fts, {weights})", terms, scope, k)

    def gram_hits(self, grams: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k best passages that hold a character gram, best first."""
        return self._hits(_GRAMS, "bm25(passages_grams)", grams, scope, k)

    def _hits(self, table: sa.TableClause, rank: str, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        if not terms or k < 1:
            return []
        found: sa.ColumnElement[float] = sa.literal_column(rank)  # SQLite: lower is better
        query = (
            sa.select(table.c.rowid, found.label("rank"))
            .select_from(table)
            .where(sa.text(f"{table.name} MATCH :terms").bindparams(terms=match_expression(terms)))
            .order_by(sa.text("rank"), table.c.rowid)
            .limit(k)
        )
        if scope != EVERYTHING:
            allowed = sa.select(documents.c.id).where(scope.condition())
            query = query.join(passages, passages.c.key == table.c.rowid).where(passages.c.document_id.in_(allowed))
        with self._database.read() as connection:
            return [Hit(row[0], max(-row[1], 1e-9)) for row in connection.execute(query)]
