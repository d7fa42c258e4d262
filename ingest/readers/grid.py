"""Tables: which row is the header, and how rows become text."""

from collections.abc import Sequence

from corpus.types import BlockKind
from ingest.text import PageBuilder, clean_line

LABEL_WORDS = 5


def add_table(builder: PageBuilder, rows: Sequence[Sequence[str]], header_rows: int) -> None:
    """Append a table; the first `header_rows` rows name the columns. Rows without text are left out."""
    for number, cells in enumerate(rows):
        kind = BlockKind.TABLE_HEADER if number < header_rows else BlockKind.TABLE_ROW
        builder.add(kind, row_text(cells))


def row_text(cells: Sequence[str]) -> str:
    """Cells with " | " between them; empty cells at the end are left out."""
    cleaned = [clean_line(cell) for cell in cells]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    return " | ".join(cleaned)


def first_row_is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row plainly holds labels: three columns or more, each a few words without a number.

    With two columns the first row of "Datum | 12 mei" looks just like a header, so there the layout must tell.
    """
    if len(rows) < 2 or len(rows[0]) < 3:
        return False
    labels = [clean_line(cell) for cell in rows[0]]
    below = [clean_line(cell) for row in rows[1:] for cell in row]
    return (
        all(labels[1:])
        and len(set(labels)) == len(labels)
        and all(_is_label(label) for label in labels if label)
        and any(not _is_label(cell) for cell in below if cell)
    )


def _is_label(text: str) -> bool:
    return len(text.split()) <= LABEL_WORDS and not any(char.isdigit() for char in text) and text[-1] not in ".:;!"
