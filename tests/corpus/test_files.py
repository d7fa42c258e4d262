"""The store of original files."""

import hashlib
import os
import tempfile
from pathlib import Path

import pytest

from corpus.errors import CatalogueError, DiskFullError
from corpus.files import FileStore, sha256_of

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc", FIPS 180-2 appendix B.1


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "bestanden")


def test_the_hash_is_sha256() -> None:
    assert sha256_of(b"abc") == ABC


@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 1000])
def test_what_was_kept_is_read_back(store: FileStore, data: bytes) -> None:
    sha256 = store.keep(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.read(sha256) == data
    assert store.path(sha256).parent.name == sha256[:2]


def test_the_same_bytes_are_kept_once_and_not_written_again(store: FileStore) -> None:
    store.keep(b"abc")
    before = store.path(ABC).stat().st_mtime_ns, store.path(ABC).stat().st_ino
    store.keep(b"abc")
    assert (store.path(ABC).stat().st_mtime_ns, store.path(ABC).stat().st_ino) == before
    assert list(store.hashes()) == [ABC]


def test_a_file_of_another_size_is_written_again(store: FileStore) -> None:
    store.keep(b"abc")
    store.path(ABC).write_bytes(b"ab")
    store.keep(b"abc")
    assert store.read(ABC) == b"abc"


def test_a_changed_file_is_not_given_out(store: FileStore) -> None:
    store.keep(b"abc")
    store.path(ABC).write_bytes(b"abd")
    with pytest.raises(CatalogueError, match=r"ba7816bf8f01 is beschadigd\. Zet een reservekopie terug"):
        store.read(ABC)


def test_an_absent_file_is_named(store: FileStore) -> None:
    with pytest.raises(CatalogueError, match=r"ba7816bf8f01 ontbreekt\. Zet een reservekopie terug"):
        store.read(ABC)


def test_removing_erases_and_removing_again_is_no_error(store: FileStore) -> None:
    store.keep(b"abc")
    store.remove(ABC)
    store.remove(ABC)
    assert not store.path(ABC).exists()
    assert list(store.hashes()) == []


def test_half_written_files_of_a_killed_process_are_no_hash_and_are_cleared(store: FileStore) -> None:
    store.keep(b"abc")
    half = store.path(ABC).parent / ".nieuw-x1"
    half.write_bytes(b"a")
    assert list(store.hashes()) == [ABC]
    assert half.exists()  # it may be of somebody who writes
    store.clear_abandoned()
    assert not half.exists()
    assert store.read(ABC) == b"abc"


def test_a_failed_write_leaves_nothing_behind(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses at the last moment."""

    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskFullError, match=r"niet op te slaan in .*: de schijf is vol"):
        store.keep(b"abc")
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_a_store_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "bestanden").write_text("geen map")
    with pytest.raises(CatalogueError, match=r"niet op te slaan in .*bestanden"):
        FileStore(tmp_path / "bestanden").keep(b"abc")


def test_an_empty_store_has_no_hashes() -> None:
    with tempfile.TemporaryDirectory() as name:
        assert list(FileStore(Path(name) / "nog niet").hashes()) == []
