"""Reading 4-bit weights, against blocks made by hand."""

import struct

import numpy as np
import pytest

from corpus.errors import ModelError
from search.model_weights import Shape, bert_state, dequantise, read_tensors


def block(scale: float, nibbles: list[int]) -> bytes:
    """32 weights as the file has them: a half float, then bytes of which the low halves are the first 16 weights."""
    pairs = zip(nibbles[:16], nibbles[16:], strict=True)
    return struct.pack("<e", scale) + bytes(low | high << 4 for low, high in pairs)


def test_a_block_is_nibble_minus_eight_times_scale() -> None:
    nibbles = [*range(16), *range(15, -1, -1)]
    found = dequantise(block(0.5, nibbles), 32)
    assert found.dtype == np.float32
    assert found.tolist() == [(nibble - 8) * 0.5 for nibble in nibbles]


def test_every_block_has_its_own_scale() -> None:
    raw = block(1.0, [9] * 32) + block(-0.25, [0] * 16 + [15] * 16)
    assert dequantise(raw, 64).tolist() == [1.0] * 32 + [2.0] * 16 + [-1.75] * 16


def file_of(tensors: dict[str, bytes], counts: dict[str, int], *, magic: bytes = b"E5S1", size: int = 32) -> bytes:
    """A whole weights file with a tokenizer of one piece, that readers skip."""
    head = magic + struct.pack("<i", 1) + struct.pack("<7ifi", 4, 1, 2, 8, 10, 16, 1, 1e-12, size)
    tokenizer = struct.pack("<5i", 1, 0, 1, 2, 3) + struct.pack("<Q", 3) + bytes(2 * 4 + 1 * 4) + b"abc"
    tokenizer += struct.pack("<iI", 0, 2) + b"zz"
    directory_size = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    offset = len(head) + len(tokenizer) + directory_size
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, raw in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, counts[name], offset + len(body), len(raw))
        body += raw
    return head + tokenizer + directory + body


def test_a_file_gives_its_shape_and_tensors_by_name() -> None:
    plain = np.array([1.5, -2.0, 0.25], dtype="<f4")
    data = file_of({"emb.ln.w": plain.tobytes(), "l0.q.w": block(2.0, [7] * 32)}, {"emb.ln.w": 3, "l0.q.w": 32})
    shape, tensors = read_tensors(data)
    assert shape == Shape(4, 1, 2, 8, 10, 16, 1, 1e-12)
    assert {name: tensor.tolist() for name, tensor in tensors.items()} == {
        "emb.ln.w": [1.5, -2.0, 0.25],
        "l0.q.w": [-2.0] * 32,
    }


def test_another_file_or_block_size_is_refused() -> None:
    with pytest.raises(ModelError, match="begint niet met E5S1"):
        read_tensors(file_of({}, {}, magic=b"GGUF"))
    with pytest.raises(ModelError, match="blokken van 64 gewichten; verwacht was 32"):
        read_tensors(file_of({}, {}, size=64))


def test_tensors_get_the_names_and_shapes_of_bert() -> None:
    shape = Shape(hidden=2, layers=1, heads=1, feed_forward=3, vocabulary=5, positions=4, token_types=1, epsilon=1e-12)
    sizes = {"emb.word": 10, "emb.pos": 8, "emb.type": 2, "emb.ln.w": 2, "emb.ln.b": 2}
    for short, (weight, bias) in {
        "q": (4, 2), "k": (4, 2), "v": (4, 2), "ao": (4, 2), "aln": (2, 2), "fi": (6, 3), "fo": (6, 2), "oln": (2, 2),
    }.items():  # fmt: skip
        sizes |= {f"l0.{short}.w": weight, f"l0.{short}.b": bias}
    tensors = {name: np.arange(size, dtype=np.float32) for name, size in sizes.items()}
    state = bert_state(shape, tensors)
    assert len(state) == len(sizes)
    assert state["embeddings.word_embeddings.weight"].shape == (5, 2)
    assert state["embeddings.position_embeddings.weight"].shape == (4, 2)
    layer = "encoder.layer.0."
    # A dense layer's weight is (out, in), row by row.
    assert state[layer + "intermediate.dense.weight"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert state[layer + "output.dense.weight"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert state[layer + "attention.self.query.weight"].tolist() == [[0, 1], [2, 3]]
    assert state[layer + "output.LayerNorm.weight"].shape == (2,)
