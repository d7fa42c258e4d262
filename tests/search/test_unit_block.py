"""The approximate structure finds what the exact scan finds, also under filters and while documents come and go."""

import random
from collections.abc import Iterator

import numpy as np
import pytest

from corpus.catalogue import UNITS_PER_PASSAGE, Units
from search import coarse, unit_block
from search.index import Hit
from search.parts import Part, Selection
from search.recipe import UnitUse
from search.unit_block import UnitBlock
from search.vector_leg import VectorLeg, block_of

DIMENSION = 16
Held = dict[str, Units]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Approximate from 300 units on, in blocks of 40."""
    monkeypatch.setattr(unit_block, "EXACT_UNITS", 300)
    monkeypatch.setattr(coarse, "PROBED", 0.25)  # a cell of so few units holds too little to look at a fiftieth
    monkeypatch.setattr("search.vector_leg.TAIL_UNITS", 40)
    return


def document(noise: np.random.Generator, first: int, passages: int) -> Units:
    centres = np.random.default_rng(3).normal(size=(12, DIMENSION))
    ids, vectors = [], []
    for key in range(first, first + passages):
        count = int(noise.integers(1, 6))
        own = centres[noise.integers(12)] + noise.normal(scale=0.5, size=(count, DIMENSION))
        vectors.append(own / np.linalg.norm(own, axis=1, keepdims=True))
        ids.append(np.arange(count) + key * UNITS_PER_PASSAGE)
    return Units(np.concatenate(ids), np.concatenate(vectors).astype(np.float16))


def exact(held: Held, question: np.ndarray, allowed: set[str], k: int, use: UnitUse) -> list[Hit]:
    found = []
    for name in allowed & held.keys():
        units = held[name]
        values = units.vectors.astype(np.float32) @ question
        keys = units.ids // UNITS_PER_PASSAGE
        for key in np.unique(keys):
            whole, *windows = values[keys == key].tolist()
            best = max(windows, default=whole)
            score = {UnitUse.BOTH: (whole + best) / 2, UnitUse.WHOLE: whole, UnitUse.WINDOWS: best}[use]
            found.append(Hit(int(key), score, windows.index(best) + 1 if windows else 0))
    return sorted(found, key=lambda hit: (-hit.score, hit.key))[:k]


def coarse_leg(held: Held) -> VectorLeg:
    """A leg of one block with the approximate structure."""
    made = block_of(DIMENSION, {name: (units.ids, units.vectors) for name, units in held.items()})
    leg = VectorLeg(DIMENSION)
    leg.add(Part(UnitBlock(made.codes, made.ids, made.documents, coarse.build(made.vectors))))
    return leg


@pytest.mark.usefixtures("soon")
def test_after_any_changes_nearly_all_of_the_exact_answer_is_found_and_nothing_else(seed: int) -> None:
    dice, noise = random.Random(seed), np.random.default_rng(seed)
    held = {f"d{number}": document(noise, number * 100, 20) for number in range(40)}
    leg, key, found, wanted_count = coarse_leg(held), 100_000, 0, 0
    for _ in range(30):
        name = f"d{dice.randrange(50)}"
        if dice.random() < 0.4:
            leg.drop([name])
            held.pop(name, None)
        else:
            held[name] = document(noise, key, dice.randrange(1, 9))
            key += 100
            leg.put(name, held[name])
        assert leg.passage_count() == sum(len(np.unique(units.ids // UNITS_PER_PASSAGE)) for units in held.values())
        question = noise.normal(size=DIMENSION).astype(np.float32)
        question /= np.linalg.norm(question)
        allowed = {one for one in held if dice.random() < dice.choice([0.1, 0.7, 1.0])}
        use = dice.choice(list(UnitUse))
        for chosen, names in ((None, set(held)), (allowed, allowed), (Selection(allowed), allowed)):
            got, wanted = leg.hits(question, chosen, 10, use), exact(held, question, names, 10, use)
            scores = {hit.key: hit.score for hit in exact(held, question, names, 10**6, use)}
            assert len(got) == len(wanted)  # all k, however narrow the filter
            assert [hit.score for hit in got] == pytest.approx([scores[hit.key] for hit in got], abs=1e-5)
            assert got == sorted(got, key=lambda hit: (-hit.score, hit.key))
            assert leg.hits(question, chosen, 10, use) == got
            found += len({hit.key for hit in got} & {hit.key for hit in wanted})
            wanted_count += len(wanted)
    assert found >= 0.95 * wanted_count


@pytest.mark.usefixtures("soon")
def test_a_filter_that_leaves_few_is_searched_exactly() -> None:
    noise = np.random.default_rng(5)
    held = {f"d{number}": document(noise, number * 100, 20) for number in range(40)}
    leg = coarse_leg(held)
    for number in range(20):
        question = noise.normal(size=DIMENSION).astype(np.float32)
        allowed = {f"d{number}", f"d{number + 20}"}
        got, wanted = leg.hits(question, allowed, 30), exact(held, question, allowed, 30, UnitUse.BOTH)
        assert [hit.score for hit in got] == pytest.approx([hit.score for hit in wanted], abs=1e-4)


def test_the_nearest_window_is_named() -> None:
    leg = VectorLeg(2)
    vectors = np.array([[0.5, 0], [0.1, 0], [0.9, 0], [0.9, 0]], np.float16)
    leg.put("a", Units(np.arange(4) + UNITS_PER_PASSAGE, vectors))
    assert [hit.window for hit in leg.hits(np.array([1, 0], np.float32), None, 1)] == [2]


def test_the_number_of_cells_grows_with_the_root_of_the_number_of_vectors() -> None:
    assert [coarse.cells_for(count) for count in (10, 10_000, 1_000_000)] == [8, 256, 2048]


def test_passages_are_chosen_by_what_is_known_of_them() -> None:
    """Of three passages of a whole and a window, rough scores of some units: what is missing counts as the least."""
    vectors = np.zeros((6, DIMENSION), np.float16)
    ids = np.array([0, 1, 0, 1, 0, 1]) + np.repeat([1, 2, 3], 2) * UNITS_PER_PASSAGE
    block = UnitBlock.of(DIMENSION, ids, vectors, {"d": (0, 6)})
    rows, rough = np.array([5, 1, 0, 2]), np.array([0.8, 0.7, 0.65, 0.5], np.float32)  # 2: whole, 3: window, 1: both
    chosen = {use: [block._likely(rows, rough, count, use).tolist() for count in (1, 2, 3)] for use in UnitUse}
    assert chosen[UnitUse.BOTH] == [[0], [0, 2], [0, 1, 2]]
    assert chosen[UnitUse.WHOLE][0] == [0]
    assert chosen[UnitUse.WINDOWS][:2] == [[2], [0, 2]]
