"""What people are told when a store of files refuses or does not answer."""

import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus import s3_client
from corpus.errors import CatalogueError, DiskFullError, StoreUnavailableError
from corpus.s3_address import S3Access, S3Address
from corpus.s3_client import S3Client, explained
from tests.scale.bucket import READER, READER_SECRET, SECRET, USER, USER_SECRET, BucketServer

WRONG = "dit-is-niet-het-geheim"

Act = Callable[[S3Client], object]
ACTS: dict[str, Act] = {
    "put": lambda client: client.put("een", b"1"),
    "new": lambda client: client.put_new("een", b"1"),
    "get": lambda client: client.get("een"),
    "size": lambda client: client.size("een"),
    "list": lambda client: list(client.listed("een")),
    "copy": lambda client: client.copy("een", "twee"),
    "delete": lambda client: client.delete("een"),
    "check": lambda client: client.check(),
}


@pytest.fixture
def address(bucket_server: BucketServer) -> S3Address:
    return bucket_server.address()


def refused(address: S3Address, act: Act) -> str:
    with pytest.raises(StoreUnavailableError) as error:
        act(S3Client(address))
    said = str(error.value)
    assert said.startswith("De opslag van bestanden s3://")
    assert not any(secret in said for secret in (SECRET, WRONG, READER_SECRET))
    return said


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_wrong_secret(address: S3Address, act: Act) -> None:
    said = refused(replace(address, access=replace(address.access, secret_key=WRONG)), act)
    assert "het geheim past er niet bij" in said or "weigert ons (403)" in said
    assert "AWS_SECRET_ACCESS_KEY" in said or "Controleer de sleutel" in said


def test_an_unknown_key(address: S3Address) -> None:
    said = refused(replace(address, access=replace(address.access, access_key="wie")), ACTS["check"])
    assert "kent deze toegangssleutel niet" in said


@pytest.mark.parametrize("name", ["put", "new", "delete"])
def test_too_few_rights(address: S3Address, name: str) -> None:
    own = replace(address.access, access_key=READER, secret_key=READER_SECRET)
    assert "te weinig rechten" in refused(replace(address, access=own), ACTS[name])


def test_the_rights_that_are_asked_for_are_enough(address: S3Address) -> None:
    own = replace(address, access=replace(address.access, access_key=USER, secret_key=USER_SECRET))
    client = S3Client(own)
    client.check()
    client.put("een", b"1")
    assert client.copy("een", "map/twee")
    assert not client.put_new("een", b"2")
    assert (client.get("een"), client.size("map/twee")) == (b"1", 1)
    for listed in list(client.listed("")):
        client.delete(listed.key)
    assert list(client.listed("")) == []


def test_no_such_bucket(address: S3Address) -> None:
    nowhere = replace(address, bucket="bestaat-hier-niet")
    for name in ("check", "list", "get"):
        assert "heeft deze bucket niet. Maak hem aan" in refused(nowhere, ACTS[name])


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_nobody_there(address: S3Address, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_client, "RETRIES", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]
        away = replace(address, access=replace(address.access, endpoint=f"http://127.0.0.1:{port}"))
        said = refused(away, act)
    assert "antwoordt niet. Controleer het adres en of de server draait." in said
    assert f":{port}" in said


def test_one_who_takes_a_call_and_says_nothing_is_given_up(address: S3Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_client, "QUICK_S", 1)
    monkeypatch.setattr(s3_client, "RETRIES", 0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        begin = time.monotonic()
        away = replace(address, access=replace(address.access, endpoint=f"http://127.0.0.1:{port}"))
        assert "antwoordt niet" in refused(away, ACTS["check"])
        assert time.monotonic() - begin < 60  # and not for ever


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        ("status code: 507 Insufficient Storage", DiskFullError, "geen ruimte meer"),
        ("status code: 400: <Error><Code>QuotaExceeded</Code>", DiskFullError, "geen ruimte meer"),
        ("status code: 403: <Error><Code>RequestTimeTooSkewed</Code>", StoreUnavailableError, "klokken gelijk"),
        ("status code: 301: <Error><Code>PermanentRedirect</Code>", StoreUnavailableError, "AWS_REGION"),
        ("status code: 503: <Error><Code>SlowDown</Code>", StoreUnavailableError, r"antwoordt niet \(SlowDown\)"),
        ("status code: 418 I'm a teapot", StoreUnavailableError, r"weigert een verzoek \(418\)"),
        ("invalid peer certificate: UnknownIssuer", StoreUnavailableError, "AWS_CA_BUNDLE"),
        ("performing PUT http://169.254.169.254/latest/api/token", StoreUnavailableError, "geen sleutel voor"),
    ],
    ids=lambda value: value[-30:] if isinstance(value, str) else value.__name__,
)
def test_what_stores_say_in_our_words(said: str, kind: type[CatalogueError], told: str) -> None:
    found = explained(S3Address("bak", "kb", S3Access("https://server")), said)
    assert type(found) is kind
    assert re.search(told, str(found))
