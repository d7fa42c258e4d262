"""The graph that we write is the model: compared with transformers' own, and with what int8 may differ."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from search.model_facts import GRAPH
from search.onnx_graph import INPUT, Layout, encoder_graph, quantised
from tests.search import tiny_bert

Vector = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def reference() -> Callable[[list[int]], Vector]:
    """Mean pooling over the states of transformers' model, in float32."""
    import torch

    model = tiny_bert.model()

    def vector(ids: list[int]) -> Vector:
        with torch.no_grad():
            mean = model(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(0).numpy()
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    return vector


@pytest.fixture(scope="module")
def graph() -> bytes:
    model = tiny_bert.model()
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    made: bytes = encoder_graph(Layout.of(model.config.to_dict()), weights).SerializeToString()
    return made


@pytest.fixture(scope="module")
def session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, ids: list[int]) -> Vector:
    return np.asarray(session.run(None, {INPUT: np.array([ids], np.int64)})[0][0])


@pytest.mark.parametrize("count", [1, 2, 7, tiny_bert.PLACES])
def test_a_vector_is_that_of_the_model(
    session: onnxruntime.InferenceSession, reference: Callable[[list[int]], Vector], count: int
) -> None:
    for seed in range(5):
        ids = np.random.default_rng(seed).integers(tiny_bert.WORDS, size=count).tolist()
        ours = run(session, ids)
        assert float(ours @ reference(ids)) > 0.995
        assert np.linalg.norm(ours) == pytest.approx(1, abs=1e-5)


def test_the_order_of_the_words_counts(session: onnxruntime.InferenceSession) -> None:
    assert float(run(session, [3, 4, 5]) @ run(session, [5, 4, 3])) < 0.9999


def test_the_same_weights_give_the_same_bytes(graph: bytes) -> None:
    model = tiny_bert.model()
    weights = {name: value.numpy() for name, value in reversed(model.state_dict().items())}
    assert encoder_graph(Layout.of(model.config.to_dict()), weights).SerializeToString() == graph


def test_the_graph_names_its_version(graph: bytes) -> None:
    assert GRAPH.encode() in graph


def test_weights_take_seven_bits_and_each_output_has_its_scale() -> None:
    weight = np.array([[1.0, 0.0, -0.02], [-0.5, 0.0, 0.01]], np.float32)
    small, scales = quantised(weight)
    assert small.dtype == np.int8
    assert small.tolist() == [[64, 0, -64], [-32, 0, 32]]
    assert small * scales == pytest.approx(weight, abs=1e-6)
