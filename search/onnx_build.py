"""The same model for onnxruntime on a CPU: a file with its graph, and one with the vocabulary's table.

onnxruntime maps the table: of 250,000 words only those that are used take memory, several processes share them, and
loading takes a fifth of the time. Leaving words out would save no more, and would change what new words give.
"""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

from search.model_facts import GRAPH, ONNX_FILE, TABLE_FILE, ModelFacts
from search.onnx_graph import TABLE, Layout, encoder_graph


def export(folder: Path) -> Path:
    """Write both files beside the BERT model of sentence-transformers in `folder`; returns that of the graph."""
    import onnx
    from onnx.external_data_helper import set_external_data
    from safetensors.numpy import load_file

    layout = Layout.of(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    model = encoder_graph(layout, load_file(folder / "model.safetensors"))
    (table,) = (constant for constant in model.graph.initializer if constant.name == TABLE)
    (folder / TABLE_FILE).write_bytes(table.raw_data)
    set_external_data(table, TABLE_FILE, offset=0, length=len(table.raw_data))
    table.ClearField("raw_data")
    onnx.save(model, folder / ONNX_FILE)
    return folder / ONNX_FILE


def finish(made: Path, facts: ModelFacts, folder: Path) -> ModelFacts:
    """Add the graph and the facts to the model in `made`, and put it in the place of `folder`; returns the facts."""
    export(made)
    facts = replace(facts, graph=GRAPH)
    facts.save(made)
    for file in made.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)  # safetensors writes for its owner alone
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier version, or half of one
    os.replace(made, folder)
    return facts
