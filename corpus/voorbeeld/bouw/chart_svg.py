"""Charts of PDF slides, as SVG with real text. Units are px of the SVG."""

import math
from html import escape

from corpus.voorbeeld.bouw.slides import Chart

COLOURS = ("#2f4a63", "#8a6d3b", "#5f7f6b", "#7a5c73", "#9aa5ae", "#3b6f80", "#a06a4f")
WIDTH, HEIGHT = 640, 440
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 60, 70


def chart_svg(chart: Chart) -> str:
    """The chart as an SVG element of 640 by 440."""
    body = _pie(chart) if chart.kind == "taart" else _axes(chart)
    title = f'<g font-weight="bold">{_text(WIDTH / 2, 24, chart.title, size=19)}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="Carlito">{title}{body}</svg>'
    )


def number(value: float) -> str:
    """A number as it is written in Dutch: 12.345 and 3,5."""
    if value == int(value):
        return f"{int(value):,}".replace(",", ".")
    return f"{value:g}".replace(".", ",")


def _text(x: float, y: float, text: str, *, size: int = 15, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#1d2227">{escape(text)}</text>'
    )


def _axes(chart: Chart) -> str:
    highest = max(max(values) for values in chart.series.values())
    top = _round_up(highest)
    parts = []
    for step in range(5):
        y = _y(top * step / 4, top)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d5dbe0"/>')
        parts.append(_text(LEFT - 8, y + 5, number(top * step / 4), size=13, anchor="end"))
    slot = (WIDTH - LEFT - RIGHT) / len(chart.labels)
    for index, label in enumerate(chart.labels):
        parts.append(_text(LEFT + slot * (index + 0.5), HEIGHT - BOTTOM + 22, label))
    draw = _line if chart.kind == "lijn" else _bars
    for index, values in enumerate(chart.series.values()):
        parts.append(draw(values, top, slot, index, len(chart.series)))
    return "".join(parts) + _legend(list(chart.series))


def _bars(values: tuple[float, ...], top: float, slot: float, index: int, count: int) -> str:
    width = slot * 0.7 / count
    parts = []
    for position, value in enumerate(values):
        x, y = LEFT + slot * (position + 0.15) + width * index, _y(value, top)
        height = HEIGHT - BOTTOM - y
        colour = COLOURS[index % len(COLOURS)]
        size = f'width="{width * 0.94:.1f}" height="{height:.1f}"'
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"/>')
        parts.append(_text(x + width / 2, y - 5, number(value), size=14))
    return "".join(parts)


def _line(values: tuple[float, ...], top: float, slot: float, index: int, _count: int) -> str:
    points = [(LEFT + slot * (position + 0.5), _y(value, top)) for position, value in enumerate(values)]
    colour = COLOURS[index % len(COLOURS)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="3"/>']
    for (x, y), value in zip(points, values, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>')
        parts.append(_text(x, y - 11, number(value), size=14))
    return "".join(parts)


def _pie(chart: Chart) -> str:
    values = next(iter(chart.series.values()))
    total, angle, parts = sum(values), -math.pi / 2, []
    x, y, radius = WIDTH * 0.34, HEIGHT * 0.55, 150.0
    for index, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        end = angle + 2 * math.pi * value / total
        large = 1 if end - angle > math.pi else 0
        x1, y1 = x + radius * math.cos(angle), y + radius * math.sin(angle)
        x2, y2 = x + radius * math.cos(end), y + radius * math.sin(end)
        arc = f"M{x:.1f},{y:.1f} L{x1:.1f},{y1:.1f} A{radius:.1f},{radius:.1f} 0 {large} 1 {x2:.1f},{y2:.1f} Z"
        parts.append(f'<path d="{arc}" fill="{COLOURS[index % len(COLOURS)]}" stroke="white"/>')
        parts.append(_key(x + radius + 40, 120 + index * 28, f"{label}: {number(value)}", index))
        angle = end
    return "".join(parts)


def _legend(names: list[str]) -> str:
    slot = (WIDTH - LEFT) / len(names)
    return "".join(_key(LEFT + slot * index, HEIGHT - 26, name, index) for index, name in enumerate(names))


def _key(x: float, y: float, text: str, index: int) -> str:
    square = f'<rect x="{x:.1f}" y="{y:.1f}" width="13" height="13" fill="{COLOURS[index % len(COLOURS)]}"/>'
    return square + _text(x + 20, y + 12, text, anchor="start")


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _round_up(value: float) -> float:
    """The first of 1, 2, 4 or 8 times a power of ten that is not below `value`: an axis with four even steps."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * power >= value)
