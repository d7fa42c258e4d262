"""While the database does not answer, the service says so and goes on when it is back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue, open_catalogue
from corpus.postgres import parse_url
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.searcher import Searcher
from service import state as state_module
from service.access import Role
from service.app import create_app
from tests.scale.postgres import Server
from tests.service.clients import ALWAYS, bearer, new_key

Put = Callable[..., str]


class Database:
    """Of one test, which can be taken away and given back while others go on."""

    def __init__(self, server: Server, url: str) -> None:
        self.server, self.url, self.name = server, url, str(parse_url(url).database)

    def allow(self, answer: bool) -> None:
        self.server.psql(f"ALTER DATABASE {self.name} WITH ALLOW_CONNECTIONS {str(answer).lower()}")
        if not answer:
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
            self.server.psql(gone % self.name)


@pytest.fixture
def catalogue_url(request: pytest.FixtureRequest) -> object:
    server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url
        server.psql(f"ALTER DATABASE {parse_url(url).database} WITH ALLOW_CONNECTIONS true")


def test_without_its_database_the_service_says_so_and_goes_on_when_it_is_back(
    catalogue: Catalogue,
    catalogue_url: str,
    postgres_server: Server,
    put: Put,
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state_module, "RETRY_S", 0.1)
    database = Database(postgres_server, catalogue_url)
    put("a", ["tekst over de moskee in de wijk"])
    headers = bearer(new_key(catalogue, Role.EDITOR))
    catalogue.close()

    def opener() -> Searcher:
        opened = open_catalogue(tmp_path / "data", url=catalogue_url)
        index = open_index(opened, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
        return Searcher(opened, index, encoder, ALWAYS)

    database.allow(False)
    app = create_app(opener, "https://example.nl/contact")
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/livez").status_code == 200
        assert "niet bereikbaar" in client.get("/readyz").text or client.get("/readyz").status_code == 503
        database.allow(True)
        ready(client)
        assert asked(client, headers) == 200
        database.allow(False)
        for _ in range(3):
            assert asked(client, headers) == 503
            assert asked(client, {}) == 503
        assert client.get("/readyz").status_code == 503
        database.allow(True)
        assert asked(client, headers) == 200
        assert client.get("/readyz").status_code == 200


def ready(client: TestClient) -> None:
    for _ in range(600):
        if client.get("/readyz").status_code == 200:
            return
    pytest.fail("the service did not become ready")


def asked(client: TestClient, headers: dict[str, str]) -> int:
    answer = client.post("/v1/documenten/_zoek", json={"vraag": "moskee"}, headers=headers)
    assert answer.headers["content-type"].startswith("application/")
    return answer.status_code
