"""What `ingest.sandbox` and the process it starts say to each other: marks, sizes and plain bytes."""

import socket
import struct
import time
from enum import Enum

READY_CUT_OFF, READY = b"C", b"N"  # the process has started, without network or with it
NEXT, STOP = b"F", b"K"  # here is the socket of the next file; end what is being read
STATUS = struct.Struct("!i")  # how a reader ended: exit status, or minus the signal
_HEADER = struct.Struct("!cQ")  # mark and size of what follows
_PIECE = 1 << 20


class Mark(Enum):
    """What a message is; one byte."""

    REQUEST = b"Q"  # to the reader: limits and file name, as JSON
    FILE = b"F"  # to the reader: the bytes of the file
    RECOGNISING = b"O"  # from the reader: text recognition begins, which has its own time
    EXTRACTION = b"E"  # from the reader: JSON of ingest.exchange
    REFUSED = b"R"  # from the reader: the message of a ReadError
    BROKEN = b"X"  # from the reader: what else went wrong, and where
    MEMORY = b"M"  # from the reader: memory ran out


class ProtocolError(Exception):
    """The other side said something that cannot be, or stopped halfway."""


class OversizeError(ProtocolError):
    """The other side says more than is allowed."""


def send(channel: socket.socket, mark: Mark, content: bytes = b"") -> None:
    """Send one message."""
    channel.sendall(_HEADER.pack(mark.value, len(content)))
    channel.sendall(content)


def receive(channel: socket.socket, limit: int, deadline: float | None = None) -> tuple[Mark, bytes]:
    """The next message. Raises ProtocolError for a bad one or one above `limit` bytes; TimeoutError."""
    mark, size = _HEADER.unpack(_exactly(channel, _HEADER.size, deadline))
    if size > limit:
        raise OversizeError(f"{size} bytes")
    content = _exactly(channel, size, deadline)
    try:
        return Mark(mark), content
    except ValueError:
        raise ProtocolError(f"onbekend bericht {mark!r}") from None


def _exactly(channel: socket.socket, size: int, deadline: float | None) -> bytes:
    """So many bytes, by the deadline. Without one they come in one piece, since a file may be half a gigabyte."""
    parts: list[bytes] = []
    missing = size
    while missing:
        if deadline is None:
            part = channel.recv(missing, socket.MSG_WAITALL)
        else:
            channel.settimeout(_remaining(deadline))
            part = channel.recv(min(missing, _PIECE))
        if not part:
            raise ProtocolError("het gesprek is halverwege gestopt")
        parts.append(part)
        missing -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _remaining(deadline: float) -> float:
    """Seconds until a moment of the monotonic clock. Raises TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
