"""Backup and restore: what goes in comes out, and what is not whole is told."""

import sqlite3
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.audit import Entry, append, verify
from corpus.audit import read as read_audit
from corpus.backup import back_up
from corpus.backup_manifest import Manifest
from corpus.backup_restore import Examined, examine, restore
from corpus.backup_since import after, erased, read_erased, tightened, write_erased
from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import BackupError
from corpus.files import FileStore
from corpus.identity import identity_of
from corpus.keys import NewKey, create_key, find_key, revoke_key
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from corpus.tasks import FileStatus, files_of, list_tasks
from corpus.types import Classification

Put = Callable[..., str]
LATER = datetime(2999, 1, 1, tzinfo=UTC)
SECRET = "zeldzaamwoordvoordeproef"  # noqa: S105 - a word of a document


@pytest.fixture
def catalogue_url() -> str:
    """Only what is in SQLite is copied by us; PostgreSQL has tools of its own."""
    return ""


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Catalogue]]:
    found: list[Catalogue] = []

    def open_one(data: Path) -> Catalogue:
        found.append(open_catalogue(data))
        return found[-1]

    yield open_one
    for catalogue in found:
        catalogue.close()


Open = Callable[[Path], Catalogue]


def test_a_backup_says_what_is_in_it(filled: Catalogue, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "kopie.tar", "1.2.3")
    manifest = made.manifest
    assert manifest.version == "1.2.3"
    assert manifest.made.endswith("Z")
    assert manifest.last_change == filled.last_change()
    assert {name: manifest.counts[name] for name in ("documenten", "versies", "auditregels", "taken")} == {
        "documenten": 2,
        "versies": 3,
        "auditregels": 1,
        "taken": 1,
    }
    assert manifest.counts["passages"] == filled.counts()["passages"]
    assert manifest.counts["vectoren"] == filled.counts()["units"]
    names = [part.name.split("/")[0] for part in manifest.parts]
    assert sorted(names) == ["bestanden", "bestanden", "catalogus.sqlite", "wachtrij"]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "nieuw" in path.name] == []


