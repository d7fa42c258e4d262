"""The original files, kept by content: `files/ab/abcdef...`. Written before the catalogue speaks of them."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import CatalogueError, DiskFullError

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


class FileStore:
    """A folder of files named after their SHA-256, so that the same bytes are kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".nieuw-")
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

    def remove(self, sha256: str) -> None:
        """Erase the file, if it is there."""
        self.path(sha256).unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        """Every hash in the store; half-written files of a killed process are cleared away."""
        for path in sorted(self.folder.glob("*/*")):
            if path.name.startswith(".nieuw-"):
                path.unlink(missing_ok=True)
            else:
                yield path.name


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
