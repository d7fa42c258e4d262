"""The queue: nothing in it lacks its bytes, nothing is taken twice, nothing is kept that was erased."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import LeaseLostError, NotFoundError, ReadError
from corpus.files import sha256_of
from corpus.leases import ATTEMPTS, BACKOFF_S, LEASE_S, Ending, Lease, end, give_back, postpone, renew, take
from corpus.publishing import remove
from corpus.schema import task_files
from corpus.tasks import (
    ERASED_NAME,
    ERASED_REASON,
    KEEP_FAILED_S,
    KEEP_TASKS_S,
    FileStatus,
    NewFile,
    TaskFile,
    TaskStatus,
    add_task,
    clear_old,
    drop_from_spool,
    files_of,
    find_task,
    list_tasks,
    retry_failed,
    sweep_spool,
)

Put = Callable[..., str]
NAME = "werker"


def alive(_worker: str) -> bool:
    return True


def gone(_worker: str) -> bool:
    return False


def upload(catalogue: Catalogue, *texts: str, replaces: str = "", created_by: str = "redacteur") -> str:
    with ExitStack() as stack:
        files = []
        for number, text in enumerate(texts, start=1):
            incoming = stack.enter_context(catalogue.spool.incoming())
            incoming.write(text.encode())
            incoming.finish()
            files.append(NewFile(f"bestand-{number}.md", incoming, {"titel": text}, replaces))
        return add_task(catalogue, created_by, files)


def taken(catalogue: Catalogue, worker: str = NAME) -> Lease:
    lease = take(catalogue, worker, alive)
    assert lease is not None
    return lease


def finish(catalogue: Catalogue, lease: Lease, ending: Ending) -> None:
    with catalogue.database.write() as connection:
        end(connection, lease, ending)


def only_file(catalogue: Catalogue, task_id: str) -> TaskFile:
    (file,) = files_of(catalogue, task_id)
    return file


def waiting_files(catalogue: Catalogue) -> list[Path]:
    return [path for path in catalogue.spool.folder.rglob("*") if path.is_file()]


def test_what_is_added_waits_with_its_bytes(catalogue: Catalogue) -> None:
    task = find_task(catalogue, upload(catalogue, "een", "twee"))
    assert (task.status, task.created_by, task.done) == (TaskStatus.WAITING, "redacteur", False)
    assert dict(task.counts) == {FileStatus.WAITING: 2}
    first, second = files_of(catalogue, task.id)
    assert (first.number, first.file_name, first.size, first.metadata) == (1, "bestand-1.md", 3, {"titel": "een"})
    assert catalogue.spool.read(second.sha256) == b"twee"
    assert len(waiting_files(catalogue)) == 2


def test_a_file_that_was_refused_has_failed_and_keeps_nothing(catalogue: Catalogue) -> None:
    task = find_task(catalogue, add_task(catalogue, "redacteur", [NewFile("x.exe", refused="Geen document.")]))
    file = only_file(catalogue, task.id)
    assert task.status is TaskStatus.DONE_WITH_FAILURES
    assert (file.status, file.reason, file.sha256) == (FileStatus.FAILED, "Geen document.", "")
    assert take(catalogue, NAME, alive) is None


def test_a_task_that_cannot_be_stored_leaves_no_rows_and_no_files(catalogue: Catalogue) -> None:
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"een")
        (catalogue.spool.folder / sha256_of(b"een")[:2]).write_text("in de weg")
        with pytest.raises(Exception, match="niet op te slaan"):
            add_task(catalogue, "redacteur", [NewFile("a.md", incoming)])
    assert list_tasks(catalogue, None, None, limit=10) == (0, [])
    assert [path.name for path in waiting_files(catalogue)] == [sha256_of(b"een")[:2]]


def test_an_upload_that_is_broken_off_leaves_nothing(catalogue: Catalogue) -> None:
    def break_off() -> None:
        with catalogue.spool.incoming() as incoming:
            incoming.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert not waiting_files(catalogue)


def test_tasks_are_listed_newest_first_per_person_and_status(catalogue: Catalogue) -> None:
    ids = [upload(catalogue, f"tekst {number}") for number in range(3)]
    other = upload(catalogue, "van een ander", created_by="iemand anders")
    finish(catalogue, taken(catalogue), Ending(FileStatus.PROCESSED))
    assert [task.id for task in list_tasks(catalogue, "redacteur", None, limit=10)[1]] == ids[::-1]
    assert list_tasks(catalogue, None, None, limit=2, offset=1)[0] == 4
    assert [task.id for task in list_tasks(catalogue, None, None, limit=1)[1]] == [other]
    assert [task.id for task in list_tasks(catalogue, "redacteur", TaskStatus.DONE, limit=10)[1]] == [ids[0]]
    with pytest.raises(NotFoundError):
        find_task(catalogue, "bestaat-niet")


def test_files_are_taken_in_order_and_each_once(catalogue: Catalogue) -> None:
    upload(catalogue, "een", "twee")
    upload(catalogue, "drie")
    found = [taken(catalogue, f"w{number}").file.metadata["titel"] for number in range(3)]
    assert found == ["een", "twee", "drie"]
    assert take(catalogue, NAME, alive) is None


def test_many_workers_take_each_file_once(catalogue: Catalogue, tmp_path: Path, catalogue_url: str) -> None:
    upload(catalogue, *(f"tekst {number}" for number in range(30)))
    found: list[int] = []

    def work(name: str) -> None:
        own = open_catalogue(tmp_path / "data", url=catalogue_url)
        while (lease := take(own, name, alive)) is not None:
            found.append(lease.file.number)
        own.close()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 31))


def test_versions_of_one_document_are_not_taken_at_the_same_time(catalogue: Catalogue, put: Put) -> None:
    put("doc", ["tekst"])
    upload(catalogue, "versie twee", replaces="doc")
    upload(catalogue, "versie drie", replaces="doc")
    upload(catalogue, "iets anders")
    first = taken(catalogue)
    assert first.file.metadata["titel"] == "versie twee"
    assert taken(catalogue).file.metadata["titel"] == "iets anders"
    assert take(catalogue, NAME, alive) is None
    finish(catalogue, first, Ending(FileStatus.PROCESSED))
    assert taken(catalogue).file.metadata["titel"] == "versie drie"


def test_the_status_of_a_task_is_what_its_files_say(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een", "twee")
    first = taken(catalogue)
    assert find_task(catalogue, task_id).status is TaskStatus.BUSY
    finish(catalogue, first, Ending(FileStatus.SKIPPED, "dubbel"))
    assert find_task(catalogue, task_id).status is TaskStatus.BUSY
    finish(catalogue, taken(catalogue), Ending(FileStatus.PROCESSED, "", ("let op",), "doc", 2, 7))
    assert find_task(catalogue, task_id).status is TaskStatus.DONE
    file = files_of(catalogue, task_id)[1]
    assert (file.document_id, file.version, file.pages, file.pages_done, file.remarks) == ("doc", 2, 7, 7, ("let op",))


def test_progress_is_kept_and_holds_the_file(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een")
    lease = taken(catalogue)
    renew(catalogue, lease, "indexeren", 3, 9)
    renew(catalogue, lease)
    file = only_file(catalogue, task_id)
    assert (file.phase, file.pages_done, file.pages) == ("indexeren", 3, 9)
    assert take(catalogue, "ander", alive, time.time() + LEASE_S - 5) is None


def test_what_a_killed_worker_held_is_taken_over_and_lost_to_it(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een")
    lease = taken(catalogue)
    assert take(catalogue, "ander", alive) is None
    again = take(catalogue, "ander", alive, time.time() + LEASE_S + 1)
    assert again is not None
    assert again.file.attempts == 2
    for act in (lambda: renew(catalogue, lease), lambda: finish(catalogue, lease, Ending(FileStatus.PROCESSED))):
        with pytest.raises(LeaseLostError):
            act()
    assert only_file(catalogue, task_id).status is FileStatus.BUSY


def test_of_a_process_that_is_gone_the_end_of_the_lease_is_not_awaited(catalogue: Catalogue) -> None:
    upload(catalogue, "een")
    taken(catalogue)
    assert take(catalogue, "ander", gone) is not None


def test_a_file_that_kills_its_worker_every_time_is_parked(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een")
    for number in range(ATTEMPTS):
        assert take(catalogue, f"w{number}", gone) is not None
    assert take(catalogue, "laatste", gone) is None
    file = only_file(catalogue, task_id)
    assert file.status is FileStatus.FAILED
    assert "onverwacht gestopt" in file.reason
    assert find_task(catalogue, task_id).status is TaskStatus.DONE_WITH_FAILURES


def test_what_is_given_back_was_never_tried(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een")
    give_back(catalogue, taken(catalogue))
    file = only_file(catalogue, task_id)
    assert (file.status, file.attempts) == (FileStatus.WAITING, 0)
    assert taken(catalogue).file.attempts == 1


def test_another_attempt_waits_longer_each_time_and_the_last_one_fails(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een")
    now = time.time()
    for attempt in range(1, ATTEMPTS + 1):
        lease = take(catalogue, NAME, alive, now)
        assert lease is not None
        assert lease.file.attempts == attempt
        postpone(catalogue, lease, "De catalogus is in gebruik.")
        assert take(catalogue, NAME, alive, time.time() + BACKOFF_S * 2 ** (attempt - 1) - 1) is None
        now = time.time() + BACKOFF_S * 2 ** (attempt - 1) + 1
    file = only_file(catalogue, task_id)
    assert file.status is FileStatus.FAILED
    assert file.reason == f"De catalogus is in gebruik. ({ATTEMPTS} keer geprobeerd)"


def test_what_failed_can_be_tried_again_as_long_as_its_bytes_are_kept(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een", "twee")
    finish(catalogue, taken(catalogue), Ending(FileStatus.FAILED, "stuk"))
    finish(catalogue, taken(catalogue), Ending(FileStatus.PROCESSED))
    hashes = [file.sha256 for file in files_of(catalogue, task_id)]
    assert drop_from_spool(catalogue, hashes) == 1
    assert retry_failed(catalogue, task_id) == 1
    assert [file.status for file in files_of(catalogue, task_id)] == [FileStatus.WAITING, FileStatus.PROCESSED]
    assert catalogue.spool.read(taken(catalogue).file.sha256) == b"een"
    assert retry_failed(catalogue, task_id) == 0


def test_bytes_go_when_the_last_file_that_needs_them_is_done(catalogue: Catalogue) -> None:
    upload(catalogue, "zelfde", "zelfde")
    first, second = taken(catalogue), taken(catalogue)
    finish(catalogue, first, Ending(FileStatus.PROCESSED))
    assert drop_from_spool(catalogue, [first.file.sha256]) == 0
    finish(catalogue, second, Ending(FileStatus.SKIPPED))
    assert drop_from_spool(catalogue, [first.file.sha256]) == 1
    assert not waiting_files(catalogue)


def test_a_sweep_clears_what_a_killed_process_left_but_not_what_comes_in(catalogue: Catalogue) -> None:
    upload(catalogue, "wacht")
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"komt binnen")
        (catalogue.spool.folder / ".nieuw-verlaten").write_bytes(b"half")
        orphan = catalogue.spool.path(sha256_of(b"wees"))
        orphan.parent.mkdir()
        orphan.write_bytes(b"wees")
        assert sweep_spool(catalogue) == 2
        assert len(waiting_files(catalogue)) == 2
        assert sweep_spool(catalogue) == 0


def test_old_failures_let_go_of_their_bytes_and_old_tasks_go(catalogue: Catalogue) -> None:
    task_id = upload(catalogue, "een")
    finish(catalogue, taken(catalogue), Ending(FileStatus.FAILED, "stuk"))
    clear_old(catalogue)
    assert len(waiting_files(catalogue)) == 1
    clear_old(catalogue, time.time() + KEEP_FAILED_S + 60)
    assert not waiting_files(catalogue)
    assert retry_failed(catalogue, task_id) == 0
    waits = upload(catalogue, "wacht al lang")
    clear_old(catalogue, time.time() + KEEP_TASKS_S + 60)
    assert [task.id for task in list_tasks(catalogue, None, None, limit=10)[1]] == [waits]


def test_a_removed_document_is_forgotten_by_the_queue(catalogue: Catalogue, put: Put) -> None:
    put("doc", ["Tekst over vlaggetjes."])
    done = upload(catalogue, "geheime titel")
    finish(catalogue, taken(catalogue), Ending(FileStatus.PROCESSED, "versie 1", ("op",), "doc", 1))
    busy = upload(catalogue, "nieuwe versie", replaces="doc")
    lease = taken(catalogue)
    waiting = upload(catalogue, "nog een versie", replaces="doc")
    same_bytes = upload(catalogue, "Tekst over vlaggetjes.")
    beside = upload(catalogue, "iets anders")
    remove(catalogue, "doc")
    for task_id in (done, busy, waiting, same_bytes):
        file = only_file(catalogue, task_id)
        assert (file.file_name, file.reason, file.document_id) == (ERASED_NAME, ERASED_REASON, "")
        assert (file.sha256, dict(file.metadata), file.remarks) == ("", {}, ())
        assert find_task(catalogue, task_id).status is TaskStatus.DONE
    assert [only_file(catalogue, task_id).status for task_id in (done, busy, waiting, same_bytes)] == [
        FileStatus.PROCESSED,
        *[FileStatus.SKIPPED] * 3,
    ]
    with pytest.raises(LeaseLostError):
        renew(catalogue, lease)
    assert taken(catalogue).file.task_id == beside
    assert [path.read_bytes() for path in waiting_files(catalogue)] == [b"iets anders"]


def test_a_version_that_a_killed_worker_had_stored_goes_with_its_document(catalogue: Catalogue, put: Put) -> None:
    put("doc", ["Eerste versie."])
    upload(catalogue, "tweede versie", replaces="doc")
    taken(catalogue)
    stored = catalogue.files.keep(b"tweede versie")  # and then it was killed, before the transaction ended
    remove(catalogue, "doc")
    assert stored not in catalogue.files.hashes()


def test_a_version_of_a_document_that_was_removed_meanwhile_is_not_queued(catalogue: Catalogue, put: Put) -> None:
    put("doc", ["Tekst."])
    remove(catalogue, "doc")
    with pytest.raises(NotFoundError):
        upload(catalogue, "te laat", replaces="doc")
    assert list_tasks(catalogue, None, None, limit=10) == (0, [])
    assert not waiting_files(catalogue)


def test_remarks_that_name_a_removed_document_go_with_it(catalogue: Catalogue, put: Put) -> None:
    put("abc123", ["Tekst."])
    task_id = upload(catalogue, "een")
    remarks = ("Lijkt op document abc123.", "Bladzijde 2 heeft geen tekst.")
    finish(catalogue, taken(catalogue), Ending(FileStatus.PROCESSED, "", remarks, "ander", 1))
    remove(catalogue, "abc123")
    assert only_file(catalogue, task_id).remarks == ("Bladzijde 2 heeft geen tekst.",)


def test_a_file_whose_bytes_are_gone_says_so(catalogue: Catalogue) -> None:
    with pytest.raises(ReadError, match="opnieuw aan"):
        catalogue.spool.read(sha256_of(b"weg"))


def test_no_row_is_left_of_a_task_that_was_cleared(catalogue: Catalogue) -> None:
    upload(catalogue, "een")
    finish(catalogue, taken(catalogue), Ending(FileStatus.PROCESSED))
    clear_old(catalogue, time.time() + KEEP_TASKS_S + 60)
    with catalogue.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(task_files)) == 0
