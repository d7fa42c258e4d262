"""What each ingredient of the search adds: the same questions with one ingredient left out, or with one alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from search.bootstrap import Estimate, Weighed, difference, mean
from search.judged import Judged
from search.questions import Question
from search.recipe import STANDARD, Fusion, Recipe, UnitUse
from search.summary import by_kind

FIGURES = ("passages.ndcg@10", "passages.recall@10", "documents.ndcg@10", "documents.success@10")
PER_KIND = "passages.ndcg@10"
EVERYTHING = "alles"
_VECTORS, _WORDS, _GRAMS = STANDARD.weights

VARIANTS: Mapping[str, Recipe] = {
    EVERYTHING: STANDARD,
    "zonder vectoren": replace(STANDARD, weights=(0.0, _WORDS, _GRAMS)),
    "zonder woorden": replace(STANDARD, weights=(_VECTORS, 0.0, _GRAMS)),
    "zonder lettergroepen": replace(STANDARD, weights=(_VECTORS, _WORDS, 0.0)),
    "zonder delen van samenstellingen": replace(STANDARD, compound_parts=False),
    "zonder scheidbare werkwoorden": replace(STANDARD, separable_verbs=False),
    "zonder vensters": replace(STANDARD, units=UnitUse.WHOLE),
    "alleen vensters": replace(STANDARD, units=UnitUse.WINDOWS),
    "samengevoegd op rang (RRF)": replace(STANDARD, fusion=Fusion.RANK),
    "alleen vectoren": replace(STANDARD, weights=(1.0, 0.0, 0.0)),
    "alleen woorden": replace(STANDARD, weights=(0.0, 1.0, 0.0)),
    "alleen vectoren van hele passages": replace(STANDARD, weights=(1.0, 0.0, 0.0), units=UnitUse.WHOLE),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a variant, and how much it differs from that of everything together (None in that row itself)."""

    value: float
    difference: Estimate | None


@dataclass(frozen=True, slots=True)
class Row:
    """One variant: its figures, its main figure for each kind of question, and its medians in milliseconds."""

    name: str
    figures: Mapping[str, Cell]
    kinds: Mapping[str, Cell]
    search_ms: float
    encode_ms: float


def ablate(questions: Iterable[Question], judge: Callable[[Question, Recipe], Judged]) -> list[Row]:
    """A row for each variant, the one with everything first."""
    judged: dict[str, list[Judged]] = {name: [] for name in VARIANTS}
    # All variants of one question after each other: whatever else the machine does slows all of them alike.
    for question in questions:
        for name, recipe in VARIANTS.items():
            judged[name].append(judge(question, recipe))
    base = judged[EVERYTHING]
    return [_row(name, own, None if name == EVERYTHING else base) for name, own in judged.items()]


def _row(name: str, judged: Sequence[Judged], base: Sequence[Judged] | None) -> Row:
    kinds, base_kinds = by_kind(judged), by_kind(base or ())
    return Row(
        name,
        {figure: _cell(figure, judged, base) for figure in FIGURES},
        {kind: _cell(PER_KIND, some, base_kinds.get(kind)) for kind, some in kinds.items()},
        search_ms=median(one.timing.search for one in judged),
        encode_ms=median(one.timing.encode for one in judged),
    )


def _cell(figure: str, judged: Sequence[Judged], base: Sequence[Judged] | None) -> Cell:
    values = _values(figure, judged)
    estimate = mean(values)
    return Cell(estimate.value if estimate else 0.0, difference(_values(figure, base), values) if base else None)


def _values(figure: str, judged: Sequence[Judged]) -> list[Weighed]:
    return [one.figures()[figure] for one in judged]
