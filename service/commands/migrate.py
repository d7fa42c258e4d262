"""`kennislab migrate --to-catalogue URL --to-index URL --to-files URL`: move the knowledge base to servers, or back."""

import argparse
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tqdm import tqdm

from corpus.audit import verify
from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.folder_owner import own, require_free, settle
from corpus.moving import Moved, move, row_counts
from corpus.moving_files import MovedFiles, move_files
from corpus.postgres import postgres_url
from corpus.scope import EVERYTHING
from corpus.scrub import scrub
from search.encoder import Encoder
from search.index import LegCounts
from search.loading import load_encoder
from search.milvus_address import parse_milvus
from search.questions import Question, read_questions
from service.migration import Comparison, compare
from service.operator import recorded
from service.output import note, say, say_json
from service.settings import EMBEDDED, Settings
from service.wiring import (
    catalogue_of,
    drop_snapshots,
    fingerprint_of,
    open_searcher,
    settle_index,
    unchecked_catalogue_of,
)

NAME = "migrate"
HELP = "Zet de kennisbank over naar PostgreSQL, Milvus en een opslag als S3, of terug"

LEAST_OVERLAP = 0.95  # of the answers of both sides; less and the move is not fine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--to-catalogue", metavar="URL", default="", help="adres van de nieuwe catalogus, of embedded")
    parser.add_argument("--to-index", metavar="URL", default="", help="adres van de nieuwe index (Milvus), of embedded")
    parser.add_argument("--to-files", metavar="URL", default="", help="adres van de nieuwe opslag, of embedded")
    parser.add_argument("--vragen", type=Path, metavar="FILE", help="vragen waarvan de antwoorden vergeleken worden")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Move and check; exit 1 when the other side is not the same. Broken off, the same command goes on with it."""
    target = _target(options, settings)
    questions = read_questions(options.vragen, answerable=True) if options.vragen else []
    encoder = load_encoder(settings.model, settings.runtime)
    other_catalogue, other_files = target.catalogue_url != settings.catalogue_url, target.files != settings.files
    done = _Done()
    if other_catalogue:
        done.moved, done.problems = _move(settings, target)
    if other_files:
        done.files = _move_files(settings, target)
        lost = "ontbreekt of is beschadigd waar het vandaan komt"
        done.problems += [f"bestand {sha256[:12]}: {lost}" for sha256 in done.files.lost]
    if other_catalogue or target.milvus != settings.milvus:
        done.comparison, wrong = _compare(settings, target, encoder, questions)
        done.problems += wrong
    if (other_catalogue or other_files) and not done.problems:
        _hand_over(target)
    _report(done, settings, target, as_json=options.json)
    return int(bool(done.problems))


@dataclass(slots=True)
class _Done:
    """What came of it."""

    moved: Moved = field(default_factory=lambda: Moved(0, 0, 0))
    files: MovedFiles = field(default_factory=MovedFiles)
    comparison: Comparison = field(default_factory=Comparison)
    problems: list[str] = field(default_factory=list)


def _compare(
    settings: Settings, target: Settings, encoder: Encoder, questions: list[Question]
) -> tuple[Comparison, list[str]]:
    note("De index wordt gevuld en vergeleken.")
    counts, passages, comparison = _check_index(settings, target, encoder, questions)
    problems = []
    if not counts.equal or counts.vector != passages:
        problems.append(
            f"index: {counts.vector} en {counts.keyword} passages, in de catalogus {passages}. Probeer het opnieuw"
        )
    if comparison.overlap < LEAST_OVERLAP:
        problems.append(f"antwoorden: maar {comparison.overlap:.0%} van de documenten is gelijk")
    return comparison, problems


def _target(options: argparse.Namespace, settings: Settings) -> Settings:
    if not (options.to_catalogue or options.to_index or options.to_files):
        raise SettingsError("Geef met --to-catalogue, --to-index of --to-files waar de kennisbank heen moet.")
    target = settings
    if options.to_catalogue:
        url = "" if options.to_catalogue == EMBEDDED else postgres_url(options.to_catalogue)
        target = replace(target, catalogue_url=url)
    if options.to_index:
        target = replace(target, milvus=None if options.to_index == EMBEDDED else parse_milvus(options.to_index))
    if options.to_files:
        target = replace(target, files=settings.files_at(options.to_files))
    if target == settings:
        raise SettingsError("De kennisbank staat al waar ze heen moet.")
    return target


def _move(settings: Settings, target: Settings) -> tuple[Moved, list[str]]:
    source = catalogue_of(settings)
    drop_snapshots(target)
    copy = unchecked_catalogue_of(replace(target, files=settings.files), create=True)
    try:
        with (
            recorded(source.database, NAME),
            tqdm(total=source.count(EVERYTHING), unit="document", disable=None, leave=False) as bar,
        ):
            moved = move(source, copy, lambda _name: bar.update())
        move(source, copy, lambda _name: None)  # the row of the audit log that tells of it
        scrub(copy)  # of what the copy had and the source has no more
        settle(copy)
        return moved, _differences(source, copy)
    finally:
        copy.close()
        source.close()


def _move_files(settings: Settings, target: Settings) -> MovedFiles:
    """To where the new catalogue looks for them; one that stays does so only when all is done."""
    source, copy = catalogue_of(settings), unchecked_catalogue_of(target)
    try:
        require_free(copy, source)
        with tqdm(total=source.count(EVERYTHING), unit="bestand", disable=None, leave=False) as bar:
            if target.catalogue_url == settings.catalogue_url:
                with recorded(source.database, NAME, target.files.url if target.files else "datamap"):
                    moved = move_files(source, copy, bar.update)
            else:  # that the catalogue was moved is told already
                moved = move_files(source, copy, bar.update)
                settle(copy)
        return moved
    finally:
        copy.close()
        source.close()


def _hand_over(target: Settings) -> None:
    copy = unchecked_catalogue_of(target)
    try:
        own(copy)
    finally:
        copy.close()


def _differences(source: Catalogue, copy: Catalogue) -> list[str]:
    old, new = row_counts(source), row_counts(copy)
    found = [f"{name}: {old[name]} hier, {new[name]} daar" for name in old if old[name] != new[name]]
    verdict = verify(copy.database)
    if verdict.broken is not None:
        found.append(f"auditlog: klopt niet bij regel {verdict.broken}: {verdict.reason}")
    return found


def _check_index(
    settings: Settings, target: Settings, encoder: Encoder, questions: list[Question]
) -> tuple[LegCounts, int, Comparison]:
    new = open_searcher(target, encoder)
    try:
        settle_index(new.catalogue, target, fingerprint_of(encoder))
        counts, passages = new.index.counts(), new.catalogue.counts()["passages"]
        if not questions:
            return counts, passages, Comparison()
        old = open_searcher(settings, encoder)
        try:
            return counts, passages, compare(old, new, questions)
        finally:
            old.index.close()
    finally:
        new.index.close()


def _report(done: _Done, settings: Settings, target: Settings, *, as_json: bool) -> None:
    moved, files, comparison = done.moved, done.files, done.comparison
    if as_json:
        told = {"documenten": asdict(moved), "bestanden": asdict(files), "vergelijking": asdict(comparison)}
        say_json({**told, "fouten": done.problems})
        return
    if target.catalogue_url != settings.catalogue_url:
        say(f"overgezet {moved.copied}, verwijderd {moved.removed}, al gelijk {moved.unchanged} documenten")
    if target.files != settings.files:
        say(f"bestanden: overgezet {files.copied}, al gelijk {files.unchanged}, in de wachtrij {files.waiting}")
    if comparison.questions:
        say(
            f"vragen {comparison.questions}: dezelfde volgorde {comparison.same_order}, hetzelfde eerste document "
            f"{comparison.same_first}, gelijke documenten {comparison.overlap:.1%}"
        )
        if comparison.different:
            say(f"ander eerste document: {', '.join(comparison.different[:20])}")
    for problem in done.problems:
        note(f"verschil  {problem}")
    if done.problems:
        return
    say(f"De nieuwe plek is gelijk. {_what_to_set(settings, target)} Start de service daarna opnieuw.")
    if target.files != settings.files:
        old = settings.files.shown if settings.files is not None else str(settings.data / "bestanden")
        say(f"De bestanden in {old} zijn blijven staan. Wis ze zodra alles werkt: wat u verwijdert, staat daar nog.")


def _what_to_set(settings: Settings, target: Settings) -> str:
    changes = {
        "KENNISLAB_CATALOGUE": (settings.catalogue_url, target.catalogue_url),
        "KENNISLAB_INDEX": (settings.milvus, target.milvus),
        "KENNISLAB_FILES": (settings.files, target.files),
    }
    on_server = {name: bool(new) for name, (old, new) in changes.items() if old != new}
    there = [name for name, so in on_server.items() if so]
    away = [name for name, so in on_server.items() if not so]
    said = [f"Zet {' en '.join(there)}."] if there else []
    return " ".join([*said, *([f"Haal {' en '.join(away)} weg als die gezet is."] if away else [])])
