"""A document becomes visible, or disappears, whole or not at all."""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, open_catalogue
from corpus.database import FILE_NAME
from corpus.errors import CatalogueError, ClassificationError, NotFoundError
from corpus.files import sha256_of
from corpus.publishing import IndexedPassage, NewVersion, publish, remove, sweep
from corpus.scope import EVERYTHING
from corpus.types import Block, BlockKind, Classification, Metadata, Page, Passage
from tests.scale.catalogues import all_rows, holding

Put = Callable[..., str]
WORD = "zwaluwstaartverbinding"
METADATA = Metadata("Titel", "nota", Classification.OPENBAAR, "nl")


def indexed(sequence: int, text: str, *, version: int = 1, units: int = 1, **changes: Any) -> IndexedPassage:
    passage = Passage(f"x.{version}.{sequence:05d}", "x", version, 1, 1, 0, len(text), text, ("Kop",), "nl")
    vectors = np.eye(units, 8, dtype=np.float32)
    return IndexedPassage(replace(passage, **changes), vectors, "titel", "kop", text, f"0{text}")


def version_of(data: bytes, *passages: IndexedPassage, version: int = 1, **changes: Any) -> NewVersion:
    text = data.decode()
    page = Page(1, 1, text, (Block(BlockKind.PARAGRAPH, 0, len(text)),))
    new = NewVersion(
        document_id="x",
        version=version,
        origin="file:///x.txt",
        sha256=sha256_of(data),
        file_name="x.txt",
        media_type="text/plain",
        size=len(data),
        metadata=METADATA,
        pages=(page,),
        passages=passages,
        remarks=(),
    )
    return replace(new, **changes)


def matches(catalogue: Catalogue, term: str) -> int:
    return len(holding(catalogue, term))


def stored_files(catalogue: Catalogue) -> list[bytes]:
    return sorted(path.read_bytes() for path in catalogue.files.folder.rglob("*") if path.is_file())


def test_what_is_published_is_in_both_legs_the_file_store_and_the_changes(catalogue: Catalogue) -> None:
    publish(catalogue, version_of(b"een twee", indexed(1, "een", units=3), indexed(2, "twee")), b"een twee")
    assert catalogue.counts() == {"documents": 1, "pages": 1, "passages": 2, "keyword": 2, "grams": 2, "units": 4}
    assert (matches(catalogue, "een"), matches(catalogue, "kop"), matches(catalogue, "niets")) == (1, 2, 0)
    assert stored_files(catalogue) == [b"een twee"]
    assert catalogue.last_change() == 1
    vectors = catalogue.units("x").vectors
    assert vectors.tolist() == [*np.eye(3, 8).tolist(), np.eye(1, 8)[0].tolist()]


def duplicate_id() -> NewVersion:
    """The second passage has the id of the first: the database refuses it halfway."""
    return version_of(b"een twee", indexed(1, "een"), indexed(1, "twee"))


def too_many_units() -> NewVersion:
    return version_of(b"een twee", indexed(1, "een"), indexed(2, "twee", units=UNITS_PER_PASSAGE + 1))


@pytest.mark.parametrize(
    ("make", "error"), [(duplicate_id, CatalogueError), (too_many_units, ValueError)], ids=["database", "value"]
)
def test_an_error_in_the_middle_of_a_first_version_leaves_nothing(
    catalogue: Catalogue, tmp_path: Path, make: Callable[[], NewVersion], error: type[Exception]
) -> None:
    before = all_rows(catalogue)
    with pytest.raises(error):
        publish(catalogue, make(), b"een twee")
    assert all_rows(catalogue) == before
    assert set(catalogue.counts().values()) == {0}
    assert matches(catalogue, "een") == 0
    sweep(catalogue)
    assert stored_files(catalogue) == []


