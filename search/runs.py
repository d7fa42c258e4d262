"""A run of the evaluation, kept in a file question by question, and how a later run differs from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionFileError
from search.bootstrap import Estimate, Weighed, difference, mean
from search.judged import FIGURES, Judged

FORMAT = "kennislab-meting/1"
MAIN = "passages.ndcg@10"
CHANGED_MOST = 10  # questions named in each direction
REFUSED = "geweigerd"


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one question."""

    text: str
    figures: Mapping[str, Weighed]


Run = Mapping[str, Measured]  # by the question's id


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure in both runs, over the questions that both have."""

    name: str
    questions: int
    before: float
    after: float
    difference: Estimate


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """The main figure of one question in both runs."""

    id: str
    text: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against an earlier one."""

    figures: tuple[FigureChange, ...]
    better: tuple[QuestionChange, ...]  # most first
    worse: tuple[QuestionChange, ...]
    only_before: int  # questions that the other run lacks, or asks in other words
    only_after: int


def run_of(answerable: Sequence[Judged], unanswerable: Sequence[Judged]) -> dict[str, Measured]:
    """What is kept of a run."""
    run = {
        one.question.id: Measured(one.question.text, one.figures() | _refused("met antwoord", one))
        for one in answerable
    }
    for one in unanswerable:
        kind = one.question.kind
        run[f"zonder antwoord/{one.question.id}"] = Measured(
            one.question.text, _refused("zonder antwoord", one) | (_refused(kind, one) if kind else {})
        )
    return run


def _refused(name: str, judged: Judged) -> dict[str, Weighed]:
    return {f"{REFUSED}.{name}": (float(judged.refused), 1.0)}


def save_run(path: Path, run: Run) -> None:
    """Write a run as JSON, to be compared with later ones."""
    questions = {name: {"question": one.text, "figures": one.figures} for name, one in run.items()}
    content = {"format": FORMAT, "questions": questions}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_run(path: Path) -> dict[str, Measured]:
    """A run that was saved. Raises QuestionFileError when the file is not one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"format is {content['format']}")
        return {
            str(name): Measured(
                str(one["question"]),
                {str(figure): (float(value), float(weight)) for figure, (value, weight) in one["figures"].items()},
            )
            for name, one in content["questions"].items()
        }
    except FileNotFoundError:
        raise QuestionFileError(f"De meting {path} bestaat niet. Bewaar er een met --save.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionFileError(f"{path} is geen meting die met --save is bewaard ({error}).") from error


def compare(before: Run, after: Run) -> Comparison:
    """The differences over the questions that both runs have. Raises QuestionFileError when they share none."""
    shared = [name for name in after if name in before and before[name].text == after[name].text]
    if not shared:
        raise QuestionFileError("De twee metingen hebben geen enkele vraag gemeen. Vergelijk met een van deze vragen.")
    changes = [
        QuestionChange(name, after[name].text, before[name].figures[MAIN][0], after[name].figures[MAIN][0])
        for name in shared
        if MAIN in before[name].figures and MAIN in after[name].figures
    ]
    up = sorted((one for one in changes if one.after > one.before), key=lambda one: (one.before - one.after, one.id))
    down = sorted((one for one in changes if one.after < one.before), key=lambda one: (one.after - one.before, one.id))
    return Comparison(
        figures=tuple(_figure_changes(before, after, shared)),
        better=tuple(up[:CHANGED_MOST]),
        worse=tuple(down[:CHANGED_MOST]),
        only_before=len(before) - len(shared),
        only_after=len(after) - len(shared),
    )


def _figure_changes(before: Run, after: Run, shared: Sequence[str]) -> list[FigureChange]:
    names = dict.fromkeys([*FIGURES, *(figure for name in shared for figure in after[name].figures)])
    changes = []
    for figure in names:
        both = [name for name in shared if figure in before[name].figures and figure in after[name].figures]
        old, new = ([run[name].figures[figure] for name in both] for run in (before, after))
        first, second, change = mean(old), mean(new), difference(old, new)
        if first and second and change:
            changes.append(FigureChange(figure, len(both), first.value, second.value, change))
    return changes
