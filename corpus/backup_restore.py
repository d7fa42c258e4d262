"""Looking into a backup, and making a knowledge base of it in a new folder."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from corpus.backup_archive import CATALOGUE, Archive
from corpus.backup_check import damage, problems_of
from corpus.backup_draft import draft_beside, put_in_place, refused, require_empty, sync_tree
from corpus.backup_manifest import Manifest, Part
from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import BackupError, CatalogueError
from corpus.identity import IDENTITY
from corpus.places import PLACE
from corpus.schema import facts

Prepare = Callable[[Catalogue, "Examined"], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """A backup whose every byte is as it was written, and what is wrong with what was written then."""

    sha256: str
    manifest: Manifest
    problems: tuple[str, ...]


def examine(path: Path, look: Prepare | None = None) -> Examined:
    """Check a backup; only its catalogue is written, to a private folder for temporary files.

    Raises BackupError when it is not whole. `look` is called with the catalogue as it is in the backup.
    """
    with Archive(path) as archive, _private_folder() as folder:
        manifest = _unpack(archive, folder, only=CATALOGUE)
        return _checked(folder, archive.sha256, manifest, look)


def restore(path: Path, target: Path, prepare: Prepare | None = None) -> Examined:
    """Make a knowledge base of a backup in the folder `target`, which is empty or not there.

    It appears when it is whole and on the disk; `prepare` is called before that and may still change it. Raises
    BackupError, with nothing written, when the backup is not whole.
    """
    require_empty(target)

    def as_another(catalogue: Catalogue, found: Examined) -> None:
        _forget_identity(catalogue)
        if prepare is not None:
            prepare(catalogue, found)

    with Archive(path) as archive, draft_beside(target) as draft:
        folder = draft / "inhoud"
        folder.mkdir(mode=0o700)
        manifest = _unpack(archive, folder)
        found = _checked(folder, archive.sha256, manifest, as_another)
        sync_tree(folder)
        put_in_place(folder, target)
        return found


def _forget_identity(catalogue: Catalogue) -> None:
    """From here on it goes its own way: what was derived from the catalogue that it is a copy of is not of this one.

    Its files are in the folder that is written, wherever they were.
    """
    with catalogue.database.write() as connection:
        connection.execute(sa.delete(facts).where(facts.c.name.in_([IDENTITY, PLACE])))


def _checked(folder: Path, sha256: str, manifest: Manifest, look: Prepare | None) -> Examined:
    problems: list[str] = damage(folder)
    try:
        catalogue = open_catalogue(folder)
    except CatalogueError as error:
        raise BackupError(f"De catalogus in de reservekopie is niet te openen: {error}") from error
    try:
        problems += problems_of(catalogue, manifest)
        found = Examined(sha256, manifest, tuple(problems))
        if look is not None:
            look(catalogue, found)
        return found
    finally:
        catalogue.close()


def _unpack(archive: Archive, folder: Path, only: str = "") -> Manifest:
    """Check every part against the manifest and write them, or one of them, to the folder."""
    manifest = Manifest.from_json(archive.manifest())
    expected = {part.name: part.size for part in manifest.parts}
    if expected != archive.sizes() or len(expected) != len(manifest.parts) or CATALOGUE not in expected:
        raise BackupError(f"De inhoud van {archive.path} past niet bij zijn manifest. Gebruik een andere kopie.")
    for part in manifest.parts:
        path = folder / part.name if only in {"", part.name} else Path(os.devnull)
        _write(archive, part, path)
    return manifest


def _write(archive: Archive, part: Part, path: Path) -> None:
    found = hashlib.sha256()
    with _open(path) as handle:
        for piece in archive.pieces(part.name):
            found.update(piece)
            _write_all(handle, piece)
        if path != Path(os.devnull):
            os.fsync(handle)
    if found.hexdigest() != part.sha256 or not (part.name == CATALOGUE or part.name.endswith(part.sha256)):
        raise BackupError(f"{part.name} in {archive.path} is beschadigd. Gebruik een andere kopie.")


@contextlib.contextmanager
def _open(path: Path) -> Iterator[int]:
    for folder in (path.parent.parent, path.parent):  # with `parents`, mkdir would give the first one other rights
        folder.mkdir(mode=0o700, exist_ok=True)
    flags = os.O_WRONLY if path == Path(os.devnull) else os.O_WRONLY | os.O_CREAT | os.O_EXCL
    handle = os.open(path, flags, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="kennislab-") as name:
            yield Path(name)
    except OSError as error:
        raise refused(Path(tempfile.gettempdir()), error) from error
