"""Reading in a process that may die: limits, a crash, what it may not do, and that the next file is always read."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ReadError
from corpus.types import Block, BlockKind, Page
from ingest.exchange import from_json, to_json
from ingest.limits import Limits
from ingest.readers.registry import read_document
from ingest.reading import Extraction, FileMetadata
from ingest.sandbox import Sandbox, read_isolated
from tests.ingest import hostile

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "corpus" / "voorbeeld" / "documenten"
LIMITS = Limits(seconds=300, cpu_seconds=60)
GOOD = b"De gemeente werkt samen met scholen."
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kijkt in /proc, of begrenst het geheugen")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()


@pytest.fixture(scope="module")
def slow() -> bytes:
    """A PDF that takes many seconds to read."""
    return hostile.many_operators(1_000_000)


def refused(sandbox: Sandbox, data: bytes, limits: Limits) -> str:
    """The reason; after it a good file is read by the same sandbox."""
    with pytest.raises(ReadError) as caught:
        sandbox.read(data, "bestand", limits)
    assert sandbox.read(GOOD, "goed.txt", LIMITS).pages[0].text == GOOD.decode()
    return str(caught.value)


def children(process: int) -> list[int]:
    return [int(found) for found in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def process_of(sandbox: Sandbox) -> int:
    assert sandbox._process is not None
    return sandbox._process.pid


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds, at most half a minute."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


# What comes out


@pytest.mark.parametrize("suffix", [".pdf", ".pptx", ".docx", ".html", ".md", ".txt"])
def test_it_reads_what_the_readers_read(suffix: str) -> None:
    path = min(SAMPLE.glob(f"*{suffix}"), key=lambda item: item.stat().st_size)
    data = path.read_bytes()
    assert read_isolated(data, path.name) == read_document(data, path.name)


def test_a_refusal_comes_with_the_readers_own_reason(sandbox: Sandbox) -> None:
    with pytest.raises(ReadError) as direct:
        read_document(b"\x89PNG\r\n\x1a\n" + bytes(9), "foto.png")
    assert refused(sandbox, b"\x89PNG\r\n\x1a\n" + bytes(9), LIMITS) == str(direct.value)


# Limits


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(seconds=1, cpu_seconds=30), "duurde langer dan 1 seconden"),
        (Limits(seconds=300, cpu_seconds=1), "meer dan 1 seconden rekentijd"),
        (Limits(file_size=1000), "groter dan 0 MB"),
    ],
)
def test_a_file_that_goes_over_a_limit(sandbox: Sandbox, slow: bytes, limits: Limits, says: str) -> None:
    assert says in refused(sandbox, slow, limits)


@linux
def test_a_file_that_takes_too_much_memory(sandbox: Sandbox) -> None:
    reason = refused(sandbox, hostile.memory_hog(), replace(LIMITS, memory=200 * 2**20))
    assert "geheugen dan 200 MB" in reason or "beschadigd" in reason  # libxml2 says either


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (replace(LIMITS, pages=9), "heeft 10 bladzijden; het maximum is 9"),
        (replace(LIMITS, characters=99), "het maximum is 99."),
        (replace(LIMITS, output=500), "meer tekst dan wij aankunnen"),
    ],
)
def test_a_file_with_too_much_in_it(sandbox: Sandbox, limits: Limits, says: str) -> None:
    data = hostile.many_pages(10)
    assert len(sandbox.read(data, "tien.pdf", LIMITS).pages) == 10
    assert says in refused(sandbox, data, limits)


# Crashes


@linux
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_reader_that_crashes(sandbox: Sandbox, slow: bytes, number: signal.Signals) -> None:
    sandbox.read(GOOD, "goed.txt", LIMITS)
    parent = process_of(sandbox)

    def crash() -> None:
        while not (found := children(parent)):
            time.sleep(0.005)
        os.kill(found[0], number)

    killer = threading.Thread(target=crash)
    killer.start()
    reason = refused(sandbox, slow, LIMITS)
    killer.join()
    assert f"vastgelopen op dit bestand ({number.name})" in reason
    assert process_of(sandbox) == parent


@linux
def test_a_process_that_is_gone_is_started_again(sandbox: Sandbox) -> None:
    sandbox.read(GOOD, "goed.txt", LIMITS)
    first = process_of(sandbox)
    os.kill(first, signal.SIGKILL)
    assert sandbox.read(GOOD, "goed.txt", LIMITS).pages
    second = process_of(sandbox)
    assert second != first


@linux
def test_a_file_that_ends_the_whole_process_twice_is_to_blame(sandbox: Sandbox, slow: bytes) -> None:
    done = threading.Event()

    def kill_all() -> None:
        while not done.is_set():
            with suppress(FileNotFoundError, ProcessLookupError):
                for process in children(os.getpid()):
                    if children(process):
                        os.kill(process, signal.SIGKILL)
            time.sleep(0.02)

    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises(ReadError, match="stopte zonder antwoord"):
            sandbox.read(slow, "traag.pdf", LIMITS)
    finally:
        done.set()
        killer.join()
    assert sandbox.read(GOOD, "goed.txt", LIMITS).pages[0].text == GOOD.decode()


@linux
def test_nothing_is_left_running(slow: bytes) -> None:
    own = Sandbox()
    with pytest.raises(ReadError):
        own.read(slow, "traag.pdf", Limits(seconds=0.5))
    process = process_of(own)
    assert children(process) == []
    own.close()
    assert not Path(f"/proc/{process}").exists()


@linux
def test_it_ends_when_we_are_killed(tmp_path: Path, slow: bytes) -> None:
    (tmp_path / "traag.pdf").write_bytes(slow)
    script = f"""
        import threading, pathlib
        from ingest.limits import Limits
        from ingest.sandbox import Sandbox
        sandbox = Sandbox()
        sandbox.read(b"tekst", "a.txt", Limits())
        print(sandbox._process.pid, flush=True)
        sandbox.read(pathlib.Path({str(tmp_path / "traag.pdf")!r}).read_bytes(), "traag.pdf", Limits())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        process = int(started.stdout.readline())
        until(lambda: bool(children(process)))
        processes = [process, *children(process)]
        started.kill()
    until(lambda: not any(map(running, processes)))


