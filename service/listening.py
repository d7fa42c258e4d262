"""The port: bound once, by one process, and accepted on by all that it is handed to."""

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from corpus.errors import SettingsError

STOP_S = 5  # so long do answers that are under way get, a stream of events among them
WAITING = 2048  # connections that nobody has accepted yet
SERVER: dict[str, Any] = {"log_level": "warning", "server_header": False, "access_log": False}
_NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}  # a name can have addresses that this machine has not


class _Port(socket.socket):
    """Whatever the server takes for a queue, this one is long: the server's is how many it accepts at a time."""

    def listen(self, _backlog: int = WAITING, /) -> None:
        super().listen(WAITING)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, leaving: Callable[[], None]) -> None:
        super().__init__(config)
        self._leaving = leaving

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._leaving()
        super().handle_exit(sig, frame)


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of the host, IPv4 and IPv6. Raises SettingsError when there is nothing to be had."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise SettingsError(f"Het adres {host!r} bestaat niet. Geef met --host een adres van deze machine.") from error
    sockets: list[socket.socket] = []
    refused: OSError | None = None
    for family, address in dict.fromkeys((entry[0], entry[4]) for entry in found):
        try:
            sockets.append(_bound(family, address))
        except OSError as error:
            refused = error
            if error.errno not in _NOT_HERE:
                break
    if refused is not None and not (sockets and refused.errno in _NOT_HERE):
        for opened in sockets:
            opened.close()
        raise SettingsError(_refusal(host, port, refused)) from refused
    return sockets


def _bound(family: int, address: Any) -> socket.socket:  # noqa: ANN401 - its shape hangs on the family
    # Named as TCP, or asyncio does not send at once on what is accepted: the rest of an answer would wait 40 ms for the
    # sign that its first part came.
    port = _Port(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            port.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
        port.bind(address)
    except BaseException:
        port.close()
        raise
    return port


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Poort {port} op {host} is al in gebruik. Stop wat daar draait, of kies een andere poort met --port."
    reason = os.strerror(error.errno) if error.errno else error
    return f"Op {host} poort {port} kan Kennislab niet luisteren: {reason}. Kies met --host en --port iets anders."


def inherited(files: Sequence[int]) -> list[socket.socket]:
    """The same sockets in a process that they were handed to."""
    sockets: list[socket.socket] = [_Port(fileno=file) for file in files]
    for one in sockets:
        one.set_inheritable(False)
    return sockets


def serve(
    app: FastAPI, sockets: list[socket.socket], *, alone: bool, leaving: Callable[[], None] = lambda: None
) -> None:
    """Serve until a signal; `leaving` is called as soon as that comes, while answers are still under way.

    Who is not alone accepts one connection at a time, so that who is busy leaves the next to another process.
    """
    shared: dict[str, Any] = {} if alone else {"backlog": 1, "loop": "asyncio"}
    config = uvicorn.Config(app, timeout_graceful_shutdown=STOP_S, **shared, **SERVER)
    with contextlib.suppress(KeyboardInterrupt):  # the server raises what it stopped for once more
        _Server(config, leaving).run(sockets)
