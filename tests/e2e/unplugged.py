"""A day's work without a network, as a program: `python -c "from tests.e2e.unplugged import main; main()" FOLDER`.

It leaves the network for good where the system lets it, and prints as JSON what it did. Tests run it with a guard in
every Python process that refuses any address but this machine's own, and writes down who tried.
"""

import json
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ingest.confinement import cut_off
from tests.e2e.serving import COMMAND, ROOT
from tests.faults.server import serving

MODEL = ROOT / "models" / "kennislab-e5-small-nl"
TEXT = "# Nota\n\nDe burgemeester spreekt bij onrust eerst met het bestuur van de {place} in de wijk.\n"
OUTSIDE = ("192.0.2.1", 443)  # of nobody: reserved for examples
SIOCSIFFLAGS, UP = 0x8914, 1

GUARD = '''
"""In every Python process: no address but this machine's own, and who tries is written down."""
import errno
import sys

OWN = {"127.0.0.1", "::1", "localhost", "", None}


def refuse(event, arguments):
    if event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        address = arguments[1][0]
    elif event == "socket.getaddrinfo":
        address = arguments[0]
    else:
        return
    address = address.decode() if isinstance(address, bytes) else address
    if address not in OWN:
        with open(@TRIED@, "a") as file:
            print(event, address, sys.argv, file=file)
        raise OSError(errno.ENETUNREACH, "geen netwerk")


sys.addaudithook(refuse)
'''


def write_guard(folder: Path) -> Path:
    """The guard as a module that Python imports at its start; returns the file that tells who tried."""
    tried = folder / "geprobeerd.txt"
    (folder / "sitecustomize.py").write_text(GUARD.replace("@TRIED@", repr(str(tried))))
    return tried


def leave_network() -> bool:
    """Whether we are now in a network with nothing in it but ourselves."""
    if not cut_off():
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        import fcntl

        fcntl.ioctl(probe.fileno(), SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", UP))
    return True


def outside_is_reached() -> bool:
    try:
        socket.create_connection(OUTSIDE, timeout=5).close()
    except OSError:
        return False
    return True


def command(*arguments: str | Path) -> str:
    """What a verb of the command line printed; it must succeed."""
    done = subprocess.run([*COMMAND, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def main() -> None:
    """Load, ask, serve, upload and ask again."""
    folder = Path(sys.argv[1])
    told: dict[str, Any] = {"left": leave_network(), "reached": outside_is_reached()}
    (folder / "nota.md").write_text(TEXT.format(place="moskee"))
    flags = ("--data", folder / "data", "--model", MODEL)
    command("ingest", folder / "nota.md", "--vertrouwelijkheid", "openbaar", *flags)
    found = json.loads(command("search", "Met wie spreekt de burgemeester bij onrust?", "--json", *flags))
    told["search"] = [one["document"]["bestandsnaam"] for one in found["resultaten"]]
    with serving(folder / "data", MODEL, folder / "log", workers=1) as server:
        task = server.upload("kerk.md", TEXT.format(place="kerk").encode()).json()["id"]
        until = time.monotonic() + 180
        while (ended := server.ended(task)) is None and time.monotonic() < until:
            time.sleep(0.2)
        told["upload"] = ended and ended["status"]
        answer = server.search("bestuur van de kerk").json()
        told["serve"] = sorted(one["document"]["bestandsnaam"] for one in answer["resultaten"])
    print(json.dumps(told))
