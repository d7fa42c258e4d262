"""The processes that the service starts: started again when they die, stopped with it, gone when it is."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

STOP_S = 10.0  # so long may a process take to end what it does
LOOK_S = 0.5
SHORT_LIFE_S = 20.0  # who died sooner is started again later each time
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """What is kept running, and from when on. It ends by itself when its input does: `when_input_ends`."""

    name: str  # at the beginning of a sentence
    command: Sequence[str]
    files: Sequence[int] = ()  # descriptors that it gets, under the same numbers
    may_start: Callable[[], bool] = field(default=lambda: True)


@dataclass(slots=True)
class _Place:
    """A place for one process: which has it now, and how that goes."""

    program: Program
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    start_at: float = 0.0
    short_lives: int = 0


class Pool:
    """Keeps programs running, each in a process of its own."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._places = [_Place(program) for program in programs]
        self._released = False  # no lock: a signal's handler may come between everything
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="processen", daemon=True)

    def start(self) -> None:
        """Start what may start now, the rest when it may."""
        if self._places:
            self._look()
            self._thread.start()

    def release(self) -> None:
        """Tell all to end, without waiting for it, and start nothing any more. May be called by a signal's handler."""
        self._released = True
        for process in self._processes():
            process.terminate()

    def stop(self) -> None:
        """Let all end what they do; end them when that takes too long."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.release()  # once more: one may have been started while the others were told
        deadline = time.monotonic() + STOP_S
        for process in self._processes():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()  # what it held (a lease, a lock) ends by itself
                process.wait()
            if process.stdin is not None:
                process.stdin.close()

    def pids(self) -> list[int]:
        """Process ids of those that live."""
        return [process.pid for process in self._processes() if process.poll() is None]

    def _processes(self) -> "list[subprocess.Popen[bytes]]":
        return [place.process for place in self._places if place.process is not None]

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_S):
            self._look()

    def _look(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if self._released:
                return
            if place.process is not None and place.process.poll() is not None:
                _note_end(place, now)
            if place.process is None and now >= place.start_at and place.program.may_start():
                place.process = subprocess.Popen(  # noqa: S603 - ourselves
                    place.program.command, stdin=subprocess.PIPE, pass_fds=place.program.files
                )
                place.started = now


def _note_end(place: _Place, now: float) -> None:
    process = place.process
    if process is None:
        return
    logger.error("%s stopte (%s) en wordt opnieuw gestart.", place.program.name, process.returncode)
    if process.stdin is not None:
        process.stdin.close()
    place.short_lives = place.short_lives + 1 if now - place.started < SHORT_LIFE_S else 0
    place.start_at = now + min(LONGEST_WAIT_S, 2.0 ** (place.short_lives - 1) if place.short_lives else 0.0)
    place.process = None


# -- in such a process -------------------------------------------------------------------------------------------------


def when_input_ends(act: Callable[[], None]) -> None:
    """Do this once whoever started us is gone, however it ended."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        act()

    threading.Thread(target=wait, name="ouder", daemon=True).start()


def end_on_hang_up() -> None:
    """Let a terminal that closes end us as anything else does, unless whoever started us wants that ignored (nohup)."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
