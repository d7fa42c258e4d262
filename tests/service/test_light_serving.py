"""Serving needs no torch, and nothing that only reads files: they cost seconds at the start and much memory."""

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
unneeded = {"torch", "sentence_transformers", "transformers", "onnx", "pypdf", "pptx", "alembic"}
print(sorted(unneeded & sys.modules.keys()))
"""


def test_what_serving_does_not_need_is_not_imported(sample_data: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", SCRIPT, str(sample_data)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr[-2000:]
