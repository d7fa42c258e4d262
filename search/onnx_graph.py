"""The encoder as a graph of onnxruntime's kernels for a CPU, written node by node from the weights of a BERT model.

Exporting from torch and letting onnxruntime fuse what it finds gives three times as many nodes and is a fifth slower:
a text runs alone, so there is no mask; one kernel makes query, key and value and attends; no kernel is chosen that is
slower than those it takes the place of (onnxruntime's SkipLayerNormalization is). FastGelu is Gelu with a tangent:
4 % faster, and the vectors are as near to those of torch.

Weights of matrix products are int8 with a scale for each output; what they are multiplied with gets its scale at run
time, one for a whole text. In a few places the two tokens that stand around every text are ten times as large as all
others, which would leave those others with five bits. So these two come first and go through the wide layers apart:
that takes 8 % more time, and the vectors come from cosine 0.990 to 0.996 of those in float32.

The weights use 7 bits, since without that processors without VNNI instructions overflow their 16-bit sums and give
other vectors. The vocabulary's table stays in float32: it is only looked up, and its precision costs no time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from search.model_facts import GRAPH

INPUT, OUTPUT, TABLE = "input_ids", "embedding", "words"
OPSET = 17
_KERNELS = "com.microsoft"  # the domain of onnxruntime's own kernels
_LARGEST_WEIGHT = 64  # 7 bits
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the weights do not tell by their names and shapes."""

    layers: int
    heads: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Layout":
        """Of the `config.json` of a BERT model."""
        return cls(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])


def encoder_graph(layout: Layout, weights: Mapping[str, Array]) -> onnx.ModelProto:
    """Token ids of one text, shape (1, tokens), in; its unit vector, shape (1, dimension), out.

    `weights` has the names of transformers' BertModel.
    """
    writer = _Writer(layout, {name: np.asarray(value, np.float32) for name, value in weights.items()})
    states = writer.embedded()
    for number in range(layout.layers):
        states = writer.layer(states, f"encoder.layer.{number}")
    (mean,) = writer.node("ReduceMean", [states], axes=[1], keepdims=0)
    writer.node("LpNormalization", [mean], [OUTPUT], axis=-1, p=2)
    dimension = int(writer.weights["embeddings.LayerNorm.bias"].size)
    graph = helper.make_graph(
        writer.nodes,
        "encoder",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, dimension])],
        writer.constants,
    )
    domains = [helper.make_opsetid("", OPSET), helper.make_opsetid(_KERNELS, 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=8, producer_name=GRAPH)


def quantised(weight: Array) -> tuple[Array, Array]:
    """A matrix of shape (inputs, outputs) in int8, and the scale of each output."""
    scales = np.abs(weight).max(axis=0).astype(np.float32) / np.float32(_LARGEST_WEIGHT)
    scales[scales == 0] = 1
    return np.rint(weight / scales).astype(np.int8), scales


@dataclass
class _Writer:
    layout: Layout
    weights: Mapping[str, Array]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def node(
        self,
        kind: str,
        inputs: list[str],
        outputs: list[str] | None = None,
        domain: str = "",
        **attributes: Any,  # noqa: ANN401 - numbers and lists of them, as the kernel has them
    ) -> list[str]:
        """Add a node; gives the names of its outputs."""
        outputs = outputs or [f"{kind}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, inputs, outputs, outputs[0], domain=domain, **attributes))
        return outputs

    def constant(self, name: str, value: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def embedded(self) -> str:
        """Of each token its word and its place, the last token first: the order means nothing after this.

        Every text is of the first type, so that is in the places.
        """
        name = "embeddings"
        for bound, value in {"last": -1, "zero": 0, "one": 1, "two": 2, "all": np.iinfo(np.int64).max}.items():
            self.constant(bound, np.array([value], np.int64))
        places = (
            self.weights[f"{name}.position_embeddings.weight"] + self.weights[f"{name}.token_type_embeddings.weight"][0]
        )
        table = self.constant(TABLE, self.weights[f"{name}.word_embeddings.weight"])
        (words,) = self.node("Gather", [table, INPUT])
        (count,) = self.node("Shape", [INPUT], start=1, end=2)
        (own,) = self.node("Slice", [self.constant("places", places), "zero", count, "zero"])
        states = self._normed(words, own, f"{name}.LayerNorm")
        turned = [self._rows(states, "last", "all"), self._rows(states, "zero", "last")]
        return self.node("Concat", turned, axis=1)[0]

    def layer(self, states: str, name: str) -> str:
        attended = self._attention(states, f"{name}.attention.self")
        (mixed,) = self._dense((attended,), f"{name}.attention.output.dense")
        states = self._normed(mixed, states, f"{name}.attention.output.LayerNorm")
        # Side by side, so that the weights are still near the processor for the second.
        apart = self._rows(states, "zero", "two"), self._rows(states, "two", "all")
        parts = self._dense(apart, f"{name}.intermediate.dense")
        parts = tuple(self.node("FastGelu", [part], domain=_KERNELS)[0] for part in parts)
        (wide,) = self.node("Concat", list(self._dense(parts, f"{name}.output.dense")), axis=1)
        return self._normed(wide, states, f"{name}.output.LayerNorm")

    def _attention(self, states: str, name: str) -> str:
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        matrix, scales = quantised(np.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1))
        bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        outputs = [f"{name}.{what}" for what in ("states", "scale", "zero")]
        small, scale, zero = self.node("DynamicQuantizeLinear", [states], outputs)
        constants = self.constant(f"{name}.weight", matrix), self.constant(f"{name}.bias", bias)
        inputs = [small, *constants, scale, self.constant(f"{name}.scales", scales), "", zero]
        return self.node("QAttention", inputs, domain=_KERNELS, num_heads=self.layout.heads)[0]

    def _dense(self, parts: tuple[str, ...], name: str) -> tuple[str, ...]:
        """The product of each part, with a scale of its own."""
        matrix, scales = quantised(self.weights[f"{name}.weight"].T)
        constants = self.constant(f"{name}.weight", matrix), self.constant(f"{name}.scales", scales)
        bias = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        rest = [*constants, "", bias]
        return tuple(self.node("DynamicQuantizeMatMul", [part, *rest], domain=_KERNELS)[0] for part in parts)

    def _rows(self, states: str, start: str, end: str) -> str:
        return self.node("Slice", [states, start, end, "one"])[0]

    def _normed(self, one: str, other: str, name: str) -> str:
        (total,) = self.node("Add", [one, other])
        constants = [self.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.node("LayerNormalization", [total, *constants], axis=-1, epsilon=self.layout.epsilon)[0]
