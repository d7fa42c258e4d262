"""Tokens of an identity provider that runs as a process of its own."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.audit import read
from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.types import Classification
from search.encoder import Encoder
from service import jwks
from service.access import ANONYMOUS, LEVELS, Caller, Role
from service.authentication import RefusedError
from service.jwks import FRESH_S, PAUSE_S, STALE_S, KeySet, KeysUnavailableError
from service.oidc import OidcAuthenticator
from service.oidc_settings import OidcSettings, parse_oidc
from service.protection import Protection
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]
ROLES = {"ess-redactie": Role.EDITOR, "gemeente": Role.READER, "kennislab": Role.PARTICIPANT}


class Provider:
    """Speaks with the process."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        request = urllib.request.Request(self.issuer + path, json.dumps(body).encode())  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def token(self, how: str = "rs256", **claims: Any) -> str:
        return str(self.post("/sign", how=how, claims=claims)["token"])

    def fetched(self) -> int:
        with urllib.request.urlopen(self.issuer + "/counts", timeout=10) as answer:  # noqa: S310
            return int(json.load(answer)["keys"])

    def settings(self, claim: str = "roles") -> OidcSettings:
        return OidcSettings(self.issuer, "kennislab", claim, ROLES)


@pytest.fixture(scope="module")
def process() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).parent / "identity_provider.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        yield started.stdout.readline().strip()
        started.terminate()
        started.wait(10)


@pytest.fixture
def provider(process: str) -> Iterator[Provider]:
    opened = Provider(process)
    yield opened
    opened.post("/break", broken=False)


@pytest.fixture
def client(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path, provider: Provider
) -> Iterator[TestClient]:
    for level in Classification:
        if level.accepted:
            put(level.value, ["Tekst over preventie."], classification=level)
    with served(tmp_path / "data", encoder, Protection(oidc=provider.settings())) as opened:
        yield opened


@pytest.fixture
def authenticator(provider: Provider) -> OidcAuthenticator:
    return OidcAuthenticator(provider.settings())


def is_refused(authenticator: OidcAuthenticator, token: str) -> bool:
    try:
        assert authenticator.authenticate(token, None)
    except RefusedError as refused:
        return refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Bearer ")
    return False


def seen(client: TestClient, token: str) -> set[str]:
    answer = client.get("/v1/documenten", headers=bearer(token))
    assert answer.status_code == 200, answer.text
    return {document["id"] for document in answer.json()["documenten"]}


def status(client: TestClient, token: str) -> int:
    answer = client.get("/v1/documenten", headers=bearer(token))
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


@pytest.mark.parametrize("how", ["rs256", "es256"])
@pytest.mark.parametrize(
    ("given", "role"),
    [
        (["ess-redactie"], Role.EDITOR),
        (["gemeente"], Role.READER),
        (["gemeente", "iets", "kennislab"], Role.PARTICIPANT),
        ("kennislab", Role.PARTICIPANT),
        (["beheerder"], Role.ANONYMOUS),
        ([], Role.ANONYMOUS),
        (None, Role.ANONYMOUS),
        ({"ess-redactie": True}, Role.ANONYMOUS),
        ([["ess-redactie"], 7], Role.ANONYMOUS),
    ],
)
def test_the_role_follows_from_the_claim(
    authenticator: OidcAuthenticator, provider: Provider, how: str, given: object, role: Role
) -> None:
    caller = authenticator.authenticate(provider.token(how, roles=given), None)
    assert caller == Caller("oidc:u-17", role, LEVELS[role])
    assert caller != ANONYMOUS  # known, so what it may not do is forbidden rather than asked to sign in for


