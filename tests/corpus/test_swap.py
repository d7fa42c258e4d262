"""Taking over the passages of a catalogue that was built beside the serving one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus import database as database_module
from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, open_catalogue
from corpus.database import FILE_NAME
from corpus.errors import CatalogueBusyError
from corpus.files import sha256_of
from corpus.publishing import IndexedPassage, NewVersion, publish, remove
from corpus.scope import EVERYTHING
from corpus.swap import swap_in
from corpus.types import Classification, Metadata, Page, Passage
from tests.scale.catalogues import holding

Put = Callable[..., str]
METADATA = Metadata("Titel", "nota", Classification.OPENBAAR, "nl")


def stage(staged: Catalogue, document_id: str, *texts: str, version: int = 1) -> None:
    """Publish a document of other passages than the serving one has, one unit each."""
    passages = [
        Passage(f"{document_id}.{version}.{n:05d}", document_id, version, 1, 1, 0, len(text), text, (), "nl")
        for n, text in enumerate(texts, start=1)
    ]
    indexed = tuple(
        IndexedPassage(p, np.full((1, 4), 0.5, np.float32), "titel", "", p.text, f"0{p.text}") for p in passages
    )
    new = NewVersion(
        document_id, version, "", sha256_of(b""), "naam", "text/plain", 0, METADATA, (Page(1, 1, "x"),), indexed, ()
    )
    publish(staged, new, b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "herbouw"


@pytest.fixture
def staged(folder: Path) -> Iterator[Catalogue]:
    opened = open_catalogue(folder, create=True)
    yield opened
    opened.close()


def keys(catalogue: Catalogue) -> set[int]:
    ids = [catalogue.units(name).ids for name in catalogue.ids(EVERYTHING)]
    return {int(unit) // UNITS_PER_PASSAGE for own in ids for unit in own}


def test_passages_vectors_and_terms_are_those_of_the_staged_catalogue_and_all_else_stays(
    catalogue: Catalogue, staged: Catalogue, folder: Path, put: Put
) -> None:
    put("a", ["oude tekst"], themes=("jeugd",))
    put("b", ["oude tekst b"])
    before = catalogue.documents(EVERYTHING)
    pages = {name: catalogue.pages(name) for name in ("a", "b")}
    old = keys(catalogue)
    stage(staged, "a", "nieuw een", "nieuw twee")
    stage(staged, "b", "nieuw drie")
    assert swap_in(catalogue, folder, "vingerafdruk")
    assert [passage.text for passage in catalogue.passages_of("a")] == ["nieuw een", "nieuw twee"]
    assert catalogue.counts() == {"documents": 2, "pages": 2, "passages": 3, "keyword": 3, "grams": 3, "units": 3}
    assert catalogue.units("b").vectors.tolist() == [[0.5, 0.5, 0.5, 0.5]]
    assert holding(catalogue, "nieuw") == keys(catalogue)
    assert holding(catalogue, "oud") | holding(catalogue, "tekst") == set()
    assert min(keys(catalogue)) > max(old)  # a key is never used again
    after = catalogue.documents(EVERYTHING)
    assert {d.id: d.passage_count for d in after} == {"a": 2, "b": 1}
    assert [d.metadata for d in after] == [d.metadata for d in before]
    assert {name: catalogue.pages(name) for name in ("a", "b")} == pages
    assert catalogue.files.read(after[0].sha256)
    assert catalogue.fact("fingerprint") == "vingerafdruk"


def test_every_document_is_in_the_changes_so_that_indexes_follow(
    catalogue: Catalogue, staged: Catalogue, folder: Path, put: Put
) -> None:
    put("a", ["een"])
    put("b", ["twee"])
    stage(staged, "b", "nieuw b")
    stage(staged, "a", "nieuw a")
    assert swap_in(catalogue, folder, "v")
    assert [(change.document_id, change.published) for change in catalogue.changes_after(2)] == [
        ("a", True),
        ("b", True),
    ]


def test_only_the_current_version_gets_a_new_count(
    catalogue: Catalogue, staged: Catalogue, folder: Path, put: Put
) -> None:
    put("a", ["een"])
    put("a", ["twee"], version=2)
    stage(staged, "a", "x", "y", "z", version=2)
    assert swap_in(catalogue, folder, "v")
    with catalogue.database.read() as connection:
        query = "SELECT version, passage_count FROM versions ORDER BY version"
        assert [tuple(row) for row in connection.exec_driver_sql(query)] == [(1, 1), (2, 3)]


@pytest.mark.parametrize("change", ["added", "changed", "removed"])
def test_what_changed_meanwhile_stops_the_swap_and_nothing_is_changed(
    catalogue: Catalogue, staged: Catalogue, folder: Path, put: Put, change: str
) -> None:
    put("a", ["een"])
    put("b", ["twee"])
    stage(staged, "a", "nieuw")
    stage(staged, "b", "nieuw")
    if change == "added":
        put("c", ["drie"])
    elif change == "changed":
        put("b", ["anders"], version=2)
    else:
        remove(catalogue, "b")
    counts, last = catalogue.counts(), catalogue.last_change()
    assert not swap_in(catalogue, folder, "v")
    assert (catalogue.counts(), catalogue.last_change()) == (counts, last)
    assert catalogue.fact("fingerprint") is None
    assert catalogue.passages_of("a")[0].text == "een"
    put("d", ["nog te schrijven"])  # nothing is left locked


def test_two_empty_catalogues_are_swapped(catalogue: Catalogue, staged: Catalogue, folder: Path) -> None:
    assert staged.count(EVERYTHING) == 0
    assert swap_in(catalogue, folder, "v")
    assert catalogue.fact("fingerprint") == "v"


def test_while_another_writes_the_swap_is_refused_and_can_be_done_again(
    catalogue: Catalogue,
    catalogue_url: str,
    staged: Catalogue,
    folder: Path,
    put: Put,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a", ["een"])
    stage(staged, "a", "nieuw")
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.1)
    impatient = open_catalogue(tmp_path / "data", url=catalogue_url)
    with catalogue.database.write(), pytest.raises(CatalogueBusyError, match="opnieuw"):
        swap_in(impatient, folder, "v")
    assert impatient.passages_of("a")[0].text == "een"
    assert swap_in(impatient, folder, "v")
    assert impatient.passages_of("a")[0].text == "nieuw"
    impatient.close()


def test_the_staged_file_may_be_thrown_away_afterwards(
    catalogue: Catalogue, staged: Catalogue, folder: Path, put: Put
) -> None:
    put("a", ["een"])
    stage(staged, "a", "nieuw")
    swap_in(catalogue, folder, "v")
    staged.close()
    for path in folder.glob(f"{FILE_NAME}*"):
        path.unlink()
    assert catalogue.passages_of("a")[0].text == "nieuw"
    put("b", ["twee"])
    assert catalogue.count(EVERYTHING) == 2
