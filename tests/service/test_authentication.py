"""Keys over HTTP: who sees what, what is refused, and that rights hold at the very next request."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from corpus.audit import read
from corpus.catalogue import Catalogue
from corpus.errors import KeyRequestError, ModelError
from corpus.keys import list_keys, revoke_key
from corpus.schema import api_keys
from corpus.types import Classification
from search.encoder import Encoder
from search.searcher import Searcher
from service.access import LEVELS, Role, check_key
from service.app import create_app
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]

LEVELS_HERE = [level for level in Classification if level.accepted]
PAGE = "https://portaal.voorbeeld.nl"


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Iterator[TestClient]:
    for level in LEVELS_HERE:
        put(level.value, [f"Tekst over preventie, niveau {level.value}."], classification=level)
    with served(tmp_path / "data", encoder) as opened:
        yield opened


def seen(client: TestClient, headers: dict[str, str]) -> set[str]:
    listed = client.get("/v1/documenten", headers=headers)
    assert listed.status_code == 200, listed.text
    found = client.post("/v1/documenten/_zoek", json={"vraag": "preventie", "maxAantal": 50}, headers=headers).json()
    by_list = {document["id"] for document in listed.json()["documenten"]}
    assert by_list == {result["document"]["id"] for result in found["resultaten"]}
    assert listed.json()["aantal"] == len(by_list)
    return by_list


def refused(client: TestClient, headers: dict[str, str], status: int = 401) -> str:
    for path in ("/v1/documenten", "/v1/documenten/openbaar", "/v1/bestaat-niet"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["api-version"]
        assert answer.json()["status"] == status
        if status == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer ")
    return str(answer.json()["detail"])


def test_a_key_shows_what_its_role_sees(client: TestClient, catalogue: Catalogue) -> None:
    assert seen(client, {}) == {"openbaar"}
    for role in list(Role)[1:]:
        assert seen(client, bearer(new_key(catalogue, role))) == {level.value for level in LEVELS[role]}


def test_a_key_can_see_less_than_its_role(client: TestClient, catalogue: Catalogue) -> None:
    narrow = new_key(catalogue, Role.EDITOR, level=Classification.BEPERKT_OPENBAAR)
    assert seen(client, bearer(narrow)) == {"openbaar", "beperkt_openbaar"}


NOT_KEYS = (
    "Bearer kl_" + "0" * 12 + "_" + "0" * 64,
    "Bearer onzin",
    "Bearer",
    "Bearer ",
    "bearer  ",
    "Basic dXNlcjpwYXNz",
    "kl_" + "0" * 12 + "_" + "0" * 64,
    "Bearer " + "x" * 20_000,
    "Bearer a.b.c",
)


def test_what_is_no_key_is_refused_and_never_taken_for_a_visitor(client: TestClient) -> None:
    for header in NOT_KEYS:
        assert refused(client, {"Authorization": header})


def test_two_keys_at_once_are_refused(client: TestClient, catalogue: Catalogue) -> None:
    values = [("Authorization", f"Bearer {new_key(catalogue, role)}") for role in (Role.READER, Role.EDITOR)]
    assert client.get("/v1/documenten", headers=values).status_code == 401


def test_the_scheme_is_not_case_sensitive(client: TestClient, catalogue: Catalogue) -> None:
    token = new_key(catalogue, Role.READER)
    assert seen(client, {"authorization": f"bearer {token}"}) == {"openbaar", "beperkt_openbaar"}


def test_an_expired_key_says_so(client: TestClient, catalogue: Catalogue) -> None:
    token = new_key(catalogue, lasts=timedelta(seconds=-1))
    assert "verlopen" in refused(client, bearer(token))


def test_an_unknown_secret_does_not_learn_that_the_key_exists(client: TestClient, catalogue: Catalogue) -> None:
    token = new_key(catalogue, lasts=timedelta(seconds=-1))
    wrong = refused(client, bearer(token[:-1] + ("0" if token[-1] != "0" else "1")))
    assert wrong == refused(client, bearer(f"kl_{'0' * 12}_{'0' * 64}"))


def test_a_change_of_rights_holds_at_the_next_request(client: TestClient, catalogue: Catalogue) -> None:
    token = new_key(catalogue, Role.EDITOR)
    assert len(seen(client, bearer(token))) == len(LEVELS_HERE)
    with catalogue.database.write() as connection:
        connection.execute(sa.update(api_keys).values(role="lezer"))
    assert seen(client, bearer(token)) == {"openbaar", "beperkt_openbaar"}
    revoke_key(catalogue.database, token.split("_")[1])
    assert "ingetrokken" in refused(client, bearer(token))


def test_a_key_with_a_role_that_does_not_exist_is_refused(client: TestClient, catalogue: Catalogue) -> None:
    token = new_key(catalogue)
    with catalogue.database.write() as connection:
        connection.execute(sa.update(api_keys).values(role="baas"))
    refused(client, bearer(token))


def test_what_is_open_stays_open(client: TestClient) -> None:
    for path in ("/livez", "/readyz", "/v1/openapi.json"):
        assert client.get(path, headers=bearer("onzin")).status_code == 200


def test_a_bad_key_is_said_before_the_body_is_judged(client: TestClient) -> None:
    answer = client.post("/v1/documenten/_zoek", content=b"{geen json", headers=bearer("onzin"))
    assert answer.status_code == 401


def test_a_key_of_a_web_page_works_only_there(client: TestClient, catalogue: Catalogue) -> None:
    headers = bearer(new_key(catalogue, Role.PARTICIPANT, origins=(PAGE,)))
    assert "intern" in seen(client, headers | {"Origin": PAGE})
    refused(client, headers, 403)
    for origin in ("https://elders.nl", "http://portaal.voorbeeld.nl", "null"):
        refused(client, headers | {"Origin": origin}, 403)


def test_a_page_of_our_own_site_sends_no_origin_with_a_get(client: TestClient, catalogue: Catalogue) -> None:
    """A browser then says that it is same-origin, which a script can not; the host says which site that is."""
    here = bearer(new_key(catalogue, Role.PARTICIPANT, origins=(PAGE,))) | {"Host": "portaal.voorbeeld.nl"}
    own = here | {"Sec-Fetch-Site": "same-origin"}
    assert client.get("/v1/documenten/intern", headers=own).status_code == 200
    assert client.head("/v1/documenten/intern", headers=own).status_code == 200
    refused(client, here, 403)
    for word in ("same-site", "cross-site", "none", ""):
        refused(client, here | {"Sec-Fetch-Site": word}, 403)
    refused(client, own | {"Host": "elders.nl"}, 403)  # another name for this address is another site
    refused(client, own | {"Host": "portaal.voorbeeld.nl:8443"}, 403)
    refused(client, own | {"Origin": "https://elders.nl"}, 403)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_a_key_of_a_web_page_never_changes_anything(client: TestClient, catalogue: Catalogue, role: Role) -> None:
    """Such a key can not be made; when the table holds one all the same, it is refused."""
    with pytest.raises(KeyRequestError, match="kies lezer of deelnemer"):
        check_key(role, None, [PAGE])
    refused(client, bearer(new_key(catalogue, role, origins=(PAGE,))) | {"Origin": PAGE}, 403)


def test_a_level_above_the_role_is_refused() -> None:
    check_key(Role.READER, Classification.OPENBAAR, [PAGE])
    with pytest.raises(KeyRequestError, match="lezer ziet intern niet"):
        check_key(Role.READER, Classification.INTERN, [])


def test_the_day_of_use_is_noted_once(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> None:
    put("stuk", ["tekst"])
    used, unused = new_key(catalogue), new_key(catalogue)
    with served(tmp_path / "data", encoder) as client:
        for _ in range(3):
            assert client.get("/v1/documenten", headers=bearer(used)).status_code == 200
    days = {key.id: key.last_used for key in list_keys(catalogue.database)}
    assert days == {used.split("_")[1]: datetime.now(UTC).date().isoformat(), unused.split("_")[1]: None}


def test_no_key_is_ever_logged(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put("stuk", ["tekst"])
    token = new_key(catalogue)
    wrong = token[:-4] + "beef"
    with caplog.at_level(logging.DEBUG), served(tmp_path / "data", encoder) as client:
        client.get("/v1/documenten", headers=bearer(token))
        client.get("/v1/documenten", headers=bearer(wrong))
        client.get(f"/v1/documenten/{token}")
    logged = [record.getMessage() for record in caplog.records if record.name != "httpx2"]  # the client's own
    kept = str(logged) + str(read(catalogue.database))
    assert "toonDocumenten" in kept
    assert token.rpartition("_")[2][:40] not in kept


def test_a_key_can_not_be_judged_before_the_catalogue_is_open() -> None:
    def opener() -> Searcher:
        raise ModelError("Het model ontbreekt.")

    with TestClient(create_app(opener, "x")) as client:
        answer = client.get("/v1/documenten", headers=bearer(f"kl_{'0' * 12}_{'0' * 64}"))
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
