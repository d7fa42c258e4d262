"""Serving needs no torch: it costs seconds at the start and hundreds of megabytes."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from corpus.scope import EVERYTHING
from service.app import create_app
from service.settings import load_settings
from service.wiring import open_searcher

searcher = open_searcher(load_settings({"data": sys.argv[1]}, {}), serving=True)
create_app(lambda: searcher, "iemand@example.org")
assert searcher.search("Hoe baken je de preventie van radicalisering af?", EVERYTHING).results
searcher.index.close()
print(sorted({"torch", "sentence_transformers", "transformers"} & sys.modules.keys()))
"""


def test_torch_is_not_imported_when_serving(sample_data: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", SCRIPT, str(sample_data)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr[-2000:]
