"""Passages by their keys, as far as they are in scope at this moment: the last word on what an index proposes."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from corpus.catalogue import UNITS_PER_PASSAGE, VECTOR_TYPE, Units
from corpus.database import Database
from corpus.schema import documents, embeddings, passages
from corpus.scope import Scope

_AT_ONCE = 500  # SQLite takes a limited number of variables in one statement


def visible_keys(database: Database, keys: Sequence[int], scope: Scope) -> set[int]:
    """Those of these passages that exist and are in scope."""
    found: set[int] = set()
    with database.read() as connection:
        for some in _parts(keys):
            found.update(connection.scalars(_chosen(sa.select(passages.c.key), some, scope)))
    return found


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


def _parts(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
