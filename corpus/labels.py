"""What documents can be counted and filtered by, without the rest of what is known of them."""

from collections.abc import Sequence
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


_OWN = documents.c.id, documents.c.kind, documents.c.organisation, documents.c.date, documents.c.language
_NAMES: sa.BindParameter[Any] = sa.bindparam("names", expanding=True)
_THEMES = sa.select(document_themes.c.document_id, document_themes.c.theme).where(
    document_themes.c.document_id.in_(_NAMES)
)


def labels_of(database: Database, names: Sequence[str], scope: Scope) -> dict[str, Labels]:
    """The labels of those of these documents that are in scope, in the order of the names."""
    query = sa.select(*_OWN).where(documents.c.id.in_(_NAMES), scope.condition())
    found: dict[str, Labels] = {}
    with database.read() as connection:
        for start in range(0, len(names), _AT_ONCE):
            some = {"names": list(names[start : start + _AT_ONCE])}
            themes: dict[str, list[str]] = {}
            for name, theme in connection.execute(_THEMES.order_by(document_themes.c.theme), some).all():
                themes.setdefault(name, []).append(theme)
            for name, kind, organisation, day, language in connection.execute(query, some).all():
                when = date.fromisoformat(day) if day else None
                found[name] = Labels(kind, organisation, when, language, tuple(themes.get(name, ())))
    return {name: found[name] for name in names if name in found}
