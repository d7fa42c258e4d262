"""Pictures of pages, kept by the hash of the file they show: `afbeeldingen/<sha256>/<name>`. Made again when lost.

Beside them may be what pictures are made of: the PDF of a presentation.
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NAME = re.compile(r"[a-z0-9-]+\.(?:webp|pdf)")
_WORKROOM = ".werk-"
KEEP_BYTES = 512 << 20  # what all pictures together may take before the oldest go
_LOOK_EVERY = 64  # pictures written between two looks at the size


class PictureStore:
    """A folder of pictures. It is a copy of what the files hold, so it is erased with them."""

    def __init__(self, folder: Path, keep_bytes: int = KEEP_BYTES) -> None:
        self.folder = folder
        self._keep_bytes = keep_bytes
        self._written = 0

    def path(self, sha256: str, name: str) -> Path:
        """Where the picture is, or would be."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"no name for a picture: {name!r}")
        return self.folder / sha256 / name

    def read(self, sha256: str, name: str) -> bytes | None:
        """The picture, or None when it was not made yet."""
        try:
            return self.path(sha256, name).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, sha256: str, name: str, data: bytes) -> None:
        """Store a picture whole or not at all; what cannot be stored is made again the next time."""
        path = self.path(sha256, name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".nieuw-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(draft, path)
        except OSError:  # a full disk, or the folder was erased meanwhile
            return
        self._count()

    def find(self, sha256: str, name: str) -> Path | None:
        """Where the picture is, or None when it was not made yet; who is looked for is not among the oldest."""
        path = self.path(sha256, name)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def adopt(self, sha256: str, name: str, made: Path) -> None:
        """Keep a file that was made in a workroom. Raises OSError when it is not there."""
        os.replace(made, self.path(sha256, name))
        self._count()

    @contextmanager
    def workroom(self, sha256: str) -> Iterator[Path]:
        """An empty folder to make pictures of this file in, and gone after it; what is in it goes with the file.

        Raises OSError when there is no room.
        """
        home = self.folder / sha256
        home.mkdir(parents=True, exist_ok=True)
        for left in home.glob(f"{_WORKROOM}*"):
            _clear(left)
        room = Path(tempfile.mkdtemp(dir=home, prefix=_WORKROOM))
        held = os.open(room, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield room
        finally:
            os.close(held)
            shutil.rmtree(room, ignore_errors=True)
            with suppress(OSError):  # not empty: there are pictures
                home.rmdir()

    def _count(self) -> None:
        self._written += 1
        if self._written % _LOOK_EVERY == 0:
            self.trim()

    def remove(self, sha256: str) -> None:
        """Erase every picture of the file with this hash."""
        shutil.rmtree(self.folder / sha256, ignore_errors=True)

    def hashes(self) -> Iterator[str]:
        """The hash of every file that there are pictures of."""
        if self.folder.is_dir():
            yield from sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def trim(self) -> None:
        """Erase the oldest pictures when all together take more than they may, down to three quarters of it."""
        found = []
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):  # another process erased it
                if path.is_file():
                    found.append((path, path.stat()))
        total = sum(facts.st_size for _, facts in found)
        if total <= self._keep_bytes:
            return
        for path, facts in sorted(found, key=lambda entry: entry[1].st_mtime):
            path.unlink(missing_ok=True)
            total -= facts.st_size
            if total <= self._keep_bytes * 3 // 4:
                return


def _clear(room: Path) -> None:
    """Erase a workroom of a process that was killed; one that is in use is locked."""
    try:
        held = os.open(room, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(room, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(held)
