"""SeaweedFS as a server of the tests' own: a real store that speaks S3, kept apart per test by a prefix."""

import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corpus.errors import CatalogueError
from corpus.s3_address import S3Access, S3Address
from corpus.s3_client import S3Client

BUCKET = "proef"
KEY, SECRET = "kennislab", "zeer-geheim-van-de-proef"
READER, READER_SECRET = "lezer", "ook-geheim-van-de-proef"
USER, USER_SECRET = "gebruiker", "mede-geheim-van-de-proef"  # with the rights that docs/opschalen.md names
START_S = 120.0  # on a busy machine
_PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
_S3_PORTS = ("s3.port", "s3.port.grpc")


@dataclass
class BucketServer:
    """A server that can be killed and started again with what it had."""

    folder: Path
    ports: Mapping[str, int] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3.port']}"

    def access(self, key: str = KEY, secret: str = SECRET) -> S3Access:
        return S3Access(self.endpoint, "", key, secret)

    def address(self, prefix: str = "", bucket: str = BUCKET) -> S3Address:
        """Of a knowledge base that has nothing in it."""
        return S3Address(bucket, prefix or f"kb-{secrets.token_hex(6)}", self.access())

    def environment(self, address: S3Address) -> Mapping[str, str]:
        """What a process of ours is told."""
        names = {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        return {"KENNISLAB_FILES": address.url, **names}

    def start(self) -> None:
        """Start it and wait until it takes files; a bucket is made with the first one."""
        config = self.folder / "s3.json"
        owner = _identity(KEY, SECRET, "Admin", "Read", "Write", "List")
        reader = _identity(READER, READER_SECRET, f"Read:{BUCKET}", f"List:{BUCKET}")
        user = _identity(USER, USER_SECRET, *(f"{action}:{BUCKET}" for action in ("Read", "Write", "List")))
        config.write_text(json.dumps({"identities": [owner, reader, user]}))
        flags = {"dir": self.folder / "data", "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "volume.max": 50}
        flags |= {"master.telemetry": "false", "master.volumeSizeLimitMB": 64, "master.electionTimeout": "1s"}
        flags |= {"filer": "true", "s3": "true", "s3.config": config, "s3.iam": "false", "s3.autoCreateBucket": "true"}
        flags |= {"s3.port.iceberg": 0, "s3.port.lance": 0, **self.ports}
        flags |= {f"{name}.localSocket": self.folder / f"{name}.sock" for name in ("filer", "s3")}
        (self.folder / "data").mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            command = [program(), "server", *(f"-{name}={value}" for name, value in flags.items())]
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        until, client = time.monotonic() + START_S, S3Client(self.address("begin"))
        while True:
            try:
                client.put("begin", b"begin")
                return
            except CatalogueError as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"SeaweedFS start niet: {error}")
                time.sleep(0.2)

    def stop(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def program() -> str:
    """Of the package, or of the system."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed") or ""


def objects(address: S3Address) -> dict[str, bytes]:
    """Every object of a knowledge base and what is in it."""
    client = S3Client(address)
    return {listed.key: client.get(listed.key) or b"" for listed in client.listed("")}


@contextmanager
def running_bucket(folder: Path) -> Iterator[BucketServer]:
    """A server that answers."""
    if not program():
        pytest.skip("SeaweedFS is er niet: make setup")
    server = BucketServer(folder, _free_ports(*_PORTS, *_S3_PORTS))
    guard = None
    try:
        server.start()
        assert server.process is not None
        guard = _stop_after_us(server.process.pid)
        yield server
    finally:
        server.stop()
        if guard is not None:
            with suppress(ProcessLookupError):
                os.killpg(guard.pid, signal.SIGKILL)
            guard.wait()


def _stop_after_us(pid: int) -> "subprocess.Popen[bytes]":
    """What stops the server when this process is killed before it could."""
    script = f"while kill -0 {os.getpid()} 2>/dev/null; do sleep 1; done; kill -9 {shlex.quote(str(pid))}"
    none = subprocess.DEVNULL
    return subprocess.Popen(["sh", "-c", script], stdin=none, stdout=none, stderr=none, cwd="/", start_new_session=True)


def _identity(key: str, secret: str, *actions: str) -> dict[str, object]:
    return {"name": key, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


def _free_ports(*names: str) -> dict[str, int]:
    """Held all at once, so that no two are the same."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in names]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return {name: int(probe.getsockname()[1]) for name, probe in zip(names, probes, strict=True)}
