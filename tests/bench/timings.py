"""How long things take and how much memory they need, for one process."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass
class Timings:
    """Milliseconds of each stage: by the clock, and of processor time, which a busy machine troubles less."""

    clock: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)

    def time(self, stage: str, work: Callable[[], T]) -> T:
        start, used = time.perf_counter(), time.thread_time()
        result = work()
        self.processor.setdefault(stage, []).append((time.thread_time() - used) * 1000)
        self.clock.setdefault(stage, []).append((time.perf_counter() - start) * 1000)
        return result

    def table(self) -> dict[str, dict[str, float]]:
        """Median and 95th percentile of each stage."""
        return {
            stage: {
                "p50": round(float(np.percentile(self.clock[stage], 50)), 2),
                "p95": round(float(np.percentile(self.clock[stage], 95)), 2),
                "processor": round(float(np.percentile(self.processor[stage], 50)), 2),
            }
            for stage in self.clock
        }


def memory() -> dict[str, int]:
    """Megabytes of this process: its peak, what it has of its own, and what it has mapped of files."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    own, mapped = (int(facts[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile"))
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "own": own, "mapped": mapped}


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
