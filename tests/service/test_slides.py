"""Pictures of slides as the service gives them. Programs stand in for LibreOffice; test_office has the real one."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image

from corpus.catalogue import Catalogue
from corpus.publishing import remove, sweep
from corpus.scope import EVERYTHING
from corpus.types import Classification
from ingest.readers.pptx import MEDIA_TYPE
from search.encoder import Encoder
from service import slides
from service.access import Role
from service.links import PPTX
from service.pictures import Pictures
from service.slides import Slides, find_office
from service.turn import turn
from tests.service.clients import bearer, new_key, served
from tests.service.decks import StandIn, deck, publish_deck, stand_in

OPEN, SHUT = Classification.OPENBAAR, Classification.VERTROUWELIJK
COPIES = 'cp "$MADE" dia.pdf'
HANGS = "sleep 600 & echo $! >> wacht; wait"
WAITS = f'while [ ! -e "$(dirname "$0")/verder" ]; do sleep 0.05; done; {COPIES}'
TRIES = 600  # of a twentieth of a second or more


@dataclass
class World:
    """A service with a stand-in for LibreOffice, and its catalogue."""

    client: TestClient
    catalogue: Catalogue
    office: StandIn

    def ask(self, document: str = "open", number: int = 1, width: int = 320, token: str = "") -> Response:
        headers = bearer(token) if token else {}
        path = f"/v1/documenten/{document}/paginas/{number}/afbeelding?breedte={width}"
        answer: Response = self.client.get(path, headers=headers)
        return answer

    def outcome(self, document: str = "open", number: int = 1, width: int = 320, token: str = "") -> Response:
        """The answer once it is no longer being made."""
        for _ in range(TRIES):
            answer = self.ask(document, number, width, token)
            if answer.status_code != 202:
                return answer
            assert answer.content == b""
            assert int(answer.headers["retry-after"]) > 0
            time.sleep(0.05)
        raise AssertionError("it is still being made")

    def kept(self) -> list[str]:
        folder = self.catalogue.pictures.folder
        return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def world(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> Callable[..., "Iterator[World]"]:
    @contextmanager
    def opened(does: str = COPIES, seconds: float = 60.0, pages: int = 2) -> Iterator[World]:
        publish_deck(catalogue, encoder, "open", deck("alfa", "beta"), OPEN)
        publish_deck(catalogue, encoder, "dicht", deck("gamma", "delta"), SHUT)
        office = stand_in(tmp_path / "programma", does, pages)
        with served(tmp_path / "data", encoder, pictures=Pictures(slides=Slides(office.program, seconds))) as client:
            yield World(client, catalogue, office)

    return opened  # type: ignore[return-value]


Opened = Callable[..., "contextmanager[World]"]  # type: ignore[type-arg]


def until(so: Callable[[], bool], what: str) -> None:
    for _ in range(TRIES):
        if so():
            return
        time.sleep(0.05)
    raise AssertionError(what)


def test_the_media_type_is_that_of_the_reader() -> None:
    assert PPTX == MEDIA_TYPE


def test_a_slide_is_a_picture_made_once(world: Opened) -> None:
    with world() as here:
        for number, width in ((1, 320), (2, 320), (1, 640)):
            answer = here.outcome(number=number, width=width)
            assert answer.headers["content-type"] == "image/webp"
            assert Image.open(io.BytesIO(answer.content)).size == (width, width * 3 // 4)
        assert here.office.times == 1
        assert here.kept() == ["1-320.webp", "1-640.webp", "2-320.webp", "dias.pdf"]


def test_two_processes_that_are_asked_at_once_draw_it_once(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    publish_deck(catalogue, encoder, "open", deck("alfa", "beta"), OPEN)
    office = stand_in(tmp_path / "programma", WAITS, 2)
    document = catalogue.document("open", EVERYTHING)
    several = [Slides(office.program) for _ in range(2)]  # each as in a process of its own
    try:
        works = [one._pool.submit(one._make, catalogue, document) for one in several]
        until(lambda: office.times == 1, "it did not start")
        (tmp_path / "programma" / "verder").touch()
        for work in works:
            work.result(60)
        assert office.times == 1
        assert catalogue.pictures.find(document.sha256, slides.NAME) is not None
    finally:
        for one in several:
            one.close()


def test_who_stops_does_not_wait_for_a_turn(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> None:
    publish_deck(catalogue, encoder, "open", deck("alfa", "beta"), OPEN)
    office = stand_in(tmp_path / "programma", COPIES, 2)
    waiting = Slides(office.program)
    with turn(catalogue.pictures.folder.parent / slides.SLOT, lambda: False) as ours:
        work = waiting._pool.submit(waiting._make, catalogue, catalogue.document("open", EVERYTHING))
        waiting.close()
        assert work.cancelled() or work.done()
        assert (ours, office.times) == (True, 0)


def test_what_is_found_says_whether_there_is_a_picture(world: Opened) -> None:
    with world() as here:
        found = here.client.post("/v1/documenten/_zoek", json={"vraag": "alfa"}).json()
        (passage,) = [one for one in found["resultaten"][0]["passages"] if one["pagina"] == 1]
        page = here.client.get("/v1/documenten/open/paginas/1").json()
        assert passage["afbeelding"] == page["afbeelding"] == "/v1/documenten/open/paginas/1/afbeelding"
        assert here.office.times == 0  # nobody asked for it


def test_without_libreoffice_there_is_none_and_it_is_said(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    publish_deck(catalogue, encoder, "open", deck("alfa"), OPEN)
    with served(tmp_path / "data", encoder) as client:
        answer = client.get("/v1/documenten/open/paginas/1/afbeelding")
        assert answer.status_code == 404
        assert "open.pptx" in answer.json()["detail"]
        assert client.get("/v1/documenten/open/paginas/1").json()["afbeelding"] is None
        found = client.post("/v1/documenten/_zoek", json={"vraag": "alfa"}).json()
        assert [one["afbeelding"] for result in found["resultaten"] for one in result["passages"]] == [None]


def test_many_askers_at_once_are_one_conversion(world: Opened) -> None:
    with world(WAITS) as here:
        seen: list[int] = []
        asking = [
            threading.Thread(target=lambda width=width: seen.append(here.outcome(width=width).status_code))  # type: ignore[misc]
            for width in (160, 320, 480, 640)
        ]
        for one in asking:
            one.start()
        until(lambda: here.office.times > 0, "it did not start")
        here.office.program.with_name("verder").touch()
        for one in asking:
            one.join()
        assert seen == [200] * 4
        assert here.office.times == 1


def test_searching_goes_on_while_slides_are_drawn(world: Opened) -> None:
    with world(WAITS) as here:
        assert here.ask().status_code == 202
        found = here.client.post("/v1/documenten/_zoek", json={"vraag": "alfa"})
        assert found.json()["oordeel"] == "gevonden"
        assert here.ask().status_code == 202
        here.office.program.with_name("verder").touch()
        assert here.outcome().status_code == 200


@pytest.mark.parametrize(
    ("does", "pages"),
    [("exit 3", 2), ("exit 0", 2), ("echo geen pdf > dia.pdf", 2), (COPIES, 3), ("kill -9 $$", 2)],
    ids=["fails", "makes-nothing", "makes-rubbish", "other-slides", "is-killed"],
)
def test_a_failure_is_said_and_not_tried_again_for_a_while(
    world: Opened, monkeypatch: pytest.MonkeyPatch, does: str, pages: int
) -> None:
    with world(does, pages=pages) as here:
        answer = here.outcome()
        assert (answer.status_code, "open.pptx" in answer.json()["detail"]) == (404, True)
        assert here.outcome(number=2).status_code == 404
        assert here.office.times == 1
        assert here.client.get("/v1/documenten/open/paginas/1").json()["afbeelding"] is None
        assert here.kept() == []
        now = time.monotonic()
        monkeypatch.setattr(slides.time, "monotonic", lambda: now + slides.REMEMBERED_S + 1)
        assert here.outcome().status_code == 404
        assert here.office.times == 2


def test_a_first_start_that_makes_a_profile_is_started_again(world: Opened) -> None:
    with world(f"if [ -e begonnen ]; then {COPIES}; else touch begonnen; exit 81; fi") as here:
        assert here.outcome().status_code == 200
        assert here.office.times == 2


def alive(process: int) -> bool:
    """Not so for a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def helpers_of(here: World) -> list[int]:
    """The process and what it started itself."""
    rooms = list(here.catalogue.pictures.folder.glob("*/.werk-*/wacht"))
    return [int(number) for path in (here.office.started, *rooms) for number in path.read_text().split()]


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kijkt in /proc")


