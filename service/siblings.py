"""The other processes of one service: each tells the others its figures, over a socket in a folder of their own.

Asked when they are wanted, so that what is told is so at that moment, and who is gone is not heard.
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

ANSWER_S = 2.0  # who takes longer is left out
_SUFFIX = ".sock"


class Siblings:
    """The processes that share a folder; only who may read the folder can ask them."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self._folder = folder

    @contextmanager
    def telling(self, tell: Callable[[], bytes]) -> Iterator[None]:
        """Answer the others meanwhile, in a thread of its own."""
        path = self._path(self.number)
        path.unlink(missing_ok=True)  # of the process that had this number before
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen()
            thread = threading.Thread(target=_tell_all, args=(listener, tell), name="cijfers", daemon=True)
            thread.start()
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)  # on Linux only this ends an accept

    def ask(self) -> dict[int, bytes]:
        """What the others tell, by number."""
        found = {}
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            number = int(path.stem)
            if number != self.number:
                with contextlib.suppress(OSError):  # it was killed, or hangs
                    found[number] = _asked(path)
        return found

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}{_SUFFIX}"


def _asked(path: Path) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asker:
        asker.settimeout(ANSWER_S)
        asker.connect(str(path))
        parts = []
        while part := asker.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def _tell_all(listener: socket.socket, tell: Callable[[], bytes]) -> None:
    while True:
        try:
            asker, _address = listener.accept()
        except OSError:  # closed: the process ends
            return
        with asker, contextlib.suppress(OSError):
            asker.settimeout(ANSWER_S)
            asker.sendall(tell())
