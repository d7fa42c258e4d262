"""Taking files in, by format, against the plain way: `python tests/bench/ingest_speed.py FOLDER MODEL OUT [N]`.

The plain way reads with our readers and cuts with our chunker, one file after another, embeds every passage once with
sentence-transformers in torch, and fills IndexFlatIP and a BM25 package: it makes no windows, terms or grams and keeps
nothing. For passages a second that is in its favour, so vectors a second are given too.
"""

import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from timings import memory  # noqa: E402

from corpus.types import Classification  # noqa: E402
from ingest.chunking import chunk_pages  # noqa: E402
from ingest.pipeline import IngestOptions, Status  # noqa: E402
from ingest.sandbox import read_isolated  # noqa: E402
from search.encoder import load_sentence_transformer  # noqa: E402
from service.settings import load_settings  # noqa: E402
from service.wiring import open_pipeline  # noqa: E402

EACH = 8  # files of a format
LARGEST = 400_000  # bytes: larger ones take minutes in the plain way


def files_by_format(folder: Path, each: int) -> dict[str, list[Path]]:
    """Some files of each format, the same every time."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size < LARGEST:
            found[path.suffix.lstrip(".").lower()].append(path)
    return {name: paths[:: max(1, len(paths) // each)][:each] for name, paths in sorted(found.items())}


def ours(paths: list[Path], model: str, out: Path) -> dict[str, float]:
    """Documents and passages a second through the pipeline."""
    options = IngestOptions(default_level=Classification.OPENBAAR)
    catalogue, pipeline = open_pipeline(load_settings({"data": str(out), "model": model}, {}), options)
    start, used = time.perf_counter(), time.process_time()
    outcomes = list(pipeline.ingest_all([(path, path.name) for path in paths]))
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    numbers = catalogue.counts()
    catalogue.close()
    done = sum(outcome.status is Status.PROCESSED for outcome in outcomes)
    return _speed(done, numbers["passages"], numbers["units"], seconds, processor)


def plain(paths: list[Path], model: str) -> dict[str, float]:
    """The same the plain way."""
    import bm25s
    import faiss

    encoder = load_sentence_transformer(model)
    encoder.encode_passages(["warm"])
    index, texts, done = faiss.IndexFlatIP(encoder.facts.dimension), [], 0
    start, used = time.perf_counter(), time.process_time()
    for path in paths:
        extraction = read_isolated(path.read_bytes(), path.name)
        chunks = chunk_pages(extraction.pages, path.stem, encoder.facts.token_limit, encoder.count_tokens)
        if chunks:
            index.add(encoder.encode_passages([f"{path.stem}\n{chunk.text}" for chunk in chunks]))
            texts += [chunk.text for chunk in chunks]
            done += 1
    words = bm25s.BM25()
    words.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
    return _speed(done, len(texts), len(texts), time.perf_counter() - start, time.process_time() - used)


def _speed(documents: int, passages: int, vectors: int, seconds: float, processor: float) -> dict[str, float]:
    return {
        "documents": documents,
        "passages": passages,
        "documents_s": round(documents / seconds, 2),
        "passages_s": round(passages / seconds, 2),
        "vectors_s": round(vectors / seconds, 2),
        "passages_processor_s": round(passages / processor, 2),
    }


def main() -> None:
    """Both, format by format, alternating, so that what else the machine does troubles both."""
    folder, model, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    each = int(sys.argv[4]) if len(sys.argv) > 4 else EACH
    found: dict[str, Any] = {}
    for name, paths in files_by_format(folder, each).items():
        found[name] = {"ours": ours(paths, model, out / name), "plain": plain(paths, model)}
        print(name, json.dumps(found[name]), file=sys.stderr, flush=True)
    print(json.dumps({"formats": found, "memory_mb": memory()}))


if __name__ == "__main__":
    main()
