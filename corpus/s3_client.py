"""Objects in a bucket: put, get, list and erase, with errors that people can act on. Nothing here gives out addresses.

An object is put in one request, never in parts: it is there whole or not at all, and of a process that was killed no
hidden parts stay behind in the store.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CatalogueError, DiskFullError, SettingsError, StoreUnavailableError
from corpus.s3_address import S3Address

if TYPE_CHECKING:
    from obstore.store import S3Store

CONNECT_S, QUICK_S, BULK_S = 5, 15, 300  # to connect; for what is small; for the bytes of a file
RETRIES, RETRY_S = 3, 10  # how often is tried again, and until how long after the first try
PIECE = 1 << 20

# What stores say by their codes (the S3 API), and what we say.
_REFUSED_KEY = "kent deze toegangssleutel niet, of het geheim past er niet bij. Controleer AWS_ACCESS_KEY_ID en "
_REFUSED_KEY += "AWS_SECRET_ACCESS_KEY, of s3_access_key en s3_secret_key."
_NO_RIGHTS = "geeft deze sleutel te weinig rechten. Geef hem in deze map lezen, schrijven, wissen en opsommen."
_FULL = "heeft geen ruimte meer. Maak ruimte vrij of verhoog de grens, en probeer het opnieuw."
_MESSAGES = {
    "NoSuchBucket": "heeft deze bucket niet. Maak hem aan, of verbeter KENNISLAB_FILES.",
    "InvalidAccessKeyId": _REFUSED_KEY,
    "SignatureDoesNotMatch": _REFUSED_KEY,
    "InvalidToken": _REFUSED_KEY,
    "ExpiredToken": "vindt deze toegangssleutel verlopen. Geef een nieuwe.",
    "AccessDenied": _NO_RIGHTS,
    "RequestTimeTooSkewed": "heeft een andere tijd dan deze machine. Zet beide klokken gelijk.",
    "AuthorizationHeaderMalformed": "staat in een andere regio. Zet s3_region of AWS_REGION.",
    "PermanentRedirect": "staat in een andere regio. Zet s3_region of AWS_REGION.",
}
_FULL_CODES = frozenset({"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull"})
_CODE = re.compile(r"<Code>(\w+)</Code>|\(code: ([A-Za-z]\w+)\)")
_STATUS = re.compile(r"status code: (\d{3})")
_METADATA_SERVICE = "169.254.169.254"  # where the client looks for a key when it has none


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a list."""

    key: str
    size: int  # bytes
    written: datetime


class S3Client:
    """The objects under one prefix of a bucket."""

    def __init__(self, address: S3Address) -> None:
        self.address = address
        self._quick = _store(address, QUICK_S)
        self._bulk = _store(address, BULK_S)

    def put(self, key: str, data: bytes | mmap) -> None:
        """Store an object whole; the server checks the bytes with their hash."""
        from obstore import put

        with self._translated():
            put(self._bulk, key, data, use_multipart=False)

    def put_new(self, key: str, data: bytes) -> bool:
        """Store an object unless there is one of that name; whether it was stored."""
        from obstore import put
        from obstore.exceptions import AlreadyExistsError

        with self._translated():
            try:
                put(self._quick, key, data, mode="create")
            except AlreadyExistsError:
                return False
        return True

    def get(self, key: str) -> bytes | None:
        """The bytes of an object, None when there is none."""
        pieces = self.pieces(key)
        return None if pieces is None else b"".join(pieces)

    def pieces(self, key: str) -> Iterator[bytes] | None:
        """The bytes of an object, a piece at a time; None when there is none."""
        from obstore import get

        with self._translated():
            try:
                found = get(self._bulk, key)
            except FileNotFoundError as error:
                self._require_bucket(error)
                return None
        return self._streamed(found.stream(min_chunk_size=PIECE))

    def _streamed(self, stream: Iterator[Any]) -> Iterator[bytes]:
        with self._translated():
            for piece in stream:
                yield bytes(piece)

    def size(self, key: str) -> int | None:
        """How many bytes an object has, None when there is none."""
        from obstore import head

        with self._translated():
            try:
                return int(head(self._quick, key)["size"])
            except FileNotFoundError:  # without a body there is no telling whether there is a bucket
                return None

    def copy(self, key: str, new: str) -> bool:
        """Give an object a second name, if it is there; the bytes do not pass through here."""
        from obstore import copy

        with self._translated():
            try:
                copy(self._bulk, key, new)
            except FileNotFoundError as error:
                self._require_bucket(error)
                return False
        return True

    def delete(self, key: str) -> None:
        """Erase an object, if it is there."""
        from obstore import delete

        with self._translated():
            try:
                delete(self._quick, key)
            except FileNotFoundError as error:
                self._require_bucket(error)

    def listed(self, start: str) -> Iterator[Listed]:
        """Every object whose key is below `start`, a thousand in a request."""
        from obstore import list as list_objects

        with self._translated():
            for page in list_objects(self._quick, start):
                for found in page:
                    yield Listed(found["path"], found["size"], found["last_modified"])

    def check(self) -> None:
        """Raise StoreUnavailableError unless there is a bucket that answers us."""
        next(self.listed("bestaat-niet"), None)

    def _require_bucket(self, error: FileNotFoundError) -> None:
        if "NoSuchBucket" in str(error):
            raise error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError) as error:
            raise explained(self.address, str(error)) from None  # it repeats requests, at length

    def __repr__(self) -> str:
        return f"S3Client({self.address.shown})"


