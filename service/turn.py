"""One at a time, over all processes that see the same folder."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOOK_S = 0.1


@contextmanager
def turn(slot: Path, given_up: Callable[[], bool]) -> Iterator[bool]:
    """Wait for our turn and hold it; False when it was given up first. Who is killed holds nothing any more.

    On a disk that knows no locks, or can not be written, everyone has a turn.
    """
    try:
        slot.parent.mkdir(parents=True, exist_ok=True)
        file = slot.open("wb")
    except OSError:
        yield True
        return
    with file:
        while not (ours := _taken(file)) and not given_up():
            time.sleep(LOOK_S)
        yield ours


def _taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
