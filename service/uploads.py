"""Receiving files: from the network to the spool in pieces, never whole in memory; too large is refused on the way."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import Message
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from fastapi import HTTPException, Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from corpus.errors import KennislabError
from corpus.spool import IncomingFile, Spool
from ingest.detect import SUFFIXES, SUPPORTED
from ingest.names import clean_name

MB = 1 << 20
METADATA_BYTES = MB
DRAINED_BYTES = 64 * MB  # read on after a refusal, so that a client that still sends gets to see the answer
FILE_FIELDS = frozenset({"bestanden", "bestand"})

_READABLE = {suffix for suffixes in SUFFIXES.values() for suffix in suffixes}
MEDIA_TYPES = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "text/html",
    "application/xhtml+xml",
    "text/markdown",
    "text/plain",
)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one upload may bring."""

    file_mb: int = 100
    files: int = 200


@dataclass(slots=True)
class ReceivedFile:
    """A file that came in. `refused` says why it was not kept."""

    name: str
    incoming: IncomingFile | None
    refused: str = ""


@dataclass(slots=True)
class Received:
    """All that one request brought."""

    files: list[ReceivedFile] = field(default_factory=list)
    metadata: Any = None


def readable(name: str, media_type: str) -> bool:
    """Whether there may be a reader for a file: by its suffix, and without a known one by its declared type."""
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    return suffix in _READABLE or (not suffix and media_type.partition(";")[0].strip().lower() in MEDIA_TYPES)


def refusal(name: str) -> str:
    """Why a file of this name is not taken."""
    suffix = PurePosixPath(name).suffix
    return f"Bestanden van het soort {suffix} lezen wij niet. {SUPPORTED}" if suffix else f"Onbekend soort. {SUPPORTED}"


async def receive_form(request: Request, spool: Spool, limits: UploadLimits, stack: ExitStack) -> Received:
    """The files and metadata of a multipart request. The files are gone when the stack is closed, unless kept."""
    content_type, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if content_type != b"multipart/form-data" or not boundary:
        raise HTTPException(415, "Stuur de bestanden als multipart/form-data, in het deel bestanden.")
    form = _Form(spool, limits, stack)
    parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]
    stream = request.stream()
    try:
        async for piece in stream:
            parser.write(piece)
        parser.finalize()
    except FormParserError:
        raise HTTPException(400, "De upload is niet compleet of geen geldige multipart/form-data.") from None
    except (HTTPException, KennislabError):
        await _drain(stream)
        raise
    if not form.complete:
        raise HTTPException(400, "De upload is niet compleet. Probeer het opnieuw.")
    return form.received


async def receive_body(request: Request, name: str, spool: Spool, limits: UploadLimits, stack: ExitStack) -> Received:
    """One file that is the whole body of the request."""
    name = _disposition_name(request.headers.get("content-disposition", "")) or name
    media_type = request.headers.get("content-type", "")
    if not readable(name, media_type):
        raise HTTPException(415, refusal(name))
    incoming = stack.enter_context(spool.incoming())
    stream = request.stream()
    try:
        async for piece in stream:
            _write(incoming, piece, name, limits)
    except (HTTPException, KennislabError):
        await _drain(stream)
        raise
    if not incoming.size:
        raise HTTPException(400, "Er is geen bestand meegestuurd. Stuur het als inhoud van de aanvraag.")
    return Received([ReceivedFile(name, incoming)])


class _Form:
    """What the parser calls: keeps track of the part that is coming in."""

    def __init__(self, spool: Spool, limits: UploadLimits, stack: ExitStack) -> None:
        self.received = Received()
        self.complete = False
        self._spool = spool
        self._limits = limits
        self._stack = stack
        self._header = (b"", b"")
        self._headers: dict[bytes, bytes] = {}
        self._file: ReceivedFile | None = None
        self._text: bytearray | None = None

    def callbacks(self) -> dict[str, Callable[..., None]]:
        """As the parser wants them."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._part,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._headers, self._header, self._file, self._text = {}, (b"", b""), None, None

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = (b"", b"")

    def _part(self) -> None:
        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        field_name = _decoded(options.get(b"name", b""))
        if field_name == "metadata":
            self._text = bytearray()
        elif field_name in FILE_FIELDS and b"filename" in options:
            self._file = self._new_file(clean_name(_decoded(options[b"filename"])))
            self.received.files.append(self._file)
        else:
            raise HTTPException(400, f"Het deel {field_name!r} kennen wij niet. De delen zijn: bestanden en metadata.")

    def _new_file(self, name: str) -> ReceivedFile:
        if len(self.received.files) >= self._limits.files:
            raise HTTPException(413, f"Hooguit {self._limits.files} bestanden per keer. Deel de upload op.")
        if not readable(name, _decoded(self._headers.get(b"content-type", b""))):
            return ReceivedFile(name, None, refusal(name))
        return ReceivedFile(name, self._stack.enter_context(self._spool.incoming()))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None and self._file.incoming is not None:
            _write(self._file.incoming, data[start:end], self._file.name, self._limits)
        elif self._text is not None:
            self._text += data[start:end]
            if len(self._text) > METADATA_BYTES:
                raise HTTPException(413, "De metadata is te groot: hooguit 1 MB.")

    def _end(self) -> None:
        if self._text is not None:
            try:
                self.received.metadata = json.loads(self._text)
            except ValueError:
                raise HTTPException(400, "De metadata is geen geldige JSON.") from None

    def _finish(self) -> None:
        self.complete = True


def _write(incoming: IncomingFile, data: bytes, name: str, limits: UploadLimits) -> None:
    if incoming.size + len(data) > limits.file_mb * MB:
        text = f"Het bestand {name} is groter dan {limits.file_mb} MB. Deel het op of maak het kleiner."
        raise HTTPException(413, text)
    incoming.write(data)


async def _drain(stream: AsyncIterator[bytes]) -> None:
    left = DRAINED_BYTES
    async for piece in stream:
        left -= len(piece)
        if left < 0:
            return


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _disposition_name(header: str) -> str:
    """The file name in a Content-Disposition, in either way of writing it; empty when it has none."""
    message = Message()
    message["Content-Disposition"] = header or "attachment"
    name = message.get_filename()
    return clean_name(unquote(name)) if name else ""
