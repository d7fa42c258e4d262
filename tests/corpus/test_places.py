"""All processes agree on where the files are, and what another machine withdrew goes here too."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import CatalogueError
from corpus.folder_owner import begin_here, own, require_here, require_own, settle
from corpus.identity import IDENTITY, identity_of
from corpus.places import PLACE, places_of
from corpus.publishing import remove, set_fact, sweep_copies
from corpus.tasks import NewFile, add_task
from service.tidying import is_shared
from tests.scale.bucket import BucketServer

Put = Callable[..., str]


def test_files_begin_where_the_settings_say_and_then_stay_there(
    tmp_path: Path, catalogue_url: str, bucket_server: BucketServer
) -> None:
    address = bucket_server.address()
    catalogue = open_catalogue(tmp_path / "data", create=True, url=catalogue_url)
    require_here(catalogue)
    begin_here(catalogue)
    assert catalogue.fact(PLACE) is None
    other = open_catalogue(tmp_path / "data", url=catalogue_url, files=address)
    require_here(other)
    begin_here(other)
    assert catalogue.fact(PLACE) == address.url
    with pytest.raises(CatalogueError, match=f"staan in {address.url}. Zet KENNISLAB_FILES"):
        queue(catalogue)  # a process that was started before
    queue(other)
    begin_here(catalogue)  # too late: there is something now
    assert catalogue.fact(PLACE) == address.url
    with pytest.raises(CatalogueError, match="staan in s3://"):
        require_here(catalogue)
    require_here(other)
    for opened in (catalogue, other):
        opened.close()


def queue(catalogue: Catalogue) -> None:
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"# Stuk")
        add_task(catalogue, "redactie", [NewFile("stuk.md", incoming)])


def test_a_document_is_not_published_to_a_place_where_nobody_looks(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    set_fact(catalogue, PLACE, "s3://bak/kb")
    with pytest.raises(CatalogueError, match="staan in s3://bak/kb"):
        put("b", ["twee"])
    assert catalogue.counts()["documents"] == 1
    assert len(list(catalogue.files.hashes())) == 1


def test_files_in_the_folder_are_not_looked_for_elsewhere(
    catalogue: Catalogue, catalogue_url: str, put: Put, tmp_path: Path, bucket_server: BucketServer
) -> None:
    put("a", ["een"])
    other = open_catalogue(tmp_path / "data", url=catalogue_url, files=bucket_server.address())
    with pytest.raises(CatalogueError, match=r"staan in de datamap\. .* kennislab migrate --files embedded --to-files"):
        require_here(other)
    other.close()


def test_a_store_is_of_the_first_catalogue_that_writes_there(
    tmp_path: Path, bucket_server: BucketServer, catalogue_url: str
) -> None:
    address = bucket_server.address()
    first = open_catalogue(tmp_path / "een", create=True, url=catalogue_url, files=address)
    second = open_catalogue(tmp_path / "twee", create=True, files=address)
    require_own(first)
    require_own(first)
    assert first.files.note("eigenaar") == identity_of(first)
    with pytest.raises(CatalogueError, match=r"zijn van een andere catalogus dan .* andere bucket of map"):
        require_own(second)
    own(second)
    require_own(second)
    with pytest.raises(CatalogueError, match="zijn van een andere catalogus"):
        require_own(first)
    for opened in (first, second):
        opened.close()


def test_what_another_machine_withdrew_goes_from_this_one(
    catalogue: Catalogue, catalogue_url: str, put: Put, tmp_path: Path, bucket_server: BucketServer
) -> None:
    address = bucket_server.address()
    here = Catalogue(catalogue.database, catalogue.data, places_of(catalogue.data, address))
    settle(here)
    catalogue.files = here.files  # so that `put` stores there
    ids = [put(name, [name]) for name in ("a", "b")]
    disk = tmp_path / "elders"
    elsewhere = Catalogue(catalogue.database, disk, places_of(disk, address))
    hashes = [record.sha256 for name in ids for record in elsewhere.history(name)]
    for sha256 in hashes:
        with elsewhere.files.local(sha256):
            elsewhere.pictures.keep(sha256, "1-160.webp", b"beeld")
    assert sweep_copies(elsewhere) == 0
    remove(here, "a")
    assert elsewhere.copies.path(hashes[0]).exists()
    assert sweep_copies(elsewhere) == 1
    left = {path for path in disk.rglob("*") if path.is_file()}
    assert left == {elsewhere.copies.path(hashes[1]), elsewhere.pictures.path(hashes[1], "1-160.webp")}
    assert sweep_copies(elsewhere) == 0


def test_only_what_others_may_change_is_looked_after(
    catalogue: Catalogue, catalogue_url: str, tmp_path: Path, bucket_server: BucketServer
) -> None:
    assert is_shared(catalogue) == bool(catalogue_url)
    other = open_catalogue(tmp_path / "ander", create=True, files=bucket_server.address())
    assert is_shared(other)
    assert other.fact(IDENTITY) is None
    other.close()
