"""The real service and its workers killed with -9 while documents are added, replaced and withdrawn over HTTP, on one
machine, on servers, and with the files in a store that speaks S3.

What was answered before a kill must hold after it: no document is lost, none is there by half or comes back.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corpus.catalogue import open_catalogue
from corpus.scope import EVERYTHING
from corpus.scrub import scrub
from corpus.tasks import FileStatus, find_task
from tests.faults.server import Server, alive, serving, until
from tests.faults.tiny_model import build
from tests.faults.whole import all_files, check_tidy, check_whole, places_of
from tests.scale.setups import FULL, SETUPS, Setup, set_up

MOMENTS = {"embedded": 200, "servers": 60, "bucket": 60} if FULL else {"embedded": 6, "servers": 4, "bucket": 4}
PER_START = 4 if FULL else 2  # kills between two starts: the last one is that of the service
FILLER = "De gemeente werkt samen met de wijk. " * 12


@dataclass
class Told:
    """What was answered, and what was asked without an answer."""

    uploads: dict[str, str] = field(default_factory=dict)  # task → the word that only this file has
    replaced: dict[str, list[str]] = field(default_factory=dict)  # document → words of its later versions
    withdrawn: dict[str, set[str]] = field(default_factory=dict)  # document → all words that were ever in it
    doubtful: set[str] = field(default_factory=set)  # withdrawn, but nobody said so


@pytest.fixture(params=(*SETUPS, "bucket"))
def setup(request: pytest.FixtureRequest) -> Iterator[Setup]:
    with set_up(request, request.param) as made:
        yield made


@pytest.mark.heavy
def test_what_was_answered_holds_after_every_kill(tmp_path: Path, seed: int, setup: Setup) -> None:
    chance, told, model = random.Random(seed), Told(), build(tmp_path / "model")
    data, moments = tmp_path / "data", MOMENTS[setup.name]
    with serving(data, model, tmp_path / "log", setup=setup) as server:
        for number in range(moments // PER_START):
            if number:
                server.start()
            use_and_kill(server, told, chance)
            check(server, told)
        server.start()
        finish(server, told)
        until(lambda: not remains(server, told), 300, server.log)  # a worker that has nothing to do takes them away
    check(server, told, finished=True)
    check_tidy(data, setup)
    assert len(told.uploads) >= moments / 2
    assert "Traceback" not in (tmp_path / "log").read_text()
    print(f"{moments} keer gedood, {len(told.uploads)} bestanden aangenomen, {len(told.withdrawn)} ingetrokken")


def use_and_kill(server: Server, told: Told, chance: random.Random) -> None:
    """Use the service from two sides, kill workers on the way, then the service with or without them."""
    stopping, moving = threading.Event(), threading.Event()
    own = random.Random(chance.random())
    user = threading.Thread(target=use, args=(server, told, own, (stopping, moving)))
    user.start()
    moving.wait(60)  # until the workers are at work: before that there is little to break
    for _kill in range(PER_START - 1):
        wait_and_kill_a_worker(server, chance)
    time.sleep(chance.uniform(0, 1.5))
    workers = server.worker_ids()
    server.kill()
    if chance.random() < 0.5:  # else they see that the service is gone and end what they do
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
    stopping.set()
    user.join()
    until(lambda: not any(map(alive, workers)), 60, server.log)


def wait_and_kill_a_worker(server: Server, chance: random.Random) -> None:
    """At a random moment; the service takes a while to start one anew that was killed before."""
    time.sleep(chance.uniform(0, 1.5))
    found: list[int] = []
    until(lambda: found or found.extend(server.worker_ids()), 120, server.log)
    worker = chance.choice(found)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not alive(worker), 60, server.log)


def use(server: Server, told: Told, chance: random.Random, signals: tuple[threading.Event, threading.Event]) -> None:
    stopping, moving = signals
    before: set[str] | None = None
    while not stopping.is_set():
        listed = server.call("GET", "/v1/documenten?maxAantal=100")
        found = listed.json()["documenten"] if listed.status == 200 else []
        ids = {document["id"] for document in found}
        before = ids if before is None else before
        if ids - before:
            moving.set()
        act = chance.random()
        if found and act < 0.2:
            withdraw(server, told, chance.choice(found))
        elif found and act < 0.5:
            replace(server, told, chance.choice(found)["id"], chance)
        else:
            word = new_word(chance)
            answer = server.upload(f"{word}.md", text(word))
            assert answer.status in {0, 202}, answer
            if answer.status == 202:
                told.uploads[answer.json()["id"]] = word
        stopping.wait(chance.uniform(0, 0.25) if moving.is_set() else chance.uniform(0.2, 1.5))


def withdraw(server: Server, told: Told, document: dict[str, str]) -> None:
    document_id = document["id"]
    answer = server.call("DELETE", f"/v1/documenten/{document_id}")
    assert answer.status in {0, 204, 404}, answer
    if answer.status == 204:
        words = {document["bestandsnaam"].removesuffix(".md"), *told.replaced.get(document_id, ())}
        told.withdrawn[document_id] = words
    elif answer.status == 0:
        told.doubtful.add(document_id)


def replace(server: Server, told: Told, document_id: str, chance: random.Random) -> None:
    word = new_word(chance)
    told.replaced.setdefault(document_id, []).append(word)
    answer = server.replace(document_id, text(word))
    assert answer.status in {0, 202, 404}, answer
    if answer.status == 202:
        told.uploads[answer.json()["id"]] = word


def new_word(chance: random.Random) -> str:
    return f"w{chance.randrange(10**12):012d}"


def text(word: str) -> bytes:
    return "\n\n".join(f"# Kop {word}\n\nAlinea {part} over {word}. {FILLER}" for part in range(10)).encode()


def check(server: Server, told: Told, *, finished: bool = False) -> None:
    """With nobody at work: whole, all that was accepted is known, what was withdrawn is nowhere."""
    catalogue = open_catalogue(server.data, url=server.setup.catalogue_url, files=server.setup.files)
    check_whole(catalogue, server.data, server.model, server.setup)
    assert not catalogue.ids(EVERYTHING) & set(told.withdrawn)
    files = all_files(catalogue)
    assert set(told.uploads) <= {task for task, _number in files}
    assert not {file.document_id for file in files.values()} & set(told.withdrawn)
    if not finished:
        assert scrub(catalogue)
    catalogue.close()
    assert remains(server, told) == {}
    if finished:
        check_outcomes(server, told)


def remains(server: Server, told: Told) -> dict[str, list[str]]:
    """Where the bytes of what was withdrawn are still to be found."""
    return places_of({word for words in told.withdrawn.values() for word in words}, server.data, server.setup)


def check_outcomes(server: Server, told: Told) -> None:
    """Every file that was accepted is found, replaced by a later one, or withdrawn with its document."""
    catalogue = open_catalogue(server.data, url=server.setup.catalogue_url, files=server.setup.files)
    newest: dict[str, tuple[int, str]] = {}
    for (task_id, _number), file in all_files(catalogue).items():
        assert find_task(catalogue, task_id).done
        if task_id not in told.uploads:
            continue
        if file.document_id:
            assert file.status is FileStatus.PROCESSED, file
            entry = (file.version, told.uploads[task_id])
            newest[file.document_id] = max(newest.get(file.document_id, (0, "")), entry)
        else:
            assert "verwijderd" in file.reason or "bestaat niet meer" in file.reason, file
    present = catalogue.documents_by_id(sorted(newest), EVERYTHING)
    assert set(newest) - told.doubtful <= set(present)
    for document_id, (version, word) in newest.items():
        if document_id in present and present[document_id].version == version:
            assert word in catalogue.pages(document_id)[0].text
    catalogue.close()


def finish(server: Server, told: Told) -> None:
    """Let the workers do what is left. What stopped them five times waits for someone who tries it again."""

    def ended() -> bool:
        tasks = [task for task in told.uploads if "keer" in ((server.ended(task) or {}).get("reden") or "")]
        for task in tasks:
            server.call("POST", f"/v1/taken/{task}/_opnieuw")
        waiting = [server.call("GET", f"/v1/taken?maxAantal=1&status={status}") for status in ("wacht", "bezig")]
        return not tasks and not any(answer.json()["aantal"] for answer in waiting)

    until(ended, 600, server.log)
