"""Fragments of a PDF page joined to lines, with spaces where the gaps are."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.readers.pdf_content import Fragment
from ingest.text import clean_line

WORD_GAP = 0.4  # of the width of a space; a narrower gap is kerning
CELL_GAP = 1.3  # of the type size; a wider gap may part columns or cells
SAME_LINE = 0.45  # of the type size; the most that a baseline may be off, as for a raised note number
SOFT_HYPHEN = "\u00ad"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class TableRow:
    """The lines of each cell of a row."""

    cells: "tuple[tuple[Line, ...], ...]"
    header: bool = False  # it looks as if it names the columns


@dataclass(frozen=True, slots=True)
class Line:
    """Text on one baseline, or a stretch of it between wide gaps, or a whole table."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    fragments: tuple[Fragment, ...] = ()
    grid: tuple[TableRow, ...] = ()  # the rows, when it is a table


def coalesce(fragments: Iterable[Fragment]) -> list[Fragment]:
    """Neighbours in the content that plainly go on in the same type, as one: some programs place every letter."""
    joined: list[Fragment] = []
    for fragment in fragments:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, fragment):
            space = " " if _needs_space(last, fragment) else ""
            joined[-1] = replace(last, text=last.text + space + fragment.text, x1=fragment.x1)
        else:
            joined.append(fragment)
    return joined


def _goes_on(last: Fragment, after: Fragment) -> bool:
    same = (last.size, last.bold, last.mark, last.artifact, last.turned) == (
        after.size,
        after.bold,
        after.mark,
        after.artifact,
        after.turned,
    )
    return same and abs(last.y - after.y) < 0.05 * last.size and -0.3 < (after.x0 - last.x1) / last.size < 0.6


def _needs_space(left: Fragment, right: Fragment) -> bool:
    if left.text.endswith(" ") or right.text.startswith(" "):
        return False
    return right.x0 - left.x1 > WORD_GAP * min(left.space, right.space)


def visual_lines(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """All fragments by baseline from top to bottom, each line from left to right."""
    rows: list[list[Fragment]] = []
    base = 0.0
    for fragment in sorted(fragments, key=lambda item: (-item.y, item.x0)):
        row = rows[-1] if rows else []
        size = max((item.size for item in row), default=0.0)
        if row and base - fragment.y <= SAME_LINE * max(size, fragment.size) * (1 if fragment.size >= size else 0.8):
            row.append(fragment)
            if fragment.size > size * 1.15:
                base = fragment.y
        else:
            rows.append([fragment])
            base = fragment.y
    return [sorted(row, key=lambda item: item.x0) for row in rows]


def lines_in_order(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments by baseline in the order of the content, for what tags already put in order."""
    rows: list[list[Fragment]] = []
    for fragment in fragments:
        last = rows[-1] if rows else []
        size = max(item.size for item in (*last, fragment))
        if last and abs(last[0].y - fragment.y) <= SAME_LINE * size and fragment.x0 >= last[-1].x0 - size:
            last.append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda item: item.x0) for row in rows]


def segments(row: Sequence[Fragment], gap: float = CELL_GAP) -> list[Line]:
    """One baseline cut at its wide gaps, in type sizes."""
    parts: list[list[Fragment]] = []
    for fragment in row:
        last = parts[-1][-1] if parts else None
        if last is None or _trimmed_x0(fragment) - _trimmed_x1(last) > gap * max(last.size, fragment.size):
            parts.append([fragment])
        else:
            parts[-1].append(fragment)
    return [line for part in parts if (line := make_line(part)).text]


def make_line(row: Sequence[Fragment]) -> Line:
    """One line of fragments that stand from left to right."""
    sizes: Counter[float] = Counter()
    bold = letters = 0
    for fragment in row:
        count = len(fragment.text.strip())
        sizes[round(fragment.size, 1)] += count
        letters += count
        bold += count if fragment.bold else 0
    size = sizes.most_common(1)[0][0]
    main = max((item for item in row if round(item.size, 1) == size), key=lambda item: len(item.text))
    text = _text(row, size, main.y)
    is_bold = letters > 0 and bold >= 0.9 * letters
    return Line(text, _trimmed_x0(row[0]), max(map(_trimmed_x1, row)), main.y, size, is_bold, tuple(row))


def _text(row: Sequence[Fragment], size: float, y: float) -> str:
    parts: list[str] = []
    last: Fragment | None = None
    for fragment in row:
        text = fragment.text
        raised = fragment.size < 0.8 * size and fragment.y > y + 0.12 * size
        if raised and re.fullmatch(r"\s*\d{1,3}\s*", text) and last is not None:
            text = _raised(text, last.text)
        elif last is not None and _needs_space(last, fragment):
            parts.append(" ")
        parts.append(text)
        last = fragment
    text = "".join(parts).rstrip()
    return clean_line(text[:-1] + "\u2010" if text.endswith(SOFT_HYPHEN) else text)


def _raised(number: str, before: str) -> str:
    """A raised number: an exponent stays with its unit (m²), the number of a note is set apart from its word."""
    words = before.split()
    unit = bool(words) and not before.endswith(" ") and words[-1].lower() in ("m", "km", "cm", "dm", "mm", "co")
    return ("" if unit else " ") + number.strip().translate(_SUPERSCRIPT) + (" " if number.endswith(" ") else "")


def _trimmed_x0(fragment: Fragment) -> float:
    blanks = len(fragment.text) - len(fragment.text.lstrip())
    return min(fragment.x0 + blanks * fragment.space, fragment.x1)


def _trimmed_x1(fragment: Fragment) -> float:
    blanks = len(fragment.text) - len(fragment.text.rstrip())
    return max(fragment.x1 - blanks * fragment.space, fragment.x0)


def join_rows(rows: Sequence[Sequence[Fragment]]) -> list[Line]:
    """A line for each baseline, gaps or not."""
    return [line for row in rows if row and (line := make_line(row)).text]
