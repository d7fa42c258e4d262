"""Milvus Lite as a server of the tests' own: it speaks the protocol of Milvus, and several processes can use it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import KennislabError
from search.milvus_address import MilvusAddress, parse_milvus
from search.milvus_client import MilvusClient
from tests.e2e.serving import free_port

START_S = 120.0  # on a busy machine


def start_lite(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """The server, which keeps what it has in `folder`."""
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder), "--host", "127.0.0.1"]
    with (folder.parent / "milvus.log").open("ab") as log:
        return subprocess.Popen([*command, "--port", str(port)], stdout=log, stderr=log)


@contextmanager
def running_lite(folder: Path) -> Iterator[str]:
    """A server that answers; gives its address."""
    port = free_port()
    process = start_lite(folder / "milvus", port)
    try:
        wait_for(f"milvus://127.0.0.1:{port}", process)
        yield f"milvus://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Until the server answers."""
    until = time.monotonic() + START_S
    while True:
        try:
            client = MilvusClient(parse_milvus(url))
            client.names()
            client.close()
            return
        except KennislabError as error:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"Milvus Lite start niet: {error}")
            time.sleep(0.2)


@contextmanager
def emptied(url: str) -> Iterator[MilvusAddress]:
    """An address under which there is nothing yet. Collections stay, since making them takes long; rows do not."""
    address = replace(parse_milvus(url), name="proef")
    client = MilvusClient(address)
    for name in client.names():
        client.delete(name, "id >= 0")
    client.close()
    yield address
