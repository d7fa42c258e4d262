"""Where the milliseconds of one question over HTTP go: `profile_question.py FOLDER MODEL QUESTIONS [N]`.

The service runs in this process and a client asks from another. Every stage is timed in the thread that does it, less
the stages within it; what the whole process used besides is HTTP itself. Prints a table, and JSON on the last line.
"""

import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import uvicorn  # noqa: E402
from http_load import free_port  # noqa: E402
from many_questions import WARM_UP, many_questions  # noqa: E402

from corpus.catalogue import Catalogue  # noqa: E402
from search import searcher  # noqa: E402
from search.embedded_index import EmbeddedIndex  # noqa: E402
from search.onnx_encoder import OnnxEncoder  # noqa: E402
from search.reading import Reading  # noqa: E402
from service.app import create_app  # noqa: E402
from service.recorder import Recorder  # noqa: E402
from service.routes import search as route  # noqa: E402
from service.schemas import Zoekantwoord  # noqa: E402
from service.settings import load_settings  # noqa: E402
from service.wiring import open_searcher  # noqa: E402

# Each with what does it; `HTTP` is what remains of the process.
STAGES: dict[str, list[tuple[Any, str]]] = {
    "encoder": [(OnnxEncoder, "encode_question")],
    "analyse": [(searcher, "question_terms"), (searcher, "index_grams")],
    "volgen en rechten": [(EmbeddedIndex, "_allowed")],
    "vectoren": [(EmbeddedIndex, "vector_hits")],
    "woorden": [(EmbeddedIndex, "keyword_hits")],
    "lettergroepen": [(EmbeddedIndex, "gram_hits")],
    "samenvoegen": [(searcher, "weighted_sum")],
    "catalogus: passages": [(Catalogue, "passages"), (EmbeddedIndex, "owners")],
    "catalogus: documenten": [(Catalogue, "documents_by_id"), (EmbeddedIndex, "labels")],
    "lezen": [(Reading, "__init__"), (Reading, "coverage"), (Reading, "matched")],
    "markeren": [(Reading, "marks")],
    "oordeel en facetten": [(route, "explore")],
    "antwoord en JSON": [(Zoekantwoord, "of")],
    "auditlog": [(Recorder, "_written")],
}
HTTP, WHOLE = "HTTP", "geheel"


class Spent:
    """Processor milliseconds of every stage, each less the stages within it; of all threads together."""

    def __init__(self) -> None:
        self.now: defaultdict[str, float] = defaultdict(float)
        self._inner = threading.local()

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def measured(*arguments: Any, **named: Any) -> Any:
            outside, self._inner.ms = getattr(self._inner, "ms", 0.0), 0.0
            start = time.thread_time()
            try:
                return work(*arguments, **named)
            finally:
                taken = (time.thread_time() - start) * 1000
                self.now[stage] += taken - self._inner.ms
                self._inner.ms = outside + taken

        return measured


@contextmanager
def measured(spent: Spent) -> Iterator[None]:
    """Every stage timed meanwhile."""
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for owner, name in places:
                stack.enter_context(patch.object(owner, name, spent.timed(stage, getattr(owner, name))))
        yield


@contextmanager
def serving(folder: Path, model: str) -> Iterator[int]:
    """The service in this process; gives its port once it answers."""
    settings = load_settings({"data": str(folder), "model": model}, {})
    opened = open_searcher(settings)
    app, port = create_app(lambda: opened, settings.contact), free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not (server.started and app.state.kennislab.searcher):
            time.sleep(0.01)
        app.state.suggester.follow()  # else it is read meanwhile
        yield port
    finally:
        server.should_exit = True
        thread.join()


def profile(port: int, questions: list[str], spent: Spent) -> dict[str, float]:
    """The median of each stage over the questions, after some to warm up."""
    command = [sys.executable, str(Path(__file__).parent / "asking.py"), str(port)]
    rows: list[dict[str, float]] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        for question in [*many_questions()[:WARM_UP], *questions]:
            spent.now = defaultdict(float)
            start = time.process_time()
            client.stdin.write(question + "\n")
            client.stdin.flush()
            client.stdout.readline()
            row = dict.fromkeys(STAGES, 0.0) | spent.now
            row[WHOLE] = (time.process_time() - start) * 1000
            row[HTTP] = row[WHOLE] - sum(spent.now.values())
            rows.append(row)
        client.stdin.close()
    return {stage: round(median(row[stage] for row in rows[WARM_UP:]), 2) for stage in (*STAGES, HTTP, WHOLE)}


def main() -> None:
    """Serve, ask, print."""
    questions = [json.loads(line)["question"] for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
    count, spent = int(sys.argv[4]) if len(sys.argv) > 4 else 100, Spent()
    with serving(Path(sys.argv[1]), sys.argv[2]) as port, measured(spent):
        found = profile(port, questions[:count], spent)
    for stage, ms in found.items():
        print(f"{stage:<24}{ms:>8.2f} ms{ms / found[WHOLE]:>7.0%}", file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
