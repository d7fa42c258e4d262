"""`kennislab export DIR`: what an organisation takes along: its files by name, with their metadata."""

import argparse
from pathlib import Path

from tqdm import tqdm

from corpus.backup_draft import require_outside
from corpus.scope import EVERYTHING, Scope
from ingest.export import METADATA, Exported, export
from ingest.metadata import parse_classification
from service.access import Role, levels_of
from service.operator import recorded
from service.output import say, say_json
from service.settings import Settings
from service.wiring import catalogue_of

NAME = "export"
HELP = "Schrijf de originele bestanden met hun metadata naar een map"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("target", type=Path, metavar="DIR", help="map die leeg is of nog niet bestaat")
    parser.add_argument("--niveau", metavar="LEVEL", help="alleen documenten tot en met deze vertrouwelijkheid")
    parser.add_argument(
        "--organisatie", action="append", default=[], metavar="NAAM", help="alleen van deze organisatie; mag vaker"
    )
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write them; exit 1 when an original is missing or damaged."""
    scope = _scope(options)
    catalogue = catalogue_of(settings)
    try:
        require_outside(options.target, settings.data)
        with (
            recorded(catalogue.database, NAME) as act,
            tqdm(total=catalogue.count(scope), unit="document", disable=None, leave=False) as bar,
        ):
            made = export(catalogue, options.target, scope, lambda: bar.update(1))
            act.object = f"{made.documents} documenten"
    finally:
        catalogue.close()
    _report(options.target, made, as_json=options.json)
    return int(bool(made.lost))


def _scope(options: argparse.Namespace) -> Scope:
    level = parse_classification(options.niveau) if options.niveau else None
    levels = levels_of(Role.ADMINISTRATOR, level) if level else EVERYTHING.levels
    return Scope(levels=levels, organisations=frozenset(options.organisatie))


def _report(target: Path, made: Exported, *, as_json: bool) -> None:
    if as_json:
        facts = {"map": str(target), "documenten": made.documents, "bytes": made.bytes}
        say_json({**facts, "ontbreekt": list(made.lost), "aangepast": list(made.altered)})
        return
    say(f"{target}  {made.documents} documenten, {made.bytes / 2**20:.1f} MB, en {METADATA}")
    for name in made.lost:
        say(f"FOUT  {name}: het originele bestand ontbreekt of is beschadigd. Zie: kennislab doctor")
    for name in made.altered:
        say(f"LET OP  {name}: de naam of de metadata past niet precies in een tabel en is aangepast.")
    say(f"Opnieuw opnemen: kennislab ingest {target} --data NIEUWE_MAP")
