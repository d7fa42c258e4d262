"""Which files a run is about, and their bytes."""

import os
from pathlib import Path

import pytest

from corpus.errors import ReadError
from ingest import files as files_module
from ingest.files import find_files, read_bytes


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def names(*paths: Path) -> list[str]:
    return [name for _, name in find_files(paths)]


def test_a_folder_gives_its_files_by_their_path_in_it_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.pdf", "a.docx", "map/c.txt", "map/dieper/één bestand.md", "Z.pptx")
    assert names(tmp_path) == ["Z.pptx", "a.docx", "b.pdf", "map/c.txt", "map/dieper/één bestand.md"]
    assert all(path.is_file() for path, _ in find_files([tmp_path]))


def test_hidden_and_temporary_files_and_our_own_metadata_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, ".verborgen", ".git/config", "~$concept.docx", "Thumbs.db", "desktop.ini", "sub/.DS_Store")
    make(tmp_path, "metadata.tsv", "sub/Metadata.JSONL", "blijft.pdf", "sub/metadata.tsv.pdf")
    assert names(tmp_path) == ["blijft.pdf", "sub/metadata.tsv.pdf"]


def test_a_file_that_is_named_itself_is_always_taken_by_its_name(tmp_path: Path) -> None:
    make(tmp_path, "map/a.pdf", ".verborgen.txt")
    assert names(tmp_path / "map" / "a.pdf", tmp_path / ".verborgen.txt") == ["a.pdf", ".verborgen.txt"]


def test_a_path_that_is_not_there_is_passed_on_so_that_it_does_not_disappear_silently(tmp_path: Path) -> None:
    assert names(tmp_path / "nergens.pdf") == ["nergens.pdf"]
    with pytest.raises(ReadError, match=r"bestaat niet \(meer\)\. Controleer de naam"):
        read_bytes(tmp_path / "nergens.pdf")


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert names(tmp_path) == []
    assert names() == []


def test_a_link_that_leads_nowhere_is_passed_on_and_named(tmp_path: Path) -> None:
    (tmp_path / "dood.pdf").symlink_to(tmp_path / "weg.pdf")
    assert names(tmp_path) == ["dood.pdf"]
    with pytest.raises(ReadError, match="bestaat niet"):
        read_bytes(tmp_path / "dood.pdf")


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf")
    (tmp_path / "lus").symlink_to(tmp_path)
    assert names(tmp_path) == ["a.pdf"]


def test_bytes_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x00\xff\r\n")
    assert read_bytes(tmp_path / "a") == b"\x00\xff\r\n"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pijp")
    for path in (tmp_path, tmp_path / "pijp"):
        with pytest.raises(ReadError, match="is geen gewoon bestand"):
            read_bytes(path)


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", 2 * 2**20)
    path = tmp_path / "groot.pdf"
    with path.open("wb") as file:
        file.truncate(2 * 2**20)
    assert len(read_bytes(path)) == 2 * 2**20
    with path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(ReadError, match=r"groter dan 2 MB\. Deel het op"):
        read_bytes(path)


def test_a_file_without_rights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dicht.pdf"
    path.write_bytes(b"x")
    path.chmod(0)
    tmp_path.chmod(0o755)
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(ReadError, match="geen leesrechten"):
            read_bytes(path)
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
