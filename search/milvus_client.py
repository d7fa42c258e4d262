"""Talking to Milvus: connecting, and saying in our words what went wrong."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from corpus.errors import IndexUnavailableError, SettingsError
from search.milvus_address import MilvusAddress

CONNECT_S = 10.0
SEARCH_S = 10.0
WRITE_S = 120.0
MOST_HITS = 16_384  # Milvus gives no more in one answer
_NOT_LOADED = ("not loaded", "released")
_TOO_MANY_PINGS = "Too many pings"  # in the words of gRPC
TRIES = 3
# The package asks a quiet connection every 10 seconds whether it is there. Servers that did not expect that cut it, and
# a call made at that moment fails. Calls have limits of their own, so asking during long ones is enough.
_GRPC_OPTIONS = {"grpc.keepalive_time_ms": 60_000, "grpc.keepalive_permit_without_calls": 0}


class MilvusClient:
    """A connection to one server. Every call raises IndexUnavailableError when the server can not do it."""

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._client = _connect(address)

    @property
    def version(self) -> tuple[int, int]:
        """Of the server; Milvus Lite counts as the newest."""
        with self._translated():
            text = str(_again_after_pings(self._client.get_server_version))
        if "lite" in text and not text.startswith("v2"):
            return (99, 0)
        numbers = [int(part) for part in text.lstrip("v").split(".")[:2] if part.isdecimal()]
        return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)

    def names(self) -> list[str]:
        """The collections of this address that may be ours."""
        with self._translated():
            found = _again_after_pings(self._client.list_collections)
        return [name for name in found if name.startswith(f"{self.address.name}_")]

    def create(self, name: str, fields: list[dict[str, Any]], indexes: list[dict[str, Any]]) -> None:
        """Make a collection and load it, unless it is there."""
        with self._translated():
            if not _again_after_pings(lambda: self._client.has_collection(name)):
                schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
                for one in fields:
                    schema.add_field(**one)
                prepared = self._client.prepare_index_params()
                for one in indexes:
                    prepared.add_index(**one)
                self._client.create_collection(
                    name, schema=schema, index_params=prepared, consistency_level="Strong", timeout=WRITE_S
                )
            self._client.load_collection(name, timeout=WRITE_S)

    def drop(self, name: str) -> None:
        """Let go of a collection, if it is there."""
        with self._translated():
            _again_after_pings(lambda: self._client.drop_collection(name, timeout=WRITE_S))

    def upsert(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Add rows; those with a known id are replaced."""
        if rows:
            self._loaded(name, lambda: self._client.upsert(name, rows, timeout=WRITE_S))

    def delete(self, name: str, condition: str) -> None:
        """Take away the rows for which the condition holds."""
        self._loaded(name, lambda: self._client.delete(name, filter=condition, timeout=WRITE_S))

    def query(self, name: str, condition: str, fields: list[str]) -> list[dict[str, Any]]:
        """Fields of the rows for which the condition holds, as they are at this moment."""
        how: dict[str, Any] = {"output_fields": fields, "timeout": SEARCH_S, "consistency_level": "Strong"}
        return [dict(row) for row in self._loaded(name, lambda: self._client.query(name, filter=condition, **how))]

    def count(self, name: str, condition: str) -> int:
        """How many rows the condition holds for."""
        return int(self.query(name, condition, ["count(*)"])[0]["count(*)"])

    def search(
        self, name: str, what: dict[str, Any], condition: str, limit: int, *, strong: bool
    ) -> list[tuple[int, float]]:
        """Ids and scores of the rows that come nearest, best first. `strong`: with all that was written before."""
        how = {"output_fields": ["id"], "timeout": SEARCH_S, "consistency_level": "Strong" if strong else "Bounded"}
        how |= {"filter": condition, "limit": min(limit, MOST_HITS)} | what
        (found,) = self._loaded(name, lambda: self._client.search(name, **how))
        return [(int(hit["id"]), float(hit["distance"])) for hit in found]

    def _loaded(self, name: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the server gives
        """Do it; a server that was started anew first has to load what it is asked about."""
        with self._translated():
            try:
                return _again_after_pings(call)
            except Exception as error:
                if not any(words in str(error) for words in _NOT_LOADED):
                    raise
            self._client.load_collection(name, timeout=WRITE_S)
            return call()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with translated(self.address):
            yield


@contextmanager
def translated(address: MilvusAddress) -> Iterator[None]:
    """Errors of the server and of the connection, in our words and without the address' password."""
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError, OSError) as error:
        raise IndexUnavailableError(f"De index op Milvus ({address.shown}) {_said(error)}") from error


def _again_after_pings(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the server gives
    """Do it, and again if the server cut the connection since it had been asked too often whether it was there.

    A connection that is quiet for a while is cut so; the next one is made at once. What is done twice does no harm.
    """
    for _attempt in range(TRIES - 1):
        try:
            return call()
        except Exception as error:
            if not _cut_for_pings(error):
                raise
            time.sleep(0.5)
    return call()


def _cut_for_pings(error: BaseException) -> bool:
    """Whether that is what an error says, or the one behind it: while connecting, the package has words of its own."""
    return _TOO_MANY_PINGS in str(error) or _TOO_MANY_PINGS in str(error.__cause__)


def _said(error: Exception) -> str:
    text = str(getattr(error, "message", "") or error)
    lowered = text.casefold()
    if any(word in lowered for word in ("auth", "permission", "unauthenticated")):
        return "laat ons niet toe. Controleer gebruiker en wachtwoord in KENNISLAB_INDEX."
    if "database not found" in lowered:
        return "heeft de database uit KENNISLAB_INDEX niet. Maak die eerst."
    if any(word in lowered for word in ("connect", "unavailable", "deadline", "timeout", "closed channel", "refused")):
        return "antwoordt niet. Controleer het adres en of Milvus draait."
    return f"geeft een fout: {text.splitlines()[0] if text else type(error).__name__}"


def _connect(address: MilvusAddress) -> Any:  # noqa: ANN401 - the package may not be there
    try:
        import pymilvus
    except ImportError as error:
        raise SettingsError(
            "Voor een index op Milvus is een extra pakket nodig: pip install 'kennislab[schaal]'"
        ) from error
    # It writes every error to the log with all that was asked; we say ourselves what went wrong.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    access: dict[str, Any] = {"user": address.user, "password": address.password, "db_name": address.database}
    access["grpc_options"] = _GRPC_OPTIONS
    with translated(address):
        try:
            return _again_after_pings(lambda: pymilvus.MilvusClient(uri=address.uri, timeout=CONNECT_S, **access))
        except ImportError as error:
            raise SettingsError("Voor een bestand van Milvus Lite is een extra pakket nodig: milvus-lite") from error
