"""Making a backup: one file with the catalogue of one moment and every original it speaks of, while others go on.

Left out is what is derived: the snapshot of the vector leg and the pictures of pages.
"""

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from corpus.backup_archive import CATALOGUE, FILES, MANIFEST, QUEUE, ArchiveWriter, part_name
from corpus.backup_copy import Copied, copy_catalogue, still_needed
from corpus.backup_draft import draft_beside, put_in_place
from corpus.backup_manifest import Manifest, Part
from corpus.catalogue import Catalogue
from corpus.errors import BackupError, CatalogueBusyError, CatalogueError, ReadError, StoreUnavailableError

_ATTEMPTS = 8  # how often is begun again when documents are withdrawn meanwhile


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    path: Path
    sha256: str  # of all that its seal covers
    manifest: Manifest


class _GoneError(Exception):
    """A file was erased meanwhile, with the document that the copy of the catalogue still speaks of."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """An archive that is being written, and where its parts stand in it."""

    path: Path
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        start, size = self.places[name]
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(size)


def back_up(catalogue: Catalogue, target: Path, version: str) -> Backup:
    """Write a backup to the file `target`, which may not exist. It appears there when it is whole and on the disk."""
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} bestaat al. Kies een andere naam; een reservekopie wordt nooit overschreven.")
    with draft_beside(target) as folder:
        earlier = _Draft(folder / "begin")
        for number in range(_ATTEMPTS):
            # What an earlier attempt read is taken from there, so that each next one has less to lose.
            draft, made = _write(catalogue, folder / f"kopie-{number}", earlier, version)
            if made is not None:
                put_in_place(draft.path, target)
                return Backup(target, *made)
            earlier.path.unlink(missing_ok=True)
            earlier = draft
    raise CatalogueBusyError("Er wordt te veel tegelijk ingetrokken voor een reservekopie. Probeer het later opnieuw.")


def _write(
    catalogue: Catalogue, path: Path, earlier: _Draft, version: str
) -> tuple[_Draft, tuple[str, Manifest] | None]:
    """A draft of the archive, and what it is when nothing was withdrawn meanwhile."""
    copy = path.with_name(CATALOGUE)
    copy.unlink(missing_ok=True)
    copied = copy_catalogue(catalogue, copy)
    with _private(path) as file:
        archive = ArchiveWriter(file)
        parts, missing, whole = _add_files(catalogue, archive, copied, earlier)
        if not whole:
            return _Draft(path, archive.places), None
        parts.append(_add_catalogue(archive, copy))
        facts = (copied.made, version, copied.fingerprint, copied.last_change, copied.counts)
        manifest = Manifest(*facts, tuple(parts), tuple(missing))
        text = manifest.to_json()
        archive.add(MANIFEST, io.BytesIO(text), len(text))
        sha256 = archive.seal()
        file.flush()
        os.fsync(file.fileno())
    return _Draft(path, archive.places), (sha256, manifest)


def _add_files(
    catalogue: Catalogue, archive: ArchiveWriter, copied: Copied, earlier: _Draft
) -> tuple[list[Part], list[str], bool]:
    """The parts that were added, the hashes of what is lost, and whether the copy still held at the end."""
    wanted = [(FILES, sha256) for sha256 in copied.originals] + [(QUEUE, sha256) for sha256 in copied.waiting]
    parts, missing, whole = [], [], True
    # What only the data folder has goes first: it can still be erased.
    for folder, sha256 in sorted(wanted, key=lambda entry: (part_name(*entry) in earlier.places, entry)):
        name = part_name(folder, sha256)
        try:
            data = earlier.read(name) if name in earlier.places else _read(catalogue, sha256)
        except _GoneError:
            whole = False
            continue
        if data is None:
            missing.append(sha256)
            continue
        archive.add(name, io.BytesIO(data), len(data))
        parts.append(Part(name, len(data), sha256))
    return parts, missing, whole


def _read(catalogue: Catalogue, sha256: str) -> bytes | None:
    """The bytes of a file of a document or of the queue: what waited may have become a document meanwhile.

    None when it is lost or damaged. Raises _GoneError when nothing needs it any more.
    """
    for _look in range(2):  # it may be taken in between the two places, or be brought anew
        for store in (catalogue.files, catalogue.spool):
            try:
                return store.read(sha256)
            except StoreUnavailableError:  # which says nothing about the file
                raise
            except (CatalogueError, ReadError):
                continue
        if not still_needed(catalogue, sha256):
            raise _GoneError
    return None


def _add_catalogue(archive: ArchiveWriter, copy: Path) -> Part:
    size = copy.stat().st_size
    with copy.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        archive.add(CATALOGUE, file, size)
    return Part(CATALOGUE, size, sha256)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
