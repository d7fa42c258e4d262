"""Question files as a table, for who keeps the questions in a spreadsheet: TSV, or CSV with commas or semicolons."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

COLUMNS = ("vraag", "bestand", "citaat", "soort")
ID = "id"  # a column that may be left out
SUFFIXES = frozenset({".csv", ".tsv"})

_QUOTING = "zet een cel met een aanhalingsteken helemaal tussen aanhalingstekens, en verdubbel het teken in de cel"


@dataclass(slots=True)
class Entry:
    """A question with its evidence, as (file, quote), from one or more rows."""

    line: int
    id: str
    text: str
    kind: str
    evidence: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """The questions of a table, and what is wrong with it: line and message."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_table(text: str) -> Table:
    """Questions in order of appearance. A row with the question of an earlier row, or with none, adds evidence."""
    table = Table()
    by_text: dict[str, Entry] = {}
    current: Entry | None = None
    try:
        for line, row in _rows(text):
            current = _entry(table, by_text, current, line, row)
            if current is not None:
                _add_evidence(table, current, line, row)
    except _TableError as error:
        table.problems.append((error.line, str(error)))
    return table


class _TableError(Exception):
    """The table cannot be read on from a line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by column name, without empty rows."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max("\t;,", key=head.count), strict=True)
    names: list[str] = []
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(line, cells)
            elif any(cell.strip() for cell in cells[len(names) :]):
                raise _TableError(line, f"meer cellen dan de kopregel, die er {len(names)} heeft")
            else:
                yield line, dict(zip(names, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise _TableError(before + 1, f"niet te lezen ({error}); {_QUOTING}") from error


def _header(line: int, cells: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    if "vraag" not in names:
        found = ", ".join(name for name in names if name)
        raise _TableError(line, f"de kopregel moet de kolommen {', '.join(COLUMNS)} hebben, en heeft {found}")
    return names


def _entry(
    table: Table, by_text: dict[str, Entry], current: Entry | None, line: int, row: dict[str, str]
) -> Entry | None:
    """The question that a row belongs to."""
    text, kind = row.get("vraag", ""), row.get("soort", "")
    entry = by_text.get(text) if text else current
    if entry is None and not text:
        table.problems.append((line, "de kolom vraag is leeg"))
        return None
    if entry is None:
        # The text names the question, so that rows may be moved and added between two runs that are compared.
        name = row.get(ID) or hashlib.sha256(text.encode()).hexdigest()[:8]
        entry = by_text[text] = Entry(line, name, text, kind)
        table.entries.append(entry)
    elif kind and kind != entry.kind:
        table.problems.append((line, f"soort {kind}, en op regel {entry.line} heeft deze vraag soort {entry.kind!r}"))
    return entry


def _add_evidence(table: Table, entry: Entry, line: int, row: dict[str, str]) -> None:
    file, quote = row.get("bestand", ""), row.get("citaat", "")
    if bool(file) != bool(quote):
        missing = "citaat" if file else "bestand"
        table.problems.append((line, f"de kolom {missing} is leeg"))
    elif file:
        entry.evidence.append((file, quote))
