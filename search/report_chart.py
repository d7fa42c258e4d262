"""The chart of the bar on relevance: which share of each group of questions it refuses."""

from collections.abc import Sequence

from search.abstention import Bar
from search.report_parts import Html, html, number, percentage

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT = 640, 260, 46, 14, 190
_DASHES = ("", "8 4", "2 4", "12 4 2 4", "1 6")  # lines are told apart without colour
_COLOURS = ("var(--bar)", "var(--bad)", "var(--good)", "var(--text)", "var(--line)")


def bars_chart(bars: Sequence[Bar]) -> Html:
    """A line for each group; the table below it has the same numbers, so the description stays short."""
    names = list(bars[0].refused)
    chosen = next((bar for bar in bars if bar.chosen), None)
    parts = [
        *(_level(share) for share in (0.0, 0.5, 1.0)),
        *(_tick(height) for height in (0.0, 0.25, 0.5, 0.75, 1.0)),
        *(_line(number_, name, bars) for number_, name in enumerate(names)),
        *([_chosen(chosen)] if chosen else []),
        *_legend(names),
    ]
    said = "Lijnen van het deel geweigerde vragen per lat; de cijfers staan in de tabel hieronder."
    return Html(
        f'<svg class="chart" viewBox="0 0 {_WIDTH + _RIGHT} {_HEIGHT + 50}" role="img" aria-label="{html(said)}">'
        + "".join(parts)
        + "</svg>"
    )


def _x(height: float) -> float:
    return _LEFT + height * (_WIDTH - _LEFT)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (_HEIGHT - _TOP)


def _level(share: float) -> str:
    y = _y(share)
    line = f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{percentage(share)}</text>'


def _tick(height: float) -> str:
    return f'<text x="{_x(height):.1f}" y="{_HEIGHT + 18}" text-anchor="middle">{number(height, 2)}</text>'


def _style(place: int) -> str:
    return f'stroke="{_COLOURS[place % len(_COLOURS)]}" stroke-dasharray="{_DASHES[place % len(_DASHES)]}"'


def _line(place: int, name: str, bars: Sequence[Bar]) -> str:
    points = " ".join(f"{_x(bar.height):.1f},{_y(bar.refused[name]):.1f}" for bar in bars)
    return f'<polyline class="line" points="{points}" {_style(place)}/>'


def _chosen(bar: Bar) -> str:
    x = _x(bar.height)
    line = f'<line class="range" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT}"/>'
    return line + f'<text x="{x:.1f}" y="{_HEIGHT + 36}" text-anchor="middle">lat in gebruik</text>'


def _legend(names: Sequence[str]) -> list[str]:
    found = []
    for place, name in enumerate(names):
        y = _TOP + 12 + 20 * place
        found.append(
            f'<line class="line" x1="{_WIDTH + 14}" x2="{_WIDTH + 44}" y1="{y}" y2="{y}" {_style(place)}/>'
            f'<text x="{_WIDTH + 50}" y="{y + 4}">{html(name)}</text>'
        )
    return found
