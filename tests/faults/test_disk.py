"""A disk that is full, and one that cannot be written: a clear answer, nothing lost, searching goes on, no repair.

The disks are real: a small tmpfs, and a mount that is read-only. That needs root, as in our CI.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.audit import read as read_audit
from corpus.audit import verify
from corpus.backup_restore import examine
from corpus.catalogue import open_catalogue
from corpus.errors import DiskFullError
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from corpus.scrub import scrub
from corpus.tasks import FileStatus
from ingest.pipeline import Incoming, IngestOptions, Pipeline
from ingest.readers.registry import read_document
from search.encoder import Encoder
from tests.faults.server import Answer, Server, command, serving, until
from tests.faults.tiny_model import build
from tests.faults.whole import all_files, check_tidy, check_whole, places_of

SIZE_MB = 16
FILLER = "De gemeente werkt samen met de wijk. " * 10


def text(word: str, parts: int = 8) -> bytes:
    return "\n\n".join(f"# Kop {word}\n\nAlinea {part} over {word}. {FILLER}" for part in range(parts)).encode()


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"hier mag geen schijf worden aangekoppeld: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "schijf"
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs"):
        yield folder


def fill(disk: Path, leave: int = 0) -> None:
    """Take all the room that is left but for some bytes."""
    (disk / "vulling").unlink(missing_ok=True)
    handle = os.open(disk / "vulling", os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(handle, bytes(4096))
    except OSError:
        if leave:
            os.ftruncate(handle, os.fstat(handle).st_size - leave)
    finally:
        os.close(handle)


def is_problem(answer: Answer, status: int, *words: str) -> None:
    assert answer.status == status, answer
    assert answer.kind == "application/problem+json"
    assert all(word in answer.json()["detail"] for word in words), answer.body


def take_in(server: Server, word: str) -> str:
    """Upload a document and wait until it is found; its id."""
    task = server.upload(f"{word}.md", text(word)).json()["id"]
    until(lambda: server.ended(task), 120, server.log)
    found = server.ended(task)
    assert found is not None
    assert found["status"] == "verwerkt", found
    return str(found["document"])


def patch(server: Server, document_id: str, title: str) -> Answer:
    body = json.dumps({"titel": title}).encode()
    return server.call("PATCH", f"/v1/documenten/{document_id}", body, "application/merge-patch+json")


@pytest.mark.heavy
def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    model, data = build(tmp_path / "model"), small_disk / "data"
    with serving(data, model, tmp_path / "log", workers=1) as server:
        first, second = take_in(server, "eerste"), take_in(server, "tweede")
        fill(small_disk)
        is_problem(server.upload("derde.md", text("derde")), 507, "vol", "Maak ruimte vrij")
        is_problem(server.upload("groot.md", text("groot", 20_000)), 507, "vol")
        is_problem(server.replace(first, text("vervanger")), 507, "vol")
        is_problem(patch(server, first, "Andere titel"), 507, "vol")
        is_problem(server.call("DELETE", f"/v1/documenten/{second}"), 507, "vol")
        assert server.search("gemeente wijk").status == 200
        assert server.call("GET", f"/v1/documenten/{second}").status == 200
        assert server.call("GET", f"/v1/documenten/{second}/bestand").body == text("tweede")
        fill(small_disk, leave=120_000)  # room to accept a file, and not to take it in
        accepted = server.upload("vierde.md", text("vierde"))
        waiting = [accepted.json()["id"]] if accepted.status == 202 else []
        assert accepted.status in {202, 507}
        fill(small_disk)
        on_the_command_line(data, model, second, tmp_path)
        (small_disk / "vulling").unlink()
        waiting.append(server.upload("vijfde.md", text("vijfde")).json()["id"])
        assert server.call("DELETE", f"/v1/documenten/{second}").status == 204
        for task in waiting:
            until(lambda task=task: server.ended(task), 180, server.log)  # type: ignore[misc]
    check_after(data, model, accepted=len(waiting))
    assert places_of({"tweede", "groot", "vervanger"}, data) == {}
    assert "Traceback" not in (tmp_path / "log").read_text()


def on_the_command_line(data: Path, model: Path, document_id: str, tmp_path: Path) -> None:
    (tmp_path / "nieuw.md").write_bytes(text("nieuw"))
    flags = ("--data", data, "--model", model)
    for verb in (["ingest", tmp_path / "nieuw.md"], ["delete", document_id]):
        done = command(*verb, *flags)
        assert (done.returncode, done.stderr.count("Traceback")) == (1, 0), done.stderr
        assert "is vol. Maak ruimte vrij" in done.stderr
    assert command("search", "gemeente wijk", *flags).returncode == 0
    elsewhere = command("backup", tmp_path / "kopie.tar", *flags)
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert "niet in het auditlog" in elsewhere.stderr
    assert examine(tmp_path / "kopie.tar").problems == ()
    here = command("backup", data.parent / "kopie.tar", *flags)
    assert here.returncode == 1
    assert f"Er is geen ruimte in {data.parent} voor" in here.stderr
    assert sorted(path.name for path in data.parent.iterdir()) == ["data", "vulling"]


def check_after(data: Path, model: Path, accepted: int) -> None:
    """Without any repair: whole, what was accepted is there, and the audit log is unbroken."""
    catalogue = open_catalogue(data)
    check_whole(catalogue, data, model)
    files = all_files(catalogue).values()
    assert [file.status for file in files if file.document_id] == [FileStatus.PROCESSED] * (accepted + 1)
    assert len(catalogue.ids(EVERYTHING)) == accepted + 1
    assert verify(catalogue.database).broken is None
    results = {(row.action, row.result) for row in read_audit(catalogue.database)}
    assert {("voegDocumentenToe", "mislukt (507)"), ("verwijderDocument", "gelukt (204)")} <= results
    catalogue.close()
    check_tidy(data)


@pytest.mark.heavy
def test_a_full_disk_halfway_an_ingest_keeps_what_is_in(small_disk: Path, tmp_path: Path) -> None:
    model, data, folder = build(tmp_path / "model"), small_disk / "data", tmp_path / "map"
    folder.mkdir()
    for number in range(60):
        (folder / f"stuk-{number:02d}.md").write_bytes(text(f"nummer{number}", 200))
    flags = ("--data", data, "--model", model)
    done = command("ingest", folder, *flags)
    assert done.returncode == 1
    assert "is vol. Maak ruimte vrij" in done.stderr
    assert "Traceback" not in done.stderr
    reported = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("verwerkt")}
    assert reported
    catalogue = open_catalogue(data)
    assert {document.file_name for document in catalogue.documents(EVERYTHING)} == reported
    check_whole(catalogue, data, model)
    catalogue.close()


def test_a_withdrawal_on_a_full_disk_is_answered_as_it_is(
    small_disk: Path, tmp_path: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    """With any room that is left: an error and the document is whole, or none and it is gone, also where the
    write-ahead log can not be emptied afterwards."""
    made = open_catalogue(tmp_path / "data", create=True)
    pipeline = Pipeline(made, encoder, IngestOptions(), read_document)
    document_id = pipeline.take(Incoming(text("zwaluwnest", 100), "stuk.md", "upload:1")).document_id
    ended: list[str] = []
    for room in range(0, 1_400_000, 100_000):
        shutil.copytree(tmp_path / "data", small_disk / "data")
        catalogue = open_catalogue(small_disk / "data")
        fill(small_disk, leave=room)
        caplog.clear()
        try:
            remove(catalogue, document_id)
        except DiskFullError:
            assert catalogue.passages_of(document_id)
            assert catalogue.files.read(catalogue.document(document_id, EVERYTHING).sha256)
            ended.append("geweigerd")
        else:
            assert (catalogue.ids(EVERYTHING), list(catalogue.files.hashes())) == (set(), [])
            ended.append("later opgeschoond" if "ongebruikte ruimte" in caplog.text else "weg")
        (small_disk / "vulling").unlink()
        assert scrub(catalogue)  # as a worker does, once there is room
        assert ended[-1] == "geweigerd" or places_of({"zwaluwnest"}, small_disk / "data") == {}
        catalogue.close()
        shutil.rmtree(small_disk / "data")
    made.close()
    assert set(ended) == {"geweigerd", "later opgeschoond", "weg"}


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield


@pytest.mark.heavy
def test_a_disk_that_cannot_be_written_is_searched_and_refuses_the_rest(tmp_path: Path) -> None:
    """As after a fault of the disk: the service was cut off, and the disk comes back read-only."""
    model, data = build(tmp_path / "model"), tmp_path / "data"
    with serving(data, model, tmp_path / "log", workers=1) as server:
        first = take_in(server, "eerste")
        workers = server.worker_ids()
        server.kill()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 60, server.log)
        with read_only(data):
            server.start()
            assert server.search("gemeente wijk").status == 200
            assert server.call("GET", f"/v1/documenten/{first}/bestand").body == text("eerste")
            is_problem(server.upload("tweede.md", text("tweede")), 503, "niet", "schrijfrechten")
            is_problem(server.replace(first, text("vervanger")), 503, "schrijfrechten")
            is_problem(patch(server, first, "Andere titel"), 503, "alleen-lezen")
            is_problem(server.call("DELETE", f"/v1/documenten/{first}"), 503, "alleen-lezen")
            assert server.call("GET", f"/v1/documenten/{first}").status == 200
            made = command("backup", tmp_path / "kopie.tar", "--data", data)
            assert made.returncode == 0, made.stderr
            assert examine(tmp_path / "kopie.tar").problems == ()
        until(server.worker_ids, 120, server.log)  # the service looks again whether they can start
        take_in(server, "tweede")
        assert server.call("DELETE", f"/v1/documenten/{first}").status == 204
    catalogue = open_catalogue(data)
    check_whole(catalogue, data, model)
    assert [document.file_name for document in catalogue.documents(EVERYTHING)] == ["tweede.md"]
    catalogue.close()
    check_tidy(data)
    assert places_of({"eerste", "vervanger"}, data) == {}
