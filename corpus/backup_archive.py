"""The file that a backup is: a plain tar, closed by a seal over every byte before it.

A tar, since one file is easy to move, keep and encrypt, and every system can open it when Kennislab is not there. Not
compressed, since originals are already. Tar's own sums cover its headers only, so the last block holds the SHA-256 of
all that precedes it: no flipped byte and no half file passes for whole. Tar tools stop before that block.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from corpus.errors import BackupError

CATALOGUE = "catalogus.sqlite"
MANIFEST = "manifest.json"
FILES, QUEUE = "bestanden", "wachtrij"

_PART = re.compile(rf"(?:{FILES}|{QUEUE})/(?P<start>[0-9a-f]{{2}})/(?P=start)[0-9a-f]{{62}}", re.ASCII)
_BLOCK = 512  # of tar
_PIECE = 1 << 20
_MAX_MANIFEST = 1 << 30


def part_name(folder: str, sha256: str) -> str:
    """Name of a file in the archive, the same as in the data folder."""
    return f"{folder}/{sha256[:2]}/{sha256}"


class _HashingFile(io.RawIOBase):
    """Passes on what is written, and hashes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = 0
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._file.write(data)
        self.hash.update(data)
        self._size += len(data)
        return len(data)


class ArchiveWriter:
    """Writes parts one after another, and the seal at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self.places: dict[str, tuple[int, int]] = {}  # name → where its bytes begin in the file, and how many they are
        self._file = file
        self._hashing = _HashingFile(file)
        self._tar = tarfile.open(fileobj=self._hashing, mode="w")  # noqa: SIM115 - closed by seal

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add a part of `size` bytes. Raises OSError."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, source)
        self.places[name] = self._hashing.tell() - -(-size // _BLOCK) * _BLOCK, size

    def seal(self) -> str:
        """Close the archive; returns the hash in its seal."""
        self._tar.close()
        sha256 = self._hashing.hash.hexdigest()
        self._file.write(_seal(sha256))
        return sha256


class Archive:
    """Reads an archive. Use as context manager. Raises BackupError for anything that we did not write like this."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise BackupError(f"De reservekopie {path} is niet te openen: {error.strerror}.") from error
        try:
            self.sha256 = self._sealed()
            self._tar = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 - closed by __exit__
            self._members = self._listed()
        except (tarfile.TarError, OSError, ValueError) as error:
            self._file.close()
            raise BackupError(f"{path} is geen leesbare reservekopie: {error}.") from error
        except BackupError:
            self._file.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tar.close()
        self._file.close()

    def sizes(self) -> dict[str, int]:
        """Name and size in bytes of every part, the manifest left out."""
        return {name: member.size for name, member in self._members.items() if name != MANIFEST}

    def manifest(self) -> bytes:
        """The manifest as it stands in the archive."""
        member = self._members.get(MANIFEST)
        if member is None or member.size > _MAX_MANIFEST:
            raise BackupError(f"In {self.path} staat geen manifest. Gebruik een reservekopie van kennislab backup.")
        return b"".join(self.pieces(MANIFEST))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, a piece at a time."""
        found = self._tar.extractfile(self._members[name])
        if found is None:
            raise BackupError(f"{name} in {self.path} is geen gewoon bestand.")
        while piece := found.read(_PIECE):
            yield piece

    def _sealed(self) -> str:
        """The hash in the seal, when it fits what precedes it."""
        size = self._file.seek(0, io.SEEK_END)
        if size < 2 * _BLOCK:
            raise BackupError(f"{self.path} is geen hele reservekopie: het einde ontbreekt. Gebruik een andere.")
        self._file.seek(0)
        found, left = hashlib.sha256(), size - _BLOCK
        while left:
            piece = self._file.read(min(_PIECE, left))
            if not piece:
                raise BackupError(f"{self.path} verandert terwijl hij gelezen wordt. Probeer het opnieuw.")
            found.update(piece)
            left -= len(piece)
        if self._file.read(_BLOCK) != _seal(found.hexdigest()):
            raise BackupError(
                f"{self.path} is beschadigd of niet heel: het zegel klopt niet met de inhoud. Gebruik een andere kopie."
            )
        self._file.seek(0)
        return found.hexdigest()

    def _listed(self) -> dict[str, tarfile.TarInfo]:
        """The members, of which no name can lead outside the folder they are written to."""
        members: dict[str, tarfile.TarInfo] = {}
        for member in self._tar:
            name = member.name
            ours = name in {CATALOGUE, MANIFEST} or _PART.fullmatch(name) is not None
            if not ours or name in members or member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE}:
                raise BackupError(f"In {self.path} hoort dit niet: {name[:100]!r}. Gebruik een andere kopie.")
            members[name] = member
        return members


def _seal(sha256: str) -> bytes:
    return f"kennislab reservekopie sha256 {sha256}\n".encode().ljust(_BLOCK, b"\0")
