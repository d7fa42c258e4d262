"""From examples to what the encoder is shown: texts of the right passage, and hard negatives beside it.

Hard negatives are passages of other documents that the base model ranks high for the question (places 5 to 45: the
very first may well answer it too, unlabelled). They are found by the model that training starts from.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue
from corpus.scope import EVERYTHING
from corpus.types import Passage
from search.encoder import Encoder
from search.training.questions import Example
from search.units import unit_texts

FIRST_NEGATIVE, LAST_NEGATIVE = 5, 45  # places in the base model's ranking of other documents' passages


@dataclass(frozen=True, slots=True)
class Unit:
    """One embedded text: a passage as a whole, or one window of it."""

    collection: int
    key: int
    number: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """One question, its passage as a whole and as its nearest window, and passages that are only near."""

    question: str
    document: str
    passage: tuple[int, int]  # collection and key
    whole: Unit
    window: Unit
    negatives: tuple[tuple[Unit, Unit], ...]  # whole and nearest window of each


class Texts:
    """The texts of units, made when asked for."""

    def __init__(self) -> None:
        self._collections: list[dict[int, tuple[str, Passage]]] = []

    def add(self, catalogue: Catalogue) -> int:
        """Take in a catalogue's passages; returns the number of the collection."""
        found: dict[int, tuple[str, Passage]] = {}
        for document in catalogue.documents(EVERYTHING):
            for key, passage in catalogue.keyed_passages_of(document.id).items():
                found[key] = (document.metadata.title, passage)
        self._collections.append(found)
        return len(self._collections) - 1

    def of(self, unit: Unit) -> str:
        """The text of a unit, as it is embedded (without the model's prefix)."""
        title, passage = self._collections[unit.collection][unit.key]
        return unit_texts(title, passage)[unit.number]


class _Vectors:
    """All units of a catalogue with their passages and documents, to rank for one question at a time."""

    def __init__(self, catalogue: Catalogue, without: Container[str]) -> None:
        ids, vectors, owners = [], [], []
        for number, document in enumerate(catalogue.documents(EVERYTHING)):
            if document.id in without:
                continue
            units = catalogue.units(document.id)
            ids.append(units.ids)
            vectors.append(units.vectors.astype(np.float32))
            owners.append(np.full(len(units.ids), number))
        joined = np.concatenate(ids)
        order = np.argsort(joined)  # units of a passage stand together, whole first
        keys = joined[order] // UNITS_PER_PASSAGE
        self.vectors: npt.NDArray[np.float32] = np.concatenate(vectors)[order]
        self.keys, self.starts = np.unique(keys, return_index=True)
        self.owners: npt.NDArray[Any] = np.concatenate(owners)[order][self.starts]
        self.counts = np.diff(np.append(self.starts, len(keys)))

    def rank(self, question: npt.NDArray[np.float32]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """For every passage its score (mean of whole and best window) and the number of that window."""
        cosines = self.vectors @ question
        whole = cosines[self.starts]
        cosines[self.starts] = np.where(self.counts > 1, -2.0, whole)  # a passage without windows is its own window
        best = np.maximum.reduceat(cosines, self.starts)
        at = [int(cosines[s : s + n].argmax()) for s, n in zip(self.starts, self.counts, strict=True)]
        return (whole + best) / 2, np.array(at)


def make_lessons(
    catalogue: Catalogue,
    collection: int,
    found: Sequence[Example],
    encoder: Encoder,
    without: Container[str] = frozenset(),
) -> Iterator[Lesson]:
    """A lesson for each example, with negatives from the same collection, but none from the documents `without`."""
    vectors = _Vectors(catalogue, without)
    place = {int(key): at for at, key in enumerate(vectors.keys)}
    for example in found:
        scores, windows = vectors.rank(encoder.encode_question(example.question))
        own = place[example.key]
        others = np.flatnonzero(vectors.owners != vectors.owners[own])
        near = others[np.argsort(-scores[others], kind="stable")[FIRST_NEGATIVE:LAST_NEGATIVE]]
        pairs = [
            (Unit(collection, int(vectors.keys[at]), 0), Unit(collection, int(vectors.keys[at]), int(windows[at])))
            for at in [own, *near]
        ]
        document = example.passage.document_id
        yield Lesson(example.question, document, (collection, example.key), *pairs[0], negatives=tuple(pairs[1:]))