# What it may not do


@linux
def test_it_gets_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KENNISLAB_TEST_SLEUTEL", "geheim")
    with (tmp_path / "open.txt").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        own = Sandbox()
        own.read(GOOD, "goed.txt", LIMITS)
        proc = Path(f"/proc/{process_of(own)}")
        try:
            environment = (proc / "environ").read_bytes()
            targets = {os.readlink(entry) for entry in (proc / "fd").iterdir()}
        except PermissionError:  # its own user namespace hides it from us
            pytest.skip("het proces is ook voor ons niet in te zien")
        finally:
            own.close()
    assert b"geheim" not in environment
    assert b"PATH=" in environment
    assert {target for target in targets if not target.startswith("socket:")} == {os.devnull}


CONFINED = """
    import json, os, resource, socket, sys
    from ingest.confinement import confine, cut_off
    alone = cut_off()
    confine(300 * 2**20, 7)
    def outcome(act):
        try:
            act()
        except (OSError, MemoryError) as error:
            return type(error).__name__
        return "gelukt"
    def write():
        with open(sys.argv[1], "wb", buffering=0) as file:
            file.write(b"x")
    found = {
        "alone": alone,
        "file": outcome(write),
        "memory": outcome(lambda: bytearray(400 * 2**20)),
        "network": outcome(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "cpu": resource.getrlimit(resource.RLIMIT_CPU),
    }
    print(json.dumps(found))
"""


@linux
def test_what_the_process_gives_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, "-c", textwrap.dedent(CONFINED), str(tmp_path / "nieuw.txt"), port]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["file"] == "OSError"
    assert (tmp_path / "nieuw.txt").read_bytes() == b""
    assert found["memory"] == "MemoryError"
    assert found["network"] == ("OSError" if found["alone"] else "gelukt")
    assert (found["core"], found["cpu"]) == ([0, 0], [7, 8])


def test_threads_each_get_their_own_file(sandbox: Sandbox) -> None:
    found: dict[int, str] = {}

    def read(number: int) -> None:
        found[number] = sandbox.read(f"Tekst nummer {number}.".encode(), "a.txt", LIMITS).pages[0].text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: f"Tekst nummer {number}." for number in range(8)}


def test_after_a_fork_each_has_its_own_process(sandbox: Sandbox) -> None:
    sandbox.read(GOOD, "goed.txt", LIMITS)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, sandbox.read(b"In het kind.", "a.txt", LIMITS).pages[0].text.encode())
            sandbox.close()
        finally:
            os._exit(0)
    os.close(writer)
    assert sandbox.read(GOOD, "goed.txt", LIMITS).pages[0].text == GOOD.decode()
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        assert told.read() == "In het kind."


# What it answers is not trusted


def made(text: str, *blocks: Block) -> Extraction:
    metadata = FileMetadata("Titel", "Iemand", date(2024, 2, 29), "nl")
    return Extraction("pdf", "application/pdf", (Page(1, 7, text, blocks), Page(2, None, "")), metadata, ("Let op.",))


def test_an_extraction_survives_the_way_back() -> None:
    extraction = made("Kop é 😀\n\nTekst", Block(BlockKind.HEADING, 0, 7, 2), Block(BlockKind.PARAGRAPH, 9, 14))
    assert from_json(to_json(extraction)) == extraction


@pytest.mark.parametrize(
    "blocks",
    [
        [["paragraph", 0, 6, 0]],
        [["paragraph", -1, 3, 0]],
        [["paragraph", 3, 2, 0]],
        [["paragraph", 0, 3, 0], ["paragraph", 2, 5, 0]],
        [["heading", 0, 3, 7]],
        [["iets", 0, 3, 0]],
        [["paragraph", 0, True, 0]],
        [["paragraph", 0, 3.0, 0]],
        [["paragraph", 0]],
        "paragraph",
        7,
    ],
)
def test_blocks_that_cannot_be_are_refused(blocks: object) -> None:
    plain = json.loads(to_json(made("Tekst")))
    plain["pages"][0][2] = blocks
    with pytest.raises(ValueError, match="geen extractie"):
        from_json(json.dumps(plain).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pages", [[10**30, "x", []]]),
        ("pages", [[-1, "x", []]]),
        ("pages", [[1, 5, []]]),
        ("pages", [[1, "\ud800", []]]),
        ("pages", None),
        ("metadata", ["", "", "31-02-2024", ""]),
        ("metadata", ["", ""]),
        ("remarks", [None]),
        ("format", None),
    ],
)
def test_an_answer_that_cannot_be_is_refused(field: str, value: object) -> None:
    plain = json.loads(to_json(made("Tekst")))
    plain[field] = value
    with pytest.raises(ValueError, match="geen extractie"):
        from_json(json.dumps(plain).encode())


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = st.sampled_from(["pages", "metadata", "format", "x"])
INNER = PLAIN | st.lists(PLAIN) | st.dictionaries(NAMES, PLAIN)
JSON = INNER | st.lists(INNER) | st.dictionaries(NAMES, INNER | st.lists(INNER))


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_answer_is_an_extraction_or_refused(answer: bytes) -> None:
    try:
        found: Extraction | None = from_json(answer)
    except ValueError:
        found = None
    assert found is None or isinstance(found, Extraction)
