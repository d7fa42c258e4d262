"""The original files, kept by content: `files/ab/abcdef...`. Written before the catalogue speaks of them."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from corpus.errors import CatalogueError, DiskFullError

_INCOMING = ".nieuw-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_full(error: OSError) -> bool:
    """Whether the disk refused because there is no room, or no more than someone may use of it."""
    return error.errno in _FULL


def disk_error(folder: Path, error: OSError) -> CatalogueError:
    """What the disk's refusal to hold a file means, for people."""
    what = f"Het bestand is niet op te slaan in {folder}"
    if is_full(error):
        return DiskFullError(f"{what}: de schijf is vol. Maak ruimte vrij en probeer het opnieuw.")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return CatalogueError(f"{what}: daar mag niet geschreven worden. Geef schrijfrechten en probeer het opnieuw.")
    return CatalogueError(f"{what}: {error.strerror}. Controleer de schijf.")


def sha256_of(data: bytes) -> str:
    """Hexadecimal SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


class Files(Protocol):
    """Where the original files are, named after their SHA-256, so that the same bytes are kept once.

    Every method raises CatalogueError when the place refuses, and StoreUnavailableError when that is not here and does
    not answer.
    """

    @property
    def place(self) -> str:
        """The address of a store elsewhere; empty for a folder of the data folder."""

    @property
    def name(self) -> str:
        """What people know the place by."""

    def keep(self, data: bytes) -> str:
        """Store the bytes durably, whole or not at all, and return their hash; storing them again changes nothing."""

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises CatalogueError when they are gone or were changed."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """The file on this machine, for a program that wants a path, for as long as the block lasts."""

    def remove(self, sha256: str) -> None:
        """Erase the file and what this machine holds of it, if it is there."""

    def hashes(self) -> Iterator[str]:
        """Every hash in the store."""

    def lacking(self, wanted: Mapping[str, int]) -> list[str]:
        """Which of these hashes, with their sizes in bytes, are not there or not whole."""

    def clear_abandoned(self) -> None:
        """Clear away what killed processes were writing. Nobody may be writing: the caller holds the write lock."""

    def check(self) -> None:
        """Raise CatalogueError when files can not be reached now."""

    def note(self, name: str) -> str | None:
        """A short text beside the files, None when there is none of this name."""

    def write_note(self, name: str, text: str, *, only_new: bool = False) -> None:
        """Leave a short text beside the files, in place of another one unless `only_new`."""


class FileStore:
    """A folder of files."""

    place = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        return str(self.folder)

    def path(self, sha256: str) -> Path:
        """Where the file with this hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def keep(self, data: bytes) -> str:
        """Store the bytes durably and return their hash; storing them again changes nothing."""
        sha256 = sha256_of(data)
        path = self.path(sha256)
        if path.exists() and path.stat().st_size == len(data):
            return sha256
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, data)
        except OSError as error:
            raise disk_error(self.folder, error) from error
        return sha256

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_INCOMING)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises CatalogueError when the file is gone or was changed."""
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise CatalogueError(
                f"Het originele bestand {sha256[:12]} ontbreekt. Zet een reservekopie terug."
            ) from None
        except OSError as error:
            raise CatalogueError(f"Het originele bestand {sha256[:12]} is niet te lezen: {error.strerror}.") from error
        if sha256_of(data) != sha256:
            raise CatalogueError(f"Het originele bestand {sha256[:12]} is beschadigd. Zet een reservekopie terug.")
        return data

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """The file itself."""
        yield self.path(sha256)

    def remove(self, sha256: str) -> None:
        """Erase the file, if it is there."""
        self.path(sha256).unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        """Every hash in the store."""
        yield from (path.name for path in sorted(self.folder.glob("*/*")) if not path.name.startswith(_INCOMING))

    def lacking(self, wanted: Mapping[str, int]) -> list[str]:
        """Which of these hashes are not there or not whole: every file is read."""
        return [sha256 for sha256 in wanted if not self._whole(sha256)]

    def _whole(self, sha256: str) -> bool:
        try:
            self.read(sha256)
        except CatalogueError:
            return False
        return True

    def clear_abandoned(self) -> None:
        """Clear away half-written files of killed processes. The caller holds the write lock."""
        for path in self.folder.glob(f"*/{_INCOMING}*"):
            path.unlink(missing_ok=True)

    def check(self) -> None:
        """A folder is there, or is made at the first file."""

    def note(self, name: str) -> str | None:
        """A short text beside the folder."""
        try:
            return (self.folder.parent / name).read_text("utf-8").strip()
        except FileNotFoundError:
            return None

    def write_note(self, name: str, text: str, *, only_new: bool = False) -> None:
        """Leave a short text beside the folder."""
        path = self.folder.parent / name
        if only_new and path.exists():
            return
        new = path.with_suffix(".nieuw")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            raise disk_error(path.parent, error) from error


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
