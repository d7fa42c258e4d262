"""Files that wait for their turn in a store that speaks S3, so that a worker on any machine reaches them.

An upload comes in on the disk of the service. Before it is accepted it is put in the store under a name of its own, and
in the transaction that puts it in the queue it gets its lasting name there, which takes no bytes over the network. Who
erases the waiting file of a document erases the same bytes that are still arriving too, since those may be left behind
by a process that was killed; who still needs them has them on its disk and puts them again.
"""

import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType

from corpus.errors import ReadError, StoreUnavailableError
from corpus.files import sha256_of
from corpus.s3_client import S3Client
from corpus.s3_store import SHA256, object_key
from corpus.spool import IncomingFile, clear_incoming

FOLDER = "wachtrij"
_ARRIVING = "aankomst"  # a folder of uploads that nobody has accepted yet
_ABANDONED = timedelta(hours=1)  # so old, and its service is most likely gone
_ATTEMPTS = 3


class ArrivingFile(IncomingFile):
    """A file that is coming in, to be put in the store when it is whole."""

    def __init__(self, folder: Path, client: S3Client) -> None:
        super().__init__(folder)
        self._client = client
        self._token = secrets.token_hex(16)
        self._stored = False

    @property
    def key(self) -> str:
        """Its name in the store for as long as it is not accepted."""
        return f"{_ARRIVING}/{self.sha256}/{self._token}"

    def finish(self) -> None:
        """Put all bytes in the store."""
        super().finish()
        if not self._stored:
            self.store()

    def store(self) -> None:
        """Put the bytes in the store, also when they were there before."""
        self._stored = True
        if not self.size:
            self._client.put(self.key, b"")
            return
        with self._path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            self._client.put(self.key, data)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, value, trace)
        if self._stored:
            with suppress(StoreUnavailableError):  # it is swept later
                self._client.delete(self.key)


class S3Spool:
    """The objects that wait. `folder`, on this machine, has what is coming in."""

    def __init__(self, client: S3Client, folder: Path) -> None:
        self.folder = folder
        self._client = client

    def incoming(self) -> IncomingFile:
        """A new file to write to."""
        return ArrivingFile(self.folder, self._client)

    def keep(self, incoming: IncomingFile) -> None:
        """Give a file that came in its lasting name."""
        if not isinstance(incoming, ArrivingFile):
            raise TypeError("not a file that came in here")
        incoming.finish()
        for _attempt in range(_ATTEMPTS):
            if self._client.copy(incoming.key, object_key(FOLDER, incoming.sha256)):
                return
            incoming.store()
        raise StoreUnavailableError(f"Wat in {self._client.address.shown} wordt gezet, is er steeds weer weg.")

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises ReadError when they are gone or were changed."""
        data = self._client.get(object_key(FOLDER, sha256))
        if data is None or sha256_of(data) != sha256:
            raise ReadError("Het bestand staat niet meer in de wachtrij. Bied het opnieuw aan.")
        return data

    def put(self, data: bytes) -> None:
        """Store bytes that wait elsewhere: a move from another place."""
        key = object_key(FOLDER, sha256_of(data))
        if self._client.size(key) != len(data):
            self._client.put(key, data)

    def remove(self, sha256: str) -> None:
        """Erase the file, if it is there, also what arrives of it."""
        for listed in self._client.listed(f"{_ARRIVING}/{sha256}"):
            self._client.delete(listed.key)
        self._client.delete(object_key(FOLDER, sha256))

    def hashes(self) -> list[str]:
        """Every hash that waits."""
        names = {listed.key.rpartition("/")[2] for listed in self._client.listed(FOLDER)}
        return sorted(name for name in names if SHA256.fullmatch(name))

    def clear_incoming(self) -> int:
        """Erase what killed processes of this machine were still receiving; returns how many files."""
        return clear_incoming(self.folder)

    def clear_abandoned(self) -> int:
        """The same, and what services that are gone had put in the store under a name of its own."""
        long_ago = datetime.now(UTC) - _ABANDONED
        old = [listed.key for listed in self._client.listed(_ARRIVING) if listed.written < long_ago]
        for key in old:
            self._client.delete(key)
        return self.clear_incoming() + len(old)
