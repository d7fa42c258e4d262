"""Presentations as PDF, so that there are pictures of slides: once for each file, by LibreOffice, when it is there."""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError, NotFoundError, StoreUnavailableError
from corpus.scope import EVERYTHING
from corpus.types import Document
from service.links import PPTX
from service.turn import turn

logger = logging.getLogger(__name__)

AUTO, OFF = "auto", "uit"
COMMANDS = ("soffice", "libreoffice")
NAME = "dias.pdf"
SLOT = "dias.slot"  # who holds it draws
SECONDS = 60.0  # that LibreOffice may take for one presentation
GRACE_S = 10.0  # more, for what we do ourselves
PATIENCE_S = 2.0  # that a request waits for one that is being made
WAITING = 20  # presentations that may wait for their turn
REMEMBERED_S = 3600.0  # that a failure is not tried again
MOST_SLIDES = 500
MOST_BYTES = 100 << 20
_CODE = "import sys; sys.path[:] = sys.argv[6:]; from service.office import main; main(*sys.argv[1:6])"


def find_office(setting: str = AUTO) -> Path | None:
    """LibreOffice as the setting names it: found by itself, the path of `soffice`, or not used."""
    if setting == OFF:
        return None
    found = (shutil.which(name) for name in (COMMANDS if setting == AUTO else (setting,)))
    command = next((Path(path).resolve() for path in found if path), None)
    if command is None:
        return None
    program = command.with_name("soffice.bin")  # what the command starts, by a detour that would outlive us
    return program if program.is_file() else command


class Slides:
    """Has presentations drawn one at a time, outside the event loop and the threads that answer."""

    def __init__(self, office: Path | None, seconds: float = SECONDS) -> None:
        self._office = office
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(1, "dias")
        self._work: dict[str, Future[None]] = {}  # by hash; touched by the event loop only
        self._failed: dict[str, float] = {}  # by hash, until when
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def shows(self, document: Document) -> bool:
        """Whether there is, or may come, a picture of its slides."""
        return (
            self._office is not None
            and document.media_type == PPTX
            and document.page_count <= MOST_SLIDES
            and document.size <= MOST_BYTES
            and self._failed.get(document.sha256, 0.0) <= time.monotonic()
        )

    async def deck(self, catalogue: Catalogue, document: Document) -> Path | None:
        """The presentation as PDF; None while it is being made. Raises NotFoundError when there is none."""
        if not self.shows(document):
            raise NotFoundError(_none_of(document))
        found = await run_in_threadpool(catalogue.pictures.find, document.sha256, NAME)
        if found is not None:
            return found
        work = self._started(catalogue, document)
        if work is None:
            return None
        await asyncio.wait([asyncio.wrap_future(work)], timeout=PATIENCE_S)  # it goes on when nobody waits any more
        if not work.done():
            return None
        error = work.exception()
        if isinstance(error, StoreUnavailableError):
            raise error
        found = await run_in_threadpool(catalogue.pictures.find, document.sha256, NAME)
        if found is None:
            raise NotFoundError(_none_of(document))
        return found

    def _started(self, catalogue: Catalogue, document: Document) -> "Future[None] | None":
        """The work on this file, begun if it was not; None when too much waits already."""
        self._work = {sha256: work for sha256, work in self._work.items() if not work.done()}
        work = self._work.get(document.sha256)
        if work is None and len(self._work) < WAITING:
            work = self._work[document.sha256] = self._pool.submit(self._make, catalogue, document)
        return work

    def close(self) -> None:
        """End what is being made."""
        with self._lock:
            self._closed = True
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    # -- in the thread -------------------------------------------------------------------------------------------------

    def _make(self, catalogue: Catalogue, document: Document) -> None:
        # LibreOffice takes much memory, and another process may be drawing this very presentation.
        with turn(catalogue.pictures.folder.parent / SLOT, lambda: self._closed) as ours:
            made = catalogue.pictures.find(document.sha256, NAME) is not None
            if ours and not made and is_current(catalogue, document):
                self._make_now(catalogue, document)

    def _make_now(self, catalogue: Catalogue, document: Document) -> None:
        try:
            with (
                catalogue.files.local(document.sha256) as source,
                catalogue.pictures.workroom(document.sha256) as room,
            ):
                reason = self._draw(room, source, document.page_count)
                if not reason:
                    catalogue.pictures.adopt(document.sha256, NAME, room / "dia.pdf")
        except OSError as error:
            reason = str(error.strerror)
        except StoreUnavailableError:  # which says nothing about the file
            raise
        except CatalogueError as error:
            reason = str(error)
        if not is_current(catalogue, document):
            catalogue.pictures.remove(document.sha256)
            catalogue.copies.remove(document.sha256)
        elif reason and not self._closed:
            logger.warning("Van document %s zijn geen afbeeldingen van dia's te maken: %s.", document.id, reason)
            now = time.monotonic()
            self._failed = {sha256: until for sha256, until in self._failed.items() if until > now}
            self._failed[document.sha256] = now + REMEMBERED_S

    def _draw(self, room: Path, source: Path, slides: int) -> str:
        """Why it did not succeed, or ""."""
        process = self._start([room, source.resolve(), self._office, slides, self._seconds])
        if process is None:
            return "de service stopt"
        try:
            status = process.wait(self._seconds + GRACE_S)
            said = process.stdout.read().decode(errors="replace") if process.stdout is not None else ""
            return (said or f"status {status}") if status else ""
        except subprocess.TimeoutExpired:
            return "het programma dat LibreOffice bewaakt, antwoordt niet"
        finally:
            with self._lock:
                self._process = None
            process.kill()  # LibreOffice goes with it
            with process:
                pass  # its pipes are closed, and it leaves no zombie

    def _start(self, arguments: list[object]) -> "subprocess.Popen[bytes] | None":
        path = [os.path.abspath(entry) for entry in sys.path]
        with self._lock:
            if self._closed:
                return None
            self._process = subprocess.Popen(  # noqa: S603 - ourselves, again
                [sys.executable, "-I", "-c", _CODE, *map(str, arguments), *path],
                stdin=subprocess.PIPE,  # ends when we do
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C is for us, and we end it
            )
            return self._process


def is_current(catalogue: Catalogue, document: Document) -> bool:
    """Whether the document is still there with these bytes."""
    now = catalogue.documents_by_id([document.id], EVERYTHING).get(document.id)
    return now is not None and now.sha256 == document.sha256


def _none_of(document: Document) -> str:
    return f"Van {document.file_name} zijn geen afbeeldingen te maken."
