"""What a question may see: access first, then what the asker filters on. Applied before ranking, on every route."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from corpus.schema import document_themes, documents
from corpus.types import Classification

ALL_LEVELS = frozenset(level for level in Classification if level.accepted)


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of documents. The default sees nothing: rights are given, never assumed."""

    levels: frozenset[Classification] = field(default_factory=frozenset)
    kinds: frozenset[str] = field(default_factory=frozenset)
    themes: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    organisations: frozenset[str] = field(default_factory=frozenset)
    since: date | None = None
    until: date | None = None
    years: frozenset[int] = field(default_factory=frozenset)

    def condition(self) -> sa.ColumnElement[bool]:
        """The condition on the table `documents`. A document without a date is outside every period."""
        parts: list[sa.ColumnElement[bool]] = [documents.c.classification.in_(sorted(self.levels))]
        columns = {"kind": self.kinds, "language": self.languages, "organisation": self.organisations}
        parts += [documents.c[name].in_(sorted(values)) for name, values in columns.items() if values]
        if self.themes:
            themed = sa.select(document_themes.c.document_id).where(document_themes.c.theme.in_(sorted(self.themes)))
            parts.append(documents.c.id.in_(themed))
        if self.since is not None:
            parts.append(documents.c.date >= self.since.isoformat())
        if self.until is not None:
            parts.append(documents.c.date <= self.until.isoformat())
        if self.years:
            parts.append(sa.func.substr(documents.c.date, 1, 4).in_(sorted(f"{year:04}" for year in self.years)))
        return sa.and_(*parts)


EVERYTHING = Scope(levels=ALL_LEVELS)
PUBLIC = Scope(levels=frozenset({Classification.OPENBAAR}))
