"""What is said of the places of files holds for each kind: a folder, and a store that speaks S3."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.errors import CatalogueError, ReadError
from corpus.files import Files
from corpus.places import Places, places_of
from corpus.s3_address import S3Address
from corpus.s3_client import S3Client
from corpus.s3_store import object_key
from tests.scale.setups import FULL

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc", FIPS 180-2 appendix B.1
PLACES = ("folder", "bucket")


@dataclass(frozen=True)
class Place:
    """A kind of place, and how to damage what is in it behind its back."""

    places: Places
    again: Callable[[], Places]  # as another machine sees it
    spoil: Callable[[str, bytes | None], None]  # by name as in the data folder; without bytes it is gone

    @property
    def files(self) -> Files:
        return self.places.files


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        data = tmp_path / "data"
        yield Place(places_of(data, None), lambda: places_of(data, None), lambda *what: _spoil_file(data, *what))
        return
    address: S3Address = request.getfixturevalue("bucket_server").address()
    client = S3Client(address)
    other = tmp_path / "elders"
    yield Place(
        places_of(tmp_path / "data", address),
        lambda: places_of(other, address),
        lambda name, data: client.delete(name) if data is None else client.put(name, data),
    )


def _spoil_file(data: Path, name: str, content: bytes | None) -> None:
    (data / name).unlink()
    if content is not None:
        (data / name).write_bytes(content)


@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 10_000], ids=["empty", "small", "large"])
def test_what_was_kept_is_read_back_also_elsewhere(place: Place, data: bytes) -> None:
    sha256 = place.files.keep(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert place.files.read(sha256) == place.again().files.read(sha256) == data
    assert list(place.files.hashes()) == [sha256]
    with place.again().files.local(sha256) as path:
        assert path.read_bytes() == data


def test_the_same_bytes_are_kept_once(place: Place) -> None:
    assert place.files.keep(b"abc") == place.again().files.keep(b"abc") == ABC
    assert list(place.files.hashes()) == [ABC]


def test_a_file_of_another_size_is_written_again(place: Place) -> None:
    place.files.keep(b"abc")
    place.spoil(object_key("bestanden", ABC), b"ab")
    assert place.files.lacking({ABC: 3}) == [ABC]
    place.files.keep(b"abc")
    assert place.files.read(ABC) == b"abc"
    assert place.files.lacking({ABC: 3}) == []


def test_a_changed_file_is_not_given_out(place: Place) -> None:
    place.files.keep(b"abc")
    place.spoil(object_key("bestanden", ABC), b"abd")
    with pytest.raises(CatalogueError, match=r"ba7816bf8f01.* is beschadigd\. Zet een reservekopie terug"):
        place.files.read(ABC)


def test_an_absent_file_is_named(place: Place) -> None:
    with pytest.raises(CatalogueError, match=r"ba7816bf8f01 ontbreekt.*\. Zet een reservekopie terug"):
        place.files.read(ABC)
    assert place.files.lacking({ABC: 3}) == [ABC]
    assert place.files.lacking({}) == []


def test_removing_erases_and_removing_again_is_no_error(place: Place) -> None:
    place.files.keep(b"abc")
    with place.files.local(ABC):
        pass
    place.files.remove(ABC)
    place.files.remove(ABC)
    assert list(place.files.hashes()) == list(place.places.copies.hashes()) == []


def test_an_empty_store_has_no_hashes_and_answers(place: Place) -> None:
    assert list(place.files.hashes()) == place.places.spool.hashes() == []
    place.files.check()


def test_many_files_are_listed(place: Place) -> None:
    """In full more than fit in one answer of the store."""
    kept = {place.files.keep(str(number).encode()) for number in range(1100 if FULL else 40)}
    assert list(place.files.hashes()) == sorted(kept)


def test_a_note_is_left_beside_the_files_and_is_no_file(place: Place) -> None:
    assert place.files.note("eigenaar") is None
    place.files.write_note("eigenaar", "een")
    place.files.write_note("eigenaar", "twee", only_new=True)
    assert place.again().files.note("eigenaar") == "een"
    place.files.write_note("eigenaar", "drie")
    assert place.again().files.note("eigenaar") == "drie"
    assert list(place.files.hashes()) == []


# -- what waits --------------------------------------------------------------------------------------------------------


def test_what_waits_is_read_on_another_machine_once_it_is_kept(place: Place) -> None:
    elsewhere = place.again().spool
    with place.places.spool.incoming() as incoming:
        incoming.write(b"ab")
        incoming.write(b"c")
        incoming.finish()
        assert elsewhere.hashes() == []
        place.places.spool.keep(incoming)
    assert elsewhere.hashes() == [ABC]
    assert elsewhere.read(ABC) == b"abc"
    elsewhere.remove(ABC)
    elsewhere.remove(ABC)
    with pytest.raises(ReadError, match="niet meer in de wachtrij"):
        place.places.spool.read(ABC)


def test_the_same_bytes_that_are_erased_meanwhile_are_kept_all_the_same(place: Place) -> None:
    with place.places.spool.incoming() as incoming:
        incoming.write(b"abc")
        incoming.finish()
        place.again().spool.remove(ABC)  # another upload of it was withdrawn
        place.places.spool.keep(incoming)
    assert place.again().spool.read(ABC) == b"abc"


def test_an_empty_file_can_wait(place: Place) -> None:
    with place.places.spool.incoming() as incoming:
        place.places.spool.keep(incoming)
    assert place.again().spool.read(hashlib.sha256().hexdigest()) == b""


def test_what_was_not_kept_leaves_nothing(place: Place, tmp_path: Path) -> None:
    with place.places.spool.incoming() as incoming:
        incoming.write(b"abc")
        incoming.finish()
    assert place.places.spool.hashes() == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert place.places.spool.clear_abandoned() == 0


def test_a_changed_file_that_waits_is_refused(place: Place) -> None:
    place.places.spool.put(b"abc")
    place.spoil(object_key("wachtrij", ABC), b"abd")
    with pytest.raises(ReadError, match="Bied het opnieuw aan"):
        place.places.spool.read(ABC)
    place.spoil(object_key("wachtrij", ABC), None)
    place.places.spool.put(b"abc")
    place.places.spool.put(b"abc")
    assert place.again().spool.read(ABC) == b"abc"
