"""The pool that keeps the service's processes running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service import processes
from service.processes import Pool, Program

WAITS = (sys.executable, "-c", "import sys; sys.stdin.read()")
ROOT = Path(__file__).resolve().parents[2]


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_who_dies_is_replaced_and_all_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOOK_S", 0.05)
    monkeypatch.setattr(processes, "SHORT_LIFE_S", 0.0)
    pool = Pool([Program("Een proces", WAITS)] * 2)
    pool.start()
    before = pool.pids()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(set(pool.pids()) - set(before)) == 1 and len(pool.pids()) == 2)
    after = pool.pids()
    pool.stop()
    assert all(map(gone, after))


def test_who_cannot_start_is_tried_again_ever_later() -> None:
    pool = Pool([Program("Een proces", (sys.executable, "-c", "raise SystemExit(1)"))])
    place = pool._places[0]
    waits = []
    for _ in range(8):
        pool._look()
        assert place.process is not None
        place.process.wait()
        pool._look()
        waits.append(round(place.start_at - time.monotonic()))
        place.start_at = 0.0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_who_was_released_is_not_started_again() -> None:
    pool = Pool([Program("Een proces", WAITS)])
    pool._look()
    (pid,) = pool.pids()
    pool.release()
    until(lambda: not pool.pids())
    pool._look()
    assert pool.pids() == []
    pool.stop()
    assert gone(pid)


def test_one_that_may_not_start_yet_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOOK_S", 0.02)
    allowed: list[bool] = []
    pool = Pool([Program("Een proces", WAITS), Program("Een later", WAITS, may_start=lambda: bool(allowed))])
    pool.start()
    pool._look()
    assert len(pool.pids()) == 1
    allowed.append(True)
    until(lambda: len(pool.pids()) == 2)
    pool.stop()


def test_without_programs_nothing_is_started() -> None:
    pool = Pool([])
    pool.start()
    assert (pool.pids(), pool._thread.is_alive()) == ([], False)
    pool.stop()


SEES = """
import os, signal, sys, threading
from service.processes import end_on_hang_up, when_input_ends
if "gewoon" in sys.argv:  # who runs the tests with nohup would hand that on
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: (print("netjes", flush=True), os._exit(0)))
end_on_hang_up()
when_input_ends(ended.set)
print("klaar", flush=True)
print("los" if ended.wait(60) else "niets", flush=True)
"""


@pytest.mark.parametrize(
    ("ignored", "act", "said"),
    [(False, "close", "los"), (False, "hang up", "netjes"), (True, "hang up", "los")],
    ids=["input-ends", "terminal-closes", "nohup"],
)
def test_a_process_ends_with_who_started_it(ignored: bool, act: str, said: str) -> None:
    command = [sys.executable, "-c", SEES, "nohup" if ignored else "gewoon"]
    if ignored:
        command = ["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"', *command]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "klaar\n"
        if act == "hang up":
            process.send_signal(signal.SIGHUP)
        if act == "close" or ignored:
            process.stdin.close()
        assert process.stdout.readline() == f"{said}\n"