def test_any_system_can_open_it(backup: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xf", str(backup), "-C", str(tmp_path / "data" / "..")], check=True)
    with closing(sqlite3.connect(tmp_path / "catalogus.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (2,)


def test_what_is_restored_is_what_was_there(filled: Catalogue, backup: Path, tmp_path: Path, opened: Open) -> None:
    found = restore(backup, tmp_path / "nieuw")
    assert found.problems == ()
    again = opened(tmp_path / "nieuw")
    assert again.documents(EVERYTHING) == filled.documents(EVERYTHING)
    assert again.history("twee") == filled.history("twee")
    assert again.counts() == filled.counts()
    for document in again.documents(EVERYTHING):
        assert again.pages(document.id) == filled.pages(document.id)
        assert again.passages_of(document.id) == filled.passages_of(document.id)
        assert (again.units(document.id).vectors == filled.units(document.id).vectors).all()
        assert again.files.read(document.sha256) == filled.files.read(document.sha256)
    assert read_audit(again.database) == read_audit(filled.database)
    (task,) = list_tasks(again, None, None, limit=9)[1]
    (file,) = files_of(again, task.id)
    assert file.status is FileStatus.WAITING
    assert again.spool.read(file.sha256) == b"# Wacht\n\nNog even."


def test_only_the_owner_can_read_what_is_restored(backup: Path, tmp_path: Path) -> None:
    restore(backup, tmp_path / "nieuw")
    paths = [tmp_path / "nieuw", *(tmp_path / "nieuw").rglob("*")]
    assert len(paths) > 5
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths} == {0}


def test_a_restored_knowledge_base_is_another_one(filled: Catalogue, tmp_path: Path, opened: Open) -> None:
    """An index on a server that was made of the first must not be taken for that of the second."""
    before = identity_of(filled)
    restore(back_up(filled, tmp_path / "kopie.tar", "1").path, tmp_path / "nieuw")
    assert identity_of(opened(tmp_path / "nieuw")) not in {"", before}
    assert identity_of(filled) == before


def test_a_restored_knowledge_base_goes_on(backup: Path, tmp_path: Path, opened: Open) -> None:
    restore(backup, tmp_path / "nieuw")
    again = opened(tmp_path / "nieuw")
    before = again.last_change()
    remove(again, "een")
    append(again.database, [Entry("redactie", "redacteur", "verwijderDocument", "een", "gelukt", "")])
    assert again.last_change() == before + 1
    assert verify(again.database).broken is None


def test_nothing_of_an_erased_document_is_in_a_later_backup(filled: Catalogue, put: Put, tmp_path: Path) -> None:
    put("geheim", [f"Hier staat {SECRET}."] * 40, title=SECRET, file_name=f"{SECRET}.txt")
    assert SECRET.encode() in back_up(filled, tmp_path / "voor.tar", "1").path.read_bytes()
    remove(filled, "geheim")
    later = back_up(filled, tmp_path / "na.tar", "1").path.read_bytes()
    assert SECRET.encode() not in later
    assert b"geheim\x00" not in later


def test_an_existing_file_is_never_overwritten(backup: Path, filled: Catalogue) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="bestaat al"):
        back_up(filled, backup, "1")
    assert backup.read_bytes() == before


def test_a_lost_original_is_named_and_the_rest_is_kept(filled: Catalogue, tmp_path: Path) -> None:
    document = filled.document("een", EVERYTHING)
    filled.files.path(document.sha256).write_bytes(b"kapot")
    made = back_up(filled, tmp_path / "kopie.tar", "1")
    assert made.manifest.missing == (document.sha256,)
    problems = restore(made.path, tmp_path / "nieuw").problems
    assert len(problems) == 1
    assert "document een ontbreekt: een.txt" in problems[0]


def test_a_document_that_goes_while_the_backup_is_made_is_not_in_it(
    filled: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is withdrawn after the catalogue was copied, before its file is read."""
    gone = filled.document("een", EVERYTHING).sha256
    read, asked = FileStore.read, []

    def withdraw_first(store: FileStore, sha256: str) -> bytes:
        asked.append(sha256)
        if len(asked) == 1:
            remove(filled, "een")
        return read(store, sha256)

    monkeypatch.setattr(FileStore, "read", withdraw_first)
    made = back_up(filled, tmp_path / "kopie.tar", "1")
    assert gone in asked
    assert made.manifest.counts["documenten"] == 1
    assert gone.encode() not in made.path.read_bytes()
    assert examine(made.path).problems == ()


def test_what_an_earlier_attempt_read_is_not_read_again(
    filled: Catalogue, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        put(f"d{number}", [f"Tekst {number}."])
    read, asked = FileStore.read, []

    def withdraw_some(store: FileStore, sha256: str) -> bytes:
        asked.append(sha256)
        if len(asked) in {3, 8}:
            remove(filled, sorted(filled.ids(EVERYTHING))[0])
        return read(store, sha256)

    monkeypatch.setattr(FileStore, "read", withdraw_some)
    made = back_up(filled, tmp_path / "kopie.tar", "1")
    assert examine(made.path).problems == ()
    assert len(made.manifest.parts) == len(filled.ids(EVERYTHING)) + 2  # the catalogue, and what waits
    assert len(asked) < 30


def test_backups_while_documents_come_and_go(filled: Catalogue, put: Put, tmp_path: Path) -> None:
    stopping, errors = threading.Event(), []

    def change() -> None:
        number = 0
        try:
            while not stopping.is_set():
                put(f"nieuw{number}", [f"Alinea {number} van vele."] * 5)
                if number >= 3:
                    remove(filled, f"nieuw{number - 3}")
                number += 1
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        made = [back_up(filled, tmp_path / f"kopie-{number}.tar", "1") for number in range(5)]
    finally:
        stopping.set()
        thread.join()
    assert not errors
    for entry in made:
        found = examine(entry.path)
        assert found.problems == ()
        assert found.manifest.missing == ()


def test_a_folder_with_something_in_it_is_refused(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "iets").touch()
    with pytest.raises(BackupError, match=r"vol is niet leeg. Kies een map"):
        restore(backup, tmp_path / "vol")
    with pytest.raises(BackupError, match="is geen map"):
        restore(backup, backup)
    (tmp_path / "leeg").mkdir()
    assert restore(backup, tmp_path / "leeg").problems == ()


def test_looking_writes_nothing_beside_it(backup: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    seen: list[int] = []

    def look(catalogue: Catalogue, found: Examined) -> None:
        seen.append(catalogue.counts()["documents"])
        assert found.manifest.counts["documenten"] == 2

    assert examine(backup, look).problems == ()
    assert seen == [2]
    assert sorted(tmp_path.rglob("*")) == before


def test_what_was_withdrawn_since_is_known(filled: Catalogue, put: Put, backup: Path, tmp_path: Path) -> None:
    border = filled.last_change()
    remove(filled, "een")
    put("drie", ["Later gekomen en gegaan."])
    remove(filled, "drie")
    remove(filled, "twee")
    put("twee", ["Teruggekomen."])
    assert write_erased(filled.database, tmp_path / "weg.tsv") == 2
    assert write_erased(filled.database, tmp_path / "weg.tsv") == 2  # in place of the earlier one
    listed = read_erased(tmp_path / "weg.tsv")
    assert listed == erased(filled.database)
    assert after(listed, border) == {"een", "drie"}
    assert after(listed, filled.last_change()) == set()
    assert stat.S_IMODE((tmp_path / "weg.tsv").stat().st_mode) == 0o600


def test_a_list_that_is_none_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "weg.tsv").write_text("# kop\n3\tabc\nzomaar iets\n")
    with pytest.raises(BackupError, match=r"weg.tsv, regel 3"):
        read_erased(tmp_path / "weg.tsv")
    with pytest.raises(BackupError, match="niet te lezen"):
        read_erased(tmp_path / "ontbreekt.tsv")


def test_what_became_stricter_since_is_known(filled: Catalogue, put: Put, tmp_path: Path, opened: Open) -> None:
    key, token = create_key(filled.database, NewKey("Gemeente", "lezer", LATER))
    made = back_up(filled, tmp_path / "kopie.tar", "1")
    put("een", ["Nu strenger."], version=2, classification=Classification.VERTROUWELIJK)
    put("twee", ["Nu ook weer nieuw."], version=3)
    revoke_key(filled.database, key.id)
    restore(made.path, tmp_path / "nieuw")
    again = opened(tmp_path / "nieuw")
    found = tightened(again.database, filled.database)
    assert found.levels == (("een", Classification.VERTROUWELIJK),)
    assert found.keys == (key.id,)
    restored_key = find_key(again.database, token)
    assert restored_key is not None
    assert restored_key.revoked is None


def test_a_manifest_survives_the_way_there_and_back(filled: Catalogue, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "kopie.tar", "1").manifest
    assert Manifest.from_json(made.to_json()) == made
