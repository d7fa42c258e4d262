"""`kennislab serve`: the web service."""

import argparse

import uvicorn

from service.app import create_app
from service.output import note
from service.settings import Settings
from service.wiring import open_searcher

NAME = "serve"
HELP = "Start de zoekservice"

EXAMPLE = "Hoe baken je de preventie van radicalisering af?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--host", metavar="ADRES", help="adres waarop de service luistert (ook KENNISLAB_HOST)")
    parser.add_argument("--port", metavar="POORT", help="poort waarop de service luistert (ook KENNISLAB_PORT)")


def run(_options: argparse.Namespace, settings: Settings) -> int:
    """Serve until interrupted."""
    address = f"http://{settings.host}:{settings.port}"
    note(f"Kennislab draait op {address}")
    note("Probeer bijvoorbeeld:")
    note(f"  curl -s {address}/v1/documenten/_zoek -H 'Content-Type: application/json' \\")
    note(f'    -d \'{{"vraag": "{EXAMPLE}"}}\'')
    app = create_app(lambda: open_searcher(settings), settings.contact)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", server_header=False, access_log=False)
    return 0
