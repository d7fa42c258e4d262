"""Both legs on disk: `vectorindex/<name>/snapshot.json` names the blocks in folders beside it; `HUIDIG` names that.

Every byte is covered by a hash: `HUIDIG` has that of `snapshot.json`, which has those of the facts of each block, which
have those of the arrays. Blocks do not change: of a large collection of which little has changed, a snapshot writes
the little, and names the large block that is there.

A snapshot is written aside, synced and then named; a damaged or foreign one is ignored and the legs are filled from
the catalogue instead. It only saves time: nothing is ever only here.
"""

import contextlib
import fcntl
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from search.block_files import (
    FACTS,
    read_terms,
    read_units,
    sha256_of,
    write_synced,
    write_terms,
    write_units,
)
from search.fingerprint import Fingerprint
from search.keyword_leg import KeywordLeg
from search.parts import Block, Part
from search.vector_leg import VectorLeg

logger = logging.getLogger(__name__)

CURRENT = "HUIDIG"
FACTS_FILE = "snapshot.json"
VERSION = 3  # of these files
# A block on disk is kept as long as what came beside it and what was dropped from it is at most this share of it.
KEPT_SHARE = 0.25
KEPT_FROM = 20_000  # rows; a smaller one is soon written anew
B = TypeVar("B", bound=Block)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both legs and the number of the last change that is in them."""

    vectors: VectorLeg
    terms: KeywordLeg
    seq: int


def save(folder: Path, state: Snapshot, fingerprint: Fingerprint, *, quickly: bool = False) -> None:
    """Write a snapshot and make it the current one; the legs go on with what was written. Raises OSError.

    `quickly` writes only what is not on disk, and makes no approximate structure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dimension = state.vectors.dimension
    with _alone(folder), _scratch(folder) as work:
        units, terms = state.vectors.parts(), state.terms.parts()
        old_units, old_terms = _to_write(folder, units, quickly), _to_write(folder, terms, quickly)
        new_units = _write(
            folder, old_units, lambda place: write_units(place, dimension, old_units, approximate=not quickly)
        )
        new_terms = _write(folder, old_terms, lambda place: write_terms(place, old_terms))
        facts = {
            "version": VERSION,
            "seq": state.seq,
            "fingerprint": fingerprint.text(),
            "vectors": _named(folder, units, old_units, new_units),
            "terms": _named(folder, terms, old_terms, new_terms),
        }
        write_synced(work / FACTS_FILE, json.dumps(facts).encode())
        name = f"{state.seq:012d}-{work.name.removeprefix('.nieuw-')}"
        os.replace(work, folder / name)
        if new_units:  # from here on what is on disk is used, so that it need not be in memory too
            block = read_units(folder / new_units, sha256_of(folder / new_units / FACTS), check=False)
            state.vectors.replace([part.block for part in old_units], block)
        if new_terms:
            made = read_terms(folder / new_terms, sha256_of(folder / new_terms / FACTS), check=False)
            state.terms.replace([part.block for part in old_terms], made)
        _name_current(folder, name, facts)


def load(folder: Path, fingerprint: Fingerprint) -> Snapshot | None:
    """The current snapshot, or None when there is none that is whole and made with this fingerprint."""
    if not (folder / CURRENT).exists():
        return None
    while True:
        named = _named_now(folder)
        try:
            return _loaded(folder, named, fingerprint)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if _named_now(folder) != named:  # another process put a newer one in its place, and removed this one
                continue
            logger.warning(
                "De momentopname in %s is beschadigd (%s); de index wordt uit de catalogus gevuld.", folder, error
            )
            return None


def _named_now(folder: Path) -> bytes:
    """What names the current snapshot; nothing when it can not be read."""
    with contextlib.suppress(OSError):
        return (folder / CURRENT).read_bytes()
    return b""


def _loaded(folder: Path, named: bytes, fingerprint: Fingerprint) -> Snapshot | None:
    name, sha256 = named.decode().split()
    if sha256_of(folder / name / FACTS_FILE) != sha256:
        raise ValueError(f"{FACTS_FILE} heeft een andere hash dan bij het schrijven")
    facts = json.loads((folder / name / FACTS_FILE).read_text(encoding="utf-8"))
    if facts.get("version") != VERSION or facts["fingerprint"] != fingerprint.text():
        return None
    return _opened(folder, facts, fingerprint.dimension)


def _opened(folder: Path, facts: dict[str, Any], dimension: int) -> Snapshot:
    vectors, terms = VectorLeg(dimension), KeywordLeg()
    for one in facts["vectors"]:
        vectors.add(Part(read_units(folder / one["folder"], one["sha256"])).without(one["gone"]))
    for one in facts["terms"]:
        terms.add(Part(read_terms(folder / one["folder"], one["sha256"])).without(one["gone"]))
    return Snapshot(vectors, terms, int(facts["seq"]))


def _to_write(folder: Path, parts: Sequence[Part[B]], quickly: bool) -> list[Part[B]]:
    """The parts that are to be written as one new block: all of them, unless the first is large and on disk."""
    if not parts:
        return []
    first, *rest = parts
    if len(first.block) < KEPT_FROM or not first.block.stored or not (folder / first.block.stored / FACTS).exists():
        return list(parts)
    dead = 0 if first.alive is None else int((~first.alive).sum())
    beside = sum(len(part.block) for part in rest)
    if not quickly and dead + beside > KEPT_SHARE * len(first.block):
        return list(parts)
    # A single small block that is on disk already can stay as it is too.
    return [] if all(part.block.stored and part.alive is None for part in rest) and len(rest) < 2 else rest


def _write(folder: Path, parts: Sequence[Part[B]], write: Callable[[Path], None]) -> str:
    """Write parts to a folder of their own; its name, empty when there is nothing to write."""
    if not parts:
        return ""
    work = Path(tempfile.mkdtemp(dir=folder, prefix=".nieuw-"))
    try:
        write(work)
        name = work.name.replace(".nieuw-", "blok-")
        os.replace(work, folder / name)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return name


def _named(folder: Path, parts: Sequence[Part[B]], written: Sequence[Part[B]], new: str) -> list[dict[str, Any]]:
    """What the snapshot says of a leg: its folders, each with the documents that no longer count."""
    kept = [part for part in parts if not any(part is one for one in written)]
    folders = [(part.block.stored, sorted(part.gone)) for part in kept] + ([(new, [])] if new else [])
    return [{"folder": name, "sha256": sha256_of(folder / name / FACTS), "gone": list(gone)} for name, gone in folders]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process writes a snapshot at a time."""
    with (folder / ".slot").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    work = Path(tempfile.mkdtemp(dir=folder, prefix=".nieuw-"))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _name_current(folder: Path, name: str, facts: dict[str, Any]) -> None:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".nieuw-")
    os.close(handle)
    write_synced(Path(temporary), f"{name} {sha256_of(folder / name / FACTS_FILE)}\n".encode())
    os.replace(temporary, folder / CURRENT)
    used = {name, *(one["folder"] for leg in ("vectors", "terms") for one in facts[leg])}
    for other in folder.iterdir():
        if other.is_dir() and other.name not in used:
            shutil.rmtree(other, ignore_errors=True)
