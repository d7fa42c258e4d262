"""Which web pages of other sites may use the API."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.keys import revoke_key
from search.encoder import Encoder
from service.access import Role
from service.origins import origin_of, parse_origin
from service.protection import Protection
from service.settings import load_settings
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]

SITE = "https://www.portaal.nl"
PAGE = "https://gemeente.nl"
STRANGE = "https://elders.nl"
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Iterator[TestClient]:
    put("stuk", ["tekst over preventie"])
    protection = Protection(origins=frozenset({SITE}), rate_limit=50)
    with served(tmp_path / "data", encoder, protection) as opened:
        yield opened


def allowed(client: TestClient, origin: str) -> bool:
    """Whether a page there may read the answer; the preflight says the same."""
    preflight = client.options("/v1/documenten/_zoek", headers={"Origin": origin, **ASK})
    answer = client.get("/v1/documenten", headers={"Origin": origin})
    assert answer.status_code == 200
    assert "Origin" in answer.headers["vary"]
    assert "Origin" in preflight.headers["vary"]
    assert "access-control-allow-credentials" not in {**answer.headers, **preflight.headers}
    found = [response.headers.get("access-control-allow-origin") for response in (preflight, answer)]
    assert found in ([origin, origin], [None, None])
    assert preflight.status_code == (204 if found[0] else 403)
    return found[0] is not None


def test_only_the_sites_on_the_list(client: TestClient) -> None:
    assert allowed(client, SITE)
    near = ("http://www.portaal.nl", SITE + ":8443", SITE + ".elders.nl", "https://portaal.nl", "null", SITE + "/", "*")
    assert [origin for origin in (STRANGE, *near) if allowed(client, origin)] == []


def test_a_preflight_says_what_a_page_may_send(client: TestClient) -> None:
    answer = client.options("/v1/documenten/_zoek", headers={"Origin": SITE, **ASK})
    assert answer.content == b""
    methods = {method.strip() for method in answer.headers["access-control-allow-methods"].split(",")}
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= methods
    names = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type"} <= names
    assert int(answer.headers["access-control-max-age"]) <= 3600
    assert answer.headers["api-version"]


def test_the_sites_of_keys_count_as_long_as_the_key_does(client: TestClient, catalogue: Catalogue) -> None:
    assert not allowed(client, PAGE)
    token = new_key(catalogue, Role.READER, origins=(PAGE,))
    new_key(catalogue, Role.READER, origins=(STRANGE,), lasts=timedelta(seconds=-1))
    assert allowed(client, PAGE)
    assert not allowed(client, STRANGE)
    revoke_key(catalogue.database, token.split("_")[1])
    assert not allowed(client, PAGE)


def test_errors_can_be_read_by_the_page_too(client: TestClient) -> None:
    cases = {
        401: client.get("/v1/documenten", headers={"Origin": SITE, **bearer("onzin")}),
        404: client.get("/v1/documenten/weg", headers={"Origin": SITE}),
        400: client.post("/v1/documenten/_zoek", json={}, headers={"Origin": SITE}),
    }
    limited = [client.get("/v1/documenten/weg", headers={"Origin": SITE}) for _ in range(60)][-1]
    for status, answer in {**cases, 429: limited}.items():
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == SITE
        exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
        assert {"API-Version", "Retry-After"} <= exposed


def test_the_description_is_open_to_all_and_nothing_else_is(client: TestClient) -> None:
    assert client.get("/v1/openapi.json", headers={"Origin": STRANGE}).headers["access-control-allow-origin"] == "*"
    for path in ("/livez", "/readyz", "/"):
        assert "access-control-allow-origin" not in client.get(path, headers={"Origin": SITE}).headers


def test_an_answer_without_an_origin_also_says_that_it_varies(client: TestClient) -> None:
    assert "Origin" in client.get("/v1/documenten").headers["vary"]


def test_options_that_is_no_preflight_is_not_answered_as_one(client: TestClient) -> None:
    assert client.options("/v1/documenten", headers={"Origin": SITE}).status_code == 405


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://Portaal.NL", "https://portaal.nl"),
        (" https://portaal.nl/ ", "https://portaal.nl"),
        ("https://portaal.nl:443", "https://portaal.nl"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_read_as_a_browser_writes_it(given: str, read: str) -> None:
    assert parse_origin(given) == read


@pytest.mark.parametrize(
    "given",
    [
        *("*", "null", "", "portaal.nl", "https://", "ftp://portaal.nl", "https://portaal.nl/pad", "https://a.nl?x=1"),
        *("https://naam@portaal.nl", "https://portaal.nl:poort", "https://*.nl", "https://a.nl https://b.nl"),
    ],
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="is geen herkomst"):
        parse_origin(given)


@pytest.mark.parametrize(
    ("host", "scheme", "origin"),
    [
        ("kennis.nl", "https", "https://kennis.nl"),
        ("kennis.nl", "http", "https://kennis.nl"),  # a proxy ended TLS: over http a browser would not say same-origin
        ("kennis.nl:8443", "http", "https://kennis.nl:8443"),
        ("localhost:8000", "http", "http://localhost:8000"),
        ("127.0.0.1:8000", "http", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http", "http://[::1]:8000"),
        ("test.localhost", "https", "https://test.localhost"),
        ("", "http", None),
        ("a b", "http", None),
        ("kennis.nl/pad", "http", None),
        ("iemand@kennis.nl", "http", None),
        ("kennis.nl:poort", "http", None),
    ],
)
def test_the_origin_of_a_page_of_our_own_site(host: str, scheme: str, origin: str | None) -> None:
    assert origin_of({"host": host, "sec-fetch-site": "same-origin"}, scheme) == origin
    assert origin_of({"host": host, "sec-fetch-site": "cross-site"}, scheme) is None
    assert origin_of({"host": host, "sec-fetch-site": "same-origin", "origin": "null"}, scheme) == "null"


def test_the_setting() -> None:
    given = {"KENNISLAB_ORIGINS": "https://a.nl, https://b.nl:8443,"}
    assert load_settings({}, given).origins == {"https://a.nl", "https://b.nl:8443"}
    assert load_settings({}, {}).origins == frozenset()
    with pytest.raises(SettingsError, match="origins"):
        load_settings({}, {"KENNISLAB_ORIGINS": "*"})
