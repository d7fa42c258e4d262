"""Our own encoder: multilingual-e5-small with what training changed in it: `python -m search.model_merge BASE FOLDER`.

The difference is in git (`search/weights/`, made by `make train`; see MODELKAART.md there) and checked by its sha256.
"""

import hashlib
import logging
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from corpus.errors import KennislabError, ModelError
from search import model_delta
from search.model_facts import FACTS_FILE, GRAPH, ONNX_FILE, TABLE_FILE, ModelFacts
from search.onnx_build import finish

logger = logging.getLogger(__name__)

MODEL_NAME = "kennislab-e5-small-nl"
DELTA = Path(__file__).parent / "weights" / f"{MODEL_NAME}.safetensors"
DELTA_SHA256 = "c4d28a03cc6c400f9c9c5351df0992ca1eb5346ca3c980913bfba8bc3dbf5def"
WEIGHTS_FILE = "model.safetensors"
# Half of the difference: on documents it has not seen the half-way model ranks as well as the trained one (Wortsman et
# al., "Robust fine-tuning of zero-shot models", CVPR 2022) and tells questions without an answer apart better.
SHARE = 0.5


def merge(
    base: Path, folder: Path, delta: Path = DELTA, sha256: str = DELTA_SHA256, name: str = MODEL_NAME
) -> ModelFacts:
    """Write the model of `base` with `delta` added to `folder`, whole or not at all.

    Raises ModelError when the delta is not the one with this sha256. A folder that holds the same model already is
    left as it is.
    """
    found = hashlib.sha256(delta.read_bytes()).hexdigest() if delta.exists() else "(geen bestand)"
    if found != sha256:
        raise ModelError(f"{delta} heeft sha256 {found}; verwacht was {sha256}. Haal het bestand opnieuw uit git.")
    facts = merged_facts(ModelFacts.load(base), sha256, name)
    if (folder / ONNX_FILE).exists() and (folder / FACTS_FILE).exists() and ModelFacts.load(folder) == facts:
        return facts
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        made = Path(work) / "made"
        shutil.copytree(base, made, ignore=shutil.ignore_patterns(ONNX_FILE, TABLE_FILE, WEIGHTS_FILE))
        _write_weights(base / WEIGHTS_FILE, delta, made / WEIGHTS_FILE)
        return finish(made, facts, folder)


def merged_facts(base: ModelFacts, sha256: str, name: str = MODEL_NAME) -> ModelFacts:
    """Facts of the merged model. Its weights are named by what they are made of: sums differ in the last bit by CPU."""
    digest = hashlib.sha256(f"{base.weights_sha256}+{SHARE}*{sha256}".encode()).hexdigest()
    return replace(base, name=name, weights_sha256=digest, graph=GRAPH)


def _write_weights(base: Path, delta: Path, target: Path) -> None:
    from safetensors.numpy import load_file, save_file

    save_file(model_delta.applied(load_file(base), model_delta.load(delta), SHARE), target, metadata={"format": "pt"})


def main() -> None:
    """Command line: the folder of the base model and the folder to write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if len(sys.argv) != 3:
        sys.exit("gebruik: python -m search.model_merge BASISMODEL MAP")
    try:
        facts = merge(Path(sys.argv[1]), Path(sys.argv[2]))
    except KennislabError as error:
        sys.exit(f"kennislab: {error}")
    logger.info("model %s: %s", facts.name, sys.argv[2])


if __name__ == "__main__":
    main()