def test_a_token_shows_what_its_role_sees(client: TestClient, catalogue: Catalogue, provider: Provider) -> None:
    for value, role in {**ROLES, "iets": Role.ANONYMOUS}.items():
        assert seen(client, provider.token(roles=[value])) == {level.value for level in LEVELS[role]}
    assert status(client, provider.token("none", roles=["ess-redactie"])) == 401
    assert status(client, provider.token(aud="andere-service", roles=["ess-redactie"])) == 401
    assert seen(client, new_key(catalogue, Role.READER)) == {"openbaar", "beperkt_openbaar"}
    assert status(client, "onzin") == 401


def test_a_claim_may_lie_deeper(provider: Provider) -> None:
    authenticator = OidcAuthenticator(provider.settings("realm_access.roles"))
    for claims in ({"realm_access": {"roles": ["gemeente"]}}, {"realm_access.roles": ["gemeente"]}):
        caller = authenticator.authenticate(provider.token(**claims), None)
        assert caller is not None
        assert caller.role is Role.READER
    caller = authenticator.authenticate(provider.token(realm_access="gemeente"), None)
    assert caller is not None
    assert caller.role is Role.ANONYMOUS


BAD_SIGNATURES = [
    "none",
    "hs256-pem",
    "hs256-oct",
    "ps256",
    "rs512",
    "weak",
    "es256-as-rsa",
    "stranger",
    "encryption-key",
    "unknown-kid",
    "no-kid",
]


@pytest.mark.parametrize("how", BAD_SIGNATURES)
def test_a_signature_that_proves_nothing_is_refused(
    authenticator: OidcAuthenticator, provider: Provider, how: str
) -> None:
    assert not is_refused(authenticator, provider.token(roles=["ess-redactie"]))
    assert is_refused(authenticator, provider.token(how, roles=["ess-redactie"]))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "andere-service"},
        {"aud": ["een", "ander"]},
        {"aud": None},
        {"iss": "https://elders.nl"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"exp": timedelta(seconds=-90)},
        {"exp": None},
        {"exp": "morgen"},
        {"nbf": timedelta(hours=2)},
        {"iat": timedelta(hours=2)},
    ],
    ids=str,
)
def test_a_token_for_another_time_or_service_is_refused(
    authenticator: OidcAuthenticator, provider: Provider, claims: dict[str, Any]
) -> None:
    now = time.time()
    for name, value in claims.items():
        if isinstance(value, timedelta):
            claims = claims | {name: int(now + value.total_seconds())}
    assert is_refused(authenticator, provider.token(**{"roles": ["ess-redactie"], **claims}))


def test_clocks_may_differ_a_minute(authenticator: OidcAuthenticator, provider: Provider) -> None:
    now = int(time.time())
    assert not is_refused(authenticator, provider.token(exp=now - 30))
    assert not is_refused(authenticator, provider.token(nbf=now + 30, iat=now + 30))
    assert not is_refused(authenticator, provider.token(aud=["ander", "kennislab"]))


def test_a_changed_token_is_refused(authenticator: OidcAuthenticator, provider: Provider) -> None:
    head, _, signature = provider.token(roles=["gemeente"]).split(".")
    _, body, _ = provider.token(roles=["ess-redactie"]).split(".")
    for broken in (f"{head}.{body}.{signature}", "a.b.c", "..", f"{head}..{signature}", f"{head}.{body}."):
        assert is_refused(authenticator, broken)


def test_the_audit_log_names_the_subject(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path, provider: Provider
) -> None:
    put("stuk", ["tekst"])
    token = provider.token(roles=["gemeente"], sub="anna\n17")
    with served(tmp_path / "data", encoder, Protection(oidc=provider.settings())) as client:
        status(client, token)
        status(client, provider.token("none"))
    rows = [(row.actor, row.role, row.result) for row in read(catalogue.database)]
    assert rows == [("oidc:anna?17", "lezer", "gelukt (200)"), ("onbekend", "anoniem", "geweigerd (401)")]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_new_keys_are_fetched_when_the_provider_changes_them_but_not_too_often(provider: Provider) -> None:
    clock = Clock()
    authenticator = OidcAuthenticator(provider.settings(), KeySet(provider.issuer, clock=clock))
    old = provider.token()
    before = provider.fetched()
    assert authenticator.authenticate(old, None)
    for _ in range(20):
        authenticator.authenticate(old, None)
    assert provider.fetched() == before + 1
    provider.post("/rotate")
    new = provider.token()
    for _ in range(20):  # a new key at once after a fetch waits a moment, and so do made-up ones
        with pytest.raises(RefusedError):
            authenticator.authenticate(new, None)
    assert provider.fetched() == before + 1
    clock.now += PAUSE_S + 1
    assert authenticator.authenticate(new, None)
    assert provider.fetched() == before + 2
    with pytest.raises(RefusedError, match="niet kennen"):  # the old key is gone at the provider
        authenticator.authenticate(old, None)


