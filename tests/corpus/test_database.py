"""Opening the catalogue's file: migrations, a second writer, and folders and files that are not as they should be."""

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from corpus import database as database_module
from corpus.catalogue import open_catalogue
from corpus.database import FILE_NAME, HEAD, MINIMUM_SQLITE, migrate, open_database, sqlite_version
from corpus.errors import CatalogueBusyError, CatalogueError
from corpus.schema import metadata

NOBODY = 65534


def revision(data: Path) -> str:
    with sqlite3.connect(data / FILE_NAME) as connection:
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return str(found)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which no file permission stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may read; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_fresh_catalogue_has_the_tables_of_the_schema_with_their_columns(tmp_path: Path) -> None:
    database = open_database(tmp_path, create=True)
    inspector = sa.inspect(database.engine)
    for table in metadata.tables.values():
        found = {(column["name"], column["nullable"]) for column in inspector.get_columns(table.name)}
        assert found == {(column.name, column.nullable) for column in table.columns}, table.name
        assert inspector.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]
        assert {i["name"] for i in inspector.get_indexes(table.name)} == {i.name for i in table.indexes}, table.name
    assert "passages_fts" in inspector.get_table_names()
    database.close()


def test_the_latest_migration_is_the_one_that_is_taken_for_it(tmp_path: Path) -> None:
    folder = Path(database_module.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD
    open_database(tmp_path, create=True).close()
    assert revision(tmp_path) == HEAD


def test_opening_again_migrates_nothing_and_writes_nothing(tmp_path: Path) -> None:
    open_database(tmp_path, create=True).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    database = open_database(tmp_path, create=False)
    migrate(database)
    database.close()
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert revision(tmp_path) == "0001"


def test_a_catalogue_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_database(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(CatalogueError, match=r"nieuwere Kennislab \(migratie 9999\)\. Werk Kennislab bij"):
        open_database(tmp_path, create=False)
    assert revision(tmp_path) == "9999"


def test_a_failed_migration_leaves_no_half_tables(tmp_path: Path) -> None:
    """A table in the way stops the migration after others were made; all of them are gone again."""
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE facts (een TEXT)")
    connection.commit()
    with pytest.raises(CatalogueError, match="already exists"):
        open_database(tmp_path, create=False)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert tables == {"facts"}


def test_an_absent_catalogue_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="kennislab ingest MAP"):
        open_catalogue(tmp_path / "leeg")
    assert not (tmp_path / "leeg").exists()


def test_the_settings_that_safety_rests_on_are_on_in_every_connection(tmp_path: Path) -> None:
    database = open_database(tmp_path, create=True)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with database.read() as one, database.read() as other:
        for connection in (one, other):
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted
    database.close()


def test_a_second_writer_is_refused_in_dutch_when_the_first_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.1)
    database = open_database(tmp_path, create=True)
    other = open_database(tmp_path, create=False)
    with database.write(), pytest.raises(CatalogueBusyError, match="in gebruik door een ander proces"), other.write():
        pytest.fail("two writers at once")
    with other.write() as connection:  # the refusal left nothing locked
        connection.exec_driver_sql("INSERT INTO facts VALUES ('naam', 'waarde')")
    database.close()
    other.close()


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    database = open_database(tmp_path, create=True)
    order: list[str] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with database.write():
            order.append("second")

    thread = threading.Thread(target=second)
    with database.write():
        thread.start()
        assert started.wait(5)
        time.sleep(0.1)
        order.append("first")
    thread.join(10)
    database.close()
    assert order == ["first", "second"]


def test_a_reader_sees_one_moment_and_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = open_database(tmp_path, create=True)
    count = "SELECT count(*) FROM facts"
    with database.read() as reader:
        assert reader.exec_driver_sql(count).scalar() == 0
        with database.write() as writer:
            writer.exec_driver_sql("INSERT INTO facts VALUES ('naam', 'waarde')")
            assert reader.exec_driver_sql(count).scalar() == 0
        assert reader.exec_driver_sql(count).scalar() == 0
    with database.read() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1
    database.close()


def test_a_block_that_raises_keeps_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path, create=True)

    def write_and_stop() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO facts VALUES ('naam', 'waarde')")
            raise RuntimeError("halverwege")

    with pytest.raises(RuntimeError, match="halverwege"):
        write_and_stop()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM facts").scalar() == 0
    database.close()


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    with pytest.raises(CatalogueError, match=r"De map .*bestand is niet te maken"):
        open_database(tmp_path / "bestand", create=True)


def test_a_read_only_catalogue_says_which_rights_it_needs(folder: Path) -> None:
    open_database(folder, create=True).close()
    (folder / FILE_NAME).chmod(0o444)
    folder.chmod(0o555)
    with as_nobody(), pytest.raises(CatalogueError, match=r"alleen-lezen\. Geef schrijfrechten op de map"):
        open_database(folder, create=False)
    folder.chmod(0o755)


def test_a_new_catalogue_in_a_read_only_folder_says_which_rights_it_needs(folder: Path) -> None:
    folder.chmod(0o555)
    with as_nobody(), pytest.raises(CatalogueError, match=r"niet te openen.*schrijfrechten op de map"):
        open_database(folder, create=True)
    folder.chmod(0o755)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("damage", ["other bytes", "cut in half"])
def test_a_damaged_file_is_called_damaged(tmp_path: Path, damage: str) -> None:
    open_database(tmp_path, create=True).close()
    path = tmp_path / FILE_NAME
    data = path.read_bytes()
    path.write_bytes(b"geen database " * 500 if damage == "other bytes" else data[: len(data) // 2])
    with pytest.raises(CatalogueError, match=r"is beschadigd\. Zet een reservekopie terug"):
        open_database(tmp_path, create=False)


def test_an_sqlite_that_is_too_old_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite_version() >= MINIMUM_SQLITE
    monkeypatch.setattr(database_module, "sqlite_version", lambda: (3, 39, 4))
    with pytest.raises(CatalogueError, match=r"te oud; nodig is 3\.40"):
        open_database(tmp_path, create=True)
