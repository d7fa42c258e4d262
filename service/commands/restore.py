"""`kennislab restore FILE`: a knowledge base from a backup, in a new folder; `--verify` only looks."""

import argparse
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.audit import Entry, append
from corpus.backup_restore import Examined, examine, restore
from corpus.backup_since import Tightened, after, erased, read_erased, tightened
from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import KennislabError
from corpus.keys import revoke_key
from corpus.publishing import Edit, change_metadata, remove
from corpus.scope import EVERYTHING
from search.fingerprint import Fingerprint
from search.loading import load_encoder
from service.access import OPERATOR
from service.operator import operator_name
from service.output import note, say, say_json
from service.settings import Settings
from service.wiring import fingerprint_of

NAME = "restore"
HELP = "Zet een reservekopie terug in een nieuwe map, of controleer haar met --verify"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("file", type=Path, metavar="FILE", help="reservekopie van kennislab backup")
    parser.add_argument("--verify", action="store_true", help="controleer alleen, schrijf niets in --data")
    parser.add_argument(
        "--huidig",
        type=Path,
        metavar="MAP",
        help="kennisbank van nu: wat daar sindsdien verwijderd, strenger of ingetrokken is, is dat ook hier",
    )
    parser.add_argument(
        "--verwijderd",
        type=Path,
        metavar="LIJST",
        help="lijst van backup --verwijderd: wat daarin staat, komt niet terug",
    )
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


@dataclass(slots=True)
class _Since:
    """What happened after the backup was made, as far as can be told."""

    told: bool  # whether there was anything to tell it from
    documents: list[str] = field(default_factory=list)
    tightened: Tightened = field(default_factory=lambda: Tightened((), ()))


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Check it and write it, or only check it; exit 1 when something is wrong with it."""
    since = _Since(told=options.huidig is not None or options.verwijderd is not None)

    def prepare(catalogue: Catalogue, found: Examined) -> None:
        _compare(options, catalogue, found, since)
        if not options.verify:
            _apply(catalogue, found, since)

    found = examine(options.file, prepare) if options.verify else restore(options.file, settings.data, prepare)
    other = _other_index(settings, found.manifest.fingerprint)
    if options.json:
        _report_json(options, settings, found, since, other)
    else:
        _report(options, settings, found, since, other)
    return int(bool(found.problems))


def _compare(options: argparse.Namespace, catalogue: Catalogue, found: Examined, since: _Since) -> None:
    gone = after(read_erased(options.verwijderd), found.manifest.last_change) if options.verwijderd else set()
    with ExitStack() as stack:
        if options.huidig is not None:
            current = open_catalogue(options.huidig)
            stack.callback(current.close)
            gone |= after(erased(current.database), found.manifest.last_change)
            since.tightened = tightened(catalogue.database, current.database)
    since.documents = sorted(gone & catalogue.ids(EVERYTHING))


def _apply(catalogue: Catalogue, found: Examined, since: _Since) -> None:
    who = (operator_name(), OPERATOR.role.value)
    for document_id in since.documents:
        remove(catalogue, document_id)
    for document_id, level in since.tightened.levels:
        old = catalogue.document(document_id, EVERYTHING)
        metadata = replace(old.metadata, classification=level)
        change_metadata(catalogue, old, Edit(metadata, {"vertrouwelijkheid": level.value}, old.remarks))
    for key in since.tightened.keys:
        revoke_key(catalogue.database, key)
    entries = [Entry(*who, "restore.delete", document_id, "gelukt", "") for document_id in since.documents]
    append(catalogue.database, [Entry(*who, NAME, found.sha256, "gelukt", ""), *entries])


def _other_index(settings: Settings, stored: str) -> str:
    """Why the restored index does not serve with the model of this installation; empty when it does."""
    if not stored:
        return ""
    try:
        fingerprint: Fingerprint = fingerprint_of(load_encoder(settings.model, settings.runtime))
        fingerprint.require(stored)
    except KennislabError as error:
        return str(error)
    return ""


def _report(options: argparse.Namespace, settings: Settings, found: Examined, since: _Since, other: str) -> None:
    manifest = found.manifest
    counts = manifest.counts
    say(f"Reservekopie van {manifest.made}, gemaakt met Kennislab {manifest.version}, zegel {found.sha256}")
    say(f"{counts['documenten']} documenten, {counts['passages']} passages, {counts['auditregels']} auditregels")
    for problem in found.problems:
        say(f"FOUT  {problem}")
    will = "wordt bij terugzetten" if options.verify else "is nu ook hier"
    for document_id in since.documents:
        say(f"document {document_id} is sindsdien verwijderd en {will} verwijderd")
    for document_id, level in since.tightened.levels:
        say(f"document {document_id} is sindsdien {level.value} en {will} {level.value}")
    for key in since.tightened.keys:
        say(f"sleutel {key} is sindsdien ingetrokken en {will} ingetrokken")
    if not since.told:
        note(
            f"Let op: wat na {manifest.made} verwijderd, vertrouwelijker gemaakt of ingetrokken is, is in deze kopie"
            " weer zoals het was. Geef --huidig MAP of --verwijderd LIJST, of doe het opnieuw voordat de service start."
        )
    if other:
        say(f"LET OP  {other}")
    if options.verify:
        say("De reservekopie is in orde." if not found.problems else "De reservekopie is niet in orde.")
    else:
        say(f"Teruggezet in {settings.data}. Start de service met: kennislab serve --data {settings.data}")
    if settings.files is not None and not options.verify:
        note(
            f"Let op: ook de bestanden staan in {settings.data}. Haal KENNISLAB_FILES weg, of zet ze over naar een lege"
            f" plek met: kennislab migrate --data {settings.data} --files embedded --to-files s3://..."
        )


def _report_json(options: argparse.Namespace, settings: Settings, found: Examined, since: _Since, other: str) -> None:
    say_json(
        {
            "gemaakt": found.manifest.made,
            "kennislab": found.manifest.version,
            "sha256": found.sha256,
            "aantallen": dict(found.manifest.counts),
            "problemen": list(found.problems),
            "verwijderd": since.documents,
            "vertrouwelijker": [
                {"id": name, "vertrouwelijkheid": level.value} for name, level in since.tightened.levels
            ],
            "ingetrokkenSleutels": list(since.tightened.keys),
            "andereIndex": other,
            "teruggezetIn": None if options.verify else str(settings.data),
        }
    )
