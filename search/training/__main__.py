"""`python -m search.training`: trains the encoder on the questions of one or more collections and writes the delta."""

import argparse
import logging
import sys
from fnmatch import fnmatch
from pathlib import Path

from tqdm import tqdm

from corpus.catalogue import open_catalogue
from corpus.errors import KennislabError
from corpus.scope import EVERYTHING
from search import model_delta
from search.loading import load_encoder
from search.model_facts import ModelFacts
from search.training.lessons import Lesson, Texts, make_lessons
from search.training.loop import Hyperparameters, Trainer
from search.training.questions import examples, kinds, read_asked

logger = logging.getLogger("search.training")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m search.training", description=__doc__)
    parser.add_argument("--base", type=Path, default=Path("models/multilingual-e5-small"))
    parser.add_argument("--collection", nargs=2, action="append", required=True, metavar=("DATA", "VRAGEN"))
    parser.add_argument(
        "--without", action="append", default=[], metavar="PATROON", help="bestanden die in niets meedoen"
    )
    parser.add_argument("--rank", type=int, default=96)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    default = Hyperparameters()
    for name in Hyperparameters.__dataclass_fields__:
        value = getattr(default, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    return parser.parse_args()


def _lessons(arguments: argparse.Namespace, texts: Texts) -> list[Lesson]:
    encoder = load_encoder(str(arguments.base))
    lessons: list[Lesson] = []
    for data, questions in arguments.collection:
        catalogue = open_catalogue(Path(data))
        found, lost = examples(catalogue, read_asked(Path(questions)))
        kept = [one for one in found if not _left_out(one.file, arguments.without)]
        without = {one.id for one in catalogue.documents(EVERYTHING) if _left_out(one.file_name, arguments.without)}
        logger.info("%s: %d vragen %s, %d passages niet gevonden", questions, len(kept), kinds(kept), len(lost))
        made = make_lessons(catalogue, texts.add(catalogue), kept, encoder, without)
        lessons += tqdm(made, total=len(kept), desc="voorbeelden", mininterval=10)
        catalogue.close()
    return lessons


def _left_out(file: str, patterns: list[str]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)


def train(arguments: argparse.Namespace) -> None:
    """Train and write the delta."""
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

    settings = Hyperparameters(**{name: getattr(arguments, name) for name in Hyperparameters.__dataclass_fields__})
    torch.set_num_threads(arguments.threads)
    texts = Texts()
    lessons = _lessons(arguments, texts)
    model = BertModel.from_pretrained(arguments.base, attn_implementation="eager")  # the fastest on a CPU here
    tokenizer = PreTrainedTokenizerFast.from_pretrained(arguments.base)
    before = {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}
    Trainer(model, tokenizer, ModelFacts.load(arguments.base), texts, settings).run(lessons)
    after = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    digest = model_delta.save(arguments.out, model_delta.factors(before, after, arguments.rank))
    logger.info("%s: %.1f MB, sha256 %s", arguments.out, arguments.out.stat().st_size / 1e6, digest)


def main() -> None:
    """Command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        train(_arguments())
    except KennislabError as error:
        sys.exit(f"kennislab: {error}")


if __name__ == "__main__":
    main()
