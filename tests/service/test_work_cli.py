"""The verbs `work` and `retention`, `ingest --watch`, and how the service starts workers."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.audit import read as read_audit
from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.scope import EVERYTHING
from corpus.tasks import FileStatus, NewFile, add_task, files_of
from search.encoder import Encoder
from service.cli import main
from service.commands import watching
from service.settings import Settings, load_settings
from service.workers import worker_command, workers_of

Put = Callable[..., str]


def run(*arguments: str) -> int:
    """Exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def _as_before(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The fast encoder, and what the verbs do to this process undone."""
    for module in ("service.wiring", "service.commands.work"):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments, **_options: encoder)
    monkeypatch.setattr(os, "nice", lambda _step: 0)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def meanwhile(act: Callable[[], None]) -> threading.Thread:
    """Do something while a verb runs, then interrupt it."""

    def act_and_stop() -> None:
        try:
            act()
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=act_and_stop)
    thread.start()
    return thread


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.05)


def test_work_takes_what_waits_and_stops_when_told(catalogue: Catalogue, tmp_path: Path) -> None:
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"# Nota\n\nTekst.")
        task_id = add_task(catalogue, "redacteur", [NewFile("nota.md", incoming)])

    def status() -> FileStatus:
        return files_of(catalogue, task_id)[0].status

    thread = meanwhile(lambda: until(lambda: status() is FileStatus.PROCESSED))
    assert run("work", "--data", str(tmp_path / "data")) == 0
    thread.join()
    assert status() is FileStatus.PROCESSED


def test_a_watched_folder_follows_what_comes_and_tells_what_goes(
    catalogue: Catalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_S", 0.1)
    folder = tmp_path / "map"
    folder.mkdir()
    (folder / "een.md").write_text("# Een\n\nEerste.", "utf-8")
    (folder / "metadata.tsv").write_text("file\tauteur\neen.md\tWij\n", "utf-8")
    told: list[str] = []

    def has(word: str) -> bool:
        captured = capsys.readouterr()
        told.extend([*captured.out.splitlines(), *captured.err.splitlines()])
        return any(word in line for line in told)

    def act() -> None:
        until(lambda: has("een.md"))
        (folder / "twee.md").write_text("# Twee\n\nTweede.", "utf-8")
        until(lambda: has("twee.md"))
        (folder / "een.md").write_text("# Een\n\nEerste, nu anders.", "utf-8")
        until(lambda: has("versie 2"))
        (folder / "een.md").unlink()
        until(lambda: has("verdwenen"))

    thread = meanwhile(act)
    assert run("ingest", str(folder), "--watch", "--data", str(tmp_path / "data")) == 0
    thread.join()
    found = {document.file_name: document for document in catalogue.documents(EVERYTHING)}
    assert set(found) == {"een.md", "twee.md"}
    assert (found["een.md"].version, found["een.md"].metadata.author) == (2, "Wij")


def test_watch_and_dry_run_do_not_go_together(tmp_path: Path) -> None:
    assert run("ingest", str(tmp_path), "--watch", "--dry-run", "--data", str(tmp_path / "data")) == 2


def test_retention_lists_first_and_then_withdraws(
    catalogue: Catalogue, put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("oud", ["Oud."], retain_until=date(2020, 1, 1))
    put("nieuw", ["Nieuw."], retain_until=date(9999, 1, 1))
    data = str(tmp_path / "data")
    assert run("retention", "--dry-run", "--data", data) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["te", "verwijderen", "oud", "2020-01-01", "oud.txt"]
    assert catalogue.ids(EVERYTHING) == {"oud", "nieuw"}
    assert run("retention", "--json", "--data", data) == 0
    assert json.loads(capsys.readouterr().out)["documenten"] == [
        {"id": "oud", "bestandsnaam": "oud.txt", "bewaartermijn": "2020-01-01"}
    ]
    assert catalogue.ids(EVERYTHING) == {"nieuw"}
    assert [(row.action, row.object) for row in read_audit(catalogue.database)] == [("retention", "oud")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(load_settings({}, {}), data=tmp_path / "data", workers=2)


def test_a_worker_gets_the_settings_of_the_service(settings: Settings) -> None:
    command = worker_command(settings)
    assert command[:3] == [sys.executable, "-m", "service.work"]
    assert str(settings.data.resolve()) in command
    assert "--supervised" in command


def test_there_are_as_many_workers_as_the_settings_want(settings: Settings) -> None:
    assert [list(one.command) for one in workers_of(settings)] == [worker_command(settings)] * 2
    assert workers_of(replace(settings, workers=0)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("workers", "-1"),
        ("workers", "17"),
        ("processes", "0"),
        ("processes", "1.5"),
        ("processes", "twee"),
        ("max_bestand_mb", "0"),
        ("max_bestanden", "veel"),
    ],
)
def test_impossible_settings_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value}, {})


def test_settings_of_uploads() -> None:
    settings = load_settings(
        {"workers": "3", "processes": "4"}, {"KENNISLAB_MAX_BESTAND_MB": "20", "KENNISLAB_MAX_BESTANDEN": "5"}
    )
    assert (settings.workers, settings.max_bestand_mb, settings.max_bestanden) == (3, 20, 5)
