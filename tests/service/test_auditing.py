"""What the service writes in the audit log, when, and what never gets in."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from corpus.audit import Entry, Row, read, verify
from corpus.catalogue import Catalogue
from corpus.types import Classification
from search.encoder import Encoder
from service.access import Role
from service.auditing import AuditMiddleware, Operations, result_of
from service.openapi import describe
from service.recorder import CAPACITY, Recorder
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]

PRIVATE_QUESTION = "waarom wil zevenentwintig de burgemeester spreken over Molenbroek"
SHORT = ("actor", "role", "action", "object", "result")


def facts(rows: list[Row]) -> list[tuple[str, ...]]:
    return [tuple(getattr(row, name) for name in SHORT) for row in rows]


def test_who_read_and_searched_what_with_which_result(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path
) -> None:
    put("open", ["Een stuk over preventie."])
    put("casus", ["Een casus over preventie."], classification=Classification.VERTROUWELIJK)
    token = new_key(catalogue, Role.READER)
    name = f"sleutel:{token.split('_')[1]}"
    with served(tmp_path / "data", encoder) as client:
        client.post("/v1/documenten/_zoek", json={"vraag": PRIVATE_QUESTION}, headers=bearer(token))
        client.get("/v1/documenten/open", headers=bearer(token))
        client.get("/v1/documenten/open/bestand")
        client.get("/v1/documenten/open/paginas/1", headers=bearer(token))
        client.get("/v1/documenten/casus", headers=bearer(token))
        client.get("/v1/documenten/open", headers=bearer("onzin"))
        client.post("/v1/documenten/_zoek", json={"vraag": ""})
        for path in ("/livez", "/readyz", "/v1/openapi.json", "/v1/onbekend", "/"):
            client.get(path)
    rows = read(catalogue.database)
    assert facts(rows) == [
        (name, "lezer", "zoekDocumenten", "", "gelukt (200)"),
        (name, "lezer", "toonDocument", "open", "gelukt (200)"),
        ("anoniem", "anoniem", "toonBestand", "open", "gelukt (200)"),
        (name, "lezer", "toonPagina", "open", "gelukt (200)"),
        (name, "lezer", "toonDocument", "casus", "niet gevonden (404)"),
        ("onbekend", "anoniem", "toonDocument", "open", "geweigerd (401)"),
        ("anoniem", "anoniem", "zoekDocumenten", "", "mislukt (400)"),
    ]
    assert {row.origin for row in rows} == {"testclient"}
    assert all(row.time.endswith("Z") for row in rows)
    assert verify(catalogue.database).broken is None


def test_a_known_but_expired_key_is_named(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> None:
    put("open", ["Tekst."])
    token = new_key(catalogue, Role.READER, origins=("https://portaal.nl",))
    with served(tmp_path / "data", encoder) as client:
        client.get("/v1/documenten/open", headers=bearer(token))
    (row,) = read(catalogue.database)
    assert (row.actor, row.result) == (f"sleutel:{token.split('_')[1]}", "geweigerd (403)")


def test_no_question_text_or_key_gets_into_the_log(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path
) -> None:
    put("open", ["Passage met een woord dat alleen hier staat: kwibus."])
    token = new_key(catalogue)
    with served(tmp_path / "data", encoder) as client:
        for question in (PRIVATE_QUESTION, "kwibus"):
            client.post("/v1/documenten/_zoek", json={"vraag": question}, headers=bearer(token))
        client.get(f"/v1/documenten/{PRIVATE_QUESTION}", headers=bearer(token))
        client.get(f"/v1/documenten/{token}")
        client.get(f"/v1/documenten/{PRIVATE_QUESTION}", headers=bearer(token[:-1]))
        client.get("/v1/documenten/open/paginas/1")
    text = str(read(catalogue.database))
    assert len(read(catalogue.database)) == 6
    leaked = [
        word for word in (*PRIVATE_QUESTION.split(), "kwibus", token[-60:-2], token) if len(word) > 4 and word in text
    ]
    assert leaked == []


# -- the middleware by itself, on an application with a route that changes something -------------------------------


def changing_app(recorder: Recorder) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.delete("/v1/documenten/{id}", operation_id="verwijder")
    def delete(id: str) -> dict[str, str]:
        return {"id": id}

    @app.post("/v1/taken", operation_id="maakTaak")
    def make(request: Request) -> dict[str, str]:
        request.state.audit_object = "taak:17"
        return {}

    @app.patch("/v1/stuk", operation_id="breek")
    def break_down() -> dict[str, str]:
        raise RuntimeError("kapot")

    @app.get("/v1/taken/{id}", operation_id="toonTaak")
    def poll(id: str) -> dict[str, str]:
        return {"id": id}

    description: dict[str, Any] = {"components": {"schemas": {}}} | describe(app, "x", "1")
    app.add_middleware(AuditMiddleware, recorder=recorder, operations=Operations(description))
    return app


@pytest.fixture
def recorder(catalogue: Catalogue) -> Iterator[Recorder]:
    made = Recorder(lambda: catalogue.database)
    yield made
    made.stop()


def test_a_change_is_in_the_log_before_the_answer_is_there(catalogue: Catalogue, recorder: Recorder) -> None:
    """The writer in the background is not even running."""
    client = TestClient(changing_app(recorder), raise_server_exceptions=False)
    assert client.delete("/v1/documenten/abc").status_code == 200
    assert facts(read(catalogue.database))[-1] == ("anoniem", "anoniem", "verwijder", "abc", "gelukt (200)")
    assert client.post("/v1/taken").status_code == 200
    assert facts(read(catalogue.database))[-1] == ("anoniem", "anoniem", "maakTaak", "taak:17", "gelukt (200)")
    assert client.patch("/v1/stuk").status_code == 500
    assert facts(read(catalogue.database))[-1] == ("anoniem", "anoniem", "breek", "", "mislukt (500)")
    assert client.put("/v1/documenten/abc").status_code == 405
    assert facts(read(catalogue.database))[-1] == ("anoniem", "anoniem", "onbekend", "", "mislukt (405)")
    before = len(read(catalogue.database))
    client.get("/v1/taken/17")  # a client asks how its task is doing, every second
    recorder.start()
    recorder.stop()
    assert len(read(catalogue.database)) == before


def test_waiting_rows_are_written_when_the_service_stops(catalogue: Catalogue, recorder: Recorder) -> None:
    for number in range(2500):
        assert recorder.offer(Entry("a", "lezer", "toonDocument", str(number), "gelukt (200)", ""))
    recorder.start()
    recorder.stop()
    rows = read(catalogue.database)
    assert [row.object for row in rows] == [str(number) for number in range(2500)]
    assert verify(catalogue.database).broken is None


def test_rows_wait_for_a_catalogue_that_is_not_yet_open(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.recorder.RETRY_S", 0.02)
    opened: list[Any] = []
    recorder = Recorder(lambda: opened[0] if opened else None)
    recorder.start()
    recorder.now(Entry("a", "lezer", "verwijder", "x", "gelukt (204)", ""))
    time.sleep(0.3)
    assert read(catalogue.database) == []
    opened.append(catalogue.database)
    recorder.stop()
    assert [row.object for row in read(catalogue.database)] == ["x"]


def test_a_full_queue_refuses_rather_than_forgets(recorder: Recorder) -> None:
    entry = Entry("a", "lezer", "toonDocument", "x", "gelukt (200)", "")
    assert all(recorder.offer(entry) for _ in range(CAPACITY))
    assert not recorder.offer(entry)


def test_recording_a_search_costs_less_than_a_millisecond_also_while_another_writes(
    catalogue: Catalogue, recorder: Recorder
) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def nothing(*_arguments: Any) -> None:
        return None

    description = {"paths": {"/documenten/_zoek": {"post": {"operationId": "zoekDocumenten"}}}}
    middleware = AuditMiddleware(app, recorder, Operations(description))
    scope = {"type": "http", "method": "POST", "path": "/v1/documenten/_zoek", "client": ("::1", 1)}

    async def measured() -> list[float]:
        times = []
        for _ in range(500):
            start = time.perf_counter()
            await middleware(dict(scope), nothing, nothing)
            times.append(time.perf_counter() - start)
        return times

    recorder.start()
    with catalogue.database.write():  # the log can not be written now
        times = sorted(asyncio.run(measured()))
    assert times[len(times) // 2] < 0.001
    recorder.stop()
    assert len(read(catalogue.database)) == 500


def test_an_operation_is_found_by_method_and_path() -> None:
    entry = {"get": {"operationId": "toon"}, "delete": {"operationId": "weg"}}
    paths = {"/documenten/{id}": entry, "/documenten/_zoek": {"get": {"operationId": "zoek"}}}
    paths |= {"/documenten/{id}/paginas/{nummer}": {"get": {"operationId": "pagina"}}}
    operations = Operations({"paths": paths})
    assert operations.find("GET", "/v1/documenten/abc") == ("toon", "abc")
    assert operations.find("DELETE", "/v1/documenten/abc") == ("weg", "abc")
    assert operations.find("GET", "/v1/documenten/_zoek") == ("zoek", "")
    assert operations.find("GET", "/v1/documenten/abc/paginas/3") == ("pagina", "abc")
    for method, path in (("PUT", "/v1/documenten/abc"), ("GET", "/documenten/abc"), ("GET", "/v1/documenten/a/b/c/d")):
        assert operations.find(method, path) == ("onbekend", "")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *((200, "gelukt (200)"), (304, "gelukt (304)"), (401, "geweigerd (401)"), (403, "geweigerd (403)")),
        *((404, "niet gevonden (404)"), (400, "mislukt (400)"), (500, "mislukt (500)")),
    ],
)
def test_results_in_words(status: int, result: str) -> None:
    assert result_of(status) == result
