"""Lines that come back on every page: headers, footers and page numbers."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.readers.pdf_content import Fragment
from ingest.readers.pdf_lines import Line, segments, visual_lines
from ingest.readers.pdf_paths import Box
from ingest.readers.pdf_ruled import ruled_tables

ZONE = 0.14  # of the height of the page, at the top and at the bottom
NEAR = 6.0  # points that a running line may move
LINES = 6  # at most so many lines of a zone are looked at
_PAGE_WORDS = re.compile(
    r"[-–|•\s]*(pagina|page|blz\.?|bladzijde|pag\.?|p\.|sheet|dia|seite)\s*:?\s*#([\s/|-]*(van|of|von|de)?\s*#)?[-–|•\s]*",
    re.IGNORECASE,
)
LONGEST_PAGE_NUMBER = 60  # characters, with the words around it
_PAGE_FRACTION = re.compile(r"#\s*(/|van|of)\s*#")
_BARE_NUMBER = re.compile(r"[-–—|\s]*\d{1,4}[-–—|\s]*")


@dataclass(frozen=True, slots=True)
class PageContent:
    """The text of a page before it is put in order."""

    number: int
    object_number: int  # of the page in the file, which the tags refer to
    width: float
    height: float
    fragments: tuple[Fragment, ...]
    boxes: tuple[Box, ...] = ()  # lines and filled boxes

    @property
    def letters(self) -> int:
        return sum(len(fragment.text.strip()) for fragment in self.fragments)

    def without(self, dropped: set[int]) -> "PageContent":
        """The page without the fragments of these identities."""
        kept = tuple(fragment for fragment in self.fragments if id(fragment) not in dropped)
        return replace(self, fragments=kept)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line near the top or bottom of a page."""

    page: int
    line: Line
    top: bool
    outermost: bool
    title: bool  # large type at the top of a slide: its title, also when several slides have the same

    @property
    def key(self) -> str:
        return without_numbers(self.line.text)


def without_numbers(text: str) -> str:
    """A line as it is compared with those of other pages: small letters, # for numbers."""
    return re.sub(r"\d+", "#", text.casefold())


def without_running_lines(pages: Sequence[PageContent]) -> tuple[list[PageContent], frozenset[str]]:
    """The pages without running headers, footers and page numbers; and what those say, with # for numbers."""
    repeated = {line for page in pages[1:] for line in _artifact_lines(page)}
    cleaned = [_without_artifacts(page, repeated) for page in pages]
    edges = [edge for page in cleaned for edge in _edges(page)]
    dropped: set[int] = set()
    running = [*_without_table_headers(_repeated(edges, len(pages)), cleaned), *_page_numbers(edges)]
    for edge in running:
        dropped.update(id(fragment) for fragment in edge.line.fragments)
    results = [page.without(dropped) for page in cleaned]
    if not any(page.fragments for page in results):  # pages that are all alike: text, not furniture
        return cleaned, frozenset()
    return results, frozenset(edge.key for edge in running)


def _without_artifacts(page: PageContent, repeated: set[str]) -> PageContent:
    """Without what the file itself marks as header or footer, unless that is most of the page.

    The first page keeps what only stands there: the head of a letter or memo holds its subject and date.
    """
    lines = _artifact_lines(page)
    first = page.number == 1
    marked = {id(item) for text, items in lines.items() for item in items if not first or text in repeated}
    rest = page.without(marked)
    return rest if rest.letters * 2 >= page.letters else page


def _artifact_lines(page: PageContent) -> dict[str, list[Fragment]]:
    """Fragments marked as header or footer, by the text of their line."""
    found: dict[str, list[Fragment]] = {}
    for row in visual_lines([item for item in page.fragments if item.artifact]):
        for line in segments(row):
            found.setdefault(without_numbers(line.text), []).extend(line.fragments)
    return found


def _edges(page: PageContent) -> list[_Edge]:
    rows = visual_lines([item for item in page.fragments if not item.turned])
    lines = [segments(row) for row in rows]
    top = [row for row in lines[:LINES] if row and row[0].y > page.height * (1 - ZONE)]
    bottom = [row for row in lines[-LINES:] if row and row[0].y < page.height * ZONE]
    # On a page wider than high, type above this is a slide's title.
    usual = median(item.size for item in page.fragments) if page.width > page.height and page.fragments else math.inf
    return [
        *(_Edge(page.number, line, True, row is top[0], line.size > 1.1 * usual) for row in top for line in row),
        *(_Edge(page.number, line, False, row is bottom[-1], False) for row in bottom for line in row),
    ]


def _repeated(edges: Sequence[_Edge], page_count: int) -> list[_Edge]:
    """Edges whose text, digits apart, stands in the same place on several pages."""
    groups: dict[tuple[str, bool], list[_Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.key, edge.top].append(edge)
    found = []
    for group in groups.values():
        for edge in group:
            pages = {other.page for other in group if _same_place(edge.line, other.line)}
            near = sum(1 for page in pages if abs(page - edge.page) <= 6)
            if len(pages) >= 2 and (near >= min(3, max(2, page_count - 1))) and _is_furniture(edge, page_count):
                found.append(edge)
    return found


def _without_table_headers(edges: Sequence[_Edge], pages: Sequence[PageContent]) -> list[_Edge]:
    """Without the first rows of tables that run on over the page: their header comes back on every page."""
    running = {id(item) for edge in edges for item in edge.line.fragments}
    by_number = {page.number: page for page in pages}
    kept = {number: _table_rows(by_number[number], running) for number in {edge.page for edge in edges if edge.top}}
    return [
        edge for edge in edges if not edge.top or kept[edge.page].isdisjoint(id(item) for item in edge.line.fragments)
    ]


def _table_rows(page: PageContent, running: set[int]) -> set[int]:
    """Identities of the fragments in tables that also have rows of their own on this page, below the running ones."""
    if not any(box.y1 < page.height * (1 - ZONE) for box in page.boxes):
        return set()
    upright = [item for item in page.fragments if not item.turned]
    found: set[int] = set()
    for table in ruled_tables(page.boxes, upright, page.height, whole=False):
        rows = [{id(item) for cell in row.cells for line in cell for item in line.fragments} for row in table.grid]
        if sum(row.isdisjoint(running) for row in rows) >= 2:
            found.update(*rows)
    return found


def _same_place(one: Line, other: Line) -> bool:
    return abs(one.y - other.y) <= NEAR and abs(one.size - other.size) < 0.6


def _is_furniture(edge: _Edge, page_count: int) -> bool:
    """Short documents repeat headings too; there a running line must be small or stand outermost."""
    return not edge.title and (page_count > 3 or edge.outermost or edge.line.size < 10)


def _page_numbers(edges: Sequence[_Edge]) -> list[_Edge]:
    """Page numbers: named as such, or bare numbers that count along with the pages."""
    short = [edge for edge in edges if len(edge.line.text) <= LONGEST_PAGE_NUMBER]
    named = [edge for edge in short if _PAGE_WORDS.fullmatch(edge.key) or _PAGE_FRACTION.fullmatch(edge.key)]
    bare = [edge for edge in short if _BARE_NUMBER.fullmatch(edge.line.text) and edge.outermost]
    offsets = Counter(_offset(edge) for edge in bare)
    counting = [edge for edge in bare if offsets[_offset(edge)] >= 2 or _offset(edge) == 0]
    return named + counting


def _offset(edge: _Edge) -> int:
    return int(re.sub(r"\D", "", edge.line.text)) - edge.page