def test_a_key_that_the_provider_withdrew_is_forgotten_within_the_hour(provider: Provider) -> None:
    clock = Clock()
    authenticator = OidcAuthenticator(provider.settings(), KeySet(provider.issuer, clock=clock))
    old = provider.token(exp=int(time.time()) + 9000)
    assert authenticator.authenticate(old, None)
    provider.post("/rotate")
    assert authenticator.authenticate(old, None)
    clock.now += FRESH_S + 1
    with pytest.raises(RefusedError):
        authenticator.authenticate(old, None)


def test_while_the_provider_is_away_known_keys_work_for_a_day(provider: Provider) -> None:
    clock = Clock()
    authenticator = OidcAuthenticator(provider.settings(), KeySet(provider.issuer, clock=clock))
    token = provider.token()
    assert authenticator.authenticate(token, None)
    provider.post("/break", broken=True)
    clock.now += STALE_S - 1
    assert authenticator.authenticate(token, None)
    clock.now += 2
    with pytest.raises(RefusedError) as refused:
        authenticator.authenticate(token, None)
    assert refused.value.status == 503
    provider.post("/break", broken=False)
    clock.now += PAUSE_S
    assert authenticator.authenticate(token, None)


def test_without_a_provider_a_token_is_answered_with_503(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path, provider: Provider
) -> None:
    put("stuk", ["tekst"])
    token = provider.token()
    provider.post("/break", broken=True)
    with served(tmp_path / "data", encoder, Protection(oidc=provider.settings())) as client:
        answer = client.get("/v1/documenten", headers=bearer(token))
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "30"
        assert client.get("/v1/documenten").status_code == 200


@pytest.mark.parametrize("path", ["/moved", "/liar"])
def test_a_redirect_or_the_configuration_of_another_is_not_followed(provider: Provider, path: str) -> None:
    with pytest.raises(KeysUnavailableError):
        KeySet(provider.issuer + path).find("rsa-1")


@pytest.mark.parametrize("url", ["http://voorbeeld.nl/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "//x", ""])
def test_only_https_is_fetched(url: str) -> None:
    with pytest.raises(ValueError, match="geen https-adres"):
        jwks.fetch_json(url)


def test_settings() -> None:
    given = {
        "oidc_issuer": "https://aanmelden.nl",
        "oidc_audience": "kennislab",
        "oidc_role_claim": "roles",
        "oidc_roles": "CN=redactie,OU=x=redacteur",
    }
    with pytest.raises(SettingsError, match="'CN=redactie' kan niet"):
        parse_oidc(given)
    found = parse_oidc(given | {"oidc_roles": "ess-redactie=redacteur, a=b=lezer,"})
    assert found is not None
    assert found.roles == {"ess-redactie": Role.EDITOR, "a=b": Role.READER}
    assert parse_oidc(given | {"oidc_issuer": ""}) is None
    with pytest.raises(SettingsError, match="oidc_audience"):
        parse_oidc(given | {"oidc_audience": ""})
    for wrong in ("x", "x=", "=lezer", "x=baas", "x=anoniem"):
        with pytest.raises(SettingsError, match="Schrijf waarde=rol"):
            parse_oidc(given | {"oidc_roles": wrong})