def test_an_error_in_the_middle_of_a_second_version_leaves_the_first_whole(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    publish(catalogue, version_of(b"een", indexed(1, "een")), b"een")
    before = all_rows(catalogue)
    broken = version_of(b"twee", indexed(1, "twee", version=2), indexed(1, "drie", version=2), version=2)
    with pytest.raises(CatalogueError):
        publish(catalogue, broken, b"twee")
    assert all_rows(catalogue) == before
    assert (matches(catalogue, "een"), matches(catalogue, "twee")) == (1, 0)
    assert sweep(catalogue) == 1
    assert stored_files(catalogue) == [b"een"]
    assert catalogue.files.read(catalogue.document("x", EVERYTHING).sha256) == b"een"


KILLED = """
import os, sys
from pathlib import Path
import numpy as np
from corpus.catalogue import open_catalogue
from corpus.files import sha256_of
from corpus.publishing import IndexedPassage, NewVersion, publish
from corpus.types import Classification, Metadata, Page, Passage

class Vectors:
    def __len__(self): return 1
    def __iter__(self): os._exit(9)  # the passage is written, its vectors are not

passage = Passage("x.2.00001", "x", 2, 1, 1, 0, 4, "twee", (), "nl")
metadata = Metadata("Titel", "nota", Classification.OPENBAAR, "nl")
new = NewVersion("x", 2, "file:///x.txt", sha256_of(b"twee"), "x.txt", "text/plain", 4, metadata,
                 (Page(1, 1, "twee"),), (IndexedPassage(passage, Vectors(), "", "", "twee", ""),), ())
publish(open_catalogue(Path(sys.argv[1]), url=sys.argv[2]), new, b"twee")
"""


def test_a_process_that_dies_while_publishing_leaves_the_version_before_whole(
    catalogue: Catalogue, tmp_path: Path, catalogue_url: str
) -> None:
    publish(catalogue, version_of(b"een", indexed(1, "een")), b"een")
    catalogue.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "data"), catalogue_url], check=False, capture_output=True
    )
    assert done.returncode == 9, done.stderr.decode()
    again = open_catalogue(tmp_path / "data", url=catalogue_url)
    assert again.document("x", EVERYTHING).version == 1
    assert [passage.text for passage in again.passages_of("x")] == ["een"]
    assert (matches(again, "een"), matches(again, "twee")) == (1, 0)
    assert again.counts() == {"documents": 1, "pages": 1, "passages": 1, "keyword": 1, "grams": 1, "units": 1}
    assert sweep(again) == 1
    assert stored_files(again) == [b"een"]
    again.close()


def test_a_second_version_takes_the_place_of_the_first_and_the_history_stays(catalogue: Catalogue) -> None:
    publish(catalogue, version_of(b"een", indexed(1, "een"), indexed(2, "rest")), b"een")
    second = version_of(b"twee", indexed(1, "twee", version=2), version=2, file_name="nieuw.txt")
    publish(catalogue, replace(second, metadata=replace(METADATA, title="Nieuw", themes=("jeugd",))), b"twee")
    document = catalogue.document("x", EVERYTHING)
    assert (document.version, document.metadata.title, document.file_name) == (2, "Nieuw", "nieuw.txt")
    assert document.metadata.themes == ("jeugd",)
    assert catalogue.counts() == {"documents": 1, "pages": 1, "passages": 1, "keyword": 1, "grams": 1, "units": 1}
    assert (matches(catalogue, "een"), matches(catalogue, "rest"), matches(catalogue, "twee")) == (0, 0, 1)
    assert stored_files(catalogue) == [b"twee"]
    history = [(v.version, v.sha256, v.file_name, v.current) for v in catalogue.history("x")]
    assert history == [(2, sha256_of(b"twee"), "nieuw.txt", True), (1, sha256_of(b"een"), "x.txt", False)]


def test_themes_of_the_version_before_are_gone(catalogue: Catalogue) -> None:
    publish(catalogue, version_of(b"een", metadata=replace(METADATA, themes=("oud", "beide"))), b"een")
    publish(catalogue, version_of(b"twee", version=2, metadata=replace(METADATA, themes=("beide", "beide"))), b"twee")
    assert catalogue.document("x", EVERYTHING).metadata.themes == ("beide",)


def test_a_key_is_never_used_again(catalogue: Catalogue) -> None:
    keys: list[int] = []
    for version in (1, 2, 3):
        text = f"tekst {version}"
        publish(catalogue, version_of(text.encode(), indexed(1, text, version=version), version=version), text.encode())
        keys.append(int(catalogue.units("x").ids[0]))
    remove(catalogue, "x")
    publish(catalogue, version_of(b"opnieuw", indexed(1, "opnieuw")), b"opnieuw")
    keys.append(int(catalogue.units("x").ids[0]))
    assert keys == sorted(set(keys))


def test_the_same_version_twice_is_refused(catalogue: Catalogue) -> None:
    publish(catalogue, version_of(b"een", indexed(1, "een")), b"een")
    with pytest.raises(CatalogueError):
        publish(catalogue, version_of(b"twee", indexed(1, "twee")), b"twee")
    assert catalogue.passages_of("x")[0].text == "een"


@pytest.mark.parametrize("level", [level for level in Classification if not level.accepted])
def test_a_level_that_may_not_be_here_is_refused_and_not_even_its_file_is_kept(
    catalogue: Catalogue, level: Classification
) -> None:
    with pytest.raises(ClassificationError, match=f"{level.value} mag niet in deze kennisbank"):
        publish(catalogue, version_of(b"een", metadata=replace(METADATA, classification=level)), b"een")
    assert set(catalogue.counts().values()) == {0}
    assert not catalogue.files.folder.exists()


