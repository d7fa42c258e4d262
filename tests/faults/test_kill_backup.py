"""Backup, restore and export killed with -9 at random moments, and a backup while others write: all or nothing.

The processes are forked, so that many moments fit in a short run; the backup beside writers is the real command.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.backup import back_up
from corpus.backup_restore import examine, restore
from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from ingest.export import METADATA, export
from ingest.pipeline import IngestOptions, Pipeline, Status
from ingest.readers.registry import read_document
from search.encoder import Encoder

FULL = bool(os.environ.get("TEST_FULL"))
ROOT = Path(__file__).resolve().parent.parent.parent
MOMENTS = 100 if FULL else 8
BACKUPS = 20 if FULL else 3
DOCUMENTS = 24


def write(folder: Path, number: int) -> Path:
    filler = f"De gemeente werkt in wijk {number} samen met anderen. " * 15
    path = folder / f"document-{number:05d}.md"
    path.write_text("\n\n".join(f"# Kop {part}\n\n{filler}" for part in range(8)), encoding="utf-8")
    return path


def take_in(catalogue: Catalogue, encoder: Encoder, path: Path) -> str:
    outcome = Pipeline(catalogue, encoder, IngestOptions(), read_document).ingest(path, path.name)
    assert outcome.status is Status.PROCESSED
    return outcome.document_id


@pytest.fixture
def data(tmp_path: Path, encoder: Encoder) -> Path:
    """A knowledge base with some documents."""
    (tmp_path / "bestanden").mkdir()
    catalogue = open_catalogue(tmp_path / "data", create=True)
    for number in range(DOCUMENTS):
        take_in(catalogue, encoder, write(tmp_path / "bestanden", number))
    catalogue.close()
    return tmp_path / "data"


@contextmanager
def process(work: Callable[[], None]) -> Iterator[int]:
    """`work` in a process of its own, killed at the end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def killed_at_moments(work: Callable[[int], None], chance: random.Random) -> Iterator[int]:
    """Do the work once in peace to know how long it takes, then kill it somewhere on the way, every time anew."""
    start = time.monotonic()
    work(0)
    took = time.monotonic() - start
    for number in range(1, MOMENTS + 1):
        with process(lambda number=number: work(number)):  # type: ignore[misc]
            time.sleep(chance.uniform(0, took * 1.1))
        yield number


def drafts(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".kennislab-nieuw-*")]


@pytest.mark.heavy
def test_a_killed_backup_is_none(data: Path, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "kopieen"

    def work(number: int) -> None:
        catalogue = open_catalogue(data)
        back_up(catalogue, folder / f"{number}.tar", "1")
        catalogue.close()

    whole = 0
    for number in killed_at_moments(work, random.Random(seed)):
        if (folder / f"{number}.tar").exists():
            whole += 1
            assert examine(folder / f"{number}.tar").problems == ()
        assert len(drafts(folder)) <= 1  # the next one clears it
    work(MOMENTS + 1)
    assert drafts(folder) == []
    assert examine(folder / f"{MOMENTS + 1}.tar").manifest.counts["documenten"] == DOCUMENTS
    print(f"{MOMENTS} keer gedood, {whole} keer was de reservekopie al heel")


@pytest.mark.heavy
def test_a_killed_restore_is_none(data: Path, tmp_path: Path, seed: int) -> None:
    catalogue = open_catalogue(data)
    back_up(catalogue, tmp_path / "kopie.tar", "1")
    folder, expected = tmp_path / "terug", catalogue.counts()
    catalogue.close()

    def work(number: int) -> None:
        restore(tmp_path / "kopie.tar", folder / str(number))

    def check(number: int) -> None:
        again = open_catalogue(folder / str(number))
        assert again.counts() == expected
        assert len([again.files.read(document.sha256) for document in again.documents(EVERYTHING)]) == DOCUMENTS
        again.close()
        shutil.rmtree(folder / str(number))

    for number in killed_at_moments(work, random.Random(seed)):
        if (folder / str(number)).exists():
            check(number)
        assert len(drafts(folder)) <= 1
    work(MOMENTS + 1)
    check(MOMENTS + 1)
    assert drafts(folder) == []


@pytest.mark.heavy
def test_a_killed_export_is_none(data: Path, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "uit"

    def work(number: int) -> None:
        catalogue = open_catalogue(data)
        export(catalogue, folder / str(number), EVERYTHING)
        catalogue.close()

    def check(number: int) -> None:
        assert len(list((folder / str(number)).iterdir())) == DOCUMENTS + 1
        assert len((folder / str(number) / METADATA).read_text("utf-8").splitlines()) == DOCUMENTS + 1

    for number in killed_at_moments(work, random.Random(seed)):
        if (folder / str(number)).exists():
            check(number)
        assert len(drafts(folder)) <= 1
    work(MOMENTS + 1)
    check(MOMENTS + 1)
    assert drafts(folder) == []


@pytest.mark.heavy
def test_backups_beside_processes_that_add_and_withdraw(
    data: Path, tmp_path: Path, encoder: Encoder, seed: int
) -> None:
    """What was in before a backup began is in it, unless it went meanwhile; what had gone before is not."""
    coming, going = tmp_path / "erbij", tmp_path / "eraf"

    def add() -> None:
        catalogue, number = open_catalogue(data), DOCUMENTS
        while True:
            document_id = take_in(catalogue, encoder, write(tmp_path / "bestanden", number))
            note(coming, document_id)
            number += 1

    def withdraw() -> None:
        catalogue, chance = open_catalogue(data), random.Random(seed)
        while True:
            ids = sorted(catalogue.ids(EVERYTHING))
            if len(ids) > DOCUMENTS:
                document_id = chance.choice(ids)
                note(going, f"begin {document_id}")
                remove(catalogue, document_id)
                note(going, f"klaar {document_id}")
            time.sleep(0.02)

    catalogue = open_catalogue(data)
    first = catalogue.ids(EVERYTHING)
    catalogue.close()
    with process(add), process(withdraw):
        for number in range(BACKUPS):
            present = first | set(lines(coming))
            gone = {line.split()[1] for line in lines(going) if line.startswith("klaar")}
            made = command("backup", str(tmp_path / f"{number}.tar"), "--json", "--data", str(data))
            assert made["ontbreekt"] == []
            touched = {line.split()[1] for line in lines(going)}
            check(tmp_path / f"{number}.tar", present - touched, gone)
    assert len(lines(coming)) > 0


def note(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(f"{line}\n")


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def command(*arguments: str) -> dict[str, list[str]]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KENNISLAB_")}
    run = [sys.executable, "-c", "from service.cli import main; main()", *arguments]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 0, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


def check(backup: Path, present: set[str], gone: set[str]) -> None:
    found: set[str] = set()
    examined = examine(backup, lambda catalogue, _found: found.update(catalogue.ids(EVERYTHING)))
    assert examined.problems == ()
    assert present <= found
    assert not gone & found
