"""Parts of a leg: a block that never changes, with what was dropped from it, and what of it a question may see."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


class Block(Protocol):
    """Rows that do not change; those of a document stand together, from start to stop."""

    @property
    def documents(self) -> Mapping[str, tuple[int, int]]: ...

    @property
    def stored(self) -> str:
        """Name of the folder of the snapshot that it is in; empty when it is in memory only."""
        ...

    def __len__(self) -> int: ...


B = TypeVar("B", bound=Block)


@dataclass(frozen=True, slots=True)
class Part(Generic[B]):
    """A block with the rows that still count (None: all) and the documents that do not."""

    block: B
    alive: Mask | None = None
    gone: frozenset[str] = frozenset()

    def without(self, names: Collection[str]) -> "Part[B]":
        """This part without these documents."""
        if not names:
            return self
        mask = np.ones(len(self.block), np.bool_) if self.alive is None else self.alive.copy()
        for name in names:
            start, stop = self.block.documents[name]
            mask[start:stop] = False
        return Part(self.block, mask, self.gone.union(names))

    @property
    def spans(self) -> dict[str, tuple[int, int]]:
        """The rows of the documents that count, in the order of the rows."""
        return {name: span for name, span in self.block.documents.items() if name not in self.gone}

    def mask(self, allowed: AbstractSet[str]) -> Mask:
        """The rows that count and belong to these documents."""
        mask = np.zeros(len(self.block), np.bool_)
        spans = self.block.documents
        for name in allowed if len(allowed) < len(spans) else spans:
            if name in spans and name in allowed and name not in self.gone:
                start, stop = spans[name]
                mask[start:stop] = True
        return mask


@dataclass(slots=True)
class Selection:
    """Documents that a question may see, with their rows in each block; made once and used for many questions."""

    allowed: AbstractSet[str]
    masks: dict[tuple[Block, int], Mask] = field(default_factory=dict)


Allowed = AbstractSet[str] | Selection | None  # None: everything


def visible(part: Part[B], allowed: Allowed) -> Mask | None:
    """The rows of a part that count and may be seen (None: all)."""
    if allowed is None:
        return part.alive
    if not isinstance(allowed, Selection):
        return part.mask(allowed)
    place = (part.block, len(part.gone))  # a block never changes, and what is gone from it only grows
    found = allowed.masks.get(place)
    if found is None:
        found = allowed.masks.setdefault(place, part.mask(allowed.allowed))
    return found


def kept_spans(parts: Collection[Part[B]]) -> dict[str, tuple[int, int]]:
    """The rows of each document once the parts are put after each other without what is gone."""
    spans: dict[str, tuple[int, int]] = {}
    at = 0
    for part in parts:
        for name, (start, stop) in part.spans.items():
            spans[name] = (at, at + stop - start)
            at += stop - start
    return spans


class Parts(Generic[B]):
    """The parts of a leg and the part that each document is in. A new value for every change: readers never wait."""

    def __init__(self) -> None:
        self.now: tuple[Part[B], ...] = ()
        self._homes: dict[str, int] = {}

    @property
    def document_ids(self) -> AbstractSet[str]:
        return self._homes.keys()

    def drop(self, names: Collection[str]) -> None:
        """Forget documents; unknown ones are ignored."""
        parts = list(self.now)
        by_home: dict[int, list[str]] = {}
        for name in names:
            if name in self._homes:
                by_home.setdefault(self._homes.pop(name), []).append(name)
        for home, gone in by_home.items():
            parts[home] = parts[home].without(gone)
        self.now = tuple(parts)

    def replace(self, old: Collection[B], block: B) -> None:
        """Put a block in the place of the blocks that it was made of, while what changed since stays changed."""
        current = {name: self.now[home].block for name, home in self._homes.items()}
        # A document that is gone by now, or is in a newer block, is not to be found in this one.
        stale = [name for name in block.documents if not any(current.get(name) is one for one in old)]
        places = [place for place, part in enumerate(self.now) if any(part.block is one for one in old)]
        parts = [part for place, part in enumerate(self.now) if place not in places]
        if len(block):
            parts.insert(min(places, default=len(parts)), Part(block).without(stale))
        self.now = tuple(parts)
        self._homes = {name: home for home, part in enumerate(self.now) for name in part.spans}

    def last(self, smaller_than: int) -> Part[B] | None:
        """The last part when it is in memory and so small that it can be made anew with what is added."""
        last = self.now[-1] if self.now else None
        return last if last and len(last.block) < smaller_than and not last.block.stored else None

    def add(self, part: Part[B], *, instead: Part[B] | None = None) -> None:
        """Put a part at the end, or instead of the last one. Its documents are in no other part."""
        kept = self.now if instead is None else self.now[:-1]
        self.now = (*kept, part)
        self._homes.update(dict.fromkeys(part.spans, len(kept)))