@linux
def test_it_ends_at_the_limit_with_all_that_it_started(world: Opened) -> None:
    with world(HANGS, seconds=3.0) as here:
        assert here.ask().status_code == 202
        until(lambda: len(helpers_of(here)) == 2, "it did not start")
        running = helpers_of(here)
        assert all(map(alive, running))
        assert here.outcome().status_code == 404
        until(lambda: not any(map(alive, running)), f"{running} still run")
        assert here.kept() == []


@linux
def test_it_ends_when_the_document_is_withdrawn(world: Opened) -> None:
    with world(HANGS) as here:
        assert here.ask().status_code == 202
        until(lambda: len(helpers_of(here)) == 2, "it did not start")
        running = helpers_of(here)
        remove(here.catalogue, "open")
        assert here.ask().status_code == 404
        until(lambda: not any(map(alive, running)), f"{running} still run")
        until(lambda: not list(here.catalogue.pictures.folder.iterdir()), "something was left")


@linux
def test_it_ends_when_the_service_stops(world: Opened) -> None:
    with world(HANGS) as here:
        assert here.ask().status_code == 202
        until(lambda: len(helpers_of(here)) == 2, "it did not start")
        running = helpers_of(here)
    until(lambda: not any(map(alive, running)), f"{running} still run")
    assert here.kept() == []


