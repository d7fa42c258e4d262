"""Files that wait for their turn: `wachtrij/ab/abcdef...`, named after their SHA-256 and gone once they are taken in.

An upload is written to a temporary file that its process holds locked. It gets its name in the transaction that puts
it in the queue, so that nothing in the queue lacks its file. What a killed process left behind is told by its lock.
"""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from corpus.errors import CatalogueError, ReadError
from corpus.files import FileStore, disk_error, sync_folder

_INCOMING = ".nieuw-"


class IncomingFile:
    """A file that is coming in. Use as context manager: what was not kept is gone at the end of the block."""

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._hash = hashlib.sha256()
        self._file, self._path = _locked_file(folder)

    @property
    def sha256(self) -> str:
        """Hash of what was written up to now."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Add bytes. Raises CatalogueError when the disk refuses."""
        try:
            self._file.write(data)
        except OSError as error:
            raise disk_error(self._path.parent, error) from error
        self._hash.update(data)
        self.size += len(data)

    def finish(self) -> None:
        """Bring all bytes to the disk, so that it can be kept later without waiting."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise disk_error(self._path.parent, error) from error

    def keep(self, path: Path) -> None:
        """Give the file its lasting name."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(self._path, path)
            sync_folder(path.parent)
        except OSError as error:
            raise disk_error(path.parent, error) from error

    def __enter__(self) -> "IncomingFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # a full disk was told of before
            self._file.close()


class Spool(Protocol):
    """Where files wait. `folder` is on this machine, for what is coming in."""

    folder: Path

    def incoming(self) -> IncomingFile:
        """A new file to write to."""

    def keep(self, incoming: IncomingFile) -> None:
        """Give a file that came in its lasting name; the caller's transaction puts it in the queue."""

    def put(self, data: bytes) -> None:
        """Store bytes that wait elsewhere: a move from another place."""

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises ReadError when they are gone or were changed."""

    def remove(self, sha256: str) -> None:
        """Erase the file, if it is there."""

    def hashes(self) -> list[str]:
        """Every hash that waits."""

    def clear_incoming(self) -> int:
        """Erase what killed processes of this machine were still receiving; returns how many files."""

    def clear_abandoned(self) -> int:
        """The same, and what such processes of any machine left elsewhere."""


class FolderSpool:
    """The folder of files that wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = FileStore(folder)

    def incoming(self) -> IncomingFile:
        """A new file to write to."""
        return IncomingFile(self.folder)

    def path(self, sha256: str) -> Path:
        """Where the file with this hash waits, or would."""
        return self._store.path(sha256)

    def keep(self, incoming: IncomingFile) -> None:
        """Give a file that came in its lasting name."""
        incoming.keep(self.path(incoming.sha256))

    def put(self, data: bytes) -> None:
        """Store bytes that wait elsewhere."""
        self._store.keep(data)

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises ReadError when they are gone or were changed."""
        try:
            return self._store.read(sha256)
        except CatalogueError as error:
            raise ReadError("Het bestand staat niet meer in de wachtrij. Bied het opnieuw aan.") from error

    def remove(self, sha256: str) -> None:
        """Erase the file, if it is there."""
        self._store.remove(sha256)

    def hashes(self) -> list[str]:
        """Every hash that waits."""
        return [path.name for path in sorted(self.folder.glob("*/*"))]

    def clear_incoming(self) -> int:
        """Erase what killed processes were still receiving; returns how many files."""
        return clear_incoming(self.folder)

    def clear_abandoned(self) -> int:
        """The same: nothing else is left behind in a folder."""
        return self.clear_incoming()


def clear_incoming(folder: Path) -> int:
    """Erase what processes that are gone were still writing in this folder; returns how many files."""
    return sum(erase_unlocked(path) for path in folder.glob(f"{_INCOMING}*"))


def _locked_file(folder: Path) -> tuple[IO[bytes], Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            handle, name = tempfile.mkstemp(dir=folder, prefix=_INCOMING)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle).st_nlink:  # else it was cleared away between making and locking it
                return os.fdopen(handle, "wb"), Path(name)
            os.close(handle)
    except OSError as error:
        raise disk_error(folder, error) from error


def erase_unlocked(path: Path) -> bool:
    """Erase a file that nobody holds locked; whether that went."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except OSError:  # locked by the process that writes it, or gone already
        return False
    return True
