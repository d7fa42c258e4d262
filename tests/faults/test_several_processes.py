"""One service in several processes on one port: they answer alike at every moment, and who is killed comes back."""

import os
import signal
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from corpus.audit import verify
from corpus.catalogue import Catalogue, open_catalogue
from corpus.keys import list_keys, revoke_key
from service.access import Role
from tests.faults.server import Server, alive, children, serving, until
from tests.faults.tiny_model import build
from tests.scale.setups import FULL, SETUPS, set_up
from tests.service.clients import new_key

PROCESSES = 3
CLIENTS = 4
SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
READY_S = 300.0  # on a busy machine
GONE_S = 60.0  # what asks too long is let go after five seconds
SENTENCE = "De gemeente werkt samen met de wijk over de wijk van de gemeente"  # words that the small model knows


@pytest.fixture(scope="module", params=SETUPS if FULL else SETUPS[:1])  # starting three processes takes long enough
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("processen")
    with set_up(request, request.param) as setup:
        model = build(folder / "model")
        with serving(folder / "data", model, folder / "log", 1, setup, PROCESSES) as started:
            with opened(started) as catalogue:
                started.key = new_key(catalogue, Role.ADMINISTRATOR)
            until(lambda: len(ready(started)) == PROCESSES, READY_S, started.log)
            yield started
        with opened(started) as catalogue:
            assert verify(catalogue.database).broken is None
        assert "Traceback" not in started.log.read_text()


@contextmanager
def opened(server: Server) -> Iterator[Catalogue]:
    catalogue = open_catalogue(server.data, url=server.setup.catalogue_url)
    try:
        yield catalogue
    finally:
        catalogue.close()


def all_ids(server: Server) -> list[int]:
    assert server.process is not None
    return [server.process.pid, *server.ids_beside()]


def figures(server: Server, name: str) -> dict[str, float]:
    """Of each process, added up over what else they are told apart by."""
    answer = server.call("GET", "/metrics")
    found: Counter[str] = Counter()
    for family in text_string_to_metric_families(answer.body.decode() if answer.status == 200 else ""):
        for sample in family.samples:
            if sample.name == name:
                found[sample.labels["proces"]] += int(sample.value)
    return dict(found)


def ready(server: Server) -> list[str]:
    return [number for number, value in figures(server, "kennislab_gereed").items() if value == 1]


@contextmanager
def only(server: Server, process: int) -> Iterator[None]:
    """Let only this process run, so that it is the one that answers."""
    others = [one for one in all_ids(server) if one != process]
    for one in others:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in others:
            os.kill(one, signal.SIGCONT)


def found_by_each(server: Server, question: str) -> list[int]:
    """How many documents each process finds."""
    numbers = []
    for process in all_ids(server):
        with only(server, process):
            answer = server.search(question)
            assert answer.status == 200, answer
            numbers.append(len(answer.json()["resultaten"]))
    return numbers


