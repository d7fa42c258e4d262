"""Passages and documents, as far as they are in scope at this moment: the last word on what an index proposes."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa

from corpus.catalogue import UNITS_PER_PASSAGE, VECTOR_TYPE, Units
from corpus.database import Database
from corpus.schema import documents, embeddings, passages
from corpus.scope import Scope

T = TypeVar("T")
_AT_ONCE = 500  # SQLite takes a limited number of variables in one statement

# The keys as one parameter: SQLAlchemy looks long at each of some hundreds.
_OWNERS = sa.select(passages.c.key, passages.c.document_id).where(
    passages.c.key.in_(sa.bindparam("keys", expanding=True))
)


def visible_keys(database: Database, keys: Sequence[int], scope: Scope) -> set[int]:
    """Those of these passages that exist and are in scope."""
    return set(visible_owners(database, keys, scope))


def visible_owners(database: Database, keys: Sequence[int], scope: Scope) -> dict[int, str]:
    """The ids of the documents of those of these passages that exist and are in scope, by the passages' keys."""
    with database.read() as connection:
        rows = [row for some in _parts(keys) for row in connection.execute(_OWNERS, {"keys": list(some)}).all()]
        # Not joined: SQLite would begin at the documents of a level, which are most of them.
        visible = _in_scope(connection, sorted({name for _, name in rows}), scope)
    return {key: name for key, name in rows if name in visible}


def _in_scope(connection: sa.Connection, names: Sequence[str], scope: Scope) -> set[str]:
    query = sa.select(documents.c.id).where(documents.c.id.in_(sa.bindparam("names", expanding=True)))
    query = query.where(scope.condition())
    return {name for some in _parts(names) for name in connection.scalars(query, {"names": list(some)}).all()}


def visible_units(database: Database, keys: Sequence[int], scope: Scope) -> Units:
    """The units of those of these passages that exist and are in scope, in order of their ids."""
    rows: list[sa.Row[Any]] = []
    select = sa.select(embeddings.c.passage_key, embeddings.c.unit, embeddings.c.vector)
    query = select.join(passages, passages.c.key == embeddings.c.passage_key)
    with database.read() as connection:
        for some in _parts(sorted(keys)):
            ordered = _chosen(query, some, scope).order_by(embeddings.c.passage_key, embeddings.c.unit)
            rows += connection.execute(ordered).all()
    ids = np.array([row.passage_key * UNITS_PER_PASSAGE + row.unit for row in rows], dtype=np.int64)
    vectors = [np.frombuffer(row.vector, dtype=VECTOR_TYPE) for row in rows]
    return Units(ids, np.stack(vectors) if vectors else np.zeros((0, 0), dtype=VECTOR_TYPE))


def _chosen(query: sa.Select[Any], keys: Sequence[int], scope: Scope) -> sa.Select[Any]:
    joined = query.join(documents, documents.c.id == passages.c.document_id)
    return joined.where(passages.c.key.in_(keys), scope.condition())


def _parts(keys: Sequence[T]) -> Iterable[Sequence[T]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
