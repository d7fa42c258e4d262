"""`kennislab delete ID`: erase a document everywhere."""

import argparse

from ingest.pipeline import withdraw
from service.operator import recorded
from service.output import say, say_json
from service.settings import Settings
from service.wiring import settle_removal, writable_catalogue_of

NAME = "delete"
HELP = "Verwijder een document: tekst, index en bestand"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("id", metavar="ID", help="id van het document")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Erase it; exit 1 when there is no such document."""
    catalogue = writable_catalogue_of(settings)
    try:
        with recorded(catalogue.database, NAME, options.id):
            gone = withdraw(catalogue, options.id)
        settle_removal(catalogue, settings)
    finally:
        catalogue.close()
    if options.json:
        say_json(
            {"id": gone.id, "bestandsnaam": gone.file_name, "paginas": gone.page_count, "passages": gone.passage_count}
        )
    else:
        say(f"verwijderd  {gone.file_name}  {gone.page_count} pagina's, {gone.passage_count} passages, 1 bestand")
    return 0
