"""Blocks on disk: a folder of arrays with a file of facts, in which every array has a hash. Large ones are mapped.

What is written comes from the parts of a leg, a piece at a time, so that a block of any size needs little memory.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search import coarse, postings
from search.cell_files import read_cells, write_cells
from search.coarse import Coarse
from search.halves import half_index
from search.keyword_leg import TermBlock, merged
from search.parts import Part, Rows, kept_spans
from search.postings import Postings
from search.unit_block import EXACT_UNITS, UnitBlock
from search.vectorlib import FaissIndex, faiss

FACTS = "facts.json"
VECTORS = "vectors.faiss"
MAPPED_FROM = 16_000_000  # bytes; smaller files are read, and then nothing that happens to the file matters any more
_AT_ONCE = 50_000  # rows


def write_units(folder: Path, dimension: int, parts: Sequence[Part[UnitBlock]], *, approximate: bool = True) -> None:
    """Write what counts of these parts as one block, with the approximate structure when that is worth having."""
    np.save(
        folder / "ids.npy", np.concatenate([np.zeros(0, np.int64), *(_kept(part, part.block.ids) for part in parts)])
    )
    count = sum(len(part.block) if part.alive is None else int(part.alive.sum()) for part in parts)
    with (folder / VECTORS).open("wb") as file:
        file.write(_header(dimension, count))
        for part in parts:
            for start in range(0, len(part.block), _AT_ONCE):
                span = slice(start, start + _AT_ONCE)
                piece = part.block.vectors[span]
                file.write(np.ascontiguousarray(piece if part.alive is None else piece[part.alive[span]]).tobytes())
    if approximate and count > EXACT_UNITS:
        written = UnitBlock(_mapped(folder / VECTORS), np.zeros(count, np.int64), {})
        write_cells(folder, coarse.build(written.vectors).index, MAPPED_FROM)
    _seal(folder, kept_spans(parts))


def read_units(folder: Path, sha256: str, *, check: bool = True) -> UnitBlock:
    """The block in a folder. Raises ValueError or OSError when it is not whole."""
    spans = _facts(folder, sha256, check=check)
    cells = read_cells(folder)
    found = Coarse(cells) if cells is not None else None
    return UnitBlock(_mapped(folder / VECTORS), _array(folder / "ids.npy"), spans, found, folder.name)


def write_terms(folder: Path, parts: Sequence[Part[TermBlock]]) -> None:
    """Write what counts of these parts as one block."""

    def field(name: str) -> postings.Allocate:
        return lambda array, length, kind: _new_array(folder / f"{name}-{array}.npy", length, kind)

    block = merged(parts, field("words"), field("grams"))
    np.save(folder / "keys.npy", block.keys)
    for one in (block.words, block.grams):
        for array in one.arrays().values():
            if isinstance(array, np.memmap):
                array.flush()
    _seal(folder, block.documents)


def read_terms(folder: Path, sha256: str, *, check: bool = True) -> TermBlock:
    """The block in a folder. Raises ValueError or OSError when it is not whole."""
    spans = _facts(folder, sha256, check=check)
    words, grams = (
        Postings(*(_array(folder / f"{name}-{array}.npy") for array in postings.NAMES)) for name in ("words", "grams")
    )
    return TermBlock(_array(folder / "keys.npy"), words, grams, spans, folder.name)


def sha256_of(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_synced(path: Path, data: bytes) -> None:
    """Write a file that is on the disk when this returns."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _seal(folder: Path, spans: Mapping[str, tuple[int, int]]) -> None:
    """Bring all files to the disk and write down what they are."""
    hashes = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
        hashes[path.name] = sha256_of(path)
    counts = {name: stop - start for name, (start, stop) in spans.items()}
    write_synced(folder / FACTS, json.dumps({"documents": counts, "sha256": hashes}).encode())


def _facts(folder: Path, sha256: str, *, check: bool) -> dict[str, tuple[int, int]]:
    """The rows of the documents in a folder of which every byte is as it was written."""
    if sha256_of(folder / FACTS) != sha256:
        raise ValueError(f"{FACTS} heeft een andere hash dan bij het schrijven")
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    for name, wanted in facts["sha256"].items():
        if check and sha256_of(folder / name) != wanted:
            raise ValueError(f"{name} heeft een andere hash dan bij het schrijven")
    stops = np.cumsum(list(facts["documents"].values()), dtype=np.int64).tolist()
    starts = [0, *stops[:-1]]
    return dict(zip(facts["documents"], zip(starts, stops, strict=False), strict=True))


def _kept(part: Part[UnitBlock], rows: Rows) -> Rows:
    return rows if part.alive is None else rows[part.alive]


def _new_array(path: Path, length: int, kind: type[np.generic]) -> npt.NDArray[Any]:
    """An array of zeros in a file; one without elements can not be mapped, and is only written."""
    if not length:
        np.save(path, np.zeros(0, kind))
        return np.zeros(0, kind)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(kind), shape=(length,))


def _array(path: Path) -> npt.NDArray[Any]:
    """An array of a file. A mapped one as a plain array: a memmap answers every slice a good deal slower."""
    large = path.stat().st_size > MAPPED_FROM
    array: npt.NDArray[Any] = np.asarray(np.load(path, mmap_mode="r" if large else None, allow_pickle=False))
    return array.view(np.ndarray)


def _header(dimension: int, count: int) -> bytes:
    """How a FAISS file of so many float16 vectors begins; the vectors follow, and that is all."""
    empty: bytes = faiss().serialize_index(half_index(dimension, np.zeros((0, dimension), np.float16))).tobytes()
    size = (count * dimension * 2).to_bytes(8, "little")
    return empty[:8] + count.to_bytes(8, "little") + empty[16:-8] + size


def _mapped(path: Path) -> FaissIndex:
    try:
        return faiss().read_index(str(path), faiss().IO_FLAG_MMAP_IFC if path.stat().st_size > MAPPED_FROM else 0)
    except RuntimeError as error:
        raise ValueError(f"{path.name} is niet te lezen ({error})") from error
