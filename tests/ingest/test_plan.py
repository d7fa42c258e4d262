"""What a file means for the knowledge base."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.files import sha256_of
from corpus.publishing import remove
from corpus.schema import documents
from ingest.plan import Action, Plan, make_plan

Put = Callable[..., str]
A = "file:///test/a.txt"
B = "file:///test/b.txt"


def plan(catalogue: Catalogue, origin: str, name: str, text: str) -> Plan:
    return make_plan(catalogue, origin, name, sha256_of(text.encode()))


def comes_from(catalogue: Catalogue, document_id: str, path: Path) -> None:
    """Say where a document came from."""
    with catalogue.database.write() as connection:
        query = sa.update(documents).where(documents.c.id == document_id)
        connection.execute(query.values(origin=path.as_uri()))


def test_unknown_bytes_from_an_unknown_place_are_a_new_document(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    made = plan(catalogue, B, "b.txt", "twee")
    assert (made.action, made.version) == (Action.NEW, 1)
    assert made.document_id not in {"", "a"}


def test_an_id_follows_from_the_content(catalogue: Catalogue) -> None:
    first = plan(catalogue, A, "a.txt", "een")
    assert plan(catalogue, B, "anders.pdf", "een").document_id == first.document_id
    assert plan(catalogue, A, "a.txt", "twee").document_id != first.document_id
    assert first.document_id == "e6136f2f974b"  # sha256("<sha256 of een>:0"), the first twelve digits


def test_an_id_that_is_taken_is_not_given_again(catalogue: Catalogue, put: Put) -> None:
    """The document with this id has other bytes by now; the old bytes come back from another place."""
    own = plan(catalogue, A, "a.txt", "een").document_id
    put(own, ["een"])
    put(own, ["twee"], version=2)
    again = plan(catalogue, B, "b.txt", "een")
    assert again.action is Action.NEW
    assert again.document_id != own


def test_the_same_bytes_from_the_same_place_are_nothing_new(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    for _ in range(3):
        assert plan(catalogue, A, "a.txt", "een") == Plan(Action.UNCHANGED, "a")


def test_the_same_bytes_from_another_place_are_a_duplicate(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    assert plan(catalogue, B, "b.txt", "een") == Plan(Action.DUPLICATE, "a")


def test_new_bytes_from_a_known_place_are_the_next_version(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    assert plan(catalogue, A, "a.txt", "twee") == Plan(Action.CHANGED, "a", 2)
    put("a", ["twee"], version=2)
    put("a", ["drie"], version=3)
    assert plan(catalogue, A, "a.txt", "vier") == Plan(Action.CHANGED, "a", 4)


def test_the_bytes_of_an_older_version_are_a_version_again(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    put("a", ["twee"], version=2)
    assert plan(catalogue, A, "a.txt", "een") == Plan(Action.CHANGED, "a", 3)


def test_a_removed_document_is_new_again(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    remove(catalogue, "a")
    assert plan(catalogue, A, "a.txt", "een").action is Action.NEW


def test_a_file_that_was_moved_and_changed_is_the_same_document(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    put("a", ["een"])
    comes_from(catalogue, "a", tmp_path / "oude map" / "a.txt")  # a space, written as %20
    assert plan(catalogue, (tmp_path / "nieuw" / "a.txt").as_uri(), "a.txt", "twee") == Plan(Action.CHANGED, "a", 2)
    assert plan(catalogue, (tmp_path / "nieuw" / "z.txt").as_uri(), "z.txt", "twee").action is Action.NEW


def test_a_file_of_the_same_name_beside_one_that_still_stands_is_another_document(
    catalogue: Catalogue, put: Put, tmp_path: Path
) -> None:
    (tmp_path / "één map").mkdir()
    (tmp_path / "één map" / "a.txt").write_text("een")
    put("a", ["een"])
    comes_from(catalogue, "a", tmp_path / "één map" / "a.txt")
    assert plan(catalogue, (tmp_path / "a.txt").as_uri(), "a.txt", "twee").action is Action.NEW


def test_when_two_documents_of_this_name_are_gone_neither_is_chosen(
    catalogue: Catalogue, put: Put, tmp_path: Path
) -> None:
    for number in (1, 2):
        put(f"d{number}", [f"tekst {number}"])
        comes_from(catalogue, f"d{number}", tmp_path / str(number) / "a.txt")
    with catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE versions SET file_name = 'a.txt'")
    assert plan(catalogue, (tmp_path / "a.txt").as_uri(), "a.txt", "drie").action is Action.NEW


@pytest.mark.parametrize("origin", ["upload:1", "https://example.nl/a.txt"])
def test_what_did_not_come_from_a_file_is_never_taken_for_moved(catalogue: Catalogue, put: Put, origin: str) -> None:
    put("a", ["een"])
    with catalogue.database.write() as connection:
        connection.execute(sa.update(documents).values(origin=origin))
    assert plan(catalogue, "file:///elders/a.txt", "a.txt", "twee").action is Action.NEW
    assert plan(catalogue, origin, "a.txt", "twee") == Plan(Action.CHANGED, "a", 2)
