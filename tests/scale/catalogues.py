"""The kinds of catalogue that tests run on."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from corpus.catalogue import Catalogue

KINDS = ("sqlite", "postgresql")


def url_of(request: pytest.FixtureRequest) -> Iterator[str]:
    """For a fixture with KINDS as parameters: the address of an empty knowledge base, empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


def holding(catalogue: Catalogue, term: str) -> set[int]:
    """Keys of the passages whose stored terms hold this one, however the catalogue keeps them."""
    with catalogue.database.read() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?"
            return {int(row[0]) for row in connection.exec_driver_sql(query, (term,))}
        rows = connection.exec_driver_sql("SELECT rowid, title, heading, body FROM passages_fts")
        return {int(row[0]) for row in rows if term in " ".join(row[1:]).split()}


def all_rows(catalogue: Catalogue) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is not the keyword leg's own administration, in a fixed order."""
    own = ("sqlite_", "passages_fts_", "passages_grams_", "alembic")
    with catalogue.database.read() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith(own)]
        rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in names}  # noqa: S608
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in rows.items()}
