"""The tags of a tagged PDF (ISO 32000-1, 14.7): which stretch of a page is a heading, list item, cell, note.

Government documents are tagged for accessibility, and the tags say what type and size only hint at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from corpus.types import BlockKind

MAX_ELEMENTS = 400_000
MAX_DEPTH = 60
_HEADINGS = {"/H": 1, "/Title": 1, **{f"/H{level}": level for level in range(1, 7)}}
_NOTES = {"/Note", "/FENote", "/Footnote", "/Endnote"}
_KNOWN = {"/P", "/LI", "/Table", "/TR", "/TD", "/TH", "/THead", "/TOC", "/TOCI", "/Span", "/Sect", *_HEADINGS, *_NOTES}

Key = tuple[int, int, int]  # object number of the page, of the form (0 for the page itself), MCID


@dataclass(slots=True, eq=False)
class Unit:
    """A tagged element that becomes a block. Units stand in reading order."""

    kind: BlockKind
    order: int
    level: int = 0
    table: int = 0  # number of its table, 0 outside one
    header_cells: bool = False  # a row of which every cell is marked as a header


@dataclass(frozen=True, slots=True)
class Tag:
    """What one marked stretch belongs to."""

    unit: Unit
    cell: int  # 0-based, in a table row


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is."""

    page: int = 0
    unit: Unit | None = None
    cell: int = 0
    table: int = 0
    contents: bool = False
    header: bool = False  # inside THead


@dataclass(slots=True)
class _Walk:
    roles: DictionaryObject
    tags: dict[Key, Tag] = field(default_factory=dict)
    elements: int = 0
    tables: int = 0
    open: set[int] = field(default_factory=set)


def read_tags(reader: PdfReader) -> dict[Key, Tag]:
    """The tags of a document by marked stretch; empty when it is not tagged."""
    root = _object(reader.root_object.get("/StructTreeRoot"))
    if not isinstance(root, DictionaryObject):
        return {}
    roles = _object(root.get("/RoleMap"))
    walk = _Walk(roles if isinstance(roles, DictionaryObject) else DictionaryObject())
    _visit(walk, root.get("/K"), _Place(), 0)
    return walk.tags


def _visit(walk: _Walk, raw: object, place: _Place, depth: int) -> None:
    node = _object(raw)
    if walk.elements > MAX_ELEMENTS or depth > MAX_DEPTH or node is None:
        return
    if isinstance(node, ArrayObject):
        for item in node:
            _visit(walk, item, place, depth)
    elif isinstance(node, int):
        _mark(walk, place, place.page, 0, node)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            _element(walk, node, place, depth)
        elif isinstance(number := node.get("/MCID"), int):
            _mark(walk, place, _number(node, "/Pg") or place.page, _number(node, "/Stm"), number)


def _element(walk: _Walk, node: DictionaryObject, place: _Place, depth: int) -> None:
    if id(node) in walk.open:
        return  # a tree that bites its own tail
    walk.elements += 1
    walk.open.add(id(node))
    role = _role(walk, node)
    place = replace(place, page=_number(node, "/Pg") or place.page)
    if role != "/Artifact":
        _visit_children(walk, node, role, place, depth)
    walk.open.discard(id(node))


def _visit_children(walk: _Walk, node: DictionaryObject, role: str, place: _Place, depth: int) -> None:
    children = node.get("/K")
    if role == "/Table" and not place.table and not _is_layout(walk, node):
        walk.tables += 1
        place = replace(place, table=walk.tables, unit=None)
    elif role == "/THead":
        place = replace(place, header=True)
    elif role == "/TR" and place.table:
        _row(walk, node, place, depth)
        return
    elif place.table and place.unit is not None:
        pass  # everything inside a cell is text of its row
    else:
        place = _enter(walk, role, place)
    _visit(walk, children, place, depth + 1)


def _row(walk: _Walk, node: DictionaryObject, place: _Place, depth: int) -> None:
    if place.unit is not None:  # a row of a table inside a cell
        _visit(walk, node.get("/K"), place, depth + 1)
        return
    cells = [child for child in _children(node) if _role(walk, child) in ("/TD", "/TH")]
    header = bool(cells) and (place.header or all(_role(walk, cell) == "/TH" for cell in cells))
    unit = Unit(BlockKind.TABLE_ROW, walk.elements, table=place.table, header_cells=header)
    for number, cell in enumerate(cells):
        _visit(walk, cell, replace(place, unit=unit, cell=number), depth + 1)


def _enter(walk: _Walk, role: str, place: _Place) -> _Place:
    """The place inside an element outside tables."""
    if role in ("/TOC", "/TOCI"):
        unit = Unit(BlockKind.CONTENTS, walk.elements) if role == "/TOCI" else place.unit
        return replace(place, contents=True, unit=unit)
    unit = None if place.contents else _new_unit(role, place.unit, walk.elements)
    return replace(place, unit=unit) if unit is not None else place


def _new_unit(role: str, around: Unit | None, order: int) -> Unit | None:
    """The unit that begins with an element of this role; None when it goes on in the one around it."""
    if role in _HEADINGS:
        if around is not None and around.kind is BlockKind.LIST_ITEM:
            around.kind, around.level = BlockKind.HEADING, _HEADINGS[role]  # a numbered heading
            return around
        return Unit(BlockKind.HEADING, order, _HEADINGS[role])
    if role == "/LI":
        return Unit(BlockKind.LIST_ITEM, order)
    if role in _NOTES:
        return Unit(BlockKind.FOOTNOTE, order)
    inside = around is not None and around.kind is not BlockKind.PARAGRAPH
    return Unit(BlockKind.PARAGRAPH, order) if role in ("/P", "/Caption") and not inside else None


def _mark(walk: _Walk, place: _Place, page: int, stream: int, number: int) -> None:
    unit = place.unit or Unit(BlockKind.CONTENTS if place.contents else BlockKind.PARAGRAPH, walk.elements)
    walk.tags.setdefault((page, stream, number), Tag(unit, place.cell))


def _is_layout(walk: _Walk, table: DictionaryObject) -> bool:
    """Whether a table only puts text in its place: one column, or whole sections in its cells."""
    widest, headings = 0, 0
    for node in _descendants(table):
        role = _role(walk, node)
        headings += role in _HEADINGS or role == "/Table"
        if role == "/TR":
            widest = max(widest, sum(_role(walk, child) in ("/TD", "/TH") for child in _children(node)))
    return widest <= 1 or headings > 2


def _descendants(node: DictionaryObject) -> Iterator[DictionaryObject]:
    waiting, seen = _children(node), 0
    while waiting and seen < MAX_ELEMENTS // 10:
        child = waiting.pop()
        seen += 1
        yield child
        waiting += _children(child)


def _children(node: DictionaryObject) -> list[DictionaryObject]:
    found = _object(node.get("/K"))
    items = found if isinstance(found, ArrayObject) else [found]
    objects = [_object(item) for item in items]
    return [item for item in objects if isinstance(item, DictionaryObject) and "/S" in item]


def _role(walk: _Walk, node: DictionaryObject) -> str:
    role = str(node.get("/S", ""))
    for _ in range(5):
        if role in _KNOWN or role not in walk.roles:
            break
        role = str(walk.roles[role])
    return role


def _number(node: DictionaryObject, key: str) -> int:
    raw = node.raw_get(key) if key in node else None
    return raw.idnum if isinstance(raw, IndirectObject) else 0


def _object(raw: object) -> object:
    return raw.get_object() if isinstance(raw, IndirectObject) else raw
