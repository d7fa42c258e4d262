"""Means over questions: of all, and of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.bootstrap import Estimate, mean
from search.judged import FIGURES, LEVELS, MARKING, Judged

ALL = "alle"


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of some questions, by full name; a figure that nothing counts for is None."""

    name: str
    questions: int
    figures: Mapping[str, Estimate | None]


def group(name: str, judged: Sequence[Judged]) -> Group:
    """Every figure with its interval."""
    own = [one.figures() for one in judged]
    return Group(name, len(judged), {figure: mean([figures[figure] for figures in own]) for figure in FIGURES})


def groups(judged: Sequence[Judged]) -> list[Group]:
    """All questions first, then each kind."""
    return [group(ALL, judged), *(group(kind, some) for kind, some in by_kind(judged).items())]


def by_kind(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """The questions of each kind, in alphabetical order of the kind."""
    kinds: dict[str, list[Judged]] = {}
    for one in judged:
        kinds.setdefault(one.question.kind, []).append(one)
    return dict(sorted(kinds.items()))


def figures_of(judged: Sequence[Judged], *, intervals: bool = False) -> dict[str, object]:
    """For JSON: each level's measures and the marking, and with `intervals` the bounds of each under its full name."""
    figures = group("", judged).figures
    values = {name: None if estimate is None else round(estimate.value, 4) for name, estimate in figures.items()}
    report: dict[str, object] = {
        level: {name.partition(".")[2]: values[name] for name in FIGURES if name.startswith(f"{level}.")}
        for level in LEVELS
    }
    report[MARKING] = values[MARKING]
    if intervals:
        report["intervals"] = {
            name: [round(estimate.low, 4), round(estimate.high, 4)]
            for name, estimate in figures.items()
            if estimate is not None and estimate.low is not None and estimate.high is not None
        }
    return report
