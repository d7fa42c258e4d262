"""What a process that reads files of strangers gives up, for good, as far as Linux or macOS lets it.

`cut_off` is done once and holds for all that is started later; `confine` is done for each file.
"""

import ctypes
import resource
import signal
import sys
from contextlib import suppress

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 64


def cut_off() -> bool:
    """Leave the network; whether that succeeded. It takes Linux, and root or user namespaces that are allowed."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def confine(memory: int, cpu_seconds: int) -> None:
    """Bound memory (bytes of address space) and processor time; write no file, dump no core, end with the parent.

    macOS takes no bound on memory; there the limits on time and on the size of the answer remain.
    """
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # nor a core through a pipe, which the limit below lets by
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)  # SIGXCPU tells why it ended; SIGKILL does not


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; one that is lower already stays."""
    with suppress(ValueError, OSError):
        wanted, (_, most) = (soft, soft if hard is None else hard), resource.getrlimit(kind)
        lowered = wanted if most == resource.RLIM_INFINITY else (min(wanted[0], most), min(wanted[1], most))
        resource.setrlimit(kind, lowered)
