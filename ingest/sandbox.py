"""Reading a file in a process that may die: nothing that is uploaded can bring us down, or take us over.

    read_isolated ─► Sandbox ──starts once──► ingest.sandbox_child ──forks for each file──► the readers, within limits
                        └───────────── the file over a socket, plain data back ──────────────────┘

The process gets no descriptors and no environment of ours, and leaves the network where the system lets it. What it
answers is checked on arrival. For Linux and macOS (which takes no bound on memory); Windows has no fork.
"""

import array
import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

from corpus.errors import ReadError
from ingest.limits import Limits, too_large
from ingest.reading import Extraction
from ingest.sandbox_answer import Answer, extraction_of, how_it_ended, too_much, too_slow
from ingest.sandbox_protocol import (
    NEXT,
    READY_CUT_OFF,
    STATUS,
    STOP,
    Mark,
    OversizeError,
    ProtocolError,
    receive,
    send,
)

START_SECONDS = 60.0
STOP_SECONDS = 10.0
PASSED_ON = ("PATH", "TESSDATA_PREFIX")
_CODE = "import sys; sys.path[:] = sys.argv[2:]; from ingest.sandbox_child import main; main(int(sys.argv[1]))"
_NO_START = "Het afgeschermde leesproces start niet ({}). Voer `kennislab doctor` uit en probeer het daarna opnieuw."


class Sandbox:
    """A process that reads files; started when it is first needed, and anew when it is gone. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0  # our process id when it was started: after a fork it is not ours
        self.cut_off = False  # whether it has no network; known once it has started

    def read(self, data: bytes, file_name: str, limits: Limits) -> Extraction:
        """The text and structure of a file. Raises ReadError, whatever happens to the process."""
        if len(data) > limits.file_size:
            raise ReadError(too_large(limits.file_size))
        with self._lock:
            # When the process itself is gone, that is as a rule not the file's doing: a second time tells.
            answer = self._try(data, file_name, limits) or self._try(data, file_name, limits)
        if answer is None:
            raise ReadError(how_it_ended(None, limits))
        return extraction_of(answer, limits)

    def _try(self, data: bytes, file_name: str, limits: Limits) -> Answer | None:
        """The answer for one file; None when the process was gone. Raises ReadError."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                control = self._hand_over(theirs)
            try:
                answer = _converse(ours, data, file_name, limits)
            except (OSError, ProtocolError):
                status = self._stop(control)
                if status is None:
                    return None
                raise ReadError(how_it_ended(status, limits)) from None
            except ReadError:
                self._stop(control)
                raise
            self._stop(control)
            return answer

    def close(self) -> None:
        """End the process: without the other end of its socket it stops by itself."""
        process = self._process if self._owner == os.getpid() else None
        if self._control is not None:
            self._control.close()
        self._control = self._process = None
        if process is not None:
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _started(self) -> socket.socket:
        """The socket to the process, which is started if it is not there. Raises ReadError when it cannot be."""
        alive = self._owner == os.getpid() and self._process is not None and self._process.poll() is None
        if alive and self._control is not None:
            return self._control
        self.close()
        self._owner = os.getpid()
        self._control, theirs = socket.socketpair()
        control, ready, problem = self._control, b"", "het stopt meteen"
        try:
            with theirs:
                self._process = _start_process(theirs)
            control.settimeout(START_SECONDS)
            ready = control.recv(1)
        except OSError as error:
            problem = str(error)
        if not ready:
            self.close()
            raise ReadError(_NO_START.format(problem))
        self.cut_off = ready == READY_CUT_OFF
        return control

    def _hand_over(self, channel: socket.socket) -> socket.socket:
        """Give the process the socket of the next file; to a new process if this one turns out to be gone."""
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [channel.fileno()]))]
        for last in (False, True):
            control = self._started()
            try:
                control.sendmsg([NEXT], rights)
                break
            except OSError as error:
                self.close()
                if last:
                    raise ReadError(_NO_START.format(error)) from error
        return control

    def _stop(self, control: socket.socket) -> int | None:
        """End what still reads. How it ended: an exit status, minus a signal, or None when that is unknown."""
        with suppress(OSError):
            control.settimeout(STOP_SECONDS)
            control.sendall(STOP)
            status = control.recv(STATUS.size, socket.MSG_WAITALL)
            if len(status) == STATUS.size:
                return int(STATUS.unpack(status)[0])
        self.close()  # it hangs or is gone itself: the next file gets a new one
        return None


def _start_process(control: socket.socket) -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    path = [os.path.abspath(entry) for entry in sys.path]
    return subprocess.Popen(  # noqa: S603 - ourselves, again
        [sys.executable, "-I", "-c", _CODE, str(control.fileno()), *path],
        pass_fds=(control.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment | {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
        start_new_session=True,  # Ctrl-C is for us, and we end it
    )


def _converse(channel: socket.socket, data: bytes, file_name: str, limits: Limits) -> Answer:
    request = {"name": file_name, "memory": limits.memory, "cpu_seconds": limits.cpu_seconds}
    seconds = limits.seconds
    try:
        deadline = time.monotonic() + seconds
        channel.settimeout(seconds)
        send(channel, Mark.REQUEST, json.dumps(request).encode())
        send(channel, Mark.FILE, data)
        answer = receive(channel, limits.output, deadline)
        if answer[0] is Mark.RECOGNISING:  # once: who says it again gets no more time
            seconds = limits.recognition_seconds
            answer = receive(channel, limits.output, time.monotonic() + seconds)
    except TimeoutError:
        raise ReadError(too_slow(seconds)) from None
    except OversizeError:
        raise ReadError(too_much(limits)) from None
    return answer


_SHARED = Sandbox()
atexit.register(_SHARED.close)


def read_isolated(data: bytes, file_name: str, limits: Limits | None = None) -> Extraction:
    """`ingest.readers.registry.read_document` in a process of its own. Raises ReadError, whatever is in the file."""
    return _SHARED.read(data, file_name, limits or Limits())


def check_sandbox() -> bool:
    """Read a small text that way; whether the process is without network. Raises ReadError when it does not work."""
    read_isolated(b"Een regel tekst.", "controle.txt")
    return _SHARED.cut_off
