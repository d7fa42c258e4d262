"""A real server with two workers: files come in and versions change while others search; nothing fails or gets lost."""

import io
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest

from corpus.catalogue import open_catalogue
from corpus.tasks import FileStatus, files_of, find_task
from tests.e2e.serving import COMMAND, ROOT, running_service

FULL = bool(os.environ.get("TEST_FULL"))
FILES, CLIENTS = (200, 8) if FULL else (30, 2)
TEXT = "De gemeente voert de regie over de preventie van radicalisering in de wijk."


@dataclass
class Server:
    """A running service, with the key of an editor."""

    address: str
    key: str
    process: "subprocess.Popen[bytes]"
    data: Path

    def call(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        request = urllib.request.Request(self.address + path, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                text = answer.read()
                return answer.status, json.loads(text) if text.startswith((b"{", b"[")) else text.decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def upload(self, files: dict[str, bytes], metadata: dict[str, str]) -> dict[str, Any]:
        boundary = uuid.uuid4().hex
        parts = [("metadata", None, json.dumps(metadata).encode())]
        parts += [("bestanden", name, data) for name, data in files.items()]
        body = b"".join(_part(boundary, *part) for part in parts) + f"--{boundary}--\r\n".encode()
        status, answer = self.call("POST", "/v1/documenten", body, f"multipart/form-data; boundary={boundary}")
        assert status == 202, answer
        found: dict[str, Any] = answer
        return found

    def finished(self, task: dict[str, Any]) -> dict[str, Any]:
        """Follow the stream of a task to its end; the task as it then is."""
        status, stream = self.call("GET", f"{task['link']}/gebeurtenissen")
        assert status == 200
        assert stream.rstrip().rsplit("\n\n", 1)[-1].startswith("event: klaar")
        found: dict[str, Any] = self.call("GET", task["link"])[1]
        return found


def _part(boundary: str, name: str, file_name: str | None, data: bytes) -> bytes:
    shown = f'; filename="{file_name}"' if file_name else ""
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n\r\n'.encode() + data + b"\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """A service with two workers, which end with it unless a test killed it."""
    workers: list[int] = []
    with running_service(folder / "data", folder, workers=2) as service:
        made = subprocess.run(
            [*COMMAND, "keys", "add", "redactie", "--rol", "redacteur", "--json", "--data", str(service.data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        yield Server(service.address, json.loads(made.stdout)["sleutel"], service.process, service.data)
        if service.process.poll() is None:
            workers = children(service.process.pid)
    assert not [pid for pid in workers if alive(pid)]


def children(pid: int) -> list[int]:
    """The workers of the service."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"service.work" in command:
            found.append(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def word(text: str) -> bytes:
    document, target = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def slides(text: str) -> bytes:
    deck, target = pptx.Presentation(), io.BytesIO()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Dia"
    slide.placeholders[1].text = text
    deck.save(target)
    return target.getvalue()


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("los.txt", "x")
    return target.getvalue()


def mixed_files(count: int) -> dict[str, bytes]:
    """Files of every sort, a third of them no document."""
    found = {}
    for number in range(count):
        text = f"{TEXT} Stuk {number} gaat over kenmerk{number}x en niets anders."
        good = [
            (f"{number}.md", f"# Stuk {number}\n\n{text}".encode()),
            (f"{number}.txt", text.encode()),
            (f"{number}.html", f"<html><body><h1>Stuk</h1><p>{text}</p></body></html>".encode()),
            (f"{number}.docx", word(text)),
            (f"{number}.pptx", slides(text)),
            (f"{number}-dubbel.md", f"# Dubbel\n\n{TEXT}".encode()),
        ]
        bad = [
            (f"{number}-leeg.pdf", b""),
            (f"{number}-kapot.docx", word(text)[:-700]),
            (f"{number}-geen.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
            (f"{number}.xlsx", b"PK"),
            (f"{number}-archief.txt", archive()),
        ]
        name, data = bad[number // 3 % len(bad)] if number % 3 == 0 else good[number % len(good)]
        found[name] = data
    return found


@dataclass
class Searching:
    """Someone who keeps asking."""

    server: Server
    stop: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    waits: list[tuple[float, float]] = field(default_factory=list)  # when it was asked, and seconds to the answer
    failures: list[str] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            question = {"vraag": f"Wie voert de regie over preventie? {self.asked}"}
            started = time.monotonic()
            status, answer = self.server.call("POST", "/v1/documenten/_zoek", json.dumps(question).encode())
            self.waits.append((started, time.monotonic() - started))
            self.asked += 1
            if status != 200:
                self.failures.append(f"{status}: {answer}")
            self.stop.wait(0.05)


@pytest.mark.heavy
def test_files_come_in_while_others_search(server: Server) -> None:
    clients = [Searching(server) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        files = mixed_files(FILES)
        task = server.upload(files, {"vertrouwelijkheid": "openbaar"})
        assert len(children(server.process.pid)) == 2
        done = server.finished(task)
        busy = time.monotonic()
        check_outcome(done, files)
        check_found(server, done)
        check_life(server, done)
        idle = time.monotonic()
        time.sleep(15 if FULL else 1)  # the same people go on asking, and nothing comes in
    finally:
        for client, thread in zip(clients, threads, strict=True):
            client.stop.set()
            thread.join()
    waits = [wait for client in clients for wait in client.waits]
    during = p95(seconds for asked, seconds in waits if asked < busy)
    after = p95(seconds for asked, seconds in waits if asked >= idle)
    print(f"{len(waits)} vragen; p95 tijdens het opnemen {during * 1000:.0f} ms, erna {after * 1000:.0f} ms")
    assert not FULL or during <= 3 * after  # a short run has too few questions to say
    assert not [failure for client in clients for failure in client.failures]
    assert all(client.asked > 3 for client in clients)
    counts = server.call("GET", "/readyz")[1]
    assert counts["passagesTrefwoorden"] == counts["passagesVectoren"] > 0


def p95(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.95)]


def check_outcome(task: dict[str, Any], files: dict[str, bytes]) -> None:
    assert task["status"] == "klaar-met-fouten"
    assert {file["bestandsnaam"] for file in task["bestanden"]} == set(files)
    for file in task["bestanden"]:
        number = int(file["bestandsnaam"].split("-")[0].split(".")[0])
        if number % 3 == 0:
            assert (file["status"], bool(file["reden"])) == ("mislukt", True), file
        elif "dubbel" in file["bestandsnaam"]:
            assert file["status"] in {"verwerkt", "overgeslagen"}
        else:
            assert file["status"] == "verwerkt", file


def check_found(server: Server, task: dict[str, Any]) -> None:
    """What is said to be processed is found by the next question, by who has no key too."""
    processed = [file for file in task["bestanden"] if file["status"] == "verwerkt"]
    assert server.call("GET", "/v1/documenten?vertrouwelijkheid=openbaar")[1]["aantal"] == len(processed)
    text = "# De brug\n\nDe brug over de Vecht is in maart dicht voor onderhoud. Fietsers rijden om via de Koningsweg."
    (bridge,) = server.finished(server.upload({"brug.md": text.encode()}, {"vertrouwelijkheid": "openbaar"}))[
        "bestanden"
    ]
    question = json.dumps({"vraag": "Wanneer is de brug over de Vecht dicht?"}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{server.address}/v1/documenten/_zoek", question, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found = json.load(answer)["resultaten"]
    assert [result["document"]["id"] for result in found[:1]] == [bridge["document"]]


def check_life(server: Server, task: dict[str, Any]) -> None:
    """Replace, rename and withdraw a document."""
    document_id = next(file["document"] for file in task["bestanden"] if file["status"] == "verwerkt")
    status, second = server.call("PUT", f"/v1/documenten/{document_id}/bestand", b"Nieuwe tekst.", "text/plain")
    assert status == 202
    assert server.finished(second)["bestanden"][0]["versie"] == 2
    status, document = server.call("PATCH", f"/v1/documenten/{document_id}", b'{"titel": "Andere titel"}')
    assert (status, document["titel"], document["versie"]) == (200, "Andere titel", 2)
    assert server.call("DELETE", f"/v1/documenten/{document_id}")[0] == 204
    assert server.call("DELETE", f"/v1/documenten/{document_id}")[0] == 404


@pytest.mark.heavy
def test_workers_that_are_killed_are_replaced_and_their_files_are_done(server: Server) -> None:
    task = server.upload({f"{number}.md": f"{TEXT} Nummer {number}.".encode() * 60 for number in range(8)}, {})
    for _ in range(2):
        time.sleep(1)
        for pid in children(server.process.pid)[:1]:
            os.kill(pid, signal.SIGKILL)
    done = server.finished(task)
    assert {file["status"] for file in done["bestanden"]} == {"verwerkt"}


@pytest.mark.heavy
def test_a_service_that_is_killed_takes_its_workers_along_and_leaves_no_file_behind(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        task = server.upload({f"{number}.md": f"{TEXT} Nummer {number}.".encode() * 60 for number in range(8)}, {})
        workers = children(server.process.pid)
        assert workers
        server.process.kill()
        server.process.wait()
    end = time.monotonic() + 60
    while any(alive(pid) for pid in workers):
        assert time.monotonic() < end
        time.sleep(0.1)
    catalogue = open_catalogue(server.data)
    worker = subprocess.Popen([*COMMAND, "work", "--data", str(server.data)], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        while not find_task(catalogue, task["id"]).done:
            assert time.monotonic() < end + 300
            time.sleep(0.2)
    finally:
        worker.terminate()
    assert worker.wait(30) == 0
    assert {file.status for file in files_of(catalogue, task["id"])} == {FileStatus.PROCESSED}
    assert not [path for path in catalogue.spool.folder.rglob("*") if path.is_file()]
    catalogue.close()
