"""The audit log: a chain in which any change, gap or addition shows."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from corpus.audit import GENESIS, PRUNED, Entry, append, prune, read, verify
from corpus.catalogue import Catalogue, open_catalogue
from corpus.schema import audit, facts


def entry(number: int, time: str = "") -> Entry:
    values = ("sleutel:abc", "lezer", "toonDocument", f"doc{number}", "gelukt (200)", "10.0.0.1")
    return Entry(*values, time) if time else Entry(*values)


def fill(catalogue: Catalogue, count: int = 6) -> None:
    for number in range(1, count + 1):
        append(catalogue.database, [entry(number)])


def execute(catalogue: Catalogue, *statements: Any) -> None:
    with catalogue.database.write() as connection:
        for statement in statements:
            connection.execute(statement)


def test_rows_come_back_as_they_were_and_the_chain_holds(catalogue: Catalogue) -> None:
    assert verify(catalogue.database).broken is None
    append(catalogue.database, [])
    fill(catalogue, 2)
    append(catalogue.database, [entry(3), entry(4)])
    rows = read(catalogue.database)
    assert [(row.seq, row.object) for row in rows] == [(1, "doc1"), (2, "doc2"), (3, "doc3"), (4, "doc4")]
    assert rows[0].previous == GENESIS
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert all(row.time.endswith("Z") and row.time[10] == "T" for row in rows)
    verdict = verify(catalogue.database)
    assert (verdict.rows, verdict.seq, verdict.hash, verdict.broken) == (4, 4, rows[-1].hash, None)


@pytest.mark.parametrize(
    "column", ["time", "actor", "role", "action", "object", "result", "origin", "previous", "hash"]
)
@pytest.mark.parametrize("seq", [1, 4, 6])
def test_a_changed_value_is_found_in_its_row(catalogue: Catalogue, column: str, seq: int) -> None:
    fill(catalogue)
    execute(catalogue, sa.update(audit).where(audit.c.seq == seq).values({column: "x"}))
    verdict = verify(catalogue.database)
    assert verdict.broken == seq
    assert verdict.reason


@pytest.mark.parametrize(
    ("gone", "broken"), [({1}, 1), ({1, 2, 3}, 1), ({3}, 3), ({3, 4}, 3), ({6}, 6), ({5, 6}, 5), (set(range(1, 7)), 1)]
)
def test_missing_rows_are_found_also_after_more_is_written(catalogue: Catalogue, gone: set[int], broken: int) -> None:
    fill(catalogue)
    execute(catalogue, sa.delete(audit).where(audit.c.seq.in_(gone)))
    assert verify(catalogue.database).broken == broken
    fill(catalogue, 2)
    assert verify(catalogue.database).broken == broken


def test_a_row_that_was_made_again_with_its_own_hash_breaks_at_the_next(catalogue: Catalogue) -> None:
    fill(catalogue)
    (forged,) = [row for row in read(catalogue.database) if row.seq == 3]
    fill_in = {"object": "niets"}
    text = (
        f'{{"action":"{forged.action}","actor":"{forged.actor}","object":"niets","origin":"{forged.origin}",'
        f'"result":"{forged.result}","role":"{forged.role}","seq":3,"time":"{forged.time}"}}'
    )
    fill_in["hash"] = hashlib.sha256((forged.previous + text).encode()).hexdigest()
    execute(catalogue, sa.update(audit).where(audit.c.seq == 3).values(fill_in))
    assert verify(catalogue.database).broken == 4  # row 3 itself fits: this is the documented way to hash


def test_two_rows_that_changed_places_are_found(catalogue: Catalogue) -> None:
    fill(catalogue)
    execute(
        catalogue,
        sa.update(audit).where(audit.c.seq == 2).values(seq=99),
        sa.update(audit).where(audit.c.seq == 3).values(seq=2),
        sa.update(audit).where(audit.c.seq == 99).values(seq=3),
    )
    assert verify(catalogue.database).broken == 2


@pytest.mark.parametrize("value", [None, "onzin", "3:" + "0" * 64])
def test_a_changed_mark_of_the_end_is_found_and_writing_goes_on(catalogue: Catalogue, value: str | None) -> None:
    fill(catalogue)
    mark = facts.c.name == "audit_end"
    execute(
        catalogue, sa.delete(facts).where(mark) if value is None else sa.update(facts).where(mark).values(value=value)
    )
    assert verify(catalogue.database).broken == 7


def test_writers_in_several_processes_make_one_chain(catalogue: Catalogue, tmp_path: Path, catalogue_url: str) -> None:
    fill(catalogue, 1)
    databases = [open_catalogue(tmp_path / "data", url=catalogue_url).database for _ in range(3)]

    def write(number: int) -> None:
        for _ in range(15):
            append(databases[number], [entry(number)])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    verdict = verify(catalogue.database)
    assert (verdict.rows, verdict.broken) == (46, None)


def test_control_characters_and_long_values_can_not_forge_a_line(catalogue: Catalogue) -> None:
    append(catalogue.database, [Entry("x\n2026 beheerder", "lezer", "a", "\x1b[2J" + "o" * 900, "gelukt", "::1")])
    (row,) = read(catalogue.database)
    assert row.actor == "x?2026 beheerder"
    assert row.object.startswith("?[2Jooo")
    assert len(row.object) == 500
    assert verify(catalogue.database).broken is None


def test_reading_since_a_day(catalogue: Catalogue) -> None:
    times = ["2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]
    append(catalogue.database, [entry(number, time) for number, time in enumerate(times)])
    assert [row.time for row in read(catalogue.database, "2026-01-02")] == times[1:]
    assert [row.time for row in read(catalogue.database, "2026-01-01")] == times


def old(catalogue: Catalogue) -> None:
    """Three rows of long ago, one with a clock set back between two of now."""
    long_ago = [entry(number, f"2020-01-0{number}T00:00:00.000Z") for number in (1, 2, 3)]
    append(catalogue.database, [*long_ago, entry(4), entry(5, "2020-01-05T00:00:00.000Z"), entry(6)])


def test_pruning_keeps_the_rest_verifiable(catalogue: Catalogue) -> None:
    old(catalogue)
    last = read(catalogue.database)[2]
    assert prune(catalogue.database, 30, "opdrachtregel:jan") == 3
    rows = read(catalogue.database)
    assert [row.seq for row in rows] == [4, 5, 6, 7]
    assert (rows[-1].action, rows[-1].actor) == (PRUNED, "opdrachtregel:jan")
    assert rows[-1].object == f"3:{last.hash}"
    assert verify(catalogue.database).broken is None
    assert prune(catalogue.database, 30, "opdrachtregel:jan") == 0
    assert len(read(catalogue.database)) == 4
    fill(catalogue, 1)
    assert verify(catalogue.database).broken is None


def test_after_pruning_a_further_cut_is_found(catalogue: Catalogue) -> None:
    old(catalogue)
    prune(catalogue.database, 30, "x")
    execute(catalogue, sa.delete(audit).where(audit.c.seq == 4))
    assert verify(catalogue.database).broken == 4


def test_without_its_anchor_a_pruned_log_does_not_hold(catalogue: Catalogue) -> None:
    old(catalogue)
    prune(catalogue.database, 30, "x")
    execute(catalogue, sa.update(audit).where(audit.c.action == PRUNED).values(action="toonDocument"))
    assert verify(catalogue.database).broken == 1


def test_everything_can_be_old(catalogue: Catalogue) -> None:
    append(catalogue.database, [entry(number, f"2020-01-0{number}T00:00:00.000Z") for number in (1, 2, 3)])
    assert prune(catalogue.database, 30, "x") == 3
    assert [(row.seq, row.action) for row in read(catalogue.database)] == [(4, PRUNED)]
    assert verify(catalogue.database).broken is None
