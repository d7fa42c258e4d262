"""Pictures of pages: made in one child process, kept beside the files they show."""

import asyncio
import hashlib
import multiprocessing
import os
import resource
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from pathlib import Path

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.scope import Scope
from corpus.types import Document, Passage
from service.links import PDF, PPTX
from service.rendering import NoPictureError, render
from service.settings import Settings
from service.slides import Slides, find_office

STEPS = (160, 320, 480, 640, 960, 1280, 1600)  # widths that are made, so that a page has few pictures
WAITING = 40  # pictures that may wait for their turn
SECONDS = 20  # that one picture may take
BYTES = 2 << 30  # of memory for the child


class Pictures:
    """Makes pictures one at a time: pdfium does not bear threads, and a hostile PDF may bring it down.

    Therefore a child process of its own, started at the first picture and again after it died.
    """

    def __init__(self, widest: int = STEPS[-1], slides: Slides | None = None) -> None:
        self.widest = widest
        self._slides = slides or Slides(None)
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()
        self._waiting = 0

    def has(self, document: Document) -> bool:
        """Whether there are pictures of its pages, or may be soon."""
        return document.media_type == PDF or self._slides.shows(document)

    async def picture(self, catalogue: Catalogue, document: Document, page: int, width: int, text: str) -> bytes | None:
        """A page of a document, by its place from 1, as WebP; None while its slides are being drawn.

        Raises NotFoundError when there is none.
        """
        if document.media_type not in {PDF, PPTX}:
            raise NotFoundError(f"Van {document.file_name} zijn geen afbeeldingen; alleen van PDF en PowerPoint.")
        width = _step(width, self.widest)
        name = _name(page, width, text)
        found = await run_in_threadpool(catalogue.pictures.read, document.sha256, name)
        if found is not None:
            return found
        with ExitStack() as stack:
            if document.media_type == PPTX:
                source = await self._slides.deck(catalogue, document)
            else:
                source = await run_in_threadpool(stack.enter_context, catalogue.files.local(document.sha256))
            if source is None:
                return None
            made = await self._render(source, document, page, width, text)
        await run_in_threadpool(_keep, catalogue, document, name, made)
        return made

    async def _render(self, source: Path, document: Document, page: int, width: int, text: str) -> bytes:
        if self._waiting >= WAITING:
            raise HTTPException(503, "Er wachten al veel afbeeldingen.", {"Retry-After": "2"})
        self._waiting += 1
        try:
            work = self._child().submit(_timed, source, page, width, text)
            return await asyncio.wrap_future(work)
        except BrokenProcessPool as error:
            self._drop()
            raise _no_picture(document) from error
        except NoPictureError as error:
            raise _no_picture(document) from error
        finally:
            self._waiting -= 1

    def _child(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")  # a fork would copy threads and open connections
                self._pool = ProcessPoolExecutor(1, context, initializer=_begin)
            return self._pool

    def _drop(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End what is being made, and the child process."""
        self._slides.close()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


def pictures_of(settings: Settings) -> Pictures:
    """As the settings want them, with slides when LibreOffice is found."""
    return Pictures(settings.picture_width, Slides(find_office(settings.libreoffice)))


def text_on_page(passages: list[Passage], passage_id: str, page: int) -> str:
    """The text to mark: that of the passage when it stands on the page, else nothing."""
    return next((passage.text for passage in passages if passage.id == passage_id and passage.page == page), "")


def _step(width: int, widest: int) -> int:
    """The width that is made for a wish: the first of the steps that is enough, else the widest."""
    steps = [step for step in STEPS if step <= widest]
    return next((step for step in steps if step >= width), steps[-1])


def _name(page: int, width: int, text: str) -> str:
    mark = f"-{hashlib.sha256(text.encode()).hexdigest()[:16]}" if text else ""
    return f"{page}-{width}{mark}.webp"


def _keep(catalogue: Catalogue, document: Document, name: str, picture: bytes) -> None:
    """Store it; a document that was withdrawn or replaced meanwhile leaves no picture behind."""
    catalogue.pictures.keep(document.sha256, name, picture)
    everything = Scope(levels=frozenset({document.metadata.classification}))
    now = catalogue.documents_by_id([document.id], everything).get(document.id)
    if now is None or now.sha256 != document.sha256:
        catalogue.pictures.remove(document.sha256)
        catalogue.copies.remove(document.sha256)
        raise NotFoundError(f"Er is geen document met id {document.id}.")


def _no_picture(document: Document) -> NotFoundError:
    return NotFoundError(f"Van deze bladzijde van {document.file_name} is geen afbeelding te maken.")


# -- in the child ------------------------------------------------------------------------------------------------------


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service ends it
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _timed(*arguments: object) -> bytes:
    signal.alarm(SECONDS)  # not caught, so it ends the process
    try:
        return render(*arguments)  # type: ignore[arg-type]
    finally:
        signal.alarm(0)
