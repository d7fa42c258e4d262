"""The original files in a store that speaks S3, for machines without a shared disk: `bestanden/ab/abcdef...`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from corpus.copies import Copies
from corpus.errors import CatalogueError
from corpus.files import sha256_of
from corpus.s3_client import S3Client

FOLDER = "bestanden"
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def object_key(folder: str, sha256: str) -> str:
    """Name of an object, the same as of a file in the data folder."""
    return f"{folder}/{sha256[:2]}/{sha256}"


class S3Store:
    """Objects named after their SHA-256. Copies for programs that want a real file are kept on this machine."""

    def __init__(self, client: S3Client, copies: Copies) -> None:
        self._client = client
        self._copies = copies

    @property
    def place(self) -> str:
        """The bucket and the prefix; the server may move."""
        return self._client.address.url

    @property
    def name(self) -> str:
        return self._client.address.shown

    def keep(self, data: bytes) -> str:
        """Store the bytes in one request, unless they are there."""
        sha256 = sha256_of(data)
        key = object_key(FOLDER, sha256)
        if self._client.size(key) != len(data):
            self._client.put(key, data)
        return sha256

    def read(self, sha256: str) -> bytes:
        """The bytes, from the store itself. Raises CatalogueError when they are gone or were changed."""
        data = b"".join(self._pieces(sha256))
        if sha256_of(data) != sha256:
            raise CatalogueError(
                f"Het originele bestand {sha256[:12]} in {self.name} is beschadigd. Zet een reservekopie terug."
            )
        return data

    def _pieces(self, sha256: str) -> Iterable[bytes]:
        pieces = self._client.pieces(object_key(FOLDER, sha256))
        if pieces is None:
            raise CatalogueError(
                f"Het originele bestand {sha256[:12]} ontbreekt in {self.name}. Zet een reservekopie terug."
            )
        return pieces

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A copy on this machine. Whoever asks has seen in the catalogue that the document is there."""
        return self._copies.held(sha256, lambda: self._pieces(sha256))

    def remove(self, sha256: str) -> None:
        """Erase the object and the copy on this machine; other machines erase theirs when they look."""
        self._copies.remove(sha256)
        self._client.delete(object_key(FOLDER, sha256))

    def hashes(self) -> Iterator[str]:
        """Every hash in the store, in requests of a thousand; objects with other names are not ours."""
        yield from self._sizes()

    def _sizes(self) -> dict[str, int]:
        found = {listed.key.rpartition("/")[2]: listed for listed in self._client.listed(FOLDER)}
        return {
            name: listed.size
            for name, listed in sorted(found.items())
            if SHA256.fullmatch(name) and listed.key == object_key(FOLDER, name)
        }

    def lacking(self, wanted: Mapping[str, int]) -> list[str]:
        """Which of these are not there with their size. Their bytes are not fetched: reading each one checks them."""
        sizes = self._sizes() if wanted else {}
        return [sha256 for sha256, size in wanted.items() if sizes.get(sha256) != size]

    def clear_abandoned(self) -> None:
        """An object is there whole or not at all."""

    def check(self) -> None:
        """Raise StoreUnavailableError when the store does not answer or refuses us."""
        self._client.check()

    def note(self, name: str) -> str | None:
        """An object beside the folder of files."""
        data = self._client.get(name)
        return None if data is None else data.decode("utf-8", "replace").strip()

    def write_note(self, name: str, text: str, *, only_new: bool = False) -> None:
        """Put an object beside the folder of files."""
        if only_new:
            self._client.put_new(name, text.encode())
        else:
            self._client.put(name, text.encode())
