"""Following, listing and repeating uploads over HTTP, and who may."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue, open_catalogue
from corpus.leases import Ending, end, renew, take
from corpus.tasks import FileStatus
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.searcher import Searcher
from service import state
from service.access import ANONYMOUS, LEVELS, Caller, Role
from service.app import create_app
from service.routes import tasks as routes

EDITOR = Caller("redacteur", Role.EDITOR, LEVELS[Role.EDITOR])
COLLEAGUE = Caller("collega", Role.EDITOR, LEVELS[Role.EDITOR])
NARROW = Caller("smal", Role.EDITOR, LEVELS[Role.READER])
PARTICIPANT = Caller("deelnemer", Role.PARTICIPANT, LEVELS[Role.PARTICIPANT])
ADMINISTRATOR = Caller("beheerder", Role.ADMINISTRATOR, LEVELS[Role.ADMINISTRATOR])


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> Iterator[TestClient]:
    def opener() -> Searcher:
        opened = open_catalogue(tmp_path / "data")
        index = open_index(opened, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
        return Searcher(opened, index, encoder)

    app = create_app(opener, "https://example.nl/contact")
    app.dependency_overrides[state._caller] = lambda: EDITOR
    with TestClient(app, raise_server_exceptions=False) as opened:
        while opened.get("/readyz").status_code != 200:
            pass
        yield opened


def as_caller(client: TestClient, caller: Caller) -> None:
    client.app.dependency_overrides[state._caller] = lambda: caller  # type: ignore[attr-defined]


def upload(client: TestClient, *texts: str) -> str:
    parts = [("bestanden", (f"{text}.md", text.encode())) for text in texts]
    return str(client.post("/v1/documenten", files=parts).json()["id"])


def finish(catalogue: Catalogue, status: FileStatus, reason: str = "") -> None:
    lease = take(catalogue, "werker", lambda _worker: True)
    assert lease is not None
    with catalogue.database.write() as connection:
        end(connection, lease, Ending(status, reason))


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream; comments are left out."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_task_has_exactly_the_promised_names(client: TestClient) -> None:
    task = client.get(f"/v1/taken/{upload(client, 'een')}").json()
    assert set(task) == {"id", "status", "gemaakt", "gemaaktDoor", "aantallen", "link", "bestanden"}
    assert set(task["aantallen"]) == {"wacht", "bezig", "verwerkt", "mislukt", "overgeslagen"}
    assert task["bestanden"] == [
        {
            "nummer": 1,
            "bestandsnaam": "een.md",
            "omvang": 3,
            "status": "wacht",
            "fase": "",
            "paginasGedaan": 0,
            "aantalPaginas": 0,
            "pogingen": 0,
            "reden": "",
            "opmerkingen": [],
            "document": None,
            "versie": None,
        }
    ]


def test_the_list_is_ones_own_newest_first(client: TestClient, catalogue: Catalogue) -> None:
    first = upload(client, "een")
    finish(catalogue, FileStatus.FAILED, "stuk")
    second = upload(client, "twee")
    as_caller(client, COLLEAGUE)
    third = upload(client, "drie")

    def ids(**query: Any) -> list[str]:
        answer = client.get("/v1/taken", params=query).json()
        assert all("bestanden" not in task for task in answer["taken"])
        return [task["id"] for task in answer["taken"]]

    assert ids() == [third]
    assert ids(alle=True) == [third, second, first]
    as_caller(client, EDITOR)
    assert ids() == [second, first]
    assert ids(maxAantal=1, pagina=2) == [first]
    assert ids(status="klaar-met-fouten") == [first]
    assert client.get("/v1/taken?status=onzin").status_code == 400
    as_caller(client, NARROW)
    assert ids(alle=True) == []


@pytest.mark.parametrize(("caller", "list_status", "retry_status"), [(ANONYMOUS, 401, 401), (PARTICIPANT, 403, 403)])
def test_to_others_a_task_does_not_exist(
    client: TestClient, caller: Caller, list_status: int, retry_status: int
) -> None:
    task_id = upload(client, "geheim plan")
    as_caller(client, caller)
    for path in ("", "/gebeurtenissen"):
        response = client.get(f"/v1/taken/{task_id}{path}")
        assert response.status_code == 404
        assert "geheim" not in response.text
        other = client.get(f"/v1/taken/bestaat-niet{path}")
        assert other.status_code == 404
        assert other.text.replace("bestaat-niet", "") == response.text.replace(task_id, "")
    assert client.get("/v1/taken").status_code == list_status
    assert client.post(f"/v1/taken/{task_id}/_opnieuw").status_code == retry_status


def test_an_editor_with_fewer_levels_sees_only_its_own(client: TestClient) -> None:
    task_id = upload(client, "een")
    for caller, status in ((COLLEAGUE, 200), (ADMINISTRATOR, 200), (NARROW, 404)):
        as_caller(client, caller)
        assert client.get(f"/v1/taken/{task_id}").status_code == status
    assert client.post(f"/v1/taken/{task_id}/_opnieuw").status_code == 404
    own = upload(client, "twee")
    assert client.get(f"/v1/taken/{own}").status_code == 200


def test_what_failed_is_tried_again(client: TestClient, catalogue: Catalogue) -> None:
    task_id = upload(client, "een", "twee")
    assert client.post(f"/v1/taken/{task_id}/_opnieuw").status_code == 409
    finish(catalogue, FileStatus.FAILED, "stuk")
    finish(catalogue, FileStatus.PROCESSED)
    assert client.get(f"/v1/taken/{task_id}").json()["status"] == "klaar-met-fouten"
    again = client.post(f"/v1/taken/{task_id}/_opnieuw")
    assert again.status_code == 202
    assert [file["status"] for file in again.json()["bestanden"]] == ["wacht", "verwerkt"]
    assert client.post("/v1/taken/bestaat-niet/_opnieuw").status_code == 404


def test_a_task_can_be_followed_to_its_end(client: TestClient, catalogue: Catalogue, monkeypatch: Any) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT_S", 0.2)
    monkeypatch.setattr(routes, "POLL_S", 0.05)
    task_id = upload(client, "een", "twee")

    def work() -> None:
        time.sleep(0.5)
        lease = take(catalogue, "werker", lambda _worker: True)
        assert lease is not None
        renew(catalogue, lease, "indexeren", 1, 4)
        time.sleep(0.5)
        with catalogue.database.write() as connection:
            end(connection, lease, Ending(FileStatus.PROCESSED))
        finish(catalogue, FileStatus.FAILED, "stuk")

    thread = threading.Thread(target=work)
    thread.start()
    response = client.get(f"/v1/taken/{task_id}/gebeurtenissen")
    thread.join()
    assert response.headers["content-type"].startswith("text/event-stream")
    assert ": hartslag" in response.text
    found = events(response.text)
    assert found[-1] == ("klaar", {"status": "klaar-met-fouten"})
    states = [(data["nummer"], data["status"], data["paginasGedaan"]) for name, data in found if name == "bestand"]
    assert states[:2] == [(1, "wacht", 0), (2, "wacht", 0)]
    assert (1, "bezig", 1) in states
    assert {(number, status) for number, status, _done in states} >= {(1, "verwerkt"), (2, "mislukt")}
    assert [data["aantallen"]["wacht"] for name, data in found if name == "taak"][-1] == 0


def test_a_task_that_is_done_is_told_at_once(client: TestClient, catalogue: Catalogue) -> None:
    task_id = upload(client, "een")
    finish(catalogue, FileStatus.PROCESSED)
    found = events(client.get(f"/v1/taken/{task_id}/gebeurtenissen").text)
    assert [name for name, _data in found] == ["bestand", "taak", "klaar"]