@linux
def test_it_ends_when_the_service_is_killed(tmp_path: Path) -> None:
    office = stand_in(tmp_path / "programma", HANGS)
    (tmp_path / "stuk.pptx").write_bytes(deck("alfa"))
    room = tmp_path / "kamer"
    room.mkdir()
    code = (
        "import sys, time; from pathlib import Path; from service.slides import Slides\n"
        "room, source, program = map(Path, sys.argv[1:])\n"
        "Slides(program)._start([room, source, program, 1, 600]); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, room, tmp_path / "stuk.pptx", office.program]
    service = subprocess.Popen(command, cwd=Path(__file__).resolve().parent.parent.parent)
    until(lambda: (room / "wacht").exists() and bool((room / "wacht").read_text()), "it did not start")
    running = [int(number) for path in (office.started, room / "wacht") for number in path.read_text().split()]
    os.kill(service.pid, signal.SIGKILL)
    service.wait()
    until(lambda: not any(map(alive, running)), f"{running} still run")
    until(lambda: not room.exists(), "the folder with the copy was left")


def test_withdrawing_and_replacing_take_the_pdf_away(world: Opened, encoder: Encoder) -> None:
    with world() as here:
        token = new_key(here.catalogue, Role.EDITOR)
        assert here.outcome().status_code == here.outcome("dicht", token=token).status_code == 200
        assert here.kept().count("dias.pdf") == 2
        publish_deck(here.catalogue, encoder, "open", deck("anders", "nieuw"), OPEN, version=2)
        assert here.kept().count("dias.pdf") == 1
        remove(here.catalogue, "dicht")
        assert here.kept() == []
        assert here.outcome().status_code == 200
        assert here.office.times == 3


def test_a_pdf_that_nobody_speaks_of_is_swept(world: Opened) -> None:
    with world() as here:
        with here.catalogue.pictures.workroom("f" * 64) as room:
            (room / "dia.pdf").write_bytes(b"van niemand")
            here.catalogue.pictures.adopt("f" * 64, "dias.pdf", room / "dia.pdf")
        assert here.kept() == ["dias.pdf"]
        assert sweep(here.catalogue) == 1
        assert here.kept() == []


def test_who_may_not_see_it_cannot_have_it_made(world: Opened) -> None:
    with world() as here:
        reader, editor = (new_key(here.catalogue, role) for role in (Role.READER, Role.EDITOR))
        absent = here.ask("bestaat-niet").json()
        for token in ("", reader):
            answer = here.ask("dicht", token=token)
            assert answer.status_code == 404
            assert answer.text.replace("dicht", "bestaat-niet") == here.ask("bestaat-niet").text
        assert absent["status"] == 404
        assert here.office.times == 0
        assert here.outcome("dicht", token=editor).status_code == 200
        for token in ("", reader):  # also now that it is there
            assert here.ask("dicht", token=token).status_code == 404


def test_the_number_of_a_slide_may_begin_elsewhere(world: Opened, encoder: Encoder) -> None:
    with world() as here:
        publish_deck(here.catalogue, encoder, "later", deck("een", "twee", first=5), OPEN)
        assert here.outcome("later", 6).status_code == 200
        assert "2-320.webp" in here.kept()
        assert here.ask("later", 1).status_code == 404


@pytest.mark.parametrize("setting", ["uit", "/bestaat/niet/soffice", "kennislab-is-geen-libreoffice"])
def test_it_is_not_used_when_it_is_off_or_not_there(setting: str) -> None:
    assert find_office(setting) is None


def test_it_is_found_by_itself_and_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_office() is None
    office = stand_in(tmp_path / "office", COPIES)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "soffice").symlink_to(office.program)
    assert find_office() == find_office(str(office.program)) == office.program
    binary = office.program.with_name("soffice.bin")
    binary.touch()
    assert find_office() == binary  # what it starts
