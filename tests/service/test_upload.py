"""Uploads over HTTP: what is taken in, what is refused and with which words, and that nothing is left behind."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from corpus.catalogue import Catalogue, open_catalogue
from corpus.files import sha256_of
from corpus.scope import EVERYTHING
from corpus.types import Classification
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from ingest.worker import Worker
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.relevance import Calibration
from search.searcher import Searcher
from service import state
from service.access import ANONYMOUS, LEVELS, Caller, Role
from service.app import create_app
from service.uploads import UploadLimits

Put = Callable[..., str]

ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
EDITOR = Caller("redacteur", Role.EDITOR, LEVELS[Role.EDITOR])
READER = Caller("lezer", Role.READER, LEVELS[Role.READER])
NARROW = Caller("smal", Role.EDITOR, LEVELS[Role.READER])
TEXT = "De gemeente voert de regie over de preventie van radicalisering in de wijk. "


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> Iterator[TestClient]:
    def opener() -> Searcher:
        opened = open_catalogue(tmp_path / "data")
        index = open_index(opened, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
        return Searcher(opened, index, encoder, ALWAYS)

    app = create_app(opener, "https://example.nl/contact", upload_limits=UploadLimits(file_mb=1, files=3))
    app.dependency_overrides[state._caller] = lambda: EDITOR
    with TestClient(app, raise_server_exceptions=False) as opened:
        while opened.get("/readyz").status_code != 200:
            pass
        yield opened


def as_caller(client: TestClient, caller: Caller) -> None:
    client.app.dependency_overrides[state._caller] = lambda: caller  # type: ignore[attr-defined]


def post(client: TestClient, files: list[tuple[str, bytes]], metadata: Any = None) -> Response:
    data = {} if metadata is None else {"metadata": json.dumps(metadata)}
    parts = [("bestanden", (name, content)) for name, content in files]
    return client.post("/v1/documenten", files=parts, data=data)  # type: ignore[return-value]


def accepted(response: Response) -> dict[str, Any]:
    assert response.status_code == 202, response.text
    body: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/v1/taken/{body['id']}" == body["link"]
    return body


def refused(response: Response, status: int, *words: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert all(word in response.json()["detail"] for word in words), response.text


def work_off(catalogue: Catalogue, encoder: Encoder) -> None:
    worker = Worker(catalogue, lambda: Pipeline(catalogue, encoder, IngestOptions(), read_document))
    while worker.work_once():
        pass


def spooled(catalogue: Catalogue) -> set[str]:
    return {path.name for path in catalogue.spool.folder.rglob("*") if path.is_file()}


def test_a_file_can_be_found_after_its_task_says_so(client: TestClient, catalogue: Catalogue, encoder: Encoder) -> None:
    body = accepted(post(client, [("nota.md", f"# Nota\n\n{TEXT}".encode())], {"vertrouwelijkheid": "openbaar"}))
    assert (body["status"], body["gemaaktDoor"], body["aantallen"]["wacht"]) == ("wacht", "redacteur", 1)
    assert spooled(catalogue) == {sha256_of(f"# Nota\n\n{TEXT}".encode())}
    work_off(catalogue, encoder)
    task = client.get(body["link"]).json()
    assert (task["status"], task["bestanden"][0]["status"]) == ("klaar", "verwerkt")
    answer = client.post("/v1/documenten/_zoek", json={"vraag": "regie preventie radicalisering"}).json()
    assert [result["document"]["id"] for result in answer["resultaten"]] == [task["bestanden"][0]["document"]]
    assert not spooled(catalogue)


def test_many_files_with_metadata_for_each(client: TestClient, catalogue: Catalogue, encoder: Encoder) -> None:
    rows = [{"titel": "Eerste", "thema": ["jeugd"]}, {"titel": "Tweede", "bewaartermijn": "2031-05-01"}]
    body = accepted(post(client, [("a.md", b"tekst a"), ("b.md", b"tekst b")], rows))
    work_off(catalogue, encoder)
    found = [
        client.get(f"/v1/documenten/{file['document']}").json() for file in client.get(body["link"]).json()["bestanden"]
    ]
    assert [document["titel"] for document in found] == ["Eerste", "Tweede"]
    assert [document["bewaartermijn"] for document in found] == [None, "2031-05-01"]
    assert found[0]["thema"] == ["jeugd"]


def test_what_cannot_be_read_is_told_per_file_and_the_rest_goes_on(client: TestClient, catalogue: Catalogue) -> None:
    body = accepted(post(client, [("goed.md", b"tekst"), ("cijfers.xlsx", b"PK"), ("ook.txt", b"tekst twee")]))
    assert [file["status"] for file in body["bestanden"]] == ["wacht", "mislukt", "wacht"]
    assert ".xlsx" in body["bestanden"][1]["reden"]
    assert len(spooled(catalogue)) == 2


@pytest.mark.parametrize("name", ["cijfers.xlsx", "programma.exe", "plaatje.PNG", "zonder-soort", "archief.tar.gz"])
def test_a_kind_without_a_reader_is_refused_at_once(client: TestClient, catalogue: Catalogue, name: str) -> None:
    refused(post(client, [(name, b"inhoud")]), 415, "pdf")
    assert not spooled(catalogue)


def test_a_file_without_suffix_is_taken_when_its_type_is_known(client: TestClient) -> None:
    response = client.post("/v1/documenten", files=[("bestanden", ("nota", b"tekst", "text/plain; charset=utf-8"))])
    assert response.status_code == 202


def test_too_large_is_refused_and_leaves_nothing(client: TestClient, catalogue: Catalogue) -> None:
    files = [("klein.md", b"tekst"), ("groot.txt", b"x" * (1024 * 1024 + 1))]
    refused(post(client, files), 413, "groot.txt", "1 MB")
    assert not spooled(catalogue)
    assert client.get("/v1/taken").json()["aantal"] == 0
    accepted(post(client, [("precies.txt", b"x" * 1024 * 1024)]))


def test_too_many_files_are_refused(client: TestClient, catalogue: Catalogue) -> None:
    refused(post(client, [(f"{number}.md", b"x") for number in range(4)]), 413, "3 bestanden")
    assert not spooled(catalogue)


@pytest.mark.parametrize(
    ("raw", "shown"), [("../../etc/passwd.txt", "passwd.txt"), ("rap\u202etxt.md", "raptxt.md"), ("é.md", "é.md")]
)
def test_names_are_made_harmless(client: TestClient, raw: str, shown: str) -> None:
    head = f'--grens\r\nContent-Disposition: form-data; name="bestanden"; filename="{raw}"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=grens"}
    response = client.post("/v1/documenten", content=f"{head}tekst\r\n--grens--\r\n".encode(), headers=headers)
    assert response.json()["bestanden"][0]["bestandsnaam"] == shown


@pytest.mark.parametrize(
    ("metadata", "pointer"),
    [
        ({"titels": "x"}, "#/metadata/titels"),
        ({"vertrouwelijkheid": "geheim"}, "#/metadata/vertrouwelijkheid"),
        ({"vertrouwelijkheid": "iets"}, "#/metadata/vertrouwelijkheid"),
        ({"datum": "gisteren"}, "#/metadata/datum"),
        ({"taal": "nederlands"}, "#/metadata/taal"),
        ([{"titel": 7}], "#/metadata/0/titel"),
        ("tekst", "#/metadata"),
    ],
)
def test_wrong_metadata_is_refused_with_its_place(
    client: TestClient, catalogue: Catalogue, metadata: Any, pointer: str
) -> None:
    response = post(client, [("a.md", b"tekst")], metadata)
    assert response.status_code == 400
    assert [entry["pointer"] for entry in response.json()["errors"]] == [pointer]
    assert not spooled(catalogue)


def test_other_mistakes_are_told(client: TestClient) -> None:
    refused(post(client, [("a.md", b"tekst")], [{}, {}]), 400, "lijst van 2", "1 bestanden")
    refused(client.post("/v1/documenten", files=[("bestanden", ("a.md", b"x"))], data={"metadata": "{"}), 400, "JSON")
    refused(client.post("/v1/documenten", files=[("iets", ("a.md", b"x"))]), 400, "'iets'")
    refused(client.post("/v1/documenten", files=[("metadata", (None, b"{}"))]), 400, "geen bestand")
    refused(client.post("/v1/documenten", json={"titel": "x"}), 415, "multipart/form-data")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    broken = b'--x\r\nContent-Disposition: form-data; name="bestanden"; filename="a.md"\r\n\r\nhalf'
    refused(client.post("/v1/documenten", content=broken, headers=headers), 400, "niet compleet")


@pytest.mark.parametrize(("caller", "status"), [(ANONYMOUS, 401), (READER, 403)])
def test_only_an_editor_adds(client: TestClient, catalogue: Catalogue, put: Put, caller: Caller, status: int) -> None:
    put("doc", ["Tekst."])
    as_caller(client, caller)
    assert post(client, [("a.md", b"tekst")]).status_code == status
    assert client.put("/v1/documenten/doc/bestand", content=b"x").status_code == status
    assert not spooled(catalogue)


def test_nobody_gives_a_level_that_they_may_not_see(client: TestClient, catalogue: Catalogue) -> None:
    as_caller(client, NARROW)
    refused(post(client, [("a.md", b"tekst")], {"vertrouwelijkheid": "intern"}), 403, "intern")
    assert not spooled(catalogue)
    accepted(post(client, [("a.md", b"tekst")], {"vertrouwelijkheid": "openbaar"}))


def test_a_new_version_as_body_or_as_form(client: TestClient, catalogue: Catalogue, encoder: Encoder, put: Put) -> None:
    put("doc", ["Eerste tekst."], title="Titel")
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''versie%20twee.md", "Content-Type": "text/markdown"}
    response = client.put("/v1/documenten/doc/bestand", content=b"# Kop\n\nTweede tekst.", headers=headers)
    body = accepted(response)  # type: ignore[arg-type]
    assert (body["bestanden"][0]["document"], body["bestanden"][0]["bestandsnaam"]) == ("doc", "versie twee.md")
    assert client.get("/v1/documenten/doc").json()["versie"] == 1
    work_off(catalogue, encoder)
    parts = [("bestand", ("drie.md", b"Derde tekst.")), ("metadata", (None, b'{"auteur": "Wij"}'))]
    accepted(client.put("/v1/documenten/doc/bestand", files=parts))  # type: ignore[arg-type]
    work_off(catalogue, encoder)
    document = client.get("/v1/documenten/doc").json()
    assert (document["versie"], document["titel"], document["auteur"]) == (3, "Titel", "Wij")
    versions = client.get("/v1/documenten/doc/versies").json()["versies"]
    assert [(item["versie"], item["bestandsnaam"], item["huidig"]) for item in versions] == [
        (3, "drie.md", True),
        (2, "versie twee.md", False),
        (1, "doc.txt", False),
    ]
    assert client.get("/v1/documenten/doc/bestand").content == b"Derde tekst."


def test_a_version_of_what_one_may_not_see_is_404(client: TestClient, catalogue: Catalogue, put: Put) -> None:
    put("casus", ["Geheim."], classification=Classification.VERTROUWELIJK)
    as_caller(client, NARROW)
    refused(client.put("/v1/documenten/casus/bestand", content=b"x"), 404)
    refused(client.put("/v1/documenten/bestaat-niet/bestand", content=b"x"), 404)
    refused(client.get("/v1/documenten/casus/versies"), 404)
    assert not spooled(catalogue)


def test_a_body_is_limited_and_checked_too(client: TestClient, catalogue: Catalogue, put: Put) -> None:
    put("doc", ["Tekst."])
    refused(client.put("/v1/documenten/doc/bestand", content=b"x" * (1024 * 1024 + 1)), 413, "1 MB")
    headers = {"Content-Disposition": 'attachment; filename="a.exe"'}
    refused(client.put("/v1/documenten/doc/bestand", content=b"x", headers=headers), 415)
    two = [("bestanden", ("a.md", b"a")), ("bestanden", ("b.md", b"b"))]
    refused(client.put("/v1/documenten/doc/bestand", files=two), 413, "1 bestanden")
    assert not spooled(catalogue)


def test_a_large_file_is_not_held_in_memory(catalogue: Catalogue) -> None:
    with catalogue.spool.incoming() as incoming:
        for _ in range(64):
            incoming.write(b"x" * 2**20)
        assert incoming.size == 64 * 2**20
        assert sum(path.stat().st_size for path in catalogue.spool.folder.iterdir()) >= 63 * 2**20


def test_nothing_is_seen_before_it_is_processed(client: TestClient, catalogue: Catalogue) -> None:
    accepted(post(client, [("a.md", b"tekst")]))
    assert client.get("/v1/documenten").json()["aantal"] == 0
    assert catalogue.ids(EVERYTHING) == set()
