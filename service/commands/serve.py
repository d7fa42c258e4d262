"""`kennislab serve`: the web service, in one process or in several on the same port."""

import argparse
import os
import shutil
import signal
import tempfile
import threading
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from types import FrameType

from fastapi import FastAPI

from corpus.database import FILE_NAME
from service.app import create_app
from service.beside import Beside, beside_of, programs_beside
from service.listening import inherited, listening, serve
from service.output import note
from service.pictures import pictures_of
from service.processes import STOP_S, Pool, end_on_hang_up, when_input_ends
from service.protection import Protection
from service.settings import Settings
from service.siblings import Siblings
from service.uploads import UploadLimits
from service.wiring import open_searcher
from service.workers import workers_of

NAME = "serve"
HELP = "Start de zoekservice"

EXAMPLE = "Hoe baken je de preventie van radicalisering af?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--host", metavar="ADRES", help="adres waarop de service luistert (ook KENNISLAB_HOST)")
    parser.add_argument("--port", metavar="POORT", help="poort waarop de service luistert (ook KENNISLAB_PORT)")
    parser.add_argument(
        "--processes",
        metavar="N",
        help="aantal processen dat vragen beantwoordt, op dezelfde poort (ook KENNISLAB_PROCESSES)",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        help="aantal processen dat uploads verwerkt, 0 als dat elders gebeurt (KENNISLAB_WORKERS)",
    )
    parser.add_argument("--beside", nargs=3, help=argparse.SUPPRESS)  # how the first process starts the others


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until interrupted."""
    # The server stops at a signal and then raises it once more, which would end us before all is put away.
    signal.signal(signal.SIGTERM, _terminated)
    end_on_hang_up()
    if options.beside:
        _run_beside(beside_of(options.beside), settings)
    else:
        _run_first(settings)
    return 0


def _run_first(settings: Settings) -> None:
    """The process that does for all what is done once: the snapshot, the workers, and starting the others."""
    sockets = listening(settings.host, settings.port)
    _greet(settings)
    # Whoever has workers can begin with nothing and upload.
    # A database on a server was made for us, also when there is nothing in it yet.
    new = bool(settings.catalogue_url) or (settings.workers > 0 and not (settings.data / FILE_NAME).exists())
    if new and not settings.catalogue_url:
        note(f"In {settings.data} staat nog geen kennisbank; er wordt een lege gemaakt.")
    app = _app(settings, create=new)
    with ExitStack() as stack:
        programs = workers_of(settings)
        if settings.processes > 1:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kennislab-")))
            stack.enter_context(_siblings(app, folder, 1))
            files = [socket.fileno() for socket in sockets]
            programs += programs_beside(settings, files, folder, lambda: app.state.kennislab.searcher is not None)
        pool = Pool(programs)
        stack.callback(pool.stop)
        pool.start()
        serve(app, sockets, alone=settings.processes == 1, leaving=pool.release)


def _run_beside(place: Beside, settings: Settings) -> None:
    """One of the others: it accepts nobody before it can answer, and ends with the first."""
    when_input_ends(partial(_end, place.folder))
    app = _app(settings, beside=True)
    app.state.kennislab.open()
    with _siblings(app, place.folder, place.number):
        serve(app, inherited(place.files), alone=False)


def _app(settings: Settings, *, create: bool = False, beside: bool = False) -> FastAPI:
    protection = Protection(settings.origins, settings.rate_limit, settings.oidc)
    limits = UploadLimits(settings.max_bestand_mb, settings.max_bestanden)
    opener = partial(open_searcher, settings, create=create, serving=True, beside=beside)
    return create_app(opener, settings.contact, pictures_of(settings), protection, limits)


def _siblings(app: FastAPI, folder: Path, number: int) -> AbstractContextManager[None]:
    """Have this process tell the others its figures meanwhile, and show theirs."""
    siblings = app.state.siblings = Siblings(folder, number)
    return siblings.telling(lambda: app.state.metrics.own(ready=app.state.kennislab.searcher is not None))


def _end(folder: Path) -> None:
    """The first process is gone: stop as at a signal, and be gone even when that does not succeed."""
    shutil.rmtree(folder, ignore_errors=True)  # in case it was killed
    deadline = threading.Timer(STOP_S, os._exit, (1,))
    deadline.daemon = True
    deadline.start()
    os.kill(os.getpid(), signal.SIGTERM)


def _greet(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    note(f"Kennislab draait op {address}: open dat in een browser.")
    note("Of vraag het aan de API:")
    note(f"  curl -s {address}/v1/documenten/_zoek -H 'Content-Type: application/json' \\")
    note(f'    -d \'{{"vraag": "{EXAMPLE}"}}\'')


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