def test_removing_leaves_nothing_but_the_change(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    put("ander", ["blijft staan"])
    before = all_rows(catalogue)
    put("weg", [f"tekst over {WORD}"], themes=("jeugd",))
    put("weg", [f"nieuwe tekst over {WORD}"], version=2)
    remove(catalogue, "weg")
    after = all_rows(catalogue)
    assert after.pop("changes") == [
        *before.pop("changes"),
        (2, "weg", True, False),
        (3, "weg", True, False),
        (4, "weg", False, False),
    ]
    assert after == before
    assert matches(catalogue, "weg") == matches(catalogue, "jeugd") == 0
    assert matches(catalogue, "blijft") == 1
    assert stored_files(catalogue) == [b"blijft staan"]
    with pytest.raises(NotFoundError):
        catalogue.document("weg", EVERYTHING)


def pieces_on_disk(folder: Path) -> set[str]:
    """Pieces of the word, five letters long (the keyword leg leaves out what a term shares with the one before it)."""
    pieces = {WORD[at : at + 5] for at in range(len("zwaluwstaart") - 4)}
    data = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {piece for piece in pieces if any(piece.encode() in one for one in data)}


@pytest.mark.parametrize("catalogue_url", ["sqlite"], indirect=True)
def test_after_removing_the_word_is_not_in_the_bytes_on_disk(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    """Deleted rows stay in free pages, in segments of the keyword leg and in the write-ahead log if nobody looks."""
    data = tmp_path / "data"
    for number in range(5):
        put(f"ander{number}", [f"heel andere tekst {number}"])
    assert pieces_on_disk(data) == set()
    everywhere = {"title": WORD, "author": WORD, "source": WORD, "organisation": WORD, "kind": WORD}
    put("weg", [f"{WORD} in de wijk. " * 200], [WORD], themes=(WORD,), **everywhere)
    put("weg", [f"anders, maar nog steeds {WORD}"], version=2)
    assert len(pieces_on_disk(data)) == 8
    remove(catalogue, "weg")
    assert FILE_NAME in {path.name for path in data.iterdir()}
    assert pieces_on_disk(data) == set()
    assert catalogue.count(EVERYTHING) == 5


def test_a_file_that_can_not_be_erased_is_told_and_the_document_is_gone_all_the_same(
    catalogue: Catalogue, put: Put
) -> None:
    put("a", ["De wijk."])
    path = catalogue.files.path(catalogue.document("a", EVERYTHING).sha256)
    path.unlink()
    path.mkdir()  # what no unlink takes away
    with pytest.raises(CatalogueError, match="Document a is verwijderd en niet meer te vinden, maar het bestand staat"):
        remove(catalogue, "a")
    assert catalogue.counts()["documents"] == catalogue.counts()["keyword"] == 0
    path.rmdir()
    path.write_bytes(b"De wijk.")
    assert sweep(catalogue) == 1
    assert not path.exists()


def test_removing_what_is_not_there_is_not_found(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    with pytest.raises(NotFoundError, match="geen document met id b"):
        remove(catalogue, "b")
    remove(catalogue, "a")
    with pytest.raises(NotFoundError):
        remove(catalogue, "a")
    assert catalogue.last_change() == 2


def test_a_removed_document_can_be_added_again(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    remove(catalogue, "a")
    put("a", ["een"])
    assert [(record.version, record.current) for record in catalogue.history("a")] == [(1, True)]
    assert stored_files(catalogue) == [b"een"]


def test_a_file_that_two_documents_share_stays_until_the_last_is_gone(catalogue: Catalogue, put: Put) -> None:
    put("a", ["zelfde"])
    put("b", ["zelfde"])
    remove(catalogue, "a")
    assert stored_files(catalogue) == [b"zelfde"]
    put("b", ["anders"], version=2)
    assert stored_files(catalogue) == [b"anders"]


def test_sweeping_clears_files_that_nobody_speaks_of(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    catalogue.files.keep(b"van niemand")
    assert sweep(catalogue) == 1
    assert sweep(catalogue) == 0
    assert stored_files(catalogue) == [b"een"]


def test_writers_at_the_same_time_lose_nothing(catalogue: Catalogue, put: Put) -> None:
    errors: list[Exception] = []

    def write(writer: int) -> None:
        try:
            for number in range(4):
                put(f"d{writer}{number}", [f"tekst {writer} {number}"])
            remove(catalogue, f"d{writer}0")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert catalogue.ids(EVERYTHING) == {f"d{writer}{number}" for writer in range(4) for number in (1, 2, 3)}
    assert catalogue.counts() == {"documents": 12, "pages": 12, "passages": 12, "keyword": 12, "grams": 12, "units": 12}
    assert [change.seq for change in catalogue.changes_after(0)] == list(range(1, 21))
    assert len(stored_files(catalogue)) == 12
