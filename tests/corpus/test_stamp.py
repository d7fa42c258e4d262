"""Whether anyone wrote: what a derived index asks before it asks what changed."""

import sqlite3
from pathlib import Path

import pytest

from corpus.database import FILE_NAME, Database, open_database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(tmp_path, create=True)


def write(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO facts VALUES ('naam', 'waarde') ON CONFLICT DO UPDATE SET value = '2'")


def test_it_is_the_same_while_nobody_writes(database: Database) -> None:
    before = database.stamp()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM facts").scalar() == 0
    assert before is not None
    assert database.stamp() == before


def test_it_is_another_after_a_commit_of_this_process(database: Database) -> None:
    before = database.stamp()
    write(database)
    assert database.stamp() != before


def test_it_is_another_after_a_commit_of_a_stranger(database: Database, tmp_path: Path) -> None:
    before = database.stamp()
    stranger = sqlite3.connect(tmp_path / FILE_NAME)
    stranger.execute("INSERT INTO facts VALUES ('naam', 'waarde')")
    assert database.stamp() == before  # not committed yet
    stranger.commit()
    stranger.close()
    assert database.stamp() != before


def test_a_file_that_can_not_be_read_is_not_called_unchanged(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.stamp() is not None
    database.close()

    def refuse() -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(database.engine, "raw_connection", refuse)
    assert database.stamp() is None
