"""Running the real command line and the real server, for tests."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-c", "from service.cli import main; main()"]
START_S = 180.0  # on a busy machine


@dataclass(frozen=True)
class Service:
    """`kennislab serve` as a process."""

    address: str
    data: Path
    process: "subprocess.Popen[bytes]"
    log: Path


@contextmanager
def running_service(
    data: Path, folder: Path, workers: int = 0, settings: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """A service that is ready, with its log in `folder`; asked to stop at the end, and it may have had no surprises.

    It has no limit on requests, since tests ask a lot, and draws no slides, which not every machine can. A test may
    kill it itself. `settings` are KENNISLAB_... ones.
    """
    port, log = free_port(), folder / "serve.log"
    command = [*COMMAND, "serve", "--port", str(port), "--data", str(data), "--workers", str(workers)]
    # The settings of the tests themselves are none of the service.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KENNISLAB_")}
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stderr=output,
            stdout=output,
            env=environment | {"KENNISLAB_RATE_LIMIT": "0", "KENNISLAB_LIBREOFFICE": "uit", **(settings or {})},
        )
    service = Service(f"http://127.0.0.1:{port}", data, process, log)
    try:
        _wait_until_ready(service)
        yield service
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) in {0, -signal.SIGTERM, 143}
    assert "Traceback" not in log.read_text()


def _wait_until_ready(service: Service) -> None:
    until = time.monotonic() + START_S
    while status_of(f"{service.address}/readyz") != 200:
        if service.process.poll() is not None or time.monotonic() > until:
            pytest.fail(service.log.read_text())
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(url: str) -> int:
    """The status that a GET gives, 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
