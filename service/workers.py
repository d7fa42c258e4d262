"""The processes that work through the queue beside the service: started, started again when they die, stopped."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.settings import Settings

logger = logging.getLogger(__name__)

STOP_S = 10.0  # so long may a worker take to put its file back
LOOK_S = 0.5
SHORT_LIFE_S = 20.0  # who died sooner is started again later each time
LONGEST_WAIT_S = 60.0


@dataclass(slots=True)
class _Place:
    """A place for one worker: the process that has it now, and how that goes."""

    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    start_at: float = 0.0
    short_lives: int = field(default=0)


class WorkerPool:
    """Keeps a number of workers alive. They stop by themselves when this process is gone: their input ends."""

    def __init__(self, settings: Settings) -> None:
        self._command = worker_command(settings)
        self._places = [_Place() for _ in range(settings.workers)]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="werkers", daemon=True)

    def start(self) -> None:
        """Start the workers."""
        if self._places:
            self._look()
            self._thread.start()

    def stop(self) -> None:
        """Let the workers put back what they have and end; end them when that takes too long."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        processes = [place.process for place in self._places if place.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + STOP_S
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()  # its lease ends by itself
                process.wait()
            if process.stdin is not None:
                process.stdin.close()

    def pids(self) -> list[int]:
        """Process ids of the workers that live."""
        return [place.process.pid for place in self._places if place.process and place.process.poll() is None]

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_S):
            self._look()

    def _look(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if place.process is not None and place.process.poll() is not None:
                self._note_end(place, now)
            if place.process is None and now >= place.start_at:
                place.process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - ourselves
                place.started = now

    @staticmethod
    def _note_end(place: _Place, now: float) -> None:
        process = place.process
        if process is None:
            return
        logger.error("Een werker stopte (%s) en wordt opnieuw gestart.", process.returncode)
        if process.stdin is not None:
            process.stdin.close()
        place.short_lives = place.short_lives + 1 if now - place.started < SHORT_LIFE_S else 0
        place.start_at = now + min(LONGEST_WAIT_S, 2.0 ** (place.short_lives - 1) if place.short_lives else 0.0)
        place.process = None


def worker_command(settings: Settings) -> Sequence[str]:
    """How a worker of this knowledge base is started."""
    flags = ["--data", str(settings.data.resolve()), "--model", settings.model, "--runtime", settings.runtime]
    return [sys.executable, "-m", "service.work", *flags, "--supervised"]
