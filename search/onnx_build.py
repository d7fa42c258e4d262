"""The same model for onnxruntime on a CPU: exported once, weights of the matrix products in int8.

Dynamic quantisation: weights per channel, activations at run time. The weights use 7 bits (`reduce_range`), since
without it processors without VNNI instructions overflow their 16-bit sums and give other vectors.
"""

import logging
import warnings
from pathlib import Path
from typing import Any

ONNX_FILE = "model_int8.onnx"
TABLE_FILE = "model_int8.tabel"  # the vocabulary's vectors
_TABLE_BYTES = 10_000_000  # only that table is larger
OPSET = 17


def export(folder: Path) -> Path:
    """Write the quantised model beside the sentence-transformers model in `folder`; returns the file."""
    plain, target = folder / "model_fp32.onnx", folder / ONNX_FILE
    _export_plain(folder, plain)
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises steps that matter for convolutions only
    try:
        quantize_dynamic(
            plain,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            # The vocabulary's table stays in float32: it is only looked up, and its precision costs no time.
            op_types_to_quantize=["MatMul"],
        )
    finally:
        root.setLevel(level)
    plain.unlink()
    set_table_aside(folder)
    return target


def set_table_aside(folder: Path) -> None:
    """Move the vocabulary's table to a file of its own, unless it is in one already.

    onnxruntime then maps it: of 250,000 words only those that are used take memory, several processes share them, and
    loading takes a fifth of the time. Leaving words out would save no more, and would change what new words give.
    """
    import onnx
    from onnx.external_data_helper import convert_model_to_external_data

    if (folder / TABLE_FILE).exists():
        return
    model = onnx.load(folder / ONNX_FILE)
    convert_model_to_external_data(model, location=TABLE_FILE, size_threshold=_TABLE_BYTES)
    made = folder / f".{ONNX_FILE}"
    onnx.save(model, made)
    (folder / TABLE_FILE).chmod(0o644)
    made.replace(folder / ONNX_FILE)


def _export_plain(folder: Path, target: Path) -> None:
    import torch
    from transformers import BertModel

    model = BertModel.from_pretrained(folder, attn_implementation="eager")
    model.train(mode=False)

    class Embedding(torch.nn.Module):
        """Token ids and mask in, unit vectors out: mean pooling and normalisation are part of the graph."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401 - torch tensors
            types = torch.zeros_like(input_ids)
            states = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types)
            weights = attention_mask.unsqueeze(-1).to(states.last_hidden_state.dtype)
            pooled = (states.last_hidden_state * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(pooled, dim=1)

    ids = torch.full((2, 16), 5, dtype=torch.long)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the exporter warns of its own age; the result is compared with torch in a test
        torch.onnx.export(
            Embedding(),
            (ids, torch.ones_like(ids)),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )
