"""A BERT model of a few thousand random weights, as transformers and as a folder."""

import json
from pathlib import Path
from typing import Any

WORDS, WIDTH, HEADS, LAYERS, PLACES = 50, 32, 4, 2, 24


def model() -> Any:
    """The same one each time, with no weight that is 0 or 1 by nature: a bias that is left out must show."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=WORDS,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=PLACES,
        layer_norm_eps=1e-6,
    )
    random = torch.Generator().manual_seed(1)
    made = BertModel(config).train(mode=False)
    with torch.no_grad():
        for name, weights in made.named_parameters():
            around = 1.0 if name.endswith("LayerNorm.weight") else 0.0
            weights.copy_(around + 0.3 * torch.randn(weights.shape, generator=random))
    return made


def write(folder: Path) -> Path:
    """Its weights and configuration, and whatever else a folder may hold; no graph, no facts."""
    from safetensors.torch import save_file

    made = model()
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "1_Pooling" / "config.json").write_text("{}")
    (folder / "config.json").write_text(json.dumps(made.config.to_dict()))
    save_file({name: weights.contiguous() for name, weights in made.state_dict().items()}, folder / "model.safetensors")
    return folder