def found_by_many(server: Server, question: str) -> set[int]:
    """The same over many connections at once."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.search(question), range(40)))
    assert {answer.status for answer in answers} == {200}
    return {len(answer.json()["resultaten"]) for answer in answers}


def test_all_answer_and_are_counted_apart(server: Server) -> None:
    name = "kennislab_verzoek_seconden_count"
    before = figures(server, name)
    assert found_by_each(server, "iets") == [0] * PROCESSES
    after = figures(server, name)
    assert sorted(after) == [str(number) for number in range(1, PROCESSES + 1)]
    assert all(after[number] > before.get(number, 0) for number in after)
    assert server.call("GET", "/readyz").json()["status"] == "goed"


def test_what_is_added_or_withdrawn_is_so_in_every_process_at_once(server: Server) -> None:
    for _round in range(3):
        task = server.upload("nota.md", f"# De gemeente\n\n{SENTENCE}.".encode()).json()["id"]
        until(lambda task=task: server.ended(task), 120, server.log)  # type: ignore[misc]
        file = server.ended(task)
        assert file is not None
        document = file["document"]
        assert found_by_many(server, SENTENCE) == {1}
        assert found_by_each(server, SENTENCE) == [1] * PROCESSES
        assert server.call("DELETE", f"/v1/documenten/{document}").status == 204
        assert found_by_many(server, SENTENCE) == {0}
        for process in all_ids(server):
            with only(server, process):
                assert server.search(SENTENCE).json()["resultaten"] == []
                assert server.call("GET", f"/v1/documenten/{document}").status == 404


def test_a_key_that_is_withdrawn_works_in_no_process(server: Server) -> None:
    with opened(server) as catalogue:
        before = {key.id for key in list_keys(catalogue.database)}
        reader = replace(server, key=new_key(catalogue))
        (made,) = {key.id for key in list_keys(catalogue.database)} - before
        assert statuses(reader) == [200] * PROCESSES
        revoke_key(catalogue.database, made)
    assert statuses(reader) == [401] * PROCESSES


def statuses(server: Server) -> list[int]:
    found = []
    for process in all_ids(server):
        with only(server, process):
            found.append(server.search("iets").status)
    return found


def test_one_that_is_killed_is_missed_by_nobody_and_comes_back(server: Server) -> None:
    stopping, answers = threading.Event(), [Counter[int]() for _ in range(CLIENTS)]

    def ask(place: int) -> None:
        while not stopping.is_set():
            answers[place][server.search("iets").status] += 1

    clients = [threading.Thread(target=ask, args=(place,)) for place in range(CLIENTS)]
    for client in clients:
        client.start()
    killed = server.ids_beside()[0]
    others = set(server.ids_beside()) - {killed}
    until(lambda: all(one[200] > 3 for one in answers), 60, server.log)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(set(server.ids_beside()) - {killed}) == PROCESSES - 1, READY_S, server.log)
    until(lambda: len(ready(server)) == PROCESSES, READY_S, server.log)
    stopping.set()
    for client in clients:
        client.join()
    # Each had one connection at most to the one that was killed; the others answered everything, also meanwhile.
    assert all(one.keys() <= {200, 0} and one[0] <= 1 for one in answers), answers
    (new,) = set(server.ids_beside()) - {killed} - others
    with only(server, new):
        assert server.search("iets").status == 200


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Server]:
    """A service in two processes, with a worker."""
    with serving(tmp_path / "data", build(tmp_path / "model"), tmp_path / "log", 1, processes=2) as started:
        until(lambda: len(family_of(started)) == 3 and socket_folder(started) is not None, READY_S, started.log)
        yield started


def family_of(server: Server) -> list[int]:
    return [*all_ids(server), *server.worker_ids()]


def socket_folder(server: Server) -> Path | None:
    """Where the processes find each other, once the last of them is there too."""
    told = Path(f"/proc/{server.ids_beside()[0]}/cmdline").read_bytes().split(b"\0")
    folder = Path(os.fsdecode(told[-2]))
    return folder if len(list(folder.glob("*.sock"))) == 2 else None


def check_gone(server: Server, before: Sequence[int], folder: Path | None) -> None:
    until(lambda: not any(map(alive, before)), GONE_S, server.log)
    with socket.socket() as port:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.bind(("127.0.0.1", server.port))
        port.listen()
    assert folder is not None
    assert not folder.exists()
    assert "Traceback" not in server.log.read_text()


def test_when_the_first_is_killed_all_go_and_the_port_is_free(two: Server) -> None:
    before, folder = family_of(two), socket_folder(two)
    two.kill()
    check_gone(two, before, folder)


@pytest.mark.heavy
@pytest.mark.parametrize("number", SIGNALS if FULL else SIGNALS[:1], ids=lambda number: number.name)
def test_a_signal_ends_all_of_them(two: Server, number: signal.Signals) -> None:
    before, folder = family_of(two), socket_folder(two)
    for process in before if number != signal.SIGTERM else before[:1]:  # a terminal tells all that run in it
        os.kill(process, number)
    assert two.process is not None
    assert two.process.wait(GONE_S) == 0
    check_gone(two, before, folder)
    assert "opnieuw gestart" not in two.log.read_text()


def test_one_process_is_all_there_is_when_nothing_else_is_asked(tmp_path: Path) -> None:
    with serving(tmp_path / "data", build(tmp_path / "model"), tmp_path / "log", 1) as started:
        assert started.process is not None
        assert started.ids_beside() == []
        assert children(started.process.pid, b"") == started.worker_ids()
        with opened(started) as catalogue:
            started.key = new_key(catalogue, Role.ADMINISTRATOR)
        assert b'proces="' not in started.call("GET", "/metrics").body
