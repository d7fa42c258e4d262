"""The worker: a file of the queue becomes a document, or its row says why not."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.audit import read as read_audit
from corpus.catalogue import Catalogue
from corpus.errors import CatalogueBusyError, FingerprintError, ReadError
from corpus.leases import take
from corpus.publishing import remove, set_fact
from corpus.scope import EVERYTHING
from corpus.tasks import FileStatus, NewFile, TaskFile, TaskStatus, add_task, files_of, find_task
from corpus.types import Classification
from ingest.editing import edit_document
from ingest.pipeline import IngestOptions, Pipeline, Status
from ingest.readers.registry import read_document
from ingest.reading import Extraction, Reader
from ingest.worker import Worker, is_alive, worker_name
from search.encoder import Encoder, Vectors
from search.fingerprint import FACT_NAME, Fingerprint

Put = Callable[..., str]
TEXT = "De gemeente voert de regie over de preventie van radicalisering in de wijk. "


def upload(catalogue: Catalogue, files: dict[str, bytes], replaces: str = "", **metadata: Any) -> str:
    with ExitStack() as stack:
        new = []
        for name, data in files.items():
            incoming = stack.enter_context(catalogue.spool.incoming())
            incoming.write(data)
            incoming.finish()
            new.append(NewFile(name, incoming, metadata, replaces))
        return add_task(catalogue, "redacteur", new)


def pipeline(catalogue: Catalogue, encoder: Encoder, reader: Reader = read_document, **options: Any) -> Pipeline:
    return Pipeline(catalogue, encoder, IngestOptions(**options), reader)


def work_off(worker: Worker) -> None:
    while worker.work_once():
        pass


def only_file(catalogue: Catalogue, task_id: str) -> TaskFile:
    (file,) = files_of(catalogue, task_id)
    return file


def spooled(catalogue: Catalogue) -> list[str]:
    return [path.name for path in catalogue.spool.folder.rglob("*") if path.is_file()]


@pytest.fixture
def worker(catalogue: Catalogue, encoder: Encoder) -> Worker:
    return Worker(catalogue, lambda: pipeline(catalogue, encoder))


def test_a_file_becomes_a_document_with_what_was_given(catalogue: Catalogue, worker: Worker) -> None:
    given = {"titel": "Nota", "vertrouwelijkheid": "openbaar", "datum": "2024-03-01", "thema": ["jeugd"], "taal": "nl"}
    task_id = upload(catalogue, {"stuk.md": TEXT.encode()}, **given, bewaartermijn="2030-01-01")
    assert worker.work_once()
    assert not worker.work_once()
    file = only_file(catalogue, task_id)
    assert (file.status, file.version, file.pages, file.reason) == (FileStatus.PROCESSED, 1, 1, "")
    document = catalogue.document(file.document_id, EVERYTHING)
    assert document.metadata.title == "Nota"
    assert document.metadata.classification is Classification.OPENBAAR
    assert (document.metadata.date, document.metadata.retain_until) == (date(2024, 3, 1), date(2030, 1, 1))
    assert document.metadata.themes == ("jeugd",)
    assert find_task(catalogue, task_id).status is TaskStatus.DONE
    assert not spooled(catalogue)


def test_each_file_ends_with_a_status_and_a_reason(catalogue: Catalogue, worker: Worker) -> None:
    files = {"goed.md": TEXT.encode(), "leeg.txt": b"", "plaatje.pdf": b"\x89PNG\r\n\x1a\n" + b"\0" * 64}
    task_id = upload(catalogue, {**files, "kopie.md": TEXT.encode()})
    work_off(worker)
    found = {file.file_name: file for file in files_of(catalogue, task_id)}
    assert found["goed.md"].status is FileStatus.PROCESSED
    assert found["kopie.md"].status is FileStatus.SKIPPED
    assert "goed.md" in found["kopie.md"].reason
    assert found["leeg.txt"].status is found["plaatje.pdf"].status is FileStatus.FAILED
    assert "leeg" in found["leeg.txt"].reason
    assert "afbeelding" in found["plaatje.pdf"].reason
    assert find_task(catalogue, task_id).status is TaskStatus.DONE_WITH_FAILURES


def test_a_new_version_keeps_what_is_known_and_the_old_one_is_gone(
    catalogue: Catalogue, worker: Worker, put: Put
) -> None:
    put("doc", ["Oude tekst."], title="Mijn titel", classification=Classification.VERTROUWELIJK, author="Wij")
    task_id = upload(catalogue, {"v2.md": b"# Andere kop\n\nNieuwe tekst."}, replaces="doc", auteur="Zij")
    work_off(worker)
    file = only_file(catalogue, task_id)
    assert (file.document_id, file.version, file.reason) == ("doc", 2, "versie 2")
    document = catalogue.document("doc", EVERYTHING)
    assert (document.metadata.title, document.metadata.author) == ("Mijn titel", "Zij")
    assert document.metadata.classification is Classification.VERTROUWELIJK
    assert "Oude" not in catalogue.pages("doc")[0].text


def test_the_same_bytes_as_a_new_version_change_nothing(catalogue: Catalogue, worker: Worker, put: Put) -> None:
    put("doc", ["Tekst."])
    put("ander", ["Andere tekst."])
    same = upload(catalogue, {"a.txt": b"Tekst."}, replaces="doc")
    other = upload(catalogue, {"b.txt": b"Andere tekst."}, replaces="doc")
    work_off(worker)
    assert (only_file(catalogue, same).status, only_file(catalogue, same).reason) == (FileStatus.SKIPPED, "ongewijzigd")
    assert "zelfde inhoud als ander.txt" in only_file(catalogue, other).reason
    assert catalogue.document("doc", EVERYTHING).version == 1


def test_a_folder_that_did_not_change_does_not_undo_an_upload(
    catalogue: Catalogue, encoder: Encoder, worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / "stuk.md"
    path.write_bytes(b"# Stuk\n\nEerste tekst.")
    folder = pipeline(catalogue, encoder)
    first = folder.ingest(path, "stuk.md")
    upload(catalogue, {"stuk.md": b"# Stuk\n\nTekst van de upload."}, replaces=first.document_id)
    work_off(worker)
    again = folder.ingest(path, "stuk.md")
    assert (again.status, again.document_id) == (Status.SKIPPED, first.document_id)
    path.write_bytes(b"# Stuk\n\nNu ook hier anders.")
    third = folder.ingest(path, "stuk.md")
    assert (third.document_id, third.version) == (first.document_id, 3)


def test_what_an_editor_set_by_hand_outlives_a_file_that_is_taken_in_again(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    path = tmp_path / "stuk.md"
    path.write_bytes(b"# Stuk\n\nEerste tekst.")
    folder = pipeline(catalogue, encoder, default_level=Classification.OPENBAAR)
    first = folder.ingest(path, "stuk.md")
    patch = {"vertrouwelijkheid": "vertrouwelijk"}
    edit_document(catalogue, encoder, Fingerprint.of(encoder.facts, "test"), (first.document_id, EVERYTHING), patch)
    path.write_bytes(b"# Stuk\n\nTweede tekst.")
    assert folder.ingest(path, "stuk.md").version == 2
    found = catalogue.document(first.document_id, EVERYTHING)
    assert found.metadata.classification is Classification.VERTROUWELIJK


def test_progress_is_told_by_phase_and_page(catalogue: Catalogue, encoder: Encoder) -> None:
    seen: list[tuple[str, int, int]] = []

    class Watching:
        facts = encoder.facts
        encode_question = encoder.encode_question
        count_tokens = encoder.count_tokens

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            time.sleep(0.25)
            (file,) = files_of(catalogue, task_id)
            seen.append((file.phase, file.pages_done, file.pages))
            return encoder.encode_passages(texts)

    many = "\n\n".join(f"# Kop {number}\n\n" + TEXT * 9 for number in range(60))
    task_id = upload(catalogue, {"lang.md": many.encode()})
    work_off(Worker(catalogue, lambda: pipeline(catalogue, Watching())))
    assert only_file(catalogue, task_id).status is FileStatus.PROCESSED
    assert len(seen) > 2
    assert {phase for phase, _done, _pages in seen} == {"indexeren"}


def test_withdrawing_stops_what_is_being_taken_in(catalogue: Catalogue, encoder: Encoder, put: Put) -> None:
    put("doc", ["Oude tekst."])

    class Withdrawing:
        facts = encoder.facts
        encode_question = encoder.encode_question
        count_tokens = encoder.count_tokens

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            remove(catalogue, "doc")
            return encoder.encode_passages(texts)

    task_id = upload(catalogue, {"v2.md": b"# Titel\n\nNieuwe tekst."}, replaces="doc")
    work_off(Worker(catalogue, lambda: pipeline(catalogue, Withdrawing())))
    assert only_file(catalogue, task_id).status is FileStatus.SKIPPED
    assert {**catalogue.counts(), "units": 0} == dict.fromkeys(catalogue.counts(), 0)
    assert not spooled(catalogue)
    assert not list(catalogue.files.hashes())


def test_two_workers_and_the_same_bytes_make_one_document(catalogue: Catalogue, encoder: Encoder) -> None:
    task_id = upload(catalogue, {f"kopie-{number}.md": TEXT.encode() for number in range(6)})
    meeting = threading.Barrier(2, timeout=20)

    def reader(data: bytes, name: str) -> Extraction:
        if not met:
            meeting.wait()
            met.append(name)
        return read_document(data, name)

    met: list[str] = []
    threads = [
        threading.Thread(target=work_off, args=(Worker(catalogue, lambda: pipeline(catalogue, encoder, reader)),))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = [file.status for file in files_of(catalogue, task_id)]
    assert sorted(statuses) == [FileStatus.SKIPPED] * 5 + [FileStatus.PROCESSED]
    assert catalogue.counts()["documents"] == 1


def test_a_busy_catalogue_postpones_and_a_bug_parks(catalogue: Catalogue, encoder: Encoder) -> None:
    problems: list[Exception] = [CatalogueBusyError("De catalogus is in gebruik."), TypeError("fout van ons")]

    def reader(_data: bytes, _name: str) -> Extraction:
        raise problems.pop(0)

    task_id = upload(catalogue, {"een.md": b"een", "twee.md": b"twee"})
    work_off(Worker(catalogue, lambda: pipeline(catalogue, encoder, reader)))
    first, second = files_of(catalogue, task_id)
    assert (first.status, first.attempts, first.reason) == (FileStatus.WAITING, 1, "De catalogus is in gebruik.")
    assert second.status is FileStatus.FAILED
    assert "TypeError" in second.reason
    assert "fout van ons" not in second.reason
    assert len(spooled(catalogue)) == 2


def test_a_worker_that_has_to_stop_puts_its_file_back(catalogue: Catalogue, encoder: Encoder) -> None:
    def reader(data: bytes, name: str) -> Extraction:
        worker.stopping.set()
        return read_document(data, name)

    worker = Worker(catalogue, lambda: pipeline(catalogue, encoder, reader))
    task_id = upload(catalogue, {"een.md": TEXT.encode()})
    worker.run()
    file = only_file(catalogue, task_id)
    assert (file.status, file.attempts) == (FileStatus.WAITING, 0)
    assert catalogue.counts()["documents"] == 0
    work_off(Worker(catalogue, lambda: pipeline(catalogue, encoder)))
    assert only_file(catalogue, task_id).status is FileStatus.PROCESSED


def test_an_index_that_became_another_models_stops_the_worker_and_loses_no_file(
    catalogue: Catalogue, encoder: Encoder
) -> None:
    own = Fingerprint.of(encoder.facts, "test")
    set_fact(catalogue, FACT_NAME, replace(own, model="ander").text())
    task_id = upload(catalogue, {"een.md": TEXT.encode()})
    with pytest.raises(FingerprintError):
        Worker(catalogue, lambda: pipeline(catalogue, encoder, fingerprint=own)).work_once()
    assert only_file(catalogue, task_id).status is FileStatus.WAITING
    assert catalogue.counts()["documents"] == 0


def test_bytes_that_are_gone_are_told(catalogue: Catalogue, worker: Worker) -> None:
    task_id = upload(catalogue, {"een.md": TEXT.encode()})
    catalogue.spool.remove(only_file(catalogue, task_id).sha256)
    work_off(worker)
    assert "opnieuw aan" in only_file(catalogue, task_id).reason


def test_a_process_that_is_gone_is_known_to_be(catalogue: Catalogue) -> None:
    host, _pid, token = worker_name().split(":")
    done = subprocess.Popen([sys.executable, "-c", "pass"])
    done.wait()
    assert is_alive(worker_name())
    assert not is_alive(f"{host}:{done.pid}:{token}")
    assert not is_alive(f"{host}:{os.getpid()}:anders")
    assert is_alive(f"andere-machine:{done.pid}:{token}")
    assert is_alive(f"{host}:1:{token}")
    assert take(catalogue, worker_name(), is_alive) is None


def test_once_a_day_what_is_past_its_date_is_withdrawn(catalogue: Catalogue, worker: Worker, put: Put) -> None:
    put("oud", ["Oud."], retain_until=date(2026, 3, 1))
    put("blijft", ["Blijft."], retain_until=date(2026, 3, 2))
    put("altijd", ["Altijd."])
    worker.chores(date(2026, 3, 2))
    assert catalogue.ids(EVERYTHING) == {"blijft", "altijd"}
    assert [(row.action, row.object) for row in read_audit(catalogue.database)] == [("retention", "oud")]
    put("oud", ["Weer."], retain_until=date(2026, 3, 1))
    worker.chores(date(2026, 3, 2))
    assert "oud" in catalogue.ids(EVERYTHING)
    worker.chores(date(2026, 3, 3))
    assert catalogue.ids(EVERYTHING) == {"altijd"}


def test_a_file_that_cannot_be_read_is_no_reason_to_stop(catalogue: Catalogue, encoder: Encoder) -> None:
    def reader(data: bytes, name: str) -> Extraction:
        if name == "stuk.md":
            raise ReadError("Stuk.")
        return read_document(data, name)

    task_id = upload(catalogue, {"stuk.md": b"x", "goed.md": TEXT.encode()})
    work_off(Worker(catalogue, lambda: pipeline(catalogue, encoder, reader)))
    assert [file.status for file in files_of(catalogue, task_id)] == [FileStatus.FAILED, FileStatus.PROCESSED]


def test_no_model_is_loaded_as_long_as_nothing_waits(catalogue: Catalogue, encoder: Encoder) -> None:
    opened: list[Pipeline] = []

    def opener() -> Pipeline:
        opened.append(pipeline(catalogue, encoder))
        return opened[-1]

    worker = Worker(catalogue, opener)
    worker.chores(date(2026, 1, 1))
    assert not worker.work_once()
    assert not opened
    upload(catalogue, {"een.md": TEXT.encode(), "twee.md": b"Iets anders."})
    work_off(worker)
    assert len(opened) == 1
