"""What the bar on relevance costs and brings: which share of the questions is refused, for a range of bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.judged import Judged
from search.summary import by_kind

ANSWERABLE = "met antwoord"
GRID = tuple(round(step * 0.05, 2) for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on the probability, and the share of each group that it refuses."""

    height: float
    refused: Mapping[str, float]
    chosen: bool  # it is the one in use


def trade_off(answerable: Sequence[Judged], unanswerable: Sequence[Judged], chosen: float) -> list[Bar]:
    """The bars from low to high, the one in use among them. Nothing without unanswerable questions."""
    if not (answerable and unanswerable):
        return []
    groups = {ANSWERABLE: list(answerable)}
    groups |= {
        f"zonder antwoord: {kind}" if kind else "zonder antwoord": some for kind, some in by_kind(unanswerable).items()
    }
    return [
        Bar(height, {name: _refused(some, height) for name, some in groups.items()}, height == chosen)
        for height in sorted({*GRID, chosen})
    ]


def _refused(judged: Sequence[Judged], height: float) -> float:
    return sum(one.probability < height for one in judged) / len(judged)
