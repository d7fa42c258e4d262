"""Moving a knowledge base to another catalogue, document by document, so that it can be broken off and taken up again.

Files stay where they are: both catalogues speak of the same folder. Passages keep their keys, so that an index of the
one gives the answers of the other. What is known of the source is never changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from corpus.audit import END
from corpus.catalogue import Catalogue
from corpus.database import Lock, rows_of
from corpus.keyword_rows import clear_rows
from corpus.move_claim import NOT_COPIED, claim_target, complete, mark
from corpus.schema import (
    api_keys,
    audit,
    changes,
    document_themes,
    documents,
    embeddings,
    facts,
    pages,
    passages,
    sketches,
    task_files,
    tasks,
    versions,
)
from corpus.transfer import insert, read_passages, use_keys, used_keys, write_passages

_OWN = (documents, document_themes, versions, pages, sketches)  # rows of a document, apart from its passages
_WHOLE = (api_keys, tasks, task_files)
_ROWS_AT_ONCE = 1000

Progress = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did."""

    copied: int
    removed: int
    unchanged: int


def move(source: Catalogue, target: Catalogue, progress: Progress) -> Moved:
    """Make `target` what `source` is. Raises CatalogueError when what is there would be lost."""
    claim_target(source, target)
    copied = removed = 0
    while True:
        last = source.last_change()
        wanted, there = _marks(source), _marks(target)
        stale = [name for name, mark in wanted.items() if there.get(name) != mark]
        gone = sorted(there.keys() - wanted.keys())
        for name in gone:
            with target.database.write() as connection:
                _clear(connection, name)
                mark(connection)
        for name in stale:
            _copy_document(source, target, name)
            progress(name)
        copied, removed = copied + len(stale), removed + len(gone)
        _copy_rest(source, target)
        if source.last_change() == last:
            complete(target, last)
            return Moved(copied, removed, len(wanted) - min(copied, len(wanted)))


def row_counts(catalogue: Catalogue) -> dict[str, int]:
    """How many rows each table has, of those that both catalogues must have as many of."""
    tables = (documents, document_themes, versions, pages, sketches, api_keys, tasks, task_files, audit)
    numbers = catalogue.counts()
    with catalogue.database.read() as connection:
        for table in tables:
            numbers[table.name] = int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
    return numbers


def _marks(catalogue: Catalogue) -> dict[str, tuple[Any, ...]]:
    """Of each document what shows whether a copy of it is up to date."""
    found: dict[str, list[Any]] = {}
    keys = sa.func.min(passages.c.key), sa.func.max(passages.c.key), sa.func.count()
    own_keys = sa.select(passages.c.document_id, *keys).group_by(passages.c.document_id)
    with catalogue.database.read() as connection:
        for row in connection.execute(sa.select(documents)):
            found[row.id] = [repr(tuple(row))]
        for query in (
            sa.select(document_themes).order_by(document_themes.c.document_id, document_themes.c.theme),
            sa.select(versions).order_by(versions.c.document_id, versions.c.version),
            own_keys,
        ):
            for row in connection.execute(query):
                found[row.document_id].append(repr(tuple(row)))
    return {name: tuple(marks) for name, marks in found.items()}


def _copy_document(source: Catalogue, target: Catalogue, document_id: str) -> None:
    with source.database.read() as reader:
        own = [rows_of(reader.execute(sa.select(table).where(_of(table, document_id)))) for table in _OWN]
        found = read_passages(reader, document_id)
    with target.database.write() as connection:
        _clear(connection, document_id)
        for table, rows in zip(_OWN, own, strict=True):
            insert(connection, table, rows)
        write_passages(connection, found)
        if own[0]:
            connection.execute(sa.insert(changes).values(document_id=document_id, published=True))
        mark(connection)


def _clear(connection: sa.Connection, document_id: str) -> None:
    clear_rows(connection, document_id)
    keys = sa.select(passages.c.key).where(passages.c.document_id == document_id)
    connection.execute(sa.delete(embeddings).where(embeddings.c.passage_key.in_(keys)))
    connection.execute(sa.delete(passages).where(passages.c.document_id == document_id))
    for table in reversed(_OWN):
        connection.execute(sa.delete(table).where(_of(table, document_id)))
    connection.execute(sa.insert(changes).values(document_id=document_id, published=False))


def _of(table: sa.Table, document_id: str) -> sa.ColumnElement[bool]:
    return (table.c.id if table is documents else table.c.document_id) == document_id


def _copy_rest(source: Catalogue, target: Catalogue) -> None:
    """Facts, access keys, the queue and the audit log, whole: they are small, or can only be added to."""
    with source.database.read() as reader, target.database.write() as connection:
        for table in reversed(_WHOLE):
            connection.execute(sa.delete(table))
        for table in _WHOLE:
            _copy_table(reader, connection, table)
        connection.execute(sa.delete(facts).where(facts.c.name.not_in(NOT_COPIED)))
        rows = rows_of(reader.execute(sa.select(facts).where(facts.c.name.not_in(NOT_COPIED))))
        insert(connection, facts, rows)
        use_keys(connection, used_keys(reader))
    with source.database.read() as reader, target.database.write(Lock.AUDIT) as connection:
        connection.execute(sa.delete(audit))
        _copy_table(reader, connection, audit)
        end = facts.c.name == END  # again, since it has to be of this very moment
        connection.execute(sa.delete(facts).where(end))
        insert(connection, facts, rows_of(reader.execute(sa.select(facts).where(end))))


def _copy_table(reader: sa.Connection, connection: sa.Connection, table: sa.Table) -> None:
    with reader.execution_options(yield_per=_ROWS_AT_ONCE).execute(sa.select(table)) as rows:
        for some in rows.mappings().partitions():
            insert(connection, table, [dict(row) for row in some])
