"""What a question costs, stage by stage, at several sizes: `python tests/bench/query_cost.py DATA --sizes 1000 10000`.

Every stage is timed on the same questions in the same run, and given as a ratio to the encoder too, since machines
differ and are noisy. The data folder is the loaded sample knowledge base, which larger ones are made from.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from large_collection import build, read_source  # noqa: E402

from corpus.catalogue import open_catalogue  # noqa: E402
from corpus.scope import EVERYTHING  # noqa: E402
from ingest.chunking import VERSION  # noqa: E402
from search.analysis import index_grams, question_terms  # noqa: E402
from search.embedded_index import open_index  # noqa: E402
from search.encoder import Encoder  # noqa: E402
from search.fingerprint import Fingerprint  # noqa: E402
from search.loading import load_encoder  # noqa: E402
from search.searcher import CANDIDATES, Searcher  # noqa: E402

T = TypeVar("T")
STAGES = ("encoder", "analyse", "vectoren", "woorden", "lettergroepen", "geheel")


@dataclass
class Timings:
    """Milliseconds of each stage, one for every question."""

    stages: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in STAGES})

    def time(self, stage: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        self.stages[stage].append((time.perf_counter() - start) * 1000)
        return result

    def percentile(self, stage: str, share: float) -> float:
        return float(np.percentile(self.stages[stage], share))


def measure(folder: Path, encoder: Encoder, questions: list[str]) -> Timings:
    """Time every question, after three to warm up."""
    catalogue = open_catalogue(folder)
    index = open_index(catalogue, folder, Fingerprint.of(encoder.facts, VERSION))
    searcher = Searcher(catalogue, index, encoder)
    for question in questions[:3]:
        searcher.search(question, EVERYTHING)
    timings = Timings()
    for question in questions:
        vector = timings.time("encoder", lambda question=question: encoder.encode_question(question))
        terms, grams = timings.time(
            "analyse",
            lambda question=question: (question_terms(question), list(dict.fromkeys(index_grams(question)))),
        )
        timings.time("vectoren", lambda vector=vector: index.vector_hits(vector, EVERYTHING, CANDIDATES))
        timings.time("woorden", lambda terms=terms: index.keyword_hits(terms, EVERYTHING, CANDIDATES))
        timings.time("lettergroepen", lambda grams=grams: index.gram_hits(grams, EVERYTHING, CANDIDATES))
        timings.time("geheel", lambda question=question: searcher.search(question, EVERYTHING))
    index.close()
    return timings


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--model", default=str(ROOT / "models" / "kennislab-e5-small-nl"))
    parser.add_argument("--questions", type=Path, default=ROOT / "corpus" / "voorbeeld" / "vragen.jsonl")
    parser.add_argument("--keep", type=Path, help="map waarin de gemaakte kennisbanken blijven staan")
    options = parser.parse_args()
    encoder = load_encoder(options.model)
    source = read_source(options.data)
    questions = [json.loads(line)["question"] for line in options.questions.read_text(encoding="utf-8").splitlines()]
    print("| passages | " + " | ".join(f"{stage} p50 / p95 ms" for stage in STAGES) + " | zonder encoder ÷ encoder |")
    print("|---" * (len(STAGES) + 2) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        for size in options.sizes:
            folder = (options.keep or Path(temporary)) / str(size)
            if not folder.exists():
                build(source, folder, size, Fingerprint.of(encoder.facts, VERSION))
            timings = measure(folder, encoder, questions)
            cells = [f"{timings.percentile(name, 50):.1f} / {timings.percentile(name, 95):.1f}" for name in STAGES]
            rest = timings.percentile("geheel", 50) - timings.percentile("encoder", 50)
            print(f"| {size} | {' | '.join(cells)} | {rest / timings.percentile('encoder', 50):.2f} |", flush=True)


if __name__ == "__main__":
    main()
