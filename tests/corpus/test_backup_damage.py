"""Backups that are not whole, not ours, or made of what did not fit: each is told, and nothing is written."""

import hashlib
import io
import os
import random
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from corpus.backup_archive import MANIFEST, Archive, ArchiveWriter
from corpus.backup_restore import examine, restore
from corpus.errors import BackupError


@pytest.fixture
def catalogue_url() -> str:
    """Only what is in SQLite is copied by us; PostgreSQL has tools of its own."""
    return ""


def test_a_flipped_byte_anywhere_is_found(backup: Path, tmp_path: Path, seed: int) -> None:
    whole = backup.read_bytes()
    chance = random.Random(seed)
    ends = [*range(0, 600, 7), *range(len(whole) - 600, len(whole))]
    broken = tmp_path / "stuk.tar"
    broken.write_bytes(whole)
    with broken.open("r+b") as file:
        for place in [*ends, *(chance.randrange(len(whole)) for _ in range(300))]:
            _put_byte(file, place, whole[place] ^ (1 << chance.randrange(8)))
            with pytest.raises(BackupError):
                Archive(broken)
            _put_byte(file, place, whole[place])
    with Archive(broken) as archive:
        assert archive.manifest()


def _put_byte(file: io.BufferedRandom, place: int, value: int) -> None:
    file.seek(place)
    file.write(bytes([value]))
    file.flush()


def test_half_a_file_or_one_with_more_is_found(backup: Path, tmp_path: Path, seed: int) -> None:
    whole = backup.read_bytes()
    lengths = [0, 1, 511, 512, 1024, len(whole) - 512, len(whole) - 1]
    lengths += [random.Random(seed).randrange(len(whole)) for _ in range(40)]
    for data in [*(whole[:length] for length in lengths), whole + b"x", whole + bytes(512)]:
        (tmp_path / "stuk.tar").write_bytes(data)
        with pytest.raises(BackupError, match=r"stuk\.tar"):
            Archive(tmp_path / "stuk.tar")


def test_what_is_no_backup_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "foto.tar").write_bytes(os.urandom(5000))
    for name in ("foto.tar", "bestaat-niet.tar"):
        with pytest.raises(BackupError, match=name):
            restore(tmp_path / name, tmp_path / "nieuw")
    assert not (tmp_path / "nieuw").exists()


