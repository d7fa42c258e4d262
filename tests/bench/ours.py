"""Kennislab measured in a process of its own: `python tests/bench/ours.py FOLDER MODEL QUESTIONS [N]`; prints JSON."""

import json
import sys
import time
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from many_questions import WARM_UP, many_questions  # noqa: E402
from timings import Timings, memory, size_of  # noqa: E402

from corpus.scope import EVERYTHING, PUBLIC  # noqa: E402
from search import bm25, unit_block  # noqa: E402
from search.analysis import index_grams, question_terms  # noqa: E402
from search.embedded_index import SNAPSHOT_FOLDER, EmbeddedIndex  # noqa: E402
from search.searcher import CANDIDATES, KEYWORD_CANDIDATES, Searcher  # noqa: E402
from service.settings import load_settings  # noqa: E402
from service.wiring import open_searcher  # noqa: E402


def stages(searcher: Searcher, questions: list[str], count: int) -> Timings:
    """Time `count` questions as a whole, after others to warm up, and the stages of as many others.

    Not of the same: what was read for a question a moment ago is not read again.
    """
    index, timings = searcher.index, Timings()
    for question in many_questions()[:WARM_UP]:
        searcher.search(question, PUBLIC)
    for question in questions[:count]:
        timings.time("geheel", lambda question=question: searcher.search(question, PUBLIC))
    for question in questions[count : 2 * count]:
        vector = timings.time("encoder", lambda question=question: searcher.encoder.encode_question(question))
        terms = timings.time("analyse", lambda question=question: question_terms(question))
        grams = list(dict.fromkeys(index_grams(question)))
        timings.time("vectoren", lambda vector=vector: index.vector_hits(vector, PUBLIC, CANDIDATES))
        timings.time("woorden", lambda terms=terms: index.keyword_hits(terms, PUBLIC, KEYWORD_CANDIDATES))
        timings.time("lettergroepen", lambda grams=grams: index.gram_hits(grams, PUBLIC, KEYWORD_CANDIDATES))
        found = timings.time("kandidaten", lambda question=question: searcher.candidates(question, PUBLIC))
        timings.time("lezen", lambda question=question, found=found: searcher.search(question, PUBLIC, found=found))
    return timings


def agreement(searcher: Searcher, questions: list[str]) -> dict[str, float]:
    """Of the first ten hits of the exact legs, the share that the fast ones have among their first ten."""
    index, same = searcher.index, {"vectoren": 0.0, "woorden": 0.0, "lettergroepen": 0.0}
    for question in questions:
        vector = searcher.encoder.encode_question(question)
        terms, grams = question_terms(question), list(dict.fromkeys(index_grams(question)))
        asks = {
            "vectoren": lambda vector=vector: index.vector_hits(vector, EVERYTHING, CANDIDATES),
            "woorden": lambda terms=terms: index.keyword_hits(terms, EVERYTHING, KEYWORD_CANDIDATES),
            "lettergroepen": lambda grams=grams: index.gram_hits(grams, EVERYTHING, KEYWORD_CANDIDATES),
        }
        for name, ask in asks.items():
            fast = {hit.key for hit in ask()[:10]}
            with patch.object(unit_block, "EXACT_UNITS", 10**9), patch.object(bm25, "rarest_of", lambda c: c >= 0):
                exact = {hit.key for hit in ask()[:10]}
            same[name] += len(fast & exact) / max(1, len(exact)) / len(questions)
    return {name: round(share, 4) for name, share in same.items()}


def main() -> None:
    """Open, ask, count."""
    folder, model = Path(sys.argv[1]), sys.argv[2]
    questions = [json.loads(line)["question"] for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
    start, used = time.perf_counter(), time.process_time()
    searcher = open_searcher(load_settings({"data": str(folder), "model": model}, {}))
    opened, opened_processor = time.perf_counter() - start, time.process_time() - used
    assert isinstance(searcher.index, EmbeddedIndex)
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 40
    timings = stages(searcher, questions, count)
    memory_used = memory()  # before the exact scans, which read everything
    numbers = searcher.catalogue.counts()
    units = sum(len(part.block) for part in searcher.index.vector_parts())
    snapshot = size_of(folder / SNAPSHOT_FOLDER)
    found = {
        "passages": numbers["passages"],
        "units": units,
        "open_s": round(opened, 2),
        "open_processor_s": round(opened_processor, 2),
        "stages": timings.table(),
        "memory_mb": memory_used,
        "snapshot_bytes_per_passage": round(snapshot / max(1, numbers["passages"])),
        "snapshot_bytes_per_window": round(snapshot / max(1, units)),
        "agreement": agreement(searcher, questions[-count // 2 :]),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
