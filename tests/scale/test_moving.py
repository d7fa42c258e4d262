"""Moving to another catalogue: everything comes along, also when it is broken off, and nothing else is touched."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus import moving
from corpus.audit import Entry, append, verify
from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, open_catalogue
from corpus.errors import CatalogueError
from corpus.keys import NewKey, create_key, find_key
from corpus.moving import move, row_counts
from corpus.publishing import Edit, change_metadata, remove
from corpus.scope import EVERYTHING
from corpus.swap import swap_in
from corpus.tasks import NewFile, add_task, list_tasks
from corpus.types import Classification
from tests.scale.postgres import Server

Put = Callable[..., str]


@pytest.fixture
def target(postgres_server: Server, tmp_path: Path) -> Iterator[Catalogue]:
    with postgres_server.database() as url:
        opened = open_catalogue(tmp_path / "data", url=url)
        yield opened
        opened.close()


def fill(catalogue: Catalogue, put: Put) -> None:
    for number in range(4):
        put(f"doc{number}", [f"tekst {number} over preventie"], [f"bladzijde {number}"], themes=("jeugd", f"t{number}"))
    put("doc0", ["andere tekst"], version=2)
    remove(catalogue, "doc3")
    append(catalogue.database, [Entry("jan", "lezer", "zoek", "", "gelukt (200)", "")])
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"wacht")
        incoming.finish()
        add_task(catalogue, "jan", [NewFile("wacht.txt", incoming)])


def nothing(_name: str) -> None:
    pass


def keys(catalogue: Catalogue) -> dict[str, list[int]]:
    return {name: (catalogue.units(name).ids // UNITS_PER_PASSAGE).tolist() for name in catalogue.ids(EVERYTHING)}


def assert_same(one: Catalogue, other: Catalogue) -> None:
    assert one.documents(EVERYTHING) == other.documents(EVERYTHING)
    assert keys(one) == keys(other)
    assert row_counts(one) == row_counts(other)
    for name in one.ids(EVERYTHING):
        assert one.history(name) == other.history(name)
        assert one.pages(name) == other.pages(name)
        assert one.keyed_passages_of(name) == other.keyed_passages_of(name)
        assert one.units(name).vectors.tolist() == other.units(name).vectors.tolist()
    assert list_tasks(one, None, None, limit=10) == list_tasks(other, None, None, limit=10)
    assert verify(one.database) == verify(other.database)
    assert verify(other.database).broken is None


def test_everything_comes_along_and_back_again(
    catalogue: Catalogue, target: Catalogue, put: Put, tmp_path: Path
) -> None:
    fill(catalogue, put)
    _, token = create_key(catalogue.database, NewKey("portaal", "lezer", datetime(2099, 1, 1, tzinfo=UTC)))
    assert move(catalogue, target, nothing) == moving.Moved(3, 0, 0)
    assert_same(catalogue, target)
    assert find_key(target.database, token) == find_key(catalogue.database, token)
    back = open_catalogue(tmp_path / "terug", create=True)
    move(target, back, nothing)
    assert_same(target, back)
    back.close()


def test_there_and_back_again_into_what_stayed_behind(catalogue: Catalogue, target: Catalogue, put: Put) -> None:
    fill(catalogue, put)
    move(catalogue, target, nothing)
    remove(target, "doc1")
    hidden = replace(target.document("doc0", EVERYTHING).metadata, classification=Classification.VERTROUWELIJK)
    change_metadata(target, target.document("doc0", EVERYTHING), Edit(hidden, {}))
    assert move(target, catalogue, nothing) == moving.Moved(1, 1, 1)
    assert_same(target, catalogue)
    remove(catalogue, "doc2")
    assert move(catalogue, target, nothing) == moving.Moved(0, 1, 1)
    assert_same(catalogue, target)


def test_the_way_back_goes_on_where_it_was_broken_off(catalogue: Catalogue, target: Catalogue, put: Put) -> None:
    fill(catalogue, put)
    move(catalogue, target, nothing)
    for name in ("doc0", "doc1"):
        document = target.document(name, EVERYTHING)
        change_metadata(target, document, Edit(replace(document.metadata, title="Anders"), {}))

    def stop(_name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(target, catalogue, stop)
    assert move(target, catalogue, nothing) == moving.Moved(1, 0, 2)
    assert_same(target, catalogue)


@pytest.mark.parametrize("back", [False, True], ids=["again", "back"])
def test_what_was_done_there_meanwhile_is_not_overwritten(
    catalogue: Catalogue, target: Catalogue, put: Put, back: bool
) -> None:
    fill(catalogue, put)
    move(catalogue, target, nothing)
    worked_in, other = (catalogue, target) if back else (target, catalogue)
    remove(worked_in, "doc1")
    before = worked_in.documents(EVERYTHING)
    with pytest.raises(CatalogueError, match="na het overzetten nog gewerkt"):
        move(other, worked_in, nothing)
    assert worked_in.documents(EVERYTHING) == before


def test_the_same_command_again_copies_only_what_changed(catalogue: Catalogue, target: Catalogue, put: Put) -> None:
    fill(catalogue, put)
    move(catalogue, target, nothing)
    assert move(catalogue, target, nothing) == moving.Moved(0, 0, 3)
    document = catalogue.document("doc1", EVERYTHING)
    hidden = replace(document.metadata, classification=Classification.VERTROUWELIJK)
    change_metadata(catalogue, document, Edit(hidden, {}))
    remove(catalogue, "doc2")
    put("doc4", ["nieuw"])
    assert move(catalogue, target, nothing) == moving.Moved(2, 1, 1)
    assert_same(catalogue, target)


def test_broken_off_halfway_it_goes_on_where_it_was(catalogue: Catalogue, target: Catalogue, put: Put) -> None:
    fill(catalogue, put)
    seen: list[str] = []

    def stop(name: str) -> None:
        seen.append(name)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(catalogue, target, stop)
    assert move(catalogue, target, seen.append) == moving.Moved(1, 0, 2)
    assert sorted(seen) == ["doc0", "doc1", "doc2"]
    assert_same(catalogue, target)


def test_what_changes_meanwhile_comes_along_too(catalogue: Catalogue, target: Catalogue, put: Put) -> None:
    fill(catalogue, put)
    move(catalogue, target, lambda name: put("laat", ["kwam er nog bij"]) if name == "doc0" else None)
    assert_same(catalogue, target)
    assert "laat" in target.ids(EVERYTHING)


def test_a_key_that_was_used_is_not_used_again_on_the_other_side(
    catalogue: Catalogue, target: Catalogue, put: Put
) -> None:
    fill(catalogue, put)
    put("laatste", ["hoogste sleutel"])
    highest = max(max(own) for own in keys(catalogue).values())
    remove(catalogue, "laatste")
    move(catalogue, target, nothing)
    staged = open_catalogue(catalogue.files.folder.parent / "herbouw", create=True)
    move(catalogue, staged, nothing)
    staged.close()
    assert swap_in(target, catalogue.files.folder.parent / "herbouw", "vingerafdruk")
    assert min(min(own) for own in keys(target).values()) > highest


def test_another_knowledge_base_is_left_alone(
    catalogue: Catalogue, target: Catalogue, put: Put, tmp_path: Path
) -> None:
    fill(catalogue, put)
    other = open_catalogue(tmp_path / "ander", create=True)
    move(other, target, nothing)
    with pytest.raises(CatalogueError, match="staat een andere kennisbank"):
        move(catalogue, target, nothing)
    assert target.count(EVERYTHING) == 0
    with pytest.raises(CatalogueError, match="staat al een kennisbank"):
        move(other, catalogue, nothing)
    other.close()
