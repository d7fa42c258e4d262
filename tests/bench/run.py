"""`make bench`: Kennislab and the plain way at several sizes, in one run; writes docs/benchmarks.md.

What an earlier run measured at other sizes stays in the table: it is kept in build/bench/results.json.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(BENCH)]

from benchmarks_page import page  # noqa: E402
from large_collection import build, read_source  # noqa: E402

from ingest.chunking import VERSION  # noqa: E402
from search.fingerprint import Fingerprint  # noqa: E402
from search.loading import load_encoder  # noqa: E402

PACKAGES = ("faiss-cpu", "onnxruntime", "torch", "sentence-transformers", "bm25s", "numpy", "sqlalchemy", "fastapi")
LIMIT_S = 3600


def child(script: str, *arguments: object) -> dict[str, Any]:
    """What a measuring process of its own prints."""
    command = [sys.executable, str(BENCH / script), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=LIMIT_S)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def environment() -> dict[str, str]:
    """What the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text(encoding="utf-8").split()[1] if lines else "0"
    busy = Path("/proc/loadavg").read_text(encoding="utf-8").split()[1] if lines else ""
    found = {"datum": date.today().isoformat(), "processor": f"{len(names)} × {names[0] if names else ''}"}  # noqa: DTZ011
    found |= {"geheugen": f"{int(memory) // 1024**2} GB", "belasting": busy, "Python": platform.python_version()}
    return found | {name: version(name) for name in PACKAGES}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the loaded sample knowledge base")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--plain-up-to", type=int, default=100_000, help="the largest size for the plain way")
    parser.add_argument("--model", default=str(ROOT / "models" / "kennislab-e5-small-nl"))
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--no-ingest", action="store_true")
    options = parser.parse_args()
    questions = ROOT / "corpus" / "voorbeeld" / "vragen.jsonl"
    options.work.mkdir(parents=True, exist_ok=True)
    results = options.work / "results.json"
    kept: dict[str, Any] = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    kept.setdefault("sizes", {})
    source, fingerprint = None, Fingerprint.of(load_encoder(options.model).facts, VERSION)
    for size in options.sizes:
        folder = options.work / str(size)
        if not folder.exists():
            source = source or read_source(options.data)
            start = time.perf_counter()
            build(source, folder, size, fingerprint)
            print(f"{size}: gemaakt in {time.perf_counter() - start:.0f} s", file=sys.stderr)
        own = kept["sizes"].setdefault(str(size), {})
        own["ours"] = child("ours.py", folder, options.model, questions)
        if size <= options.plain_up_to:
            own["plain"] = child("plain.py", folder, options.model, questions)
        own["profile"] = child("profile_question.py", folder, options.model, questions)
        own["http"] = child("http_load.py", folder, options.model, questions)
        processors = ("--processes", os.cpu_count() or 1)
        own["http_processes"] = child("http_load.py", folder, options.model, questions, *processors)
        own["environment"] = environment()
        results.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        options.page.write_text(page(kept), encoding="utf-8")
    if not options.no_ingest:
        shutil.rmtree(options.work / "ingest", ignore_errors=True)
        documents = ROOT / "corpus" / "voorbeeld" / "documenten"
        kept["ingest"] = child("ingest_speed.py", documents, options.model, options.work / "ingest")
        kept["ingest"]["environment"] = environment()
    results.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    options.page.write_text(page(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