def explained(address: S3Address, said: str) -> CatalogueError:
    """What an error of the store means, for people. What it said itself is not repeated, save its code."""
    where = f"De opslag van bestanden {address.shown}"
    code = next((one or other for one, other in _CODE.findall(said)), "")
    if code in _MESSAGES:
        return StoreUnavailableError(f"{where} {_MESSAGES[code]}")
    status = next(iter(_STATUS.findall(said)), "")
    if code in _FULL_CODES or status == "507":
        return DiskFullError(f"{where} {_FULL}")
    if _METADATA_SERVICE in said:
        return StoreUnavailableError(
            f"Er is geen sleutel voor de opslag van bestanden {address.url}. Zet AWS_ACCESS_KEY_ID en "
            "AWS_SECRET_ACCESS_KEY in de omgeving, of s3_access_key en s3_secret_key in kennislab.toml."
        )
    if "certificate" in said.lower():
        return StoreUnavailableError(f"{where} heeft een certificaat dat niet vertrouwd wordt. Zet AWS_CA_BUNDLE.")
    return StoreUnavailableError(f"{where} {_by_status(status, code)}")


def _by_status(status: str, code: str) -> str:
    if status in {"401", "403"}:
        return f"weigert ons ({status}). Controleer de sleutel en zijn rechten."
    if status.startswith("4"):
        return f"weigert een verzoek ({code or status}). Controleer KENNISLAB_FILES."
    told = f" ({code or status})" if code or status else ""
    return f"antwoordt niet{told}. Controleer het adres en of de server draait."


def _store(address: S3Address, seconds: int) -> "S3Store":
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise SettingsError(
            "Voor bestanden in een opslag als S3 is een extra pakket nodig: pip install 'kennislab[schaal]'"
        ) from error
    access = address.access
    given: Mapping[str, str] = {
        "endpoint": access.endpoint,
        "region": access.region,
        "access_key_id": access.access_key,
        "secret_access_key": access.secret_key,
    }
    options: dict[str, Any] = {"timeout": f"{seconds}s", "connect_timeout": f"{CONNECT_S}s"}
    options["allow_http"] = access.endpoint.startswith("http://")
    if access.certificates:
        options["root_certificate"] = Path(access.certificates).read_bytes()
    store: S3Store = S3Store(
        address.bucket,
        prefix=address.prefix or None,
        client_options=options,  # type: ignore[arg-type]
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_S)},
        checksum_algorithm="SHA256",
        disable_bulk_delete=True,  # not every store knows it
        **{name: value for name, value in given.items() if value},  # type: ignore[arg-type]
    )
    return store
