"""A folder that is kept an eye on."""

import os
from pathlib import Path

from ingest.watch import FolderWatch


def names(folders: FolderWatch) -> list[str]:
    return [name for _path, name in folders.look().ready]


def write(path: Path, text: str, time: int) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, ns=(time, time))


def test_a_file_is_told_once_when_it_is_written_to_the_end(tmp_path: Path) -> None:
    folders = FolderWatch([tmp_path])
    assert names(folders) == []
    write(tmp_path / "a.md", "ha", 1)
    assert names(folders) == []
    write(tmp_path / "a.md", "half", 1)  # grows
    assert names(folders) == []
    write(tmp_path / "a.md", "heel", 2)  # same size, written again
    assert names(folders) == []
    assert names(folders) == ["a.md"]
    assert names(folders) == []


def test_a_change_is_told_again(tmp_path: Path) -> None:
    folders = FolderWatch([tmp_path])
    write(tmp_path / "a.md", "een", 1)
    folders.look()
    assert names(folders) == ["a.md"]
    write(tmp_path / "a.md", "twee", 2)
    assert names(folders) == []
    assert names(folders) == ["a.md"]


def test_what_is_gone_is_told_once_and_may_come_back(tmp_path: Path) -> None:
    folders = FolderWatch([tmp_path])
    (tmp_path / "map").mkdir()
    write(tmp_path / "map" / "a.md", "een", 1)
    folders.look()
    folders.look()
    (tmp_path / "map" / "a.md").unlink()
    assert folders.look().gone == ("map/a.md",)
    assert folders.look().gone == ()
    write(tmp_path / "map" / "a.md", "een", 1)
    folders.look()
    assert names(folders) == ["map/a.md"]


def test_a_file_that_went_before_it_was_ready_is_not_told(tmp_path: Path) -> None:
    folders = FolderWatch([tmp_path])
    write(tmp_path / "a.md", "een", 1)
    folders.look()
    (tmp_path / "a.md").unlink()
    found = folders.look()
    assert (found.ready, found.gone) == ((), ())


def test_what_could_not_be_taken_in_is_told_again(tmp_path: Path) -> None:
    folders = FolderWatch([tmp_path])
    write(tmp_path / "a.md", "een", 1)
    folders.look()
    assert names(folders) == ["a.md"]
    folders.again(tmp_path / "a.md")
    assert names(folders) == ["a.md"]
    assert names(folders) == []
