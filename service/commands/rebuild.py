"""`kennislab rebuild`: make the index again with the model and analysis that are configured now."""

import argparse

from tqdm import tqdm

from corpus.scope import EVERYTHING
from ingest.rebuild import rebuild
from search.loading import load_encoder
from service.operator import recorded
from service.output import say, say_json
from service.settings import Settings
from service.wiring import fingerprint_of, settle_rebuild, writable_catalogue_of

NAME = "rebuild"
HELP = "Maak de index opnieuw, naast de index die dienst doet"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Rebuild and take over in one step."""
    catalogue = writable_catalogue_of(settings)
    encoder = load_encoder(settings.model, settings.runtime)
    fingerprint = fingerprint_of(encoder)
    try:
        total = catalogue.count(EVERYTHING)
        with (
            recorded(catalogue.database, NAME),
            tqdm(total=total, unit="document", disable=None, leave=False) as bar,
        ):
            count = rebuild(catalogue, settings.data, encoder, fingerprint, lambda _name: bar.update(1))
        settle_rebuild(catalogue, settings, fingerprint)
    finally:
        catalogue.close()
    if options.json:
        say_json({"documenten": count, "model": fingerprint.model})
    else:
        say(f"De index van {count} documenten is opnieuw gemaakt met {fingerprint.model}. Start de service opnieuw.")
    return 0
