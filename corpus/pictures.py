"""Pictures of pages, kept by the hash of the file they show: `afbeeldingen/<sha256>/<name>`. Made again when lost."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"[a-z0-9-]+\.webp")
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
        found = [(path, path.stat()) for path in self.folder.glob("*/*") if path.is_file()]
        total = sum(facts.st_size for _, facts in found)
        if total <= self._keep_bytes:
            return
        for path, facts in sorted(found, key=lambda entry: entry[1].st_mtime):
            path.unlink(missing_ok=True)
            total -= facts.st_size
            if total <= self._keep_bytes * 3 // 4:
                return
