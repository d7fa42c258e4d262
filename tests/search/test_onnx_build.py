"""The vocabulary's table in a file of its own: the same answers, and nothing done twice."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from search import onnx_build
from search.onnx_build import ONNX_FILE, TABLE_FILE, set_table_aside


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that looks words up in a table and scales what it finds."""
    monkeypatch.setattr(onnx_build, "_TABLE_BYTES", 1000)
    table = np.random.default_rng(1).normal(size=(500, 4)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "ids"], ["found"]), helper.make_node("Mul", ["found", "scale"], ["out"])],
        "look-up",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [None])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [None, 4])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.float32([2]), "scale")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / ONNX_FILE))
    return tmp_path


def answer(folder: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(folder / ONNX_FILE), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"ids": np.array([0, 7, 499], np.int64)})[0])


def test_with_the_table_aside_the_model_gives_the_same(folder: Path) -> None:
    before, size = answer(folder), (folder / ONNX_FILE).stat().st_size
    set_table_aside(folder)
    assert np.array_equal(answer(folder), before)
    assert (folder / TABLE_FILE).stat().st_size >= 500 * 4 * 4
    assert (folder / ONNX_FILE).stat().st_size < size / 4
    assert sorted(path.name for path in folder.iterdir()) == [ONNX_FILE, TABLE_FILE]


def test_a_table_that_is_aside_already_is_left_alone(folder: Path) -> None:
    set_table_aside(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    set_table_aside(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
