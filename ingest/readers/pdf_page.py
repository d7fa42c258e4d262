"""From the blocks of a page to its text."""

from collections.abc import Sequence

from corpus.types import BlockKind, Page
from ingest.readers.grid import row_text
from ingest.readers.pdf_draft import Draft, without_bullet
from ingest.readers.pdf_hyphens import Hyphens
from ingest.text import PageBuilder


def make_page(number: int, drafts: Sequence[Draft], hyphens: Hyphens) -> Page:
    """The page with these blocks, in this order."""
    builder = PageBuilder()
    tables = _header_rows(drafts)
    used = _used_cells(drafts)
    for draft in drafts:
        if draft.is_blank:
            continue
        if draft.kind is BlockKind.TABLE_ROW:
            filled = [cell for number, cell in enumerate(draft.cells) if (draft.table, number) in used]
            cells = [hyphens.join([line.text for line in cell]) for cell in filled]
            kind = BlockKind.TABLE_HEADER if id(draft) in tables else BlockKind.TABLE_ROW
            builder.add(kind, row_text(cells))
        else:
            text = hyphens.join([line.text for line in draft.lines])
            labelled = draft.kind in (BlockKind.LIST_ITEM, BlockKind.HEADING)
            builder.add(draft.kind, without_bullet(text) if labelled else text, draft.level)
    return builder.page(number, number)


def _used_cells(drafts: Sequence[Draft]) -> set[tuple[int, int]]:
    """Table and number of every cell that has text in some row: empty columns are only there for the looks."""
    return {(draft.table, number) for draft in drafts for number, cell in enumerate(draft.cells) if cell}


def _header_rows(drafts: Sequence[Draft]) -> set[int]:
    """Rows that name the columns: marked as such, or a first row in bold above rows that are not."""
    found, before = set(), 0
    for index, draft in enumerate(drafts):
        first = draft.kind is BlockKind.TABLE_ROW and draft.table != before and not draft.continues
        before = draft.table if draft.kind is BlockKind.TABLE_ROW else 0
        after = drafts[index + 1] if index + 1 < len(drafts) else None
        if after is None or after.table != draft.table or draft.kind is not BlockKind.TABLE_ROW:
            continue
        texts = [" ".join(line.text for line in cell) for cell in draft.cells if cell]
        if len(texts) < 2 or not all(any(char.isalpha() for char in text) for text in texts):
            continue
        in_bold = first and draft.bold and not after.bold
        in_tags = draft.header_cells and (first or id(drafts[index - 1]) in found) and not after.header_cells
        if in_bold or in_tags:
            found.add(id(draft))
    return found
