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


def test_a_workroom_is_gone_afterwards_and_what_was_adopted_stays(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    with store.workroom("ab") as room:
        (room / "kladje.txt").write_text("bijna af")
        (room / "dia.pdf").write_bytes(b"een pdf")
        store.adopt("ab", "dias.pdf", room / "dia.pdf")
    assert [path.name for path in tmp_path.rglob("*")] == ["ab", "dias.pdf"]
    found = store.find("ab", "dias.pdf")
    assert found is not None
    assert found.read_bytes() == b"een pdf"
    assert store.find("ab", "anders.pdf") is None
    with store.workroom("cd"):
        pass
    assert list(store.hashes()) == ["ab"]


def test_a_workroom_that_a_killed_process_left_is_cleared_and_one_in_use_is_not(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    (tmp_path / "ab" / ".werk-oud").mkdir(parents=True)
    (tmp_path / "ab" / ".werk-oud" / "dia.pptx").write_bytes(b"een kopie")
    with store.workroom("ab") as one, store.workroom("ab") as other:
        assert sorted(path.name for path in (tmp_path / "ab").iterdir()) == sorted([one.name, other.name])


def test_a_workroom_goes_with_the_document(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    with catalogue.pictures.workroom(catalogue.document("a", EVERYTHING).sha256) as room:
        (room / "dia.pptx").write_bytes(b"een kopie")
        remove(catalogue, "a")
        assert not room.exists()
    assert list(catalogue.pictures.hashes()) == []


def test_what_is_used_is_not_among_the_oldest(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, keep_bytes=500)
    store.keep("ab", "dias.pdf", bytes(200))
    store.keep("ab", "1-640.webp", bytes(400))
    os.utime(store.path("ab", "dias.pdf"), (1, 1))
    os.utime(store.path("ab", "1-640.webp"), (2, 2))
    store.find("ab", "dias.pdf")
    store.trim()
    assert names_in(store) == ["dias.pdf"]


def names_in(store: PictureStore) -> list[str]:
    return sorted(path.name for path in store.folder.glob("*/*"))
