"""A PostgreSQL server of the tests' own: started once, in a folder of its own, reached by a socket only."""

import glob
import os
import pwd
import secrets
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.postgres import open_postgres

NOBODY_BUT_US = 0o700
# What a crash of the machine would lose is no concern here, and waiting for the disk is most of the time.
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


@dataclass(frozen=True)
class Server:
    """A running server and its empty knowledge base, of which each test gets a copy."""

    folder: Path
    programs: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def psql(self, statement: str, database: str = "postgres") -> str:
        command = [str(self.programs / "psql"), "-h", str(self.folder), "-U", "postgres", "-d", database, "-qAtc"]
        done = subprocess.run([*command, statement], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def database(self, template: str = "leeg") -> Iterator[str]:
        """The address of a database with the tables in it; gone at the end."""
        name = f"test_{secrets.token_hex(6)}"
        self.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.psql(f"DROP DATABASE {name} WITH (FORCE)")


def missing() -> str:
    """Why a server can not be started here; empty when it can."""
    if _programs() is None:
        return "PostgreSQL ontbreekt: make tools"
    if os.geteuid() == 0 and (_account() is None or shutil.which("runuser") is None):
        return "PostgreSQL weigert als root te draaien en er is geen gebruiker postgres"
    return ""


@contextmanager
def running_server() -> Iterator[Server]:
    """A server with an empty knowledge base called `leeg`."""
    programs = _programs()
    assert programs is not None
    # Not below pytest's own folder: a socket's path is short, and that folder is closed to other accounts.
    folder = Path(tempfile.mkdtemp(prefix="kl-pg-"))
    account = _account() if os.geteuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = Server(folder, programs)
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log")]
    guard = None
    try:
        _as_account([str(programs / "initdb"), "-D", str(folder / "data"), *INITDB])
        _as_account([*control, "-o", f"{OPTIONS} -c unix_socket_directories={folder}", "start"])
        guard = _stop_after_us(control, folder)
        server.psql("CREATE DATABASE leeg")
        open_postgres(server.url("leeg"), create=True).close()
        yield server
    finally:
        _as_account([*control, "-m", "immediate", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)
        if guard is not None:
            os.killpg(guard.pid, signal.SIGKILL)
            guard.wait()


def _stop_after_us(control: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """What stops the server when this process is killed before it could."""
    stop = shlex.join([*_prefix(), *control, "-m", "immediate", "stop"])
    script = f"while kill -0 {os.getpid()} 2>/dev/null; do sleep 1; done; {stop}; rm -rf {shlex.quote(str(folder))}"
    none = subprocess.DEVNULL
    return subprocess.Popen(["sh", "-c", script], stdin=none, stdout=none, stderr=none, cwd="/", start_new_session=True)


INITDB = ("-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-A", "trust")


def _programs() -> Path | None:
    found = [Path(path) for path in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    on_path = shutil.which("initdb")
    found += [Path(on_path).parent] if on_path else []
    return next((path for path in found if (path / "initdb").exists()), None)


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _prefix() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _as_account(command: list[str], *, check: bool = True) -> None:
    # pg_ctl hands its output on to the server, so it must not be a pipe that somebody waits for.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run([*_prefix(), *command], stdout=output, stderr=output, cwd="/", check=False)
        output.seek(0)
        assert not check or done.returncode == 0, output.read().decode()
