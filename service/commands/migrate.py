"""`kennislab migrate --to-catalogue URL --to-index URL`: move the knowledge base to servers, or back again."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from tqdm import tqdm

from corpus.audit import verify
from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.folder_owner import own
from corpus.moving import Moved, move, row_counts
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
from service.wiring import catalogue_of, drop_snapshots, fingerprint_of, open_searcher, settle_index

NAME = "migrate"
HELP = "Zet de kennisbank over naar PostgreSQL en Milvus, of terug"

LEAST_OVERLAP = 0.95  # of the answers of both sides; less and the move is not fine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--to-catalogue", metavar="URL", default="", help="adres van de nieuwe catalogus, of embedded")
    parser.add_argument("--to-index", metavar="URL", default="", help="adres van de nieuwe index (Milvus), of embedded")
    parser.add_argument("--vragen", type=Path, metavar="FILE", help="vragen waarvan de antwoorden vergeleken worden")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Move and check; exit 1 when the other side is not the same. Broken off, the same command goes on with it."""
    target = _target(options, settings)
    questions = read_questions(options.vragen, answerable=True) if options.vragen else []
    encoder = load_encoder(settings.model, settings.runtime)
    moved = Moved(0, 0, 0)
    problems: list[str] = []
    if target.catalogue_url != settings.catalogue_url:
        moved, problems = _move(settings, target)
    note("De index wordt gevuld en vergeleken.")
    counts, passages, comparison = _check_index(settings, target, encoder, questions)
    if not counts.equal or counts.vector != passages:
        problems.append(
            f"index: {counts.vector} en {counts.keyword} passages, in de catalogus {passages}. Probeer het opnieuw"
        )
    if comparison.overlap < LEAST_OVERLAP:
        problems.append(f"antwoorden: maar {comparison.overlap:.0%} van de documenten is gelijk")
    if target.catalogue_url != settings.catalogue_url and not problems:
        _hand_over(target)
    _report(moved, comparison, problems, target, as_json=options.json)
    return int(bool(problems))


def _target(options: argparse.Namespace, settings: Settings) -> Settings:
    if not options.to_catalogue and not options.to_index:
        raise SettingsError("Geef met --to-catalogue of --to-index waar de kennisbank heen moet.")
    target = settings
    if options.to_catalogue:
        url = "" if options.to_catalogue == EMBEDDED else postgres_url(options.to_catalogue)
        target = replace(target, catalogue_url=url)
    if options.to_index:
        target = replace(target, milvus=None if options.to_index == EMBEDDED else parse_milvus(options.to_index))
    if target == settings:
        raise SettingsError("De kennisbank staat al waar ze heen moet.")
    return target


def _move(settings: Settings, target: Settings) -> tuple[Moved, list[str]]:
    source = catalogue_of(settings)
    drop_snapshots(target)
    copy = catalogue_of(target, create=True)
    try:
        with (
            recorded(source.database, NAME),
            tqdm(total=source.count(EVERYTHING), unit="document", disable=None, leave=False) as bar,
        ):
            moved = move(source, copy, lambda _name: bar.update())
        move(source, copy, lambda _name: None)  # the row of the audit log that tells of it
        scrub(copy)  # of what the copy had and the source has no more
        return moved, _differences(source, copy)
    finally:
        copy.close()
        source.close()


def _hand_over(target: Settings) -> None:
    copy = catalogue_of(target)
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


def _report(moved: Moved, comparison: Comparison, problems: list[str], target: Settings, *, as_json: bool) -> None:
    if as_json:
        say_json({"documenten": asdict(moved), "vergelijking": asdict(comparison), "fouten": problems})
        return
    say(f"overgezet {moved.copied}, verwijderd {moved.removed}, al gelijk {moved.unchanged} documenten")
    if comparison.questions:
        say(
            f"vragen {comparison.questions}: dezelfde volgorde {comparison.same_order}, hetzelfde eerste document "
            f"{comparison.same_first}, gelijke documenten {comparison.overlap:.1%}"
        )
        if comparison.different:
            say(f"ander eerste document: {', '.join(comparison.different[:20])}")
    for problem in problems:
        note(f"verschil  {problem}")
    if not problems:
        say(f"De nieuwe plek is gelijk. {_what_to_set(target)} Start de service daarna opnieuw.")


def _what_to_set(target: Settings) -> str:
    on_server = {"KENNISLAB_CATALOGUE": bool(target.catalogue_url), "KENNISLAB_INDEX": target.milvus is not None}
    there = [name for name, so in on_server.items() if so]
    away = [name for name, so in on_server.items() if not so]
    said = [f"Zet {' en '.join(there)}."] if there else []
    return " ".join([*said, *([f"Haal {' en '.join(away)} weg als die gezet is."] if away else [])])
