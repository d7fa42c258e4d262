"""It works with the network unplugged: nothing is reached, and nothing is even tried."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.serving import ROOT
from tests.e2e.unplugged import write_guard

PROGRAM = [sys.executable, "-c", "from tests.e2e.unplugged import main; main()"]
TRYING = "import urllib.request; urllib.request.urlopen('http://example.nl', timeout=5)"
# With this a hub is not asked anyway; who installs Kennislab may not have set it.
HELPS = {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in HELPS}
    return {**kept, "PYTHONPATH": str(tmp_path)}


def test_row_25_loading_asking_and_serving_without_a_network(tmp_path: Path, environment: dict[str, str]) -> None:
    tried = write_guard(tmp_path)
    done = subprocess.run(
        [*PROGRAM, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=540, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    print("zonder netwerk" if told.pop("left") else "dit systeem laat niet toe dat het netwerk eraf gaat")
    assert told == {
        "reached": False,
        "search": ["nota.md"],
        "upload": "verwerkt",
        "serve": ["kerk.md", "nota.md"],
    }
    assert [line for line in tried.read_text().splitlines() if "192.0.2.1" not in line] == []


def test_the_guard_that_says_so_would_notice(tmp_path: Path, environment: dict[str, str]) -> None:
    tried = write_guard(tmp_path)
    done = subprocess.run([sys.executable, "-c", TRYING], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "example.nl" in tried.read_text()