def sealed(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """A file with a seal that fits, as a stranger can make it."""
    with path.open("wb") as file:
        writer = ArchiveWriter(file)
        for info, data in members:
            info.size = len(data)
            writer._tar.addfile(info, io.BytesIO(data))
        writer.seal()
    return path


def link(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc"
    return info


@pytest.mark.parametrize(
    "name",
    [
        "../erbuiten",
        "/tmp/erbuiten",  # noqa: S108
        "bestanden/../../erbuiten",
        "bestanden/ab/ab",
        f"bestanden/cd/{'ab' * 32}",
        f"bestanden/ab/{'ab' * 32}/meer",
        f"BESTANDEN/ab/{'ab' * 32}",
        "catalogus.sqlite-wal",
        "",
    ],
)
def test_a_name_that_is_not_ours_is_refused(name: str, tmp_path: Path) -> None:
    path = sealed(tmp_path / "vreemd.tar", [(tarfile.TarInfo(name), b"x")])
    with pytest.raises(BackupError, match="hoort dit niet"):
        restore(path, tmp_path / "nieuw")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["vreemd.tar"]


def test_links_and_doubles_are_refused(tmp_path: Path) -> None:
    part = f"bestanden/ab/{'ab' * 32}"
    double = [(tarfile.TarInfo(part), b"x"), (tarfile.TarInfo(part), b"y")]
    for members in ([(link(part), b"")], [(link("bestanden"), b"")], double):
        with pytest.raises(BackupError, match="hoort dit niet"):
            restore(sealed(tmp_path / "vreemd.tar", members), tmp_path / "nieuw")


def test_parts_that_are_not_as_the_manifest_says_are_refused(backup: Path, tmp_path: Path) -> None:
    with Archive(backup) as archive:
        parts = {name: b"".join(archive.pieces(name)) for name in archive.sizes()}
        manifest = archive.manifest()
    original = next(name for name in parts if name.startswith("bestanden"))

    def changed(**other: bytes | None) -> Path:
        content = {**parts, MANIFEST: manifest, **{original: other.get("original", parts[original])}}
        content[MANIFEST] = other.get("manifest", manifest)
        members = [(tarfile.TarInfo(name), data) for name, data in content.items() if data is not None]
        return sealed(tmp_path / "anders.tar", members)

    same_size = bytes(len(parts[original]))
    wrong_hash = manifest.replace(hashlib.sha256(parts["catalogus.sqlite"]).hexdigest().encode(), b"0" * 64)
    cases: list[tuple[dict[str, bytes | None], str]] = [
        ({"original": None}, "past niet bij zijn manifest"),
        ({"original": b"korter"}, "past niet bij zijn manifest"),
        ({"original": same_size}, "beschadigd"),
        ({"manifest": wrong_hash}, "catalogus.sqlite .*beschadigd"),
        ({"manifest": None}, "geen manifest"),
        ({"manifest": b"[]"}, "manifest .*niet te lezen"),
        ({"manifest": manifest.replace(b'"formaat": 1', b'"formaat": 2')}, "formaat 2"),
    ]
    for other, told in cases:
        path = changed(**other)
        with pytest.raises(BackupError, match=told):
            restore(path, tmp_path / "nieuw")
        with pytest.raises(BackupError, match=told):
            examine(path)
    assert not (tmp_path / "nieuw").exists()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM passages_fts WHERE rowid = (SELECT max(rowid) FROM passages_fts)", "trefwoordenindex"),
        ("DELETE FROM passages_grams WHERE rowid = (SELECT max(rowid) FROM passages_grams)", "lettergrepenindex"),
        ("DELETE FROM embeddings WHERE passage_key = (SELECT max(passage_key) FROM embeddings)", "met vectoren"),
        ("UPDATE versions SET passage_count = 9 WHERE document_id = 'een'", "volgens de documenten"),
        ("INSERT INTO pages VALUES ('weg', 1, 1, '', '[]')", "verwijst in pages naar documents"),
        ("UPDATE audit SET actor = 'een ander'", "auditlog klopt niet"),
        ("DELETE FROM audit", "auditlog klopt niet"),
        ("UPDATE versions SET sha256 = hex(zeroblob(32)) WHERE document_id = 'een'", "document een ontbreekt"),
        ("UPDATE versions SET size = 3 WHERE document_id = 'een'", "bytes, niet 3: een.txt"),
        ("UPDATE task_files SET sha256 = hex(zeroblob(32))", "in de wachtrij ontbreekt"),
        ("DELETE FROM documents WHERE id = 'een'", "weet de catalogus niets"),
    ],
)
def test_what_did_not_fit_when_it_was_made_is_named(statement: str, told: str, backup: Path, tmp_path: Path) -> None:
    path = edited(backup, tmp_path / "anders.tar", statement)
    for found in (examine(path), restore(path, tmp_path / "nieuw")):
        assert any(told in problem for problem in found.problems), found.problems


def edited(backup: Path, target: Path, statement: str) -> Path:
    """The backup of a knowledge base in which this was done behind our back; seal and manifest fit."""
    with Archive(backup) as archive:
        parts = {name: b"".join(archive.pieces(name)) for name in archive.sizes()}
        manifest = archive.manifest()
    work = target.with_suffix(".sqlite")
    work.write_bytes(parts["catalogus.sqlite"])
    with closing(sqlite3.connect(work, isolation_level=None)) as connection:
        connection.execute(statement)
    old, new = parts["catalogus.sqlite"], work.read_bytes()
    work.unlink()
    manifest = manifest.replace(hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode())
    manifest = manifest.replace(f'"bytes": {len(old)}'.encode(), f'"bytes": {len(new)}'.encode())
    content = {**parts, "catalogus.sqlite": new, MANIFEST: manifest}
    return sealed(target, [(tarfile.TarInfo(name), data) for name, data in content.items()])
