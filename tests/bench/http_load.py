"""The service under load: how soon it is ready, and what 1, 8 and 32 clients get from it.

Who asks takes processor time of the same machine: `asking` is how much of one processor that was.
"""

import argparse
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
from datetime import UTC, datetime, timedelta
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


def measure(folder: Path, model: str, round_s: float = ROUND_S, processes: int = 1) -> dict[str, Any]:
    """Start the service on a folder, ask for some seconds with so many clients at once, stop it."""
    port = free_port()
    flags = ["--data", str(folder), "--model", model, "--port", str(port), "--workers", "0"]
    flags += ["--processes", str(processes)]
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve", *flags]
    start = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "KENNISLAB_RATE_LIMIT": "0"}, stderr=subprocess.DEVNULL
    )
    try:
        alive = _wait(port, "/livez", start)
        ready = _wait(port, "/readyz", start)
        found: dict[str, Any] = {"alive_s": alive, "ready_s": ready, "clients": {}}
        if processes > 1:
            found["all_ready_s"] = _wait_for_all(folder, port, processes, start)
        warm_up = many_questions()[:WARM_UP]
        with ThreadPoolExecutor(4 * processes) as pool:  # several connections, so that every process is asked
            list(pool.map(lambda _: ask(port, warm_up), range(1 if processes == 1 else 4 * processes)))
        for count in CLIENTS:
            found["clients"][str(count)] = _round(port, count, round_s)
        return found | {"processes": processes, "memory_mb": memory_of(server.pid)}
    finally:
        server.terminate()
        server.wait(60)


def memory_of(process: int) -> int:
    """Megabytes of a process and all that it started; what they share counts once."""
    folder = Path(f"/proc/{process}")
    lines = (folder / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024
    started = [child for task in folder.glob("task/*/children") for child in task.read_text(encoding="utf-8").split()]
    return own + sum(memory_of(int(child)) for child in started)


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


def _wait_for_all(folder: Path, port: int, processes: int, start: float) -> float:
    """Seconds from the start until every process answers."""
    sys.path.insert(0, str(ROOT))
    from corpus.catalogue import open_catalogue
    from corpus.keys import NewKey, create_key

    catalogue = open_catalogue(folder)
    key = create_key(catalogue.database, NewKey("bench", "beheerder", datetime.now(UTC) + timedelta(hours=1)))[1]
    catalogue.close()
    while time.perf_counter() - start < START_S:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {key}"})
        lines = connection.getresponse().read().decode().splitlines()
        if sum(line.startswith("kennislab_gereed{") and line.endswith(" 1.0") for line in lines) == processes:
            return round(time.perf_counter() - start, 2)
        time.sleep(0.5)  # counting what is in the index is work too
    raise TimeoutError("niet alle processen antwoorden")


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
    start, worked = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        lists = list(pool.map(lambda order: ask(port, order, start + round_s), orders))
    taken = sorted(one for some in lists for one in some)
    seconds = time.perf_counter() - start
    return {
        "p50": round(statistics.median(taken), 1),
        "p95": round(taken[int(0.95 * (len(taken) - 1))], 1),
        "per_second": round(len(taken) / seconds, 1),
        "asking": round((time.process_time() - worked) / seconds, 2),
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


def main() -> None:
    """Command line; prints the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the loaded knowledge base")
    parser.add_argument("model")
    parser.add_argument("questions", type=Path, help="what the encoder alone is asked")
    parser.add_argument("--processes", type=int, default=1, help="processes of the service")
    parser.add_argument("--round", type=float, default=ROUND_S, help="seconds for each number of clients")
    options = parser.parse_args()
    asked = [json.loads(line)["question"] for line in options.questions.read_text(encoding="utf-8").splitlines()]
    result = measure(options.data, options.model, options.round, options.processes)
    print(json.dumps(result | {"encoder_per_second": encoder_alone(options.model, asked)}))


if __name__ == "__main__":
    main()
