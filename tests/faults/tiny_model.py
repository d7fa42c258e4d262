"""A model that loads at once, so that real processes can be started and killed many times.

A text's vector is the mean of random vectors of its words; words that it does not know share one.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from search.model_facts import GRAPH, ONNX_FILE, ModelFacts

DIMENSION = 32
WORDS = "query passage de het een gemeente werkt samen met wijk over alinea kop in van en".split()
SPECIAL = ["[UNK]", "[CLS]", "[SEP]"]


def build(folder: Path) -> Path:
    """Write the model's folder and return it."""
    folder.mkdir(parents=True)
    ModelFacts("proef", DIMENSION, 128, "query: ", "passage: ", weights_sha256="proef", graph=GRAPH).save(folder)
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    onnx.save(_graph(len(vocabulary)), str(folder / ONNX_FILE))
    return folder


def _graph(words: int) -> onnx.ModelProto:
    table = np.random.default_rng(1).normal(size=(words, DIMENSION)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("ReduceMean", ["words", "axes"], ["mean"], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], ["vector"], axis=-1, p=2),
    ]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "n"])]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, DIMENSION])]
    constants = [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1], np.int64), "axes")]
    graph = helper.make_graph(nodes, "proef", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
