"""The application with its protection, on a real catalogue, and keys for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue, open_catalogue
from corpus.keys import NewKey, create_key
from corpus.types import Classification
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.milvus_address import MilvusAddress
from search.milvus_index import open_milvus
from search.relevance import Calibration
from search.searcher import Searcher
from service.access import Role
from service.app import create_app
from service.pictures import Pictures
from service.protection import Protection

ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
YEAR = timedelta(days=365)
READY_S = 120.0  # on a busy machine, with collections that Milvus still has to make


@contextmanager
def served(
    data: Path,
    encoder: Encoder,
    protection: Protection | None = None,
    where: tuple[str, MilvusAddress] | None = None,
    pictures: Pictures | None = None,
) -> Iterator[TestClient]:
    """A ready service on the knowledge base in `data`; what waits for the audit log is written at the end.

    `where` are the addresses of a catalogue and an index on servers.
    """

    def opener() -> Searcher:
        fingerprint = Fingerprint.of(encoder.facts, "test")
        if where is None:
            catalogue = open_catalogue(data)
            return Searcher(catalogue, open_index(catalogue, data, fingerprint), encoder, ALWAYS)
        catalogue = open_catalogue(data, url=where[0])
        return Searcher(catalogue, open_milvus(catalogue, where[1], fingerprint), encoder, ALWAYS)

    app = create_app(opener, "https://example.nl/contact", pictures, protection)
    with TestClient(app, raise_server_exceptions=False) as client:
        until = time.monotonic() + READY_S
        while client.get("/readyz").status_code != 200:
            if time.monotonic() > until:
                pytest.fail("the service did not become ready")
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def new_key(
    catalogue: Catalogue,
    role: Role = Role.READER,
    *,
    lasts: timedelta = YEAR,
    level: Classification | None = None,
    origins: tuple[str, ...] = (),
) -> str:
    """The token of a key made now."""
    made = NewKey("Gemeente Test", role.value, datetime.now(UTC) + lasts, level, origins)
    return create_key(catalogue.database, made)[1]
