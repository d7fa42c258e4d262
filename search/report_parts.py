"""Pieces of the evaluation's page: text, tables and bars. Everything that comes from outside is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape

from search.bootstrap import Estimate

SCORE_NAMES = {
    "passages": "Passages",
    "documents": "Documenten",
    "markering": "Markering",
    "geweigerd": "Geweigerd",
}


class Html(str):
    """Text that is HTML already; any other text is escaped where it is put in."""

    __slots__ = ()


def html(value: object) -> str:
    """A value as HTML."""
    return value if isinstance(value, Html) else escape(str(value), quote=True)


def tag(name: str, *content: object, **attributes: str) -> Html:
    """An element; `class_` and `for_` stand for the attributes that are words of Python."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{given}>{''.join(html(part) for part in content)}</{name}>")


def join(parts: Iterable[object], between: str = "\n") -> Html:
    """Pieces one after the other."""
    return Html(between.join(html(part) for part in parts))


def number(value: float, digits: int = 3) -> str:
    """A figure as Dutch writes it."""
    return f"{value:.{digits}f}".replace(".", ",")


def signed(value: float, digits: int = 3) -> str:
    """A difference, always with its sign."""
    text = f"{value:+.{digits}f}".replace(".", ",").replace("-", "\u2212")
    return text if text.strip("+\u22120,") else number(0, digits)


def percentage(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")


def figure_name(name: str) -> str:
    """`passages.ndcg@10` as a person reads it."""
    level, _, measure = name.partition(".")
    return f"{SCORE_NAMES.get(level, level)} {measure.replace('ndcg', 'nDCG').replace('mrr', 'MRR')}".strip()


def table(caption: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> Html:
    """A table whose first column names the row; it scrolls within itself on a narrow screen."""
    head = tag("tr", *(tag("th", one, scope="col") for one in heads))
    body = [one if isinstance(one, Html) else row(one) for one in rows]
    made = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)


def row(cells: Sequence[object], *, chosen: bool = False) -> Html:
    """A row of a table; cells that are a `td` already stay as they are."""
    first, *rest = cells
    made = [one if isinstance(one, Html) and one.startswith("<td") else tag("td", one) for one in rest]
    return tag("tr", tag("th", first, scope="row"), *made, **({"class_": "chosen"} if chosen else {}))


def estimate_cell(estimate: Estimate | None) -> Html:
    """A figure of 0..1 with its interval, and a bar of it."""
    if estimate is None:
        return tag("td", "niet gemeten")
    interval = ""
    if estimate.low is not None and estimate.high is not None:
        interval = f"{number(estimate.low)} tot {number(estimate.high)}"
    return tag("td", number(estimate.value), tag("small", interval) if interval else "", _bar(estimate))


def difference_text(difference: Estimate | None) -> Html:
    """A difference with its interval; in bold, and said in a word, when it is not chance alone."""
    if difference is None:
        return Html("")
    interval = ""
    if difference.low is not None and difference.high is not None:
        interval = f" ({signed(difference.low)} tot {signed(difference.high)})"
    if not difference.clear:
        return tag("small", signed(difference.value), interval)
    better = difference.value > 0
    word = " beter" if better else " slechter"
    return tag("small", signed(difference.value), interval, word, class_=f"clear {'good' if better else 'bad'}")


def _bar(estimate: Estimate) -> Html:
    """The number beside it says the same, so a screen reader skips the bar."""
    parts = [
        '<rect class="ground" width="100" height="10"/>',
        f'<rect class="value" width="{100 * estimate.value:.1f}" height="10"/>',
    ]
    if estimate.low is not None and estimate.high is not None:
        parts.append(
            f'<line class="range" x1="{100 * estimate.low:.1f}" x2="{100 * estimate.high:.1f}" y1="5" y2="5"/>'
        )
    return Html(
        f'<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'
    )
