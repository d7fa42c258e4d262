"""Blocks of a tagged page: the tags say what is what, and in which order."""

from collections.abc import Mapping

from corpus.types import BlockKind
from ingest.readers.pdf_blocks import page_drafts
from ingest.readers.pdf_content import Fragment
from ingest.readers.pdf_draft import BULLET, LABEL, Draft
from ingest.readers.pdf_lines import join_rows, lines_in_order
from ingest.readers.pdf_running import PageContent
from ingest.readers.pdf_tags import Key, Tag, Unit

COVERED = 0.8  # of the letters must be tagged for the tags to be trusted
TOO_MUCH = 2500  # letters in one paragraph: tags without meaning


def tagged_drafts(page: PageContent, tags: Mapping[Key, Tag], body: float) -> list[Draft] | None:
    """The blocks by the tags; None where those do not cover the page."""
    units: dict[Unit, list[tuple[Fragment, int]]] = {}
    loose: list[Fragment] = []
    for fragment in page.fragments:
        tag = tags.get((page.object_number, *fragment.mark)) if fragment.mark else None
        if tag is None:
            loose.append(fragment)
        else:
            units.setdefault(tag.unit, []).append((fragment, tag.cell))
    left = sum(len(fragment.text.strip()) for fragment in loose)
    if not units or left > (1 - COVERED) * page.letters:
        return None
    drafts = [_draft(unit, units[unit]) for unit in sorted(units, key=lambda unit: unit.order)]
    drafts = [draft for draft in drafts if draft.lines]
    if any(draft.kind is BlockKind.PARAGRAPH and len(draft.text) > TOO_MUCH for draft in drafts):
        return None
    if loose:
        _insert(drafts, page_drafts(_only(page, loose), body))
    return drafts


def _only(page: PageContent, fragments: list[Fragment]) -> PageContent:
    return PageContent(page.number, page.object_number, page.width, page.height, tuple(fragments))


def _draft(unit: Unit, content: list[tuple[Fragment, int]]) -> Draft:
    kind, cells = unit.kind, []
    fragments = [fragment for fragment, _ in content]
    lines = join_rows(lines_in_order(fragments))
    if kind is BlockKind.TABLE_ROW:
        by_cell: dict[int, list[Fragment]] = {number: [] for number in range(max(cell for _, cell in content) + 1)}
        for fragment, cell in content:
            by_cell[cell].append(fragment)
        cells = [join_rows(lines_in_order(items)) for items in by_cell.values()]
        lines = [line for cell in cells for line in cell]
    elif kind is BlockKind.PARAGRAPH and lines and (BULLET.match(lines[0].text) or LABEL.match(lines[0].text)):
        kind = BlockKind.LIST_ITEM
    return Draft(kind, lines, unit.level, cells, unit.table, True, unit.header_cells)


def _insert(drafts: list[Draft], loose: list[Draft]) -> None:
    """Put blocks without a tag before the first tagged one that stands below them."""
    for extra in loose:
        below = (index for index, draft in enumerate(drafts) if draft.tagged and draft.top < extra.top)
        drafts.insert(next(below, len(drafts)), extra)
