"""The process that reads files of strangers, started by `ingest.sandbox`.

It has imported the readers once. For each file it forks: the fork reads that one file and ends, so nothing of a file
(memory, damage, a program that took over) is left for the next. The fork has one way to talk: a socket of its own.
"""

import array
import gc
import json
import os
import select
import signal
import socket
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import Any, NoReturn

from corpus.errors import ReadError
from ingest.confinement import confine, cut_off
from ingest.exchange import to_json
from ingest.readers.pdf_words import known_words
from ingest.readers.registry import read_document
from ingest.sandbox_protocol import READY, READY_CUT_OFF, STATUS, Mark, receive, send

MAX_REQUEST = 1 << 20  # bytes
MAX_FILE = 1 << 40  # bytes; the limit that counts is checked by the sender


def main(descriptor: int) -> None:
    """Serve until the other side is gone."""
    with socket.socket(fileno=descriptor) as control:
        control.sendall(READY_CUT_OFF if cut_off() else READY)
        known_words()  # once, and not in each fork
        gc.freeze()
        while (channel := _next_channel(control)) is not None:
            control.sendall(STATUS.pack(_serve(control, channel)))


def _next_channel(control: socket.socket) -> int | None:
    """The socket for the next file; None when the other side is gone."""
    while True:
        message, given, _, _ = control.recvmsg(1, socket.CMSG_SPACE(array.array("i").itemsize))
        if not message:
            return None
        for _, _, content in given:  # a STOP that came too late has none
            return int(array.array("i", content)[0])


def _serve(control: socket.socket, channel: int) -> int:
    """Have one file read; how the fork ended."""
    alive, held = os.pipe()
    server = os.getpid()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(control.fileno())
        os.close(alive)
        _read_one(channel, server)
    os.close(held)
    os.close(channel)
    with suppress(OSError):
        os.setpgid(child, child)
    select.select([control.fileno(), alive], [], [])  # it ended, or the other side says stop or is gone
    os.close(alive)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # with what it started itself
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _read_one(descriptor: int, server: int) -> NoReturn:
    try:
        channel = socket.socket(fileno=descriptor)
        request = json.loads(receive(channel, MAX_REQUEST)[1])
        confine(request["memory"], request["cpu_seconds"])
        if os.getppid() == server:  # from here on we end with it; it may have ended just before
            send(channel, *_answer(receive(channel, MAX_FILE)[1], request, channel))
    finally:
        os._exit(0)


def _answer(data: bytes, request: Mapping[str, Any], channel: socket.socket) -> tuple[Mark, bytes]:
    try:
        extraction = read_document(data, request["name"], lambda: send(channel, Mark.RECOGNISING))
        return Mark.EXTRACTION, to_json(extraction)
    except ReadError as error:
        return Mark.REFUSED, str(error).encode(errors="replace")
    except MemoryError:
        return Mark.MEMORY, b""
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Mark.BROKEN, f"{type(error).__name__}, {PurePath(place.filename).name}:{place.lineno}".encode()
