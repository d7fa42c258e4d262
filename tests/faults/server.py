"""The real service with its workers, on a model that loads at once, for tests that kill it or take its disk away."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.catalogue import open_catalogue
from corpus.keys import NewKey, create_key
from tests.e2e.serving import COMMAND, ROOT, free_port, status_of
from tests.scale.setups import EMBEDDED, Setup

START_S = 120.0


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    body: bytes = b""
    kind: str = ""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """`kennislab serve`, which can be killed and started again."""

    data: Path
    model: Path
    log: Path
    workers: int = 2
    port: int = field(default_factory=free_port)
    key: str = ""
    setup: Setup = EMBEDDED
    processes: int = 1
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it and wait until it answers questions."""
        flags = ["--data", str(self.data), "--model", str(self.model), "--workers", str(self.workers)]
        flags += ["--processes", str(self.processes)]
        with self.log.open("a") as output:
            process = self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(self.port), *flags],
                cwd=ROOT,
                env=plain_environment() | {"KENNISLAB_RATE_LIMIT": "0", **self.setup.settings},
                stdout=output,
                stderr=output,
            )
        ready = f"{self.address}/readyz"
        until(lambda: process.poll() is not None or status_of(ready) == 200, START_S, self.log)
        assert process.poll() is None, self.log.read_text()[-3000:]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def worker_ids(self) -> list[int]:
        """Processes of the workers that live."""
        return [] if self.process is None else children(self.process.pid)

    def ids_beside(self) -> list[int]:
        """Processes that answer beside the first one, of those that live."""
        return [] if self.process is None else children(self.process.pid, b"service.answer")

    def kill(self) -> None:
        """Kill the service, as a power cut would. Its workers see that it is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Ask it to end, and wait for it and its workers."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Answer:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        request = urllib.request.Request(self.address + path, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:  # noqa: S310
                return Answer(answer.status, answer.read(), answer.headers.get_content_type())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read(), error.headers.get_content_type())
        except (OSError, ValueError):  # it was killed, before it answered or halfway
            return Answer(0)

    def upload(self, name: str, data: bytes) -> Answer:
        """Add one file."""
        part = f'--grens\r\nContent-Disposition: form-data; name="bestanden"; filename="{name}"\r\n\r\n'.encode()
        return self.call(
            "POST", "/v1/documenten", part + data + b"\r\n--grens--\r\n", "multipart/form-data; boundary=grens"
        )

    def replace(self, document_id: str, data: bytes) -> Answer:
        """A new version of a document."""
        return self.call("PUT", f"/v1/documenten/{document_id}/bestand", data, "text/markdown")

    def search(self, question: str) -> Answer:
        return self.call("POST", "/v1/documenten/_zoek", json.dumps({"vraag": question}).encode())

    def ended(self, task_id: str) -> dict[str, Any] | None:
        """The only file of a task, once that is done."""
        answer = self.call("GET", f"/v1/taken/{task_id}")
        if answer.status != 200 or not answer.json()["status"].startswith("klaar"):
            return None
        (file,) = answer.json()["bestanden"]
        found: dict[str, Any] = file
        return found


@contextmanager
def serving(
    data: Path, model: Path, log: Path, workers: int = 2, setup: Setup = EMBEDDED, processes: int = 1
) -> Iterator[Server]:
    """A server that answers, with the key of an editor; stopped at the end however the test ends."""
    catalogue = open_catalogue(data, create=True, url=setup.catalogue_url, files=setup.files)
    key = create_key(catalogue.database, NewKey("redactie", "redacteur", datetime(2999, 1, 1, tzinfo=UTC)))[1]
    catalogue.close()
    server = Server(data, model, log, workers, key=key, setup=setup, processes=processes)
    try:
        server.start()
        yield server
    finally:
        left = server.worker_ids() + server.ids_beside()
        server.stop()
        until(lambda: not any(map(alive, left)), 60, log)


def plain_environment() -> dict[str, str]:
    """The environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KENNISLAB_")}


def command(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """The real command line."""
    run = [*COMMAND, *map(str, arguments)]
    return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, env=plain_environment())


def until(holds: Callable[[], object], seconds: float, log: Path) -> None:
    """Wait until something holds; with the server's log when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"took too long: {log.read_text()[-3000:] if log.exists() else ''}")
        time.sleep(0.05)


def children(pid: int, program: bytes = b"service.work") -> list[int]:
    """The workers of a service, or its processes of another kind."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
            told = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == pid and program in told:
            found.append(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
