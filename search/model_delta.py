"""What training changed, as low-rank factors: small enough for git, added to the base model at `make model`.

Of every changed matrix the difference D is kept as A·B of rank r (its best approximation, by singular values), in
float16; changed vectors (biases, norms) are kept whole.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelError

Array = npt.NDArray[np.float32]
State = Mapping[str, Array]
LEFT, RIGHT, WHOLE = ".a", ".b", ".d"


def factors(base: State, trained: State, rank: int) -> dict[str, npt.NDArray[np.float16]]:
    """The difference of two states of one model. Names are the base's, with `.a` and `.b` for the factors."""
    found: dict[str, npt.NDArray[np.float16]] = {}
    for name, before in base.items():
        change = trained[name].astype(np.float32) - before
        if not np.any(change):
            continue
        if change.ndim < 2:
            found[name + WHOLE] = change.astype(np.float16)
            continue
        left, sizes, right = np.linalg.svd(change, full_matrices=False)
        scale = np.sqrt(sizes[:rank])
        found[name + LEFT] = (left[:, :rank] * scale).astype(np.float16)
        found[name + RIGHT] = (scale[:, None] * right[:rank]).astype(np.float16)
    return found


def applied(base: State, delta: Mapping[str, npt.NDArray[np.float16]], share: float = 1.0) -> dict[str, Array]:
    """The base with `share` of the difference added. Raises ModelError when the delta is of another model."""
    state = {name: np.array(value, dtype=np.float32) for name, value in base.items()}
    for name, value in delta.items():
        stem = name[:-2]
        if stem not in state:
            raise ModelError(f"De aanpassing van het model noemt {stem}; dat heeft het basismodel niet.")
        if name.endswith(WHOLE):
            state[stem] += share * value.astype(np.float32)
        elif name.endswith(LEFT):
            state[stem] += share * (value.astype(np.float32) @ delta[stem + RIGHT].astype(np.float32))
    return state


def save(path: Path, delta: Mapping[str, npt.NDArray[np.float16]]) -> str:
    """Write the delta; returns its sha256."""
    from safetensors.numpy import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(delta), path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(path: Path) -> dict[str, npt.NDArray[np.float16]]:
    """Read a delta. Raises ModelError when it can not be read."""
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except Exception as error:  # safetensors raises a class of its own
        raise ModelError(f"De aanpassing {path} is niet leesbaar ({error}). Haal haar opnieuw uit git.") from error
