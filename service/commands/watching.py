"""`kennislab ingest --watch`: keep an eye on folders and take in what comes or changes, until interrupted."""

import argparse
import json
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError, MetadataError, SettingsError
from corpus.types import Classification
from ingest.metadata import GivenMetadata, read_metadata_file
from ingest.pipeline import IngestOptions, Outcome, Pipeline, Status
from ingest.watch import FolderWatch
from service.operator import recorded
from service.output import note, say
from service.settings import Settings
from service.wiring import open_pipeline

POLL_S = 2.0
_ACTION = "ingest"


def watch(options: argparse.Namespace, level: Classification | None, settings: Settings) -> int:
    """Take in what is there and then what comes, until interrupted. What disappears is told and stays found."""
    if options.dry_run:
        raise SettingsError("--watch en --dry-run gaan niet samen. Kies een van de twee.")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    given = metadata_of(options.metadata, options.paths)
    catalogue, pipeline = open_pipeline(settings, IngestOptions(given, level))
    tell = _tell_json if options.json else _tell
    folders = FolderWatch(options.paths)
    note(f"Kennislab kijkt naar {', '.join(map(str, options.paths))}; stop met Ctrl-C.")
    try:
        while not stopping.is_set():
            found = folders.look()
            for name in found.gone:
                note(f"verdwenen    {name}  blijft te vinden tot u het verwijdert: kennislab delete")
            if found.ready:
                _refresh(given, options)
                _take_in(catalogue, pipeline, folders, found.ready, (tell, stopping))
            stopping.wait(POLL_S)
    finally:
        catalogue.close()
    return 0


def _take_in(
    catalogue: Catalogue,
    pipeline: Pipeline,
    folders: FolderWatch,
    ready: Sequence[tuple[Path, str]],
    how: tuple[Callable[[Outcome], None], threading.Event],
) -> None:
    tell, stopping = how
    with recorded(catalogue.database, _ACTION) as act:
        for count, (path, name) in enumerate(ready, start=1):
            if stopping.is_set():
                return
            try:
                tell(pipeline.ingest(path, name))
            except CatalogueError as error:
                note(f"{name}: {error} Een nieuwe poging volgt.")
                folders.again(path)
            act.object = f"{count} van {len(ready)} bestanden"


def _refresh(given: dict[str, GivenMetadata], options: argparse.Namespace) -> None:
    """Read the metadata again, since it may have changed with the files; while it is wrong, keep what was known."""
    try:
        new = metadata_of(options.metadata, options.paths)
    except MetadataError as error:
        note(str(error))
        return
    given.clear()
    given.update(new)


def _tell(outcome: Outcome) -> None:
    say(line_of(outcome), flush=True)


def _tell_json(outcome: Outcome) -> None:
    say(json.dumps(asdict(outcome), ensure_ascii=False), flush=True)


def metadata_of(file: Path | None, paths: Sequence[Path]) -> dict[str, GivenMetadata]:
    """The given metadata file, else the `metadata.tsv` that lies in or beside a folder of documents."""
    if file is not None:
        return read_metadata_file(file)
    found: dict[str, GivenMetadata] = {}
    for path in paths:
        if path.is_dir() and (path / "metadata.tsv").is_file():
            found |= read_metadata_file(path / "metadata.tsv")
    return found


def line_of(outcome: Outcome) -> str:
    """How a file ended, for people."""
    parts = [f"{outcome.status.value:<12} {outcome.file}"]
    if outcome.status is Status.PROCESSED:
        parts.append(f"{outcome.pages} pagina's, {outcome.passages} passages")
    if outcome.reason:
        parts.append(outcome.reason)
    return "  ".join([*parts, *(f"let op: {remark}" for remark in outcome.remarks)])
