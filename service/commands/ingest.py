"""`kennislab ingest PATH…`: files into the knowledge base."""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import unquote, urlparse

from tqdm import tqdm

from corpus.catalogue import Catalogue
from corpus.errors import ReadError
from corpus.files import sha256_of
from ingest.files import find_files, read_bytes
from ingest.metadata import parse_classification
from ingest.pipeline import IngestOptions, Outcome, Status
from ingest.plan import Action, make_plan
from search.loading import load_encoder
from service.commands.watching import line_of, metadata_of, watch
from service.operator import recorded
from service.output import note, say, say_json
from service.settings import Settings
from service.wiring import catalogue_of, fingerprint_of, open_pipeline, settle_index

NAME = "ingest"
HELP = "Voeg bestanden of mappen toe aan de kennisbank"

Files = Sequence[tuple[Path, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="bestand of map")
    parser.add_argument(
        "--metadata",
        type=Path,
        metavar="FILE",
        help="TSV of JSONL met per bestand titel, soort, ...; - laat een veld leeg",
    )
    parser.add_argument("--vertrouwelijkheid", metavar="LEVEL", help="niveau voor bestanden die er zelf geen hebben")
    parser.add_argument("--dry-run", action="store_true", help="zeg wat er zou gebeuren, verander niets")
    parser.add_argument("--watch", action="store_true", help="blijf kijken en neem op wat erbij komt of verandert")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Take the files in; exit 1 when one failed."""
    level = parse_classification(options.vertrouwelijkheid) if options.vertrouwelijkheid else None
    if options.watch:
        return watch(options, level, settings)
    metadata = metadata_of(options.metadata, options.paths)
    files = list(find_files(options.paths))
    if options.dry_run:
        return _dry_run(files, options.paths, settings, as_json=options.json)
    outcomes = _ingest(files, IngestOptions(metadata, level), settings, quiet=options.json)
    _report(outcomes, as_json=options.json)
    return int(any(outcome.status is Status.FAILED for outcome in outcomes))


def _ingest(files: Files, options: IngestOptions, settings: Settings, *, quiet: bool) -> list[Outcome]:
    encoder = load_encoder(settings.model, settings.runtime)
    catalogue, pipeline = open_pipeline(settings, options, encoder)
    outcomes: list[Outcome] = []
    try:
        # Without a terminal the lines per file are the progress.
        with (
            recorded(catalogue.database, NAME) as act,
            tqdm(total=len(files), unit="bestand", disable=None, leave=False) as bar,
        ):
            for outcome in pipeline.ingest_all(files):
                outcomes.append(outcome)
                act.object = f"{len(outcomes)} van {len(files)} bestanden"
                if not quiet:
                    with bar.external_write_mode():
                        say(line_of(outcome))
                bar.update()
        if any(outcome.status is Status.PROCESSED for outcome in outcomes):
            settle_index(catalogue, settings, fingerprint_of(encoder))
    finally:
        catalogue.close()
    return outcomes


def _report(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    counts = Counter(outcome.status for outcome in outcomes)
    if as_json:
        totals = {status.value: counts[status] for status in Status}
        say_json({"bestanden": [asdict(outcome) for outcome in outcomes], "aantallen": totals})
        return
    if not outcomes:
        say("Er zijn geen bestanden gevonden.")
    elif not counts[Status.PROCESSED]:
        say("Er is niets veranderd.")
    say(", ".join(f"{status.value} {counts[status]}" for status in (Status.PROCESSED, Status.SKIPPED, Status.FAILED)))


def _dry_run(files: Files, paths: Sequence[Path], settings: Settings, *, as_json: bool) -> int:
    catalogue = catalogue_of(settings, create=True)
    counts: Counter[str] = Counter()
    try:
        for path, name in files:
            counts[_planned(catalogue, path, name)] += 1
        counts["-"] = _vanished(catalogue, paths)
    finally:
        catalogue.close()
    if as_json:
        say_json({"nieuw": counts["+"], "gewijzigd": counts["~"], "verdwenen": counts["-"], "ongewijzigd": counts["="]})
    else:
        say(f"+{counts['+']}, ~{counts['~']}, -{counts['-']}, {counts['=']} ongewijzigd")
    return 0


def _planned(catalogue: Catalogue, path: Path, name: str) -> str:
    try:
        plan = make_plan(catalogue, path.resolve().as_uri(), path.name, sha256_of(read_bytes(path)))
    except ReadError as error:
        note(f"{name}: {error}")
        return "!"
    return {Action.NEW: "+", Action.CHANGED: "~"}.get(plan.action, "=")


def _vanished(catalogue: Catalogue, paths: Sequence[Path]) -> int:
    """Documents that came from these folders and whose file is no longer there; they stay until they are deleted."""
    folders = [path.resolve() for path in paths if path.is_dir()]
    gone = 0
    for origin in catalogue.origins():
        path = Path(unquote(urlparse(origin).path))
        gone += not path.exists() and any(path.is_relative_to(folder) for folder in folders)
    return gone
