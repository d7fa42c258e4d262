"""Taking files in, by format, against the plain way: `python tests/bench/ingest_speed.py FOLDER[:…] MODEL OUT [N]`.

Both take in the same files, a few at a time and in turn, so that what else the machine does troubles both. What is
loaded once (models, word lists, the process that reads) is loaded before the clock starts, for both. The plain way
reads with each library's own text extraction, cuts every 160 words into 200, embeds those once in torch, and keeps
them in IndexFlatIP and a BM25 package: no structure, pages, windows, terms or grams, and nothing is stored. Since its
passages are other ones, what is compared is documents, by the clock and by processor time (with the reading process).
"""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from plain_ingest import Plain  # noqa: E402
from timings import memory  # noqa: E402

from corpus.types import Classification  # noqa: E402
from ingest.pipeline import IngestOptions, Pipeline, Status  # noqa: E402
from search.encoder import Encoder  # noqa: E402
from search.loading import load_encoder  # noqa: E402
from service.settings import load_settings  # noqa: E402
from service.wiring import open_pipeline  # noqa: E402

EACH = 8  # files of a format
TURN = 4  # files that one takes in before the other has its turn
LARGEST = 400_000  # bytes: larger ones take minutes in the plain way
WARM = "Een tekst over radicaliseringspreventie, om te laden wat later nodig is; zij bakent dat in de wijk goed af. "


def files_by_format(folders: list[Path], each: int) -> dict[str, list[Path]]:
    """Some files of each format, spread over what there is, the same every time."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and path.stat().st_size < LARGEST:
            found[path.suffix.lstrip(".").lower()].append(path)
    places = {name: sorted({at * len(paths) // each for at in range(each)}) for name, paths in found.items()}
    return {name: [found[name][at] for at in places[name]] for name in sorted(found)}


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text(encoding="utf-8").split()
    except FileNotFoundError:  # a thread that ended meanwhile
        return []


def processor() -> float:
    """Processor seconds of this process and of the one that reads, with what that has started and ended."""
    ticks = 0
    for task in Path("/proc/self/task").iterdir():
        for child in _children(task):
            stat = Path(f"/proc/{child}/stat").read_text(encoding="utf-8")
            ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


class Clock:
    """Seconds by the clock and of the processor."""

    def __init__(self) -> None:
        self.seconds = self.processor = 0.0

    def __enter__(self) -> "Clock":
        self._from = time.perf_counter(), processor()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._from[0]
        self.processor += processor() - self._from[1]


def speed(clock: Clock, documents: int, passages: int, vectors: int) -> dict[str, float]:
    """What was done, and how much a second."""
    return {
        "documents": documents,
        "passages": passages,
        "documents_s": round(documents / clock.seconds, 3),
        "passages_s": round(passages / clock.seconds, 2),
        "vectors_s": round(vectors / clock.seconds, 2),
        "processor_s": round(clock.processor, 2),
    }


def both(paths: list[Path], pipeline: Pipeline, plain: Plain, counts: Any) -> dict[str, Any]:
    """The same files by both, in turn; who begins changes too."""
    clocks, cut, done = {"ours": Clock(), "plain": Clock()}, 0, 0
    before = counts()
    for turn, at in enumerate(range(0, len(paths), TURN)):
        some = paths[at : at + TURN]
        for name in ("ours", "plain")[:: -1 if turn % 2 else 1]:
            with clocks[name]:
                if name == "plain":
                    cut += plain.take(some)
                else:
                    outcomes = list(pipeline.ingest_all([(path, path.name) for path in some]))
                    done += sum(outcome.status is Status.PROCESSED for outcome in outcomes)
    with clocks["plain"]:
        plain.finish()
    passages, units = (counts()[name] - before[name] for name in ("passages", "units"))
    ours = speed(clocks["ours"], done, passages, units)
    return {"ours": ours, "plain": speed(clocks["plain"], len(paths), cut, cut) | {"stages_s": _rounded(plain.seconds)}}


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in seconds.items()}


def measure(name: str, paths: list[Path], encoder: Encoder, model: str, out: Path) -> dict[str, Any]:
    """One format, from an empty knowledge base."""
    options = IngestOptions(default_level=Classification.OPENBAAR)
    catalogue, pipeline = open_pipeline(load_settings({"data": str(out), "model": model}, {}), options, encoder)
    plain = Plain(model)
    plain.warm()
    first = out / "eerste.txt"
    first.write_text(WARM * 3, encoding="utf-8")
    pipeline.ingest(first, first.name)
    found = both(paths, pipeline, plain, catalogue.counts)
    catalogue.close()
    ours, other = found["ours"], found["plain"]
    found["ratio"] = round(ours["documents_s"] / other["documents_s"], 2)
    found["processor_ratio"] = round(other["processor_s"] / ours["processor_s"], 2)
    print(name, json.dumps(found), file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Format by format."""
    folders, model, out = [Path(part) for part in sys.argv[1].split(os.pathsep)], sys.argv[2], Path(sys.argv[3])
    each = int(sys.argv[4]) if len(sys.argv) > 4 else EACH
    encoder = load_encoder(model)
    formats = files_by_format(folders, each).items()
    found = {name: measure(name, paths, encoder, model, out / name) for name, paths in formats}
    print(json.dumps({"formats": found, "memory_mb": memory()}))


if __name__ == "__main__":
    main()
