"""`kennislab backup FILE`: a copy of the knowledge base in one file, while the service goes on."""

import argparse
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from corpus.backup import Backup, back_up
from corpus.backup_draft import require_outside
from corpus.backup_since import write_erased
from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError
from service.operator import recorded
from service.output import note, say, say_json
from service.settings import Settings
from service.wiring import catalogue_of

NAME = "backup"
HELP = "Maak een reservekopie in één bestand; de service mag gewoon doorgaan"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("target", type=Path, metavar="FILE", help="nieuw bestand, of een map om het in te zetten")
    parser.add_argument(
        "--verwijderd",
        action="store_true",
        help="schrijf in plaats daarvan alleen de lijst van verwijderde documenten, voor restore --verwijderd",
    )
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Make it; exit 1 when an original was lost or damaged, so that the backup lacks it too."""
    catalogue = catalogue_of(settings)
    try:
        require_outside(options.target, settings.data)
        if options.verwijderd:
            return _write_list(options, catalogue)
        made = _back_up(catalogue, _file(options.target))
    finally:
        catalogue.close()
    _report(made, as_json=options.json)
    return int(bool(made.manifest.missing))


def _file(target: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return target / f"kennislab-{stamp}.tar" if target.is_dir() else target


def _back_up(catalogue: Catalogue, target: Path) -> Backup:
    made: Backup | None = None
    try:
        with recorded(catalogue.database, NAME) as act:
            made = back_up(catalogue, target, version("kennislab"))
            act.object = made.sha256
    except CatalogueError as error:
        if made is None:
            raise
        # A disk that is full or broken is when a backup is needed most.
        note(f"Let op: de reservekopie is heel, maar staat niet in het auditlog. {error}")
    return made


def _write_list(options: argparse.Namespace, catalogue: Catalogue) -> int:
    count = write_erased(catalogue.database, options.target)
    if options.json:
        say_json({"bestand": str(options.target), "verwijderd": count})
    else:
        say(f"{options.target}  {count} verwijderde documenten")
    return 0


def _report(made: Backup, *, as_json: bool) -> None:
    size = made.path.stat().st_size
    counts = dict(made.manifest.counts)
    if as_json:
        facts = {"bestand": str(made.path), "bytes": size, "sha256": made.sha256, "gemaakt": made.manifest.made}
        say_json({**facts, "aantallen": counts, "ontbreekt": list(made.manifest.missing)})
        return
    say(f"{made.path}  {size / 2**20:.1f} MB")
    say(f"{counts['documenten']} documenten, {counts['passages']} passages, {counts['auditregels']} auditregels")
    say(f"zegel {made.sha256}")
    for sha256 in made.manifest.missing:
        say(f"FOUT  het originele bestand {sha256[:12]} ontbreekt of is beschadigd. Zie: kennislab doctor")
