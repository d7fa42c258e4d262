"""The service under load: how soon it is ready, and what 1, 8 and 32 clients get from it."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from many_questions import WARM_UP, many_questions

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = (1, 8, 32)
ROUND_S = 10.0
START_S = 300.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def measure(folder: Path, model: str, round_s: float = ROUND_S) -> dict[str, Any]:
    """Start the service on a folder, ask for some seconds with so many clients at once, stop it."""
    port = free_port()
    flags = ["--data", str(folder), "--model", model, "--port", str(port), "--workers", "0"]
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve", *flags]
    start = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "KENNISLAB_RATE_LIMIT": "0"}, stderr=subprocess.DEVNULL
    )
    try:
        alive = _wait(port, "/livez", start)
        ready = _wait(port, "/readyz", start)
        found: dict[str, Any] = {"alive_s": alive, "ready_s": ready, "clients": {}}
        ask(port, many_questions()[:WARM_UP])
        for count in CLIENTS:
            found["clients"][str(count)] = _round(port, count, round_s)
        return found
    finally:
        server.terminate()
        server.wait(60)


def _wait(port: int, path: str, start: float) -> float:
    """Seconds from the start until the path answers that all is well."""
    while time.perf_counter() - start < START_S:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return round(time.perf_counter() - start, 2)
        except OSError:
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{path} antwoordt niet")


def ask(port: int, questions: list[str], until: float = float("inf")) -> list[float]:
    """Milliseconds of each question, asked one after another over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    taken = []
    for question in questions:
        if time.perf_counter() > until:
            break
        taken.append(one_question(connection, question))
    connection.close()
    return taken


def one_question(connection: http.client.HTTPConnection, question: str) -> float:
    """Milliseconds until the whole answer is there."""
    start = time.perf_counter()
    body = json.dumps({"vraag": question})
    connection.request("POST", "/v1/documenten/_zoek", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return (time.perf_counter() - start) * 1000


def _round(port: int, clients: int, round_s: float) -> dict[str, float]:
    questions = many_questions()[WARM_UP:]
    share = len(questions) // clients
    orders = [questions[share * place :] + questions[: share * place] for place in range(clients)]
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        lists = list(pool.map(lambda order: ask(port, order, start + round_s), orders))
    taken = sorted(one for some in lists for one in some)
    seconds = time.perf_counter() - start
    return {
        "p50": round(statistics.median(taken), 1),
        "p95": round(taken[int(0.95 * (len(taken) - 1))], 1),
        "per_second": round(len(taken) / seconds, 1),
    }


def encoder_alone(model: str, questions: list[str], round_s: float = ROUND_S) -> float:
    """Questions a second that the encoder makes vectors of, asked by 32 threads, with nothing else to do."""
    sys.path.insert(0, str(ROOT))
    from search.loading import load_encoder

    encoder = load_encoder(model)
    done, count, lock = time.perf_counter() + round_s, [0], threading.Lock()

    def work(place: int) -> None:
        at = place
        while time.perf_counter() < done:
            encoder.encode_question(questions[at % len(questions)])
            at += 1
        with lock:
            count[0] += at - place

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(work, range(32)))
    return round(count[0] / round_s, 1)


if __name__ == "__main__":
    asked = [json.loads(line)["question"] for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
    result = measure(Path(sys.argv[1]), sys.argv[2]) | {"encoder_per_second": encoder_alone(sys.argv[2], asked)}
    print(json.dumps(result))
