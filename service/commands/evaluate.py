"""`kennislab evaluate QUESTIONS`: how good the search is, on judged questions."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from corpus.errors import QuestionFileError, SettingsError
from search.ablation import Row, ablate
from search.calibration import cross_validated
from search.evaluation import Evaluation, summarise
from search.floors import Shortfall, parse_floor, read_floors, shortfalls
from search.judged import Judged
from search.questions import Question, read_questions
from search.report import Report, extras, make_report
from search.report_html import page
from search.runs import compare, load_run, run_of, save_run
from service.evaluation_text import lines
from service.output import note, say, say_json
from service.settings import Settings
from service.wiring import open_searcher

NAME = "evaluate"
HELP = "Meet de zoekresultaten met beoordeelde vragen"


@dataclass(frozen=True, slots=True)
class _Measured:
    answerable: list[Judged]
    unanswerable: list[Judged]
    ablation: tuple[Row, ...]
    bar: float  # on relevance, as in use


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("questions", type=Path, metavar="QUESTIONS", help="JSONL, TSV of CSV met vragen en bewijs")
    parser.add_argument("--unanswerable", type=Path, metavar="FILE", help="hetzelfde, met vragen zonder antwoord")
    parser.add_argument("--ablation", action="store_true", help="meet ook wat elk onderdeel van het zoeken bijdraagt")
    parser.add_argument("--save", type=Path, metavar="FILE", help="bewaar de meting per vraag, om later te vergelijken")
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="vergelijk met een meting die met --save is bewaard"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="schrijf het verslag als webpagina")
    parser.add_argument(
        "--vloer",
        action="append",
        default=[],
        metavar="CIJFER=GETAL",
        help="ondergrens; mag vaker, gaat voor --vloeren",
    )
    parser.add_argument("--vloeren", type=Path, metavar="FILE", help="TOML of JSON met ondergrenzen")
    parser.add_argument("--calibrate", action="store_true", help="stel de relevantie af op deze vragen")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print the measures; exit 1 when evidence is missing from the knowledge base or a figure is under its floor."""
    answerable = read_questions(options.questions, answerable=True)
    unanswerable = read_questions(options.unanswerable, answerable=False) if options.unanswerable else []
    if options.calibrate and not unanswerable:
        raise QuestionFileError("Geef met --unanswerable ook vragen zonder antwoord.")
    floors = _floors(options)
    earlier = load_run(options.compare) if options.compare else None
    _require_folders(options.save, options.html)
    measured = _measure(settings, answerable, unanswerable, ablation=options.ablation)
    judged, refused = measured.answerable, measured.unanswerable
    own = run_of(judged, refused)
    if options.save:
        save_run(options.save, own)
    report = replace(
        make_report(judged, refused, measured.bar),
        ablation=measured.ablation,
        comparison=compare(earlier, own) if earlier is not None else None,
    )
    if options.html:
        options.html.write_text(page(report), encoding="utf-8")
    summary = summarise(judged, refused)
    short = shortfalls(summary, floors)
    calibration = _calibrate(judged, refused) if options.calibrate else None
    _show(report, summary, calibration, short, as_json=options.json)
    return _warn(judged, short)


def _measure(
    settings: Settings, answerable: Sequence[Question], unanswerable: Sequence[Question], *, ablation: bool
) -> _Measured:
    searcher = open_searcher(settings)
    try:
        evaluation = Evaluation(searcher.catalogue, searcher)
        return _Measured(
            _judge(evaluation, answerable),
            _judge(evaluation, unanswerable),
            tuple(ablate(_progress(answerable, "ablatie"), evaluation.judge)) if ablation else (),
            searcher.calibration.possible,
        )
    finally:
        searcher.index.close()


def _floors(options: argparse.Namespace) -> dict[str, float]:
    floors = read_floors(options.vloeren) if options.vloeren else {}
    return floors | dict(parse_floor(text) for text in options.vloer)


def _require_folders(*files: Path | None) -> None:
    """Said before the work, not after it."""
    for file in files:
        if file is not None and (file.is_dir() or not file.parent.is_dir()):
            raise SettingsError(f"In {file} kan niet geschreven worden. Geef een bestand in een map die bestaat.")


def _judge(evaluation: Evaluation, questions: Sequence[Question]) -> list[Judged]:
    return [evaluation.judge(question) for question in _progress(questions, "meten")]


def _progress(questions: Sequence[Question], name: str) -> Iterable[Question]:
    return tqdm(questions, desc=name, unit="vraag", disable=None, leave=False, file=sys.stderr)


def _calibrate(answerable: list[Judged], unanswerable: list[Judged]) -> dict[str, Any]:
    """Weights for `search.relevance.DEFAULT`, fitted on these questions."""
    samples = [(one.evidence, True) for one in answerable] + [(one.evidence, False) for one in unanswerable]
    fitted = cross_validated(samples)
    weights = [round(weight, 3) for weight in fitted.calibration.weights]
    return {"weights": weights, "intercept": round(fitted.calibration.intercept, 3), "auroc": round(fitted.auroc, 3)}


def _show(
    report: Report,
    summary: dict[str, object],
    calibration: dict[str, Any] | None,
    short: Sequence[Shortfall],
    *,
    as_json: bool,
) -> None:
    fitted = {"calibration": calibration} if calibration else {}
    if as_json:
        below = {one.name: {"value": one.value, "floor": one.floor} for one in short}
        say_json({**summary, **extras(report), **fitted, "below_floor": below})
        return
    for line in lines(report):
        say(line)
    if calibration:
        say(f"afgesteld {calibration}")


def _warn(judged: Sequence[Judged], short: Sequence[Shortfall]) -> int:
    missing = [one for one in judged if one.missing]
    for one in missing:
        note(f"{one.question.id} ({one.question.text}): bewijs niet gevonden in {', '.join(one.missing)}")
    for floor in short:
        note(f"{floor.name} is {floor.value:.4f}, onder de ondergrens {floor.floor:.4f}")
    return int(bool(missing or short))
