"""Suggestions over HTTP: what may be asked, what is answered, what is kept of it."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from corpus.audit import read
from corpus.catalogue import Catalogue
from corpus.publishing import remove
from corpus.types import Classification
from search.encoder import Encoder
from service.access import Role
from service.protection import Protection
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]
TYPED = "zevenentwintig in molenbroek"


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Iterator[TestClient]:
    put("nota", ["Het Zorg- en Veiligheidshuis (ZVH) helpt."], title="Nota wijk", kind="nota")
    put("casus", ["Tekst."], title="Wijk De Linde", classification=Classification.VERTROUWELIJK)
    with served(tmp_path / "data", encoder) as opened:
        yield opened


def ask(client: TestClient, begin: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
    answer: httpx.Response = client.post(
        "/v1/documenten/_suggereer", json={"begin": begin, **fields}, headers=headers or {}
    )
    return answer


def texts(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["tekst"] for one in answer.json()["suggesties"]]


def test_the_answer(client: TestClient) -> None:
    answer = ask(client, "zvh")
    assert answer.json() == {
        "suggesties": [{"tekst": "ZVH: Zorg- en Veiligheidshuis", "soort": "afkorting", "taal": "nl"}]
    }
    assert answer.headers["cache-control"] == "no-store"
    assert texts(ask(client, "xyz")) == []
    assert texts(ask(client, "?!")) == []


def test_filters_narrow_and_rights_decide(client: TestClient, catalogue: Catalogue) -> None:
    editor = bearer(new_key(catalogue, Role.EDITOR))
    assert texts(ask(client, "wijk")) == ["Nota wijk"]
    assert texts(ask(client, "wijk", editor)) == ["Wijk De Linde", "Nota wijk"]
    assert texts(ask(client, "wijk", editor, maxAantal=1)) == ["Wijk De Linde"]
    assert texts(ask(client, "wijk", editor, filters={"soort": ["nota"]})) == ["Nota wijk"]
    patched = client.patch("/v1/documenten/nota", json={"vertrouwelijkheid": "vertrouwelijk"}, headers=editor)
    assert patched.status_code == 200
    assert texts(ask(client, "wijk")) == []
    remove(catalogue, "nota")
    assert texts(ask(client, "wijk", editor)) == ["Wijk De Linde"]


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"begin": "  "}, "#/begin", "Er is nog niets getypt."),
        ({"begin": ""}, "#/begin", "Er is nog niets getypt."),
        ({}, "#/begin", "verplicht"),
        ({"begin": "a" * 101}, "#/begin", "hooguit 100 tekens"),
        ({"begin": 5}, "#/begin", "tekst"),
        ({"begin": "a", "maxAantal": 0}, "#/maxAantal", "1 of hoger"),
        ({"begin": "a", "maxAantal": 21}, "#/maxAantal", "hooguit 20"),
        ({"begin": "a", "vraag": "b"}, "#/vraag", "bestaat niet"),
    ],
)
def test_what_can_not_be_asked_says_why(client: TestClient, body: dict[str, Any], pointer: str, words: str) -> None:
    answer = client.post("/v1/documenten/_suggereer", json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert words in error["detail"]


def test_nothing_is_kept_of_what_is_typed(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the log, not in the audit log: that has only who was refused."""
    put("nota", ["tekst"])
    with caplog.at_level(logging.DEBUG), served(tmp_path / "data", encoder) as client:
        assert ask(client, TYPED).status_code == 200
        assert ask(client, TYPED, bearer("onzin")).status_code == 401
        assert ask(client, "x" * 200).status_code == 400
        client.get("/v1/documenten/nota")
        assert client.get("/v1/documenten/_suggereer", params={"begin": "zvh"}).status_code in {404, 405}
    rows = read(catalogue.database)
    assert "nota" in {row.object for row in rows}
    assert [row.result for row in rows if row.action == "geefSuggesties"] == ["geweigerd (401)"]
    assert "molenbroek" not in f"{caplog.text} {rows}".lower()


def test_typing_never_takes_what_asking_needs(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> None:
    put("stuk", ["tekst"], title="Stuk")
    with served(tmp_path / "data", encoder, Protection(rate_limit=3)) as client:
        statuses = [ask(client, "st").status_code for _ in range(32)]
        assert statuses[:30] == [200] * 30
        assert statuses[-1] == 429
        assert ask(client, "st").headers["retry-after"]
        assert [client.get("/v1/documenten").status_code for _ in range(4)] == [200, 200, 200, 429]
