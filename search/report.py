"""A whole evaluation, ready to be shown: on the terminal, as a page or as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from corpus.types import Classification
from search.ablation import Row
from search.abstention import Bar, trade_off
from search.evaluation import aurocs
from search.judged import Judged, Timing
from search.runs import Comparison
from search.summary import Group, groups

WORST = 15
FOUND = 3  # passages shown with a question that went badly


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured."""

    groups: tuple[Group, ...]  # all questions first, then each kind
    unanswerable: int
    auroc: Mapping[str, float]
    bars: tuple[Bar, ...]
    worst: tuple[Judged, ...]
    missing: tuple[Judged, ...]  # questions with evidence that no passage holds
    timing: Timing  # medians
    ablation: tuple[Row, ...] = ()
    comparison: Comparison | None = None

    @property
    def level(self) -> Classification | None:
        """The most closed level among the passages that the report quotes."""
        levels = [found.classification for one in self.worst for found in one.found[:FOUND]]
        return max(levels, key=lambda level: level.rank, default=None)


def make_report(answerable: Sequence[Judged], unanswerable: Sequence[Judged], bar: float) -> Report:
    """The report of a run; `bar` is the bar on relevance that is in use."""
    return Report(
        groups=tuple(groups(answerable)),
        unanswerable=len(unanswerable),
        auroc=aurocs(answerable, unanswerable) if unanswerable else {},
        bars=tuple(trade_off(answerable, unanswerable, bar)),
        worst=tuple(worst(answerable)),
        missing=tuple(one for one in answerable if one.missing),
        timing=Timing(median(one.timing.encode for one in answerable), median(one.timing.search for one in answerable)),
    )


def worst(answerable: Sequence[Judged]) -> list[Judged]:
    """The questions that went worst, worst first; not those whose evidence is nowhere, which can not go well."""
    rated = [(one.scores(), one) for one in answerable if any(name != "-" for name in one.relevant_passages)]
    ranked = sorted(
        (scores["passages"]["ndcg@10"], scores["documents"]["ndcg@10"], one.question.id, number)
        for number, (scores, one) in enumerate(rated)
    )
    return [rated[number][1] for score, _, _, number in ranked[:WORST] if score < 1]


def extras(report: Report) -> dict[str, object]:
    """For JSON: what the summary of the figures does not say."""
    found: dict[str, object] = {
        "milliseconds": {"encode": round(report.timing.encode, 1), "search": round(report.timing.search, 1)},
        "abstention": [asdict(bar) for bar in report.bars],
        "worst": [one.question.id for one in report.worst],
    }
    if report.ablation:
        found["ablation"] = [asdict(row) for row in report.ablation]
    if report.comparison:
        found["comparison"] = asdict(report.comparison)
    return found
