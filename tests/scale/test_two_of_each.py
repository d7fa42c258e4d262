"""Two services and two workers on PostgreSQL and Milvus: whichever is killed, the others go on and nothing is lost.

A short run has few files and a model that loads at once.
"""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.catalogue import open_catalogue
from corpus.keys import NewKey, create_key
from tests.e2e.serving import COMMAND, ROOT, running_service
from tests.e2e.test_upload_while_searching import Server
from tests.faults.server import plain_environment
from tests.faults.tiny_model import build
from tests.scale.setups import FULL, set_up

FILES = 40 if FULL else 6
PATIENCE_S = 240.0  # on a busy machine; the lease of a worker on another machine ends after a minute
FILLER = "De gemeente werkt samen met de wijk, de school en de politie. " * 6


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    with set_up(request, "servers") as setup:
        yield {**setup.settings, **({} if FULL else {"KENNISLAB_MODEL": str(build(tmp_path / "model"))})}


@contextmanager
def worker(data: Path, log: Path, settings: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("w") as output:
        command = [*COMMAND, "work", "--data", str(data)]
        environment = plain_environment() | settings
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)
    assert "Traceback" not in log.read_text()


def key_of_an_editor(data: Path, url: str) -> str:
    catalogue = open_catalogue(data, url=url)
    _, token = create_key(catalogue.database, NewKey("redactie", "redacteur", datetime(2099, 1, 1, tzinfo=UTC)))
    catalogue.close()
    return token


def upload(server: Server, numbers: range) -> list[str]:
    """Each file in a task of its own."""
    files = [(number, f"# Stuk {number}\n\n{FILLER}Dit is stuk {number}.".encode()) for number in numbers]
    return [server.upload({f"stuk{number}.md": data}, {})["link"] for number, data in files]


def ended(server: Server, links: list[str]) -> list[str]:
    """The ids of the documents, when all is done."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        tasks = [server.call("GET", link)[1] for link in links]
        if all(task["status"] == "klaar" for task in tasks):
            return [file["document"] for task in tasks for file in task["bestanden"]]
        time.sleep(0.2)
    pytest.fail(f"niet klaar: {json.dumps(tasks)[:2000]}")


def found(server: Server) -> set[str]:
    """The documents that a question which fits them all finds."""
    body = json.dumps({"vraag": "Met wie werkt de gemeente samen in de wijk?", "maxAantal": 50}).encode()
    status, answer = server.call("POST", "/v1/documenten/_zoek", body)
    assert status == 200, answer
    return {one["document"]["id"] for one in answer["resultaten"]}


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()  # who is not buried counts as alive, and keeps its file until the lease ends


@pytest.mark.heavy
def test_either_may_be_killed(tmp_path: Path, settings: dict[str, str]) -> None:
    data = tmp_path / "data"
    key = key_of_an_editor(data, settings["KENNISLAB_CATALOGUE"])
    with ExitStack() as stack:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
        first_worker = stack.enter_context(worker(data, tmp_path / "werker1.log", settings))
        stack.enter_context(worker(data, tmp_path / "werker2.log", settings))
        services = [
            stack.enter_context(running_service(data, tmp_path / name, settings=settings)) for name in ("a", "b")
        ]
        a, b = (Server(one.address, key, one.process, data) for one in services)
        links = upload(a, range(FILES))
        kill(first_worker)  # whatever it is at: the other takes it over
        links += upload(b, range(FILES, FILES + 2))
        kill(a.process)
        ids = ended(b, links)
        assert len(set(ids)) == FILES + 2
        assert found(b) == set(ids)
        assert b.call("DELETE", f"/v1/documenten/{ids[0]}")[0] in {200, 204}
        assert found(b) == set(ids[1:])
        (tmp_path / "c").mkdir()
        in_its_place = stack.enter_context(running_service(data, tmp_path / "c", settings=settings))
        c = Server(in_its_place.address, key, in_its_place.process, data)
        assert found(c) == set(ids[1:])
