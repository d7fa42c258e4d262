"""Schemathesis asks the running service everything that the description allows, and much that it does not.

No answer may be a 5xx, and none may be other than the description says: status, media type, headers, body; what the
description forbids must be refused and what it allows accepted. A run is short; `make test-all` takes its time.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalogue import open_catalogue
from service.access import Role
from tests.e2e.serving import Service, running_service
from tests.service.clients import new_key

SECONDS = 300 if os.environ.get("TEST_FULL") else 25
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture(scope="module")
def service(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("schemathesis")
    with running_service(sample_data, folder, workers=1) as running:
        yield running


def checked(service: Service, seed: int, folder: Path, key: str = "") -> str:
    """What Schemathesis finds wrong; empty when that is nothing."""
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert program is not None, "schemathesis ontbreekt: make setup"
    command = [program, "--config-file", str(CONFIG), "run", f"{service.address}/v1/openapi.json"]
    command += ["--origin", service.address, "--seed", str(seed), "--max-time", str(SECONDS), "--no-color"]
    command += ["--continue-on-failure", "--no-shrink", "--suppress-health-check", "all"]
    command += ["--generation-database", "none", "--request-timeout", "120"]
    command += ["--header", f"Authorization: Bearer {key}"] if key else []
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    asked = [line.strip() for line in done.stdout.splitlines() if "generated, " in line]
    print(f"seed {seed}: {asked}")
    return "" if done.returncode == 0 else f"seed {seed}\n{done.stdout[-20_000:]}{done.stderr[-2_000:]}"


@pytest.mark.heavy
@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_every_answer_is_as_described(service: Service, seed: int, tmp_path: Path, role: Role | None) -> None:
    key = ""
    if role is not None:
        catalogue = open_catalogue(service.data)
        key = new_key(catalogue, role)
        catalogue.close()
    assert checked(service, seed, tmp_path, key) == ""
