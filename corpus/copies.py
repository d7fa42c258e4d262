"""Copies of files on this machine, for programs that want a real file: `cache/ab/abcdef...`. Fetched again when lost.

A copy that is in use is held locked, so that only the others go when there are too many. One that must be erased, with
its document, is erased all the same: who has it open keeps what it opened.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.errors import CatalogueError
from corpus.files import disk_error
from corpus.spool import erase_unlocked

KEEP_BYTES = 1 << 30  # what all copies together may take before those that were longest not used go
_INCOMING = ".nieuw-"

Fetch = Callable[[], Iterable[bytes]]


class Copies:
    """A bounded folder of copies, named after their SHA-256 and for the owner's eyes only."""

    def __init__(self, folder: Path, keep_bytes: int = KEEP_BYTES) -> None:
        self.folder = folder
        self._keep_bytes = keep_bytes

    def path(self, sha256: str) -> Path:
        """Where the copy is, or would be."""
        return self.folder / sha256[:2] / sha256

    @contextmanager
    def held(self, sha256: str, fetch: Fetch) -> Iterator[Path]:
        """A whole copy, fetched when it is not here, that stays for as long as the block lasts.

        Raises CatalogueError when what was fetched is something else, or when the disk refuses it.
        """
        try:
            handle = self._found(sha256)
            if handle is None:
                handle = self._fetched(sha256, fetch)
        except OSError as error:
            raise disk_error(self.folder, error) from error
        try:
            yield self.path(sha256)
        finally:
            os.close(handle)

    def _found(self, sha256: str) -> int | None:
        path = self.path(sha256)
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        fcntl.flock(handle, fcntl.LOCK_SH)
        with os.fdopen(os.dup(handle), "rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        if whole and os.fstat(handle).st_nlink:  # else it went before we had the lock
            os.utime(path)
            return handle
        os.close(handle)
        path.unlink(missing_ok=True)
        return None

    def _fetched(self, sha256: str, fetch: Fetch) -> int:
        path = self.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_INCOMING)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            found = hashlib.sha256()
            for piece in fetch():
                found.update(piece)
                _write_all(handle, piece)
            if found.hexdigest() != sha256:
                raise CatalogueError(f"Het originele bestand {sha256[:12]} is beschadigd. Zet een reservekopie terug.")
            os.replace(name, path)
        except BaseException:
            os.close(handle)
            Path(name).unlink(missing_ok=True)
            raise
        self.trim()
        return handle

    def remove(self, sha256: str) -> None:
        """Erase the copy, if there is one."""
        self.path(sha256).unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        """The hash of every copy."""
        yield from sorted(path.name for path in self.folder.glob("*/*") if not path.name.startswith(_INCOMING))

    def trim(self) -> None:
        """Erase what killed processes left halfway and, when there are too many, what was longest not used."""
        found = []
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):  # gone meanwhile
                found.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            half = path.name.startswith(_INCOMING)
            if (half or total > self._keep_bytes) and erase_unlocked(path):
                total -= size


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
