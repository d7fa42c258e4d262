"""Copies of files on this machine."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from corpus.copies import Copies
from corpus.errors import CatalogueError, DiskFullError

DATA = [bytes([number]) * 1000 for number in range(4)]
HASHES = [hashlib.sha256(data).hexdigest() for data in DATA]


class Source:
    """What is fetched, and how often."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def use(self, copies: Copies, number: int) -> bytes:
        with copies.held(HASHES[number], lambda: self.pieces(number)) as path:
            return path.read_bytes()

    def pieces(self, number: int) -> Iterable[bytes]:
        self.fetched.append(HASHES[number])
        yield DATA[number][:300]
        yield DATA[number][300:]


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path / "cache", keep_bytes=2500)


def test_a_copy_is_fetched_once(copies: Copies) -> None:
    source = Source()
    assert [source.use(copies, 0) for _ in range(3)] == [DATA[0]] * 3
    assert source.fetched == [HASHES[0]]
    assert list(copies.hashes()) == [HASHES[0]]
    assert copies.path(HASHES[0]).stat().st_mode & 0o077 == 0
    assert copies.path(HASHES[0]).parent.stat().st_mode & 0o077 == 0


def test_a_damaged_copy_is_fetched_again(copies: Copies) -> None:
    source = Source()
    source.use(copies, 0)
    copies.path(HASHES[0]).write_bytes(b"kapot")
    assert source.use(copies, 0) == DATA[0]
    assert len(source.fetched) == 2


def test_what_is_not_as_its_name_says_is_not_kept(copies: Copies) -> None:
    with pytest.raises(CatalogueError, match="is beschadigd"), copies.held(HASHES[0], lambda: [b"iets anders"]):
        pass
    assert not [path for path in copies.folder.rglob("*") if path.is_file()]


def test_what_was_longest_not_used_goes_first(copies: Copies) -> None:
    source = Source()
    for number, when in ((0, 1000), (1, 2000)):
        source.use(copies, number)
        os.utime(copies.path(HASHES[number]), (when, when))
    source.use(copies, 0)  # no longer the oldest
    source.use(copies, 2)
    assert set(copies.hashes()) == {HASHES[0], HASHES[2]}


def test_a_copy_that_is_in_use_stays_and_one_that_must_go_goes(copies: Copies) -> None:
    source = Source()
    with copies.held(HASHES[0], lambda: source.pieces(0)) as path:
        os.utime(path, (1000, 1000))
        for number in (1, 2, 3):
            source.use(copies, number)
        assert path.exists()
        with path.open("rb") as opened:
            copies.remove(HASHES[0])
            assert not path.exists()
            assert opened.read() == DATA[0]
    source.use(copies, 0)
    assert source.fetched.count(HASHES[0]) == 2


def test_what_a_killed_process_left_halfway_is_cleared(copies: Copies) -> None:
    source = Source()
    source.use(copies, 0)
    half = copies.folder / HASHES[0][:2] / ".nieuw-x1"
    half.write_bytes(b"half")
    assert list(copies.hashes()) == [HASHES[0]]
    copies.trim()
    assert not half.exists()
    assert list(copies.hashes()) == [HASHES[0]]


def test_a_full_disk_is_said(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(DiskFullError, match="de schijf is vol"), copies.held(HASHES[0], lambda: Source().pieces(0)):
        pass
    monkeypatch.undo()
    assert list(copies.hashes()) == []
