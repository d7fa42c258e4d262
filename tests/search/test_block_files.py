"""The approximate structure on disk: read or mapped, it finds what it found before."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import UNITS_PER_PASSAGE
from search import block_files, coarse, unit_block
from search.block_files import FACTS, read_units, sha256_of, write_units
from search.parts import Part
from search.recipe import UnitUse
from search.unit_block import UnitBlock

DIMENSION, COUNT = 16, 1500


@pytest.fixture
def block(monkeypatch: pytest.MonkeyPatch) -> UnitBlock:
    """Two units a passage; approximate from 300 units on."""
    for module in (unit_block, block_files):
        monkeypatch.setattr(module, "EXACT_UNITS", 300)
    vectors = np.random.default_rng(8).normal(size=(COUNT, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(COUNT) // 2 * UNITS_PER_PASSAGE + np.arange(COUNT) % 2
    made = UnitBlock.of(DIMENSION, ids, vectors.astype(np.float16), {"a": (0, 900), "b": (900, COUNT)})
    made.coarse = coarse.build(made.vectors)
    return made


def write(folder: Path, block: UnitBlock) -> None:
    folder.mkdir()
    write_units(folder, DIMENSION, [Part(block)])


def answers(block: UnitBlock) -> list[tuple[list[int], list[float]]]:
    mask = np.arange(COUNT) < 900
    questions = np.random.default_rng(9).normal(size=(20, DIMENSION)).astype(np.float32)
    found = [block.nearest(one, chosen, 10, UnitUse.BOTH).best(10) for one in questions for chosen in (None, mask)]
    return [(one.keys.tolist(), one.scores.tolist()) for one in found]


def rough(block: UnitBlock) -> tuple[list[int], list[float]]:
    assert block.coarse is not None
    rows, scores = block.coarse.near(np.ones(DIMENSION, np.float32), None, 200, 1.0)
    assert len(rows) == 200
    return rows.tolist(), scores.tolist()


@pytest.mark.parametrize("mapped_from", [0, 10**9], ids=["mapped", "read"])
def test_the_approximate_structure_comes_back_as_it_was(
    block: UnitBlock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped_from: int
) -> None:
    monkeypatch.setattr(block_files, "MAPPED_FROM", mapped_from)
    write(tmp_path / "new", block)
    (tmp_path / "new").rename(tmp_path / "block")  # as a snapshot does
    assert (tmp_path / "block" / "cells.lists").exists() == (mapped_from == 0)
    again = read_units(tmp_path / "block", sha256_of(tmp_path / "block" / FACTS))
    assert rough(again) == rough(block)
    assert answers(again) == answers(block)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def turn_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [shorten, turn_a_bit, Path.unlink], ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", ["cells.faiss", "cells.lists"])
def test_a_damaged_structure_is_refused(
    block: UnitBlock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None], name: str
) -> None:
    monkeypatch.setattr(block_files, "MAPPED_FROM", 0)
    folder = tmp_path / "block"
    write(folder, block)
    damage(folder / name)
    with pytest.raises((ValueError, OSError)):
        read_units(folder, sha256_of(folder / FACTS))
