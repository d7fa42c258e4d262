"""What documents can be counted and filtered by, without the rest of what is known of them."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from corpus.database import Database
from corpus.schema import document_themes, documents
from corpus.scope import Scope
from corpus.types import Document

_AT_ONCE = 500  # SQLite takes a limited number of variables in one statement


class Labels(NamedTuple):  # half the time of a dataclass, and a question reads hundreds
    """The labels of one document."""

    kind: str
    organisation: str
    date: date | None
    language: str
    themes: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> "Labels":
        """Those of a document that was read already."""
        one = document.metadata
        return cls(one.kind, one.organisation, one.date, one.language, one.themes)


_COLUMNS = documents.c.id, documents.c.kind, documents.c.organisation, documents.c.date, documents.c.language
_OWN = sa.select(*_COLUMNS)
_THEMES = sa.select(document_themes.c.document_id, document_themes.c.theme).order_by(document_themes.c.theme)
_NAMES: sa.BindParameter[Any] = sa.bindparam("names", expanding=True)


def labels_of(database: Database, names: Sequence[str], scope: Scope) -> dict[str, Labels]:
    """The labels of those of these documents that are in scope, in the order of the names."""
    own = _OWN.where(documents.c.id.in_(_NAMES), scope.condition())
    themes = _THEMES.where(document_themes.c.document_id.in_(_NAMES))
    found: dict[str, Labels] = {}
    with database.read() as connection:
        for start in range(0, len(names), _AT_ONCE):
            some = {"names": list(names[start : start + _AT_ONCE])}
            found |= _labels(connection.execute(own, some).all(), connection.execute(themes, some).all())
    return {name: found[name] for name in names if name in found}


def all_labels(database: Database) -> dict[str, Labels]:
    """The labels of every document."""
    with database.read() as connection:
        return _labels(connection.execute(_OWN).all(), connection.execute(_THEMES).all())


def _labels(rows: Iterable[Sequence[Any]], themes: Iterable[Sequence[Any]]) -> dict[str, Labels]:
    """Labels from rows of both tables. Equal values are one object: of many documents they fill no memory twice."""
    by_name: dict[str, list[str]] = {}
    for name, theme in themes:
        by_name.setdefault(name, []).append(theme)
    one: dict[Any, Any] = {"": None}  # a date that is not there
    found = {}
    for name, kind, organisation, day, language in rows:
        if (day or "") not in one:
            one[day] = date.fromisoformat(day)
        own = tuple(by_name.get(name, ()))
        found[name] = Labels(
            sys.intern(kind), sys.intern(organisation), one[day or ""], sys.intern(language), one.setdefault(own, own)
        )
    return found
