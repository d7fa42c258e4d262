"""The store of files goes away and comes back: whoever asks is told, searching goes on, and nothing is lost."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus import s3_client
from corpus.backup import back_up
from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import StoreUnavailableError
from corpus.folder_owner import begin_here
from corpus.publishing import sweep
from corpus.s3_address import S3Address
from corpus.scope import EVERYTHING
from corpus.tasks import FileStatus, files_of, sweep_spool
from ingest.export import export
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from ingest.worker import Worker
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.searcher import Searcher
from service import tidying
from service.access import Role
from service.app import create_app
from service.checks import run_checks
from service.settings import load_settings
from service.wiring import writable_catalogue_of
from tests.scale.bucket import SECRET, BucketServer, objects, running_bucket
from tests.service.clients import ALWAYS, bearer, new_key

PATIENCE_S = 120.0
WORD = "zwaluwnest"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketServer]:
    """A server of our own, since it is stopped."""
    with running_bucket(tmp_path_factory.mktemp("weg")) as server:
        yield server


@pytest.fixture
def address(bucket: BucketServer, monkeypatch: pytest.MonkeyPatch) -> S3Address:
    monkeypatch.setattr(s3_client, "RETRIES", 1)
    monkeypatch.setattr(tidying, "LOOK_S", 0.1)
    return bucket.address()


@pytest.fixture
def catalogue(tmp_path: Path, address: S3Address) -> Iterator[Catalogue]:
    opened = open_catalogue(tmp_path / "data", create=True, files=address)
    begin_here(opened)
    yield opened
    opened.close()


@pytest.fixture
def worker(catalogue: Catalogue, encoder: Encoder) -> Worker:
    return Worker(catalogue, lambda: Pipeline(catalogue, encoder, IngestOptions(), read_document))


@pytest.fixture
def client(catalogue: Catalogue, address: S3Address, encoder: Encoder, tmp_path: Path) -> Iterator[TestClient]:
    def opener() -> Searcher:
        opened = open_catalogue(tmp_path / "data", files=address)
        index = open_index(opened, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
        return Searcher(opened, index, encoder, ALWAYS)

    headers = bearer(new_key(catalogue, Role.EDITOR))
    app = create_app(opener, "https://example.nl/contact")
    with TestClient(app, raise_server_exceptions=False, headers=headers) as opened:
        until(lambda: opened.get("/readyz").status_code == 200)
        yield opened


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def upload(client: TestClient, name: str) -> tuple[int, str]:
    """Status, and the id of the task or what was said."""
    files = {"bestanden": (f"{name}.md", f"# {name}\n\nEen {WORD} over {name} in de wijk.".encode())}
    answer = client.post("/v1/documenten", files=files)
    return answer.status_code, answer.json().get("id") or answer.json()["detail"]


def found(client: TestClient) -> set[str]:
    answer = client.post("/v1/documenten/_zoek", json={"vraag": WORD})
    assert answer.status_code == 200
    return {one["document"]["bestandsnaam"] for one in answer.json()["resultaten"]}


def test_it_goes_away_and_comes_back(
    bucket: BucketServer, address: S3Address, catalogue: Catalogue, worker: Worker, client: TestClient, tmp_path: Path
) -> None:
    for name in ("eerste", "tweede"):
        assert upload(client, name)[0] == 202
        assert worker.work_once()
    status, waiting = upload(client, "derde")
    assert status == 202
    before = {document.file_name: document for document in catalogue.documents(EVERYTHING)}
    bucket.stop()

    refused = upload(client, "vierde")
    assert refused[0] == 503
    assert "antwoordt niet. Controleer het adres en of de server draait." in refused[1]
    assert SECRET not in refused[1]
    link = f"/v1/documenten/{before['eerste.md'].id}"
    assert client.get(f"{link}/bestand").status_code == 503
    assert client.get(link).status_code == 200
    assert found(client) == {"eerste.md", "tweede.md"}
    until(lambda: client.get("/readyz").json()["bestanden"] == "niet bereikbaar")
    health = client.get("/readyz")
    assert health.status_code == 200
    assert address.bucket not in health.text  # for everybody to read
    for _ in range(7):  # more than the attempts that a file gets
        with pytest.raises(StoreUnavailableError):
            worker.work_once()
    (file,) = files_of(catalogue, waiting)
    assert (file.status, file.attempts) == (FileStatus.WAITING, 0)
    with pytest.raises(StoreUnavailableError):
        back_up(catalogue, tmp_path / "kopie.tar", "1")
    with pytest.raises(StoreUnavailableError):
        export(catalogue, tmp_path / "uit", EVERYTHING)
    assert not (tmp_path / "kopie.tar").exists()
    assert not (tmp_path / "uit").exists()

    gone = client.delete(f"/v1/documenten/{before['tweede.md'].id}")
    assert gone.status_code == 503
    assert "is verwijderd en niet meer te vinden, maar het bestand staat nog in de opslag" in gone.json()["detail"]
    assert found(client) == {"eerste.md"}

    bucket.start()
    assert worker.work_once()
    assert client.get(f"{link}/bestand").content.startswith(b"# eerste")
    assert found(client) == {"eerste.md", "derde.md"}
    until(lambda: client.get("/readyz").json()["bestanden"] == "goed")
    worker.chores()  # it was asked to
    left = {f"bestanden/{document.sha256[:2]}/{document.sha256}" for document in catalogue.documents(EVERYTHING)}
    assert set(objects(address)) == left
    assert sweep(catalogue) == sweep_spool(catalogue) == 0


def test_doctor_says_what_is_wrong(
    bucket: BucketServer, address: S3Address, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.environment(address).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "een-ander-geheim")
    settings = load_settings({"data": str(catalogue.data), "model": str(tmp_path / "geen")})
    store = next(check for check in run_checks(settings) if check.name == "opslag")
    assert not store.fine
    assert "het geheim past er niet bij" in store.message
    assert "een-ander-geheim" not in repr(store)
    assert SECRET not in repr(store)


def test_a_service_that_starts_without_its_store_answers_and_a_worker_does_not(
    bucket: BucketServer, address: S3Address, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.environment(address).items():
        monkeypatch.setenv(name, value)
    settings = load_settings({"data": str(catalogue.data)})
    bucket.stop()
    try:
        writable_catalogue_of(settings, answering=True).close()
        with pytest.raises(StoreUnavailableError, match="antwoordt niet"):
            writable_catalogue_of(settings)
    finally:
        bucket.start()
    writable_catalogue_of(settings).close()
