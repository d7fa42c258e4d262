"""Pictures are a copy of what files hold: they go when the files go, and they never grow without end."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.pictures import PictureStore
from corpus.publishing import remove, sweep
from corpus.scope import EVERYTHING

Put = Callable[..., str]


def names(catalogue: Catalogue) -> list[str]:
    return sorted(path.name for path in catalogue.pictures.folder.rglob("*") if path.is_file())


def test_a_picture_is_read_as_it_was_kept(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "afbeeldingen")
    assert store.read("ab", "1-640.webp") is None
    store.keep("ab", "1-640.webp", b"beeld")
    assert store.read("ab", "1-640.webp") == b"beeld"
    assert list(store.hashes()) == ["ab"]


@pytest.mark.parametrize("name", ["../x.webp", "1.png", "", "a/b.webp", "1-640.webp/"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        PictureStore(tmp_path).read("ab", name)


def test_the_pictures_of_a_document_go_with_it(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    put("b", ["twee"])
    kept = {name: document.sha256 for name, document in catalogue.documents_by_id(["a", "b"], EVERYTHING).items()}
    catalogue.pictures.keep(kept["a"], "1-640.webp", b"van a")
    catalogue.pictures.keep(kept["b"], "1-320.webp", b"van b")
    remove(catalogue, "a")
    assert names(catalogue) == ["1-320.webp"]
    assert list(catalogue.pictures.hashes()) == [kept["b"]]


def test_the_pictures_of_an_older_version_go(catalogue: Catalogue, put: Put) -> None:
    put("a", ["oud"])
    old = catalogue.document("a", EVERYTHING).sha256
    catalogue.pictures.keep(old, "1-640.webp", b"oud beeld")
    put("a", ["nieuw"], version=2)
    assert names(catalogue) == []


def test_pictures_that_a_killed_process_left_are_swept(
    catalogue: Catalogue, put: Put, tmp_path: Path, catalogue_url: str
) -> None:
    put("a", ["een"])
    catalogue.pictures.keep("f" * 64, "1-640.webp", b"van niemand")
    catalogue.pictures.keep(catalogue.document("a", EVERYTHING).sha256, "2-640.webp", b"van a")
    again = open_catalogue(tmp_path / "data", url=catalogue_url)
    assert sweep(again) == 1
    again.close()
    assert names(catalogue) == ["2-640.webp"]


def test_the_oldest_go_when_all_take_too_much(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, keep_bytes=1000)
    for number in range(1, 9):
        store.keep("ab", f"{number}-640.webp", bytes(200))
        os.utime(store.path("ab", f"{number}-640.webp"), (number, number))
    store.trim()
    assert [store.read("ab", f"{number}-640.webp") is not None for number in range(1, 9)] == [False] * 5 + [True] * 3


def test_what_can_not_be_stored_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "afbeeldingen").write_text("een bestand waar een map hoort")
    store = PictureStore(tmp_path / "afbeeldingen")
    store.keep("ab", "1-640.webp", b"beeld")
    assert list(store.hashes()) == []
