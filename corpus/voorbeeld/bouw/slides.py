"""The slides of a presentation, read from pandoc's syntax tree."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from corpus.voorbeeld.bouw import pandoc
from corpus.voorbeeld.bouw.source import Source, SourceError

HIDDEN = "{verborgen}"
CHARTS = ("staaf", "lijn", "taart")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a slide: a bullet ("•"), a numbered point ("1.") or a plain paragraph (no mark)."""

    runs: tuple[Run, ...]
    mark: str = ""
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    kind: str  # one of CHARTS
    title: str
    labels: tuple[str, ...]
    series: dict[str, tuple[float, ...]]


@dataclass(slots=True)
class Slide:
    """One slide; filled block by block while reading."""

    title: str
    hidden: bool = False
    items: list[Item] = field(default_factory=list)
    table: Table | None = None
    chart: Chart | None = None
    notes: str = ""
    footnotes: list[str] = field(default_factory=list)

    @property
    def section(self) -> bool:
        """A slide with nothing but a title announces a part."""
        return not (self.items or self.table or self.chart)


def read_slides(source: Source) -> list[Slide]:
    """Every `# Kop` of the source as a slide."""
    slides: list[Slide] = []
    for block in pandoc.tree(source.text):
        if block["t"] == "Header" and block["c"][0] == 1:
            slides.append(_new_slide(block))
        elif not slides:
            raise SourceError(f"{source.path.name}: tekst vóór de eerste dia. Begin met een regel '# Kop'.")
        else:
            _fill(slides[-1], block, source)
    return slides


def _new_slide(block: dict[str, Any]) -> Slide:
    title = plain(block["c"][2])
    hidden = title.endswith(HIDDEN) or "verborgen" in block["c"][1][1]
    return Slide(title.removesuffix(HIDDEN).strip(), hidden)


def _fill(slide: Slide, block: dict[str, Any], source: Source) -> None:
    kind: str = block["t"]
    content: Any = block.get("c")
    if kind in {"Para", "Plain"}:
        slide.items.append(_item(content, slide))
    elif kind == "Header":
        slide.items.append(Item((Run(plain(content[2]), bold=True),)))
    elif kind in {"BulletList", "OrderedList"}:
        _add_list(slide, block, 0)
    elif kind == "Table":
        slide.table = _table(content)
    elif kind == "CodeBlock" and "grafiek" in content[0][1]:
        slide.chart = _chart(content[1], source)
    elif kind == "Div" and "notities" in content[0][1]:
        slide.notes = "\n".join(filter(None, (slide.notes, *(_block_text(part) for part in content[1]))))
    elif kind == "BlockQuote":
        for part in content:
            _fill(slide, part, source)
    else:
        raise SourceError(f"{source.path.name}, dia '{slide.title}': een blok {kind} kan niet op een dia.")


def _add_list(slide: Slide, block: dict[str, Any], level: int) -> None:
    ordered = block["t"] == "OrderedList"
    start = block["c"][0][0] if ordered else 1
    for number, parts in enumerate(block["c"][1] if ordered else block["c"], start=start):
        mark = f"{number}." if ordered else "•"
        for part in parts:
            if part["t"] in {"BulletList", "OrderedList"}:
                _add_list(slide, part, level + 1)
            else:
                slide.items.append(_item(part["c"], slide, mark, level))
                mark = ""


def _item(inlines: list[dict[str, Any]], slide: Slide, mark: str = "", level: int = 0) -> Item:
    slide.footnotes += [
        " ".join(_block_text(part) for part in inline["c"]) for inline in inlines if inline["t"] == "Note"
    ]
    return Item(tuple(_runs(inlines)), mark, level)


def _runs(inlines: list[dict[str, Any]], bold: bool = False, italic: bool = False) -> list[Run]:
    runs: list[Run] = []
    for inline in inlines:
        if inline["t"] in {"Strong", "Emph"}:
            strong = inline["t"] == "Strong"
            runs += _runs(inline["c"], bold or strong, italic or not strong)
        elif text := plain([inline]):
            runs.append(Run(text, bold, italic))
    merged: list[Run] = []
    for run in runs:
        if merged and (merged[-1].bold, merged[-1].italic) == (run.bold, run.italic):
            merged[-1] = Run(merged[-1].text + run.text, run.bold, run.italic)
        else:
            merged.append(run)
    return merged


def plain(inlines: list[dict[str, Any]]) -> str:
    """The text of inlines, without marks and notes."""
    return "".join(_inline_text(inline) for inline in inlines)


def _inline_text(inline: dict[str, Any]) -> str:
    kind, content = inline["t"], inline.get("c")
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " "
    if kind == "Str":
        return str(content)
    if kind == "Note" or content is None:
        return ""
    if kind == "Code":
        return str(content[1])
    if kind == "Quoted":  # only with smart quotes, which are off; kept for a reader that turns them on
        return f"'{plain(content[1])}'"
    return plain(content if isinstance(content[0], dict) else content[1])


def _block_text(block: dict[str, Any]) -> str:
    kind, content = block["t"], block["c"]
    if kind in {"BulletList", "OrderedList"}:
        parts = content[1] if kind == "OrderedList" else content
        return "\n".join(_block_text(part) for item in parts for part in item)
    return plain(content)


def _table(content: list[Any]) -> Table:
    caption = " ".join(_block_text(block) for block in content[1][1])
    header = [_cells(row) for row in content[3][1]]
    rows = [_cells(row) for body in content[4] for row in body[3]]
    return Table(header[0] if header else (), tuple(rows), caption)


def _cells(row: list[Any]) -> tuple[str, ...]:
    return tuple(" ".join(_block_text(block) for block in cell[4]) for cell in row[1])


def _chart(code: str, source: Source) -> Chart:
    try:
        data = yaml.safe_load(code)
        labels = tuple(str(label) for label in data["labels"])
        series = {str(name): tuple(float(value) for value in values) for name, values in data["reeksen"].items()}
        chart = Chart(str(data["soort"]), str(data["titel"]), labels, series)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{source.path.name}: een blok grafiek is niet te lezen ({error!r}).") from error
    if chart.kind not in CHARTS or any(len(values) != len(labels) for values in series.values()):
        problem = "soort onbekend, of labels en reeksen verschillen in lengte"
        raise SourceError(f"{source.path.name}: grafiek '{chart.title}': {problem}.")
    return chart
