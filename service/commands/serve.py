"""`kennislab serve`: the web service."""

import argparse
import signal
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from corpus.database import FILE_NAME
from service.app import create_app
from service.output import note
from service.pictures import pictures_of
from service.protection import Protection
from service.settings import Settings
from service.uploads import UploadLimits
from service.wiring import open_searcher
from service.workers import WorkerPool

NAME = "serve"
HELP = "Start de zoekservice"

STOP_S = 5  # so long do answers that are under way get, a stream of events among them
SERVER: dict[str, Any] = {"log_level": "warning", "server_header": False, "access_log": False}

EXAMPLE = "Hoe baken je de preventie van radicalisering af?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--host", metavar="ADRES", help="adres waarop de service luistert (ook KENNISLAB_HOST)")
    parser.add_argument("--port", metavar="POORT", help="poort waarop de service luistert (ook KENNISLAB_PORT)")
    parser.add_argument(
        "--workers",
        metavar="N",
        help="aantal processen dat uploads verwerkt, 0 als dat elders gebeurt (KENNISLAB_WORKERS)",
    )


def run(_options: argparse.Namespace, settings: Settings) -> int:
    """Serve until interrupted."""
    address = f"http://{settings.host}:{settings.port}"
    note(f"Kennislab draait op {address}: open dat in een browser.")
    note("Of vraag het aan de API:")
    note(f"  curl -s {address}/v1/documenten/_zoek -H 'Content-Type: application/json' \\")
    note(f'    -d \'{{"vraag": "{EXAMPLE}"}}\'')
    protection = Protection(settings.origins, settings.rate_limit, settings.oidc)
    limits = UploadLimits(settings.max_bestand_mb, settings.max_bestanden)
    # Whoever has workers can begin with nothing and upload.
    # A database on a server was made for us, also when there is nothing in it yet.
    new = bool(settings.catalogue_url) or (settings.workers > 0 and not (settings.data / FILE_NAME).exists())
    if new and not settings.catalogue_url:
        note(f"In {settings.data} staat nog geen kennisbank; er wordt een lege gemaakt.")
    opener = partial(open_searcher, settings, create=new, serving=True)
    app = create_app(opener, settings.contact, pictures_of(settings), protection, limits)
    pool = WorkerPool(settings)
    # uvicorn stops at a signal and then raises it once more, which would end us before the workers are stopped.
    signal.signal(signal.SIGTERM, _terminated)
    try:
        pool.start()
        uvicorn.run(app, host=settings.host, port=settings.port, timeout_graceful_shutdown=STOP_S, **SERVER)
    finally:
        pool.stop()
    return 0


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
