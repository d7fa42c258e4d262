"""The plain way, measured in a process of its own: sentence-transformers in torch, IndexFlatIP and a BM25 package.

`python tests/bench/plain.py FOLDER MODEL QUESTIONS [N]`; prints JSON. It has the same passages, one vector each (ours,
so that not everything has to be embedded twice), and joins the two lists by their ranks. It reads no windows, no
character grams, no rights, and judges nothing: it does less for a question than Kennislab does.
"""

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import bm25s  # noqa: E402
import faiss  # noqa: E402
import numpy as np  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from many_questions import WARM_UP, many_questions  # noqa: E402
from sentence_transformers import SentenceTransformer  # noqa: E402
from timings import Timings, memory  # noqa: E402

from corpus.catalogue import UNITS_PER_PASSAGE, open_catalogue  # noqa: E402
from corpus.schema import passages  # noqa: E402
from search import snapshot  # noqa: E402
from search.embedded_index import SNAPSHOT_FOLDER  # noqa: E402
from search.fingerprint import FACT_NAME, Fingerprint  # noqa: E402

NEAR = 100


def read(folder: Path) -> tuple[list[str], np.ndarray]:
    """Texts and vectors of the passages, in the same order."""
    catalogue = open_catalogue(folder)
    fingerprint = Fingerprint(**json.loads(catalogue.fact(FACT_NAME) or "{}"))
    found = snapshot.load(folder / SNAPSHOT_FOLDER, fingerprint)
    assert found is not None
    wholes = [part.block.vectors[part.block.ids % UNITS_PER_PASSAGE == 0] for part in found.vectors.parts()]
    with catalogue.database.read() as connection:
        texts = list(connection.scalars(sa.select(passages.c.text).order_by(passages.c.key)))
    catalogue.close()
    return texts, np.concatenate(wholes).astype(np.float32)


def main() -> None:
    """Build, ask, count."""
    folder, model_folder = Path(sys.argv[1]), sys.argv[2]
    questions = [json.loads(line)["question"] for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
    model = SentenceTransformer(model_folder, device="cpu", local_files_only=True)
    texts, vectors = read(folder)
    start = time.perf_counter()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    words = bm25s.BM25()
    words.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
    built = time.perf_counter() - start
    k, timings = min(NEAR, len(texts)), Timings()

    def ask(question: str) -> list[int]:
        vector = timings.time("encoder", lambda: encode(question))
        _, near = timings.time("vectoren", lambda: index.search(vector[None], k))
        tokens = bm25s.tokenize([question], stopwords=None, show_progress=False)
        named, _ = timings.time("woorden", lambda: words.retrieve(tokens, k=k, show_progress=False))
        scores: dict[int, float] = {}
        for ranked in (near[0], named[0]):
            for rank, row in enumerate(ranked.tolist(), start=1):
                scores[row] = scores.get(row, 0.0) + 1 / (60 + rank)
        return sorted(scores, key=lambda row: -scores[row])[:10]

    def encode(question: str) -> np.ndarray:
        return np.asarray(model.encode(["query: " + question], normalize_embeddings=True, show_progress_bar=False)[0])

    for question in many_questions()[:WARM_UP]:
        ask(question)
    timings.clock.clear()
    timings.processor.clear()
    for question in questions[: int(sys.argv[4]) if len(sys.argv) > 4 else 40]:
        timings.time("geheel", lambda question=question: ask(question))
    print(
        json.dumps(
            {"passages": len(texts), "build_s": round(built, 2), "stages": timings.table(), "memory_mb": memory()}
        )
    )


if __name__ == "__main__":
    main()
