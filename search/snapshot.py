"""The vector leg on disk: `vectorindex/<name>/` with vectors and ids, named by the one-line file `HUIDIG`.

Every byte is covered by a hash: `HUIDIG` has that of `snapshot.json`, which has those of the arrays.

A snapshot is written aside, synced and then named; a damaged or foreign one is ignored and the leg is filled from the
catalogue instead. It only saves time: nothing is ever only here.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.fingerprint import Fingerprint
from search.vector_leg import Ids, VectorLeg

logger = logging.getLogger(__name__)

CURRENT = "HUIDIG"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A vector leg and the number of the last change that is in it."""

    leg: VectorLeg
    seq: int


def save(folder: Path, leg: VectorLeg, seq: int, fingerprint: Fingerprint) -> None:
    """Write a snapshot and make it the current one. Raises OSError when the disk refuses."""
    folder.mkdir(parents=True, exist_ok=True)
    documents, ids, vectors = leg.contents()
    work = Path(tempfile.mkdtemp(dir=folder, prefix=".nieuw-"))
    try:
        _write_array(work / "ids.npy", ids)
        _write_array(work / "vectors.npy", vectors.astype(np.float16))
        facts = {
            "seq": seq,
            "fingerprint": fingerprint.text(),
            "documents": {name: own.tolist() for name, own in documents.items()},
            "sha256": {name: _sha256(work / name) for name in ("ids.npy", "vectors.npy")},
        }
        _write(work / "snapshot.json", json.dumps(facts).encode())
        name = f"{seq:012d}-{hashlib.sha256(fingerprint.text().encode()).hexdigest()[:12]}-{os.getpid()}"
        shutil.rmtree(folder / name, ignore_errors=True)
        os.replace(work, folder / name)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _name_current(folder, name, _sha256(folder / name / "snapshot.json"))


def load(folder: Path, fingerprint: Fingerprint) -> Snapshot | None:
    """The current snapshot, or None when there is none that is whole and made with this fingerprint."""
    if not (folder / CURRENT).exists():
        return None
    try:
        name, sha256 = (folder / CURRENT).read_text(encoding="utf-8").split()
        facts = json.loads(_whole(folder / name / "snapshot.json", sha256).read_text(encoding="utf-8"))
        if facts["fingerprint"] != fingerprint.text():
            return None
        ids, vectors = (_read_array(folder / name / file, facts["sha256"][file]) for file in ("ids.npy", "vectors.npy"))
        leg = VectorLeg(fingerprint.dimension)
        leg.put_many(_owned(facts["documents"]), ids, vectors)
        return Snapshot(leg, int(facts["seq"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning(
            "De momentopname in %s is beschadigd (%s); de index wordt uit de catalogus gevuld.", folder, error
        )
        return None


def _owned(documents: dict[str, list[int]]) -> list[tuple[str, Ids]]:
    return [(name, np.array(own, dtype=np.int64)) for name, own in documents.items()]


def _write_array(path: Path, array: npt.NDArray[Any]) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def _read_array(path: Path, sha256: str) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.load(_whole(path, sha256), allow_pickle=False)
    return array


def _whole(path: Path, sha256: str) -> Path:
    """The path, when the file has this hash. Raises ValueError."""
    if _sha256(path) != sha256:
        raise ValueError(f"{path.name} heeft een andere hash dan bij het schrijven")
    return path


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_current(folder: Path, name: str, sha256: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".nieuw-")
    os.close(handle)
    _write(Path(temporary), f"{name} {sha256}\n".encode())
    os.replace(temporary, folder / CURRENT)
    for other in folder.iterdir():
        if other.is_dir() and other.name != name:
            shutil.rmtree(other, ignore_errors=True)
