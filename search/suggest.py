"""Suggestions for who types a question: words that documents in scope have, never questions of other people.

What can be suggested is kept in memory, made of the catalogue and brought up to date from its change sequence at every
request, as the vector leg is. What may be seen comes from the same transaction, or from an earlier one after which
nothing changed: a level that was changed a moment ago counts, and phrases and rights are always of one moment.
"""

import threading
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.schema import changes, documents, pages
from corpus.scope import Scope
from corpus.types import BlockKind
from search.suggest_index import PhraseIndex
from search.suggest_phrases import Phrase, phrases_of

ALL_AT_ONCE = 200  # documents changed; from here on reading everything in one go is quicker
MOST_SCOPES = 64  # remembered: roles, and the filters that portals have set


class Suggester:
    """Follows the catalogue. One request at a time: else one could see phrases with the rights of another moment."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._database = catalogue.database
        self._index = PhraseIndex()
        self._seq = 0
        self._allowed: dict[Scope, frozenset[str]] = {}  # at this very number of the change sequence
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Read what was published or removed since the last time; the first time that is everything."""
        with self._lock, self._database.read() as connection:
            self._follow(connection)

    def suggest(self, begin: str, scope: Scope, limit: int) -> list[Phrase]:
        """At most `limit` phrases of documents in scope that begin as what was typed, best first."""
        with self._lock:
            with self._database.read() as connection:
                self._follow(connection)
                allowed = self._documents_in(connection, scope)
            return self._index.find(begin, allowed, limit)

    def _documents_in(self, connection: sa.Connection, scope: Scope) -> frozenset[str]:
        if scope not in self._allowed:
            if len(self._allowed) >= MOST_SCOPES:
                self._allowed = {}
            query = sa.select(documents.c.id).where(scope.condition())
            self._allowed[scope] = frozenset(connection.scalars(query))
        return self._allowed[scope]

    def _follow(self, connection: sa.Connection) -> None:
        newest = connection.scalar(sa.select(sa.func.max(changes.c.seq))) or 0
        if newest == self._seq:
            return
        self._allowed = {}
        if newest < self._seq:  # a backup was put back: what is known here was never made there
            self._index, self._seq = PhraseIndex(), 0
        query = sa.select(changes.c.document_id).where(changes.c.seq > self._seq).distinct()
        changed = set(connection.scalars(query))
        for document_id in changed:
            self._index.put(document_id, ())
        for document_id, phrases in _phrases(connection, changed):
            self._index.put(document_id, phrases)
        self._seq = newest


def _phrases(connection: sa.Connection, ids: set[str]) -> Iterator[tuple[str, list[Phrase]]]:
    """The phrases of these documents, as they are now; of those that are gone nothing."""
    if len(ids) >= ALL_AT_ONCE:
        yield from _read(connection, sa.true(), ids)
        return
    for document_id in ids:
        yield from _read(connection, documents.c.id == document_id, ids)


def _read(
    connection: sa.Connection, condition: sa.ColumnElement[bool], ids: set[str]
) -> Iterator[tuple[str, list[Phrase]]]:
    columns = (documents.c.id, documents.c.title, documents.c.language, pages.c.text, pages.c.blocks)
    query = sa.select(*columns).join(pages, pages.c.document_id == documents.c.id, isouter=True).where(condition)
    rows = connection.execute(query.order_by(documents.c.id, pages.c.position))
    for (document_id, title, language), group in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        if document_id in ids:
            yield document_id, phrases_of(title, language, _pages(group))


def _pages(rows: Iterable[Any]) -> Iterator[tuple[list[str], str]]:
    for _, _, _, text, blocks in rows:
        if text is not None:  # else it is a document without pages
            headings = [text[start:end] for kind, start, end, _ in blocks if kind == BlockKind.HEADING]
            yield headings, text
