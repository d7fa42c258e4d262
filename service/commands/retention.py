"""`kennislab retention`: withdraw what is past its retention date."""

import argparse
from datetime import date

from ingest.retention import retire
from service.operator import operator_name
from service.output import say, say_json
from service.settings import Settings
from service.wiring import settle_removal, writable_catalogue_of

NAME = "retention"
HELP = "Verwijder documenten waarvan de bewaartermijn voorbij is"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--dry-run", action="store_true", help="zeg wat er zou gebeuren, verander niets")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Withdraw them, or only list them."""
    today = date.today()  # noqa: DTZ011 - a retention date is a day on the calendar here
    catalogue = writable_catalogue_of(settings)
    try:
        found = catalogue.expired(today) if options.dry_run else retire(catalogue, today, operator_name())
        settle_removal(catalogue, settings)
    finally:
        catalogue.close()
    if options.json:
        rows = [{"id": d.id, "bestandsnaam": d.file_name, "bewaartermijn": str(d.metadata.retain_until)} for d in found]
        say_json({"verwijderd": not options.dry_run, "documenten": rows})
        return 0
    word = "te verwijderen" if options.dry_run else "verwijderd"
    for document in found:
        say(f"{word}  {document.id}  {document.metadata.retain_until}  {document.file_name}")
    say(f"{word} {len(found)}")
    return 0
