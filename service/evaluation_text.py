"""The evaluation on a terminal: the same parts in the same order as its page."""

import textwrap
from collections.abc import Iterator, Sequence

from search.ablation import Cell, Row
from search.bootstrap import Estimate
from search.judged import FIGURES, Judged
from search.report import FOUND, Report
from search.runs import Comparison, QuestionChange

WORST = 5  # the page shows more
WIDTH = 110
STAR = "het 95 % interval van het verschil bevat 0 niet; zonder echt verschil gebeurt dat bij 1 op de 20 cijfers"
_KIND_FIGURES = ("passages.ndcg@10", "passages.recall@10", "documents.ndcg@10", "documents.success@10", "markering")


def lines(report: Report) -> Iterator[str]:
    """The whole report."""
    parts = (
        _figures(report),
        _kinds(report),
        _abstention(report),
        _worst(report.worst[:WORST]),
        _comparison(report.comparison) if report.comparison else (),
        _ablation(report.ablation) if report.ablation else (),
    )
    for part in parts:
        yield from part


def _figures(report: Report) -> Iterator[str]:
    every = report.groups[0]
    yield f"{f'{every.questions} vragen':<24}{'cijfer':>8}{'95 % interval':>18}"
    for name in FIGURES:
        estimate = every.figures[name]
        yield f"{name:<24}{_value(estimate):>8}{_interval(estimate):>18}"
    yield f"{'ms per vraag':<24}{report.timing.search:>8.0f}{f'+ {report.timing.encode:.0f} voor de vector':>26}"


def _kinds(report: Report) -> Iterator[str]:
    yield ""
    yield f"{'soort (vragen)':<24}" + "".join(f"{name:>22}" for name in _KIND_FIGURES)
    for group in report.groups[1:]:
        label = f"{group.name or 'zonder soort'} ({group.questions})"
        yield f"{label:<24}" + "".join(f"{_value(group.figures[name]):>22}" for name in _KIND_FIGURES)


def _abstention(report: Report) -> Iterator[str]:
    if not report.bars:
        return
    names = list(report.bars[0].refused)
    yield ""
    yield "AUROC " + "  ".join(
        f"{'alle' if name == 'all' else name} {value:.3f}" for name, value in report.auroc.items()
    )
    widths = [max(12, len(name) + 2) for name in names]
    yield f"{'geweigerd bij lat':<24}" + "".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True))
    for bar in report.bars:
        label = f"{bar.height:.2f}{'  in gebruik' if bar.chosen else ''}"
        shares = zip(bar.refused.values(), widths, strict=True)
        yield f"{label:<24}" + "".join(f"{share:>{width}.0%}" for share, width in shares)


def _worst(worst: Sequence[Judged]) -> Iterator[str]:
    if worst:
        yield ""
        yield "Slechtste vragen"
    for judged in worst:
        yield f"  {judged.scores()['passages']['ndcg@10']:.2f}  {judged.question.id}  {judged.question.text}"
        for evidence in judged.question.relevant[:2]:
            yield _short(f"verwacht  {evidence.file}: {evidence.quote}")
        for found in judged.found[:FOUND]:
            place = f" p. {found.page}" if found.page is not None else ""
            yield _short(f"{'goed' if found.right else 'gevonden':<8}  {found.file}{place}: {found.text}")


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield ""
    yield f"{'vergeleken (vragen)':<34}{'eerder':>8}{'nu':>8}{'verschil':>10}{'95 % interval':>20}"
    for one in comparison.figures:
        label = f"{one.name} ({one.questions})"
        difference = one.difference
        yield (
            f"{label:<34}{one.before:>8.3f}{one.after:>8.3f}{difference.value:>+10.3f}"
            f"{_interval(difference, signed=True):>20}{' *' if difference.clear else ''}"
        )
    if comparison.only_before or comparison.only_after:
        yield f"alleen eerder gesteld: {comparison.only_before}, alleen nu gesteld: {comparison.only_after}"
    for title, changes in (("Meest vooruit", comparison.better), ("Meest achteruit", comparison.worse)):
        if changes:
            yield title
            yield from map(_change, changes)
    yield f"* {STAR}"


def _change(change: QuestionChange) -> str:
    difference = change.after - change.before
    return f"  {difference:+.2f}  ({change.before:.2f} naar {change.after:.2f})  {change.id}  {change.text}"


def _ablation(rows: Sequence[Row]) -> Iterator[str]:
    yield ""
    yield f"{'wat elk onderdeel bijdraagt':<36}" + "".join(f"{name:>25}" for name in rows[0].figures)
    for row in rows:
        yield f"{row.name:<36}" + "".join(f"{cell.value:>25.3f}" for cell in row.figures.values())
        if row is not rows[0]:
            yield f"{'':<36}" + "".join(f"{_difference(cell):>25}" for cell in row.figures.values())
    yield ""
    yield (
        f"{'passages.ndcg@10 per soort':<36}"
        + "".join(f"{kind or 'zonder soort':>13}" for kind in rows[0].kinds)
        + f"{'ms zoeken':>13}{'ms vector':>13}"
    )
    for row in rows:
        cells = "".join(f"{f'{cell.value:.3f}{_star(cell)}':>13}" for cell in row.kinds.values())
        yield f"{row.name:<36}{cells}{row.search_ms:>13.0f}{row.encode_ms:>13.0f}"
    yield f"* {STAR}"


def _difference(cell: Cell) -> str:
    if cell.difference is None:
        return ""
    interval = _interval(cell.difference, signed=True)
    return f"{cell.difference.value:+.3f} {f'[{interval}]' if interval else ''}{_star(cell)}"


def _star(cell: Cell) -> str:
    return "*" if cell.difference is not None and cell.difference.clear else " "


def _value(estimate: Estimate | None) -> str:
    return "-" if estimate is None else f"{estimate.value:.3f}"


def _interval(estimate: Estimate | None, *, signed: bool = False) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:+.3f} {estimate.high:+.3f}" if signed else f"{estimate.low:.3f} - {estimate.high:.3f}"


def _short(text: str) -> str:
    return "        " + textwrap.shorten(text, WIDTH, placeholder=" …")
