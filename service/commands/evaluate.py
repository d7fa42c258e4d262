"""`kennislab evaluate QUESTIONS`: how good the search is, on judged questions."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from corpus.errors import QuestionFileError
from search.calibration import cross_validated
from search.evaluation import Evaluation, Judged, summarise
from search.questions import Question, read_questions
from service.output import note, say, say_json
from service.settings import Settings
from service.wiring import open_searcher

NAME = "evaluate"
HELP = "Meet de zoekresultaten met beoordeelde vragen"

COLUMNS = ("ndcg@10", "recall@10", "mrr@10", "success@10")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("questions", type=Path, metavar="QUESTIONS", help="JSONL met vragen en bewijs")
    parser.add_argument("--unanswerable", type=Path, metavar="FILE", help="JSONL met vragen zonder antwoord")
    parser.add_argument("--calibrate", action="store_true", help="stel de relevantie af op deze vragen")
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print the measures; exit 1 when evidence is missing from the knowledge base."""
    answerable = read_questions(options.questions, answerable=True)
    unanswerable = read_questions(options.unanswerable, answerable=False) if options.unanswerable else []
    searcher = open_searcher(settings)
    try:
        evaluation = Evaluation(searcher.catalogue, searcher)
        judged = _judge(evaluation, answerable)
        refused = _judge(evaluation, unanswerable)
        report = summarise(judged, refused)
    finally:
        searcher.index.close()
    if options.calibrate:
        report["calibration"] = _calibrate(judged, refused)
    if options.json:
        say_json(report)
    else:
        _show(report)
    return _warn_missing(judged)


def _judge(evaluation: Evaluation, questions: list[Question]) -> list[Judged]:
    bar = tqdm(questions, unit="vraag", disable=None, leave=False, file=sys.stderr)
    return [evaluation.judge(question) for question in bar]


def _calibrate(answerable: list[Judged], unanswerable: list[Judged]) -> dict[str, Any]:
    """Weights for `search.relevance.DEFAULT`, fitted on these questions."""
    if not unanswerable:
        raise QuestionFileError("Geef met --unanswerable ook vragen zonder antwoord.")
    samples = [(one.evidence, True) for one in answerable] + [(one.evidence, False) for one in unanswerable]
    fitted = cross_validated(samples)
    weights = [round(weight, 3) for weight in fitted.calibration.weights]
    return {"weights": weights, "intercept": round(fitted.calibration.intercept, 3), "auroc": round(fitted.auroc, 3)}


def _warn_missing(judged: list[Judged]) -> int:
    for one in judged:
        if one.missing:
            note(f"{one.question.id}: bewijs niet gevonden in {', '.join(one.missing)}")
    return int(any(one.missing for one in judged))


def _show(report: dict[str, Any]) -> None:
    say(f"{'':<26}" + "".join(f"{name:>12}" for name in COLUMNS))
    groups = {"alle": report, **report["kinds"]}
    for name, group in groups.items():
        for level, word in (("passages", "passages"), ("documents", "documenten")):
            row = "".join(f"{group[level][column]:>12.3f}" for column in COLUMNS)
            label = f"{name} ({group['questions']}) {word}"
            say(f"{label:<26}{row}")
    if "auroc" in report:
        say("AUROC     " + "  ".join(f"{name} {value:.3f}" for name, value in report["auroc"].items()))
        say("geweigerd " + "  ".join(f"{name} {value:.0%}" for name, value in report["refused"].items()))
    if "calibration" in report:
        say(f"afgesteld {report['calibration']}")
