"""Where everything of a knowledge base is that is not in the catalogue itself, and that all processes agree on it."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from corpus.copies import Copies
from corpus.errors import CatalogueError
from corpus.files import Files, FileStore
from corpus.pictures import PictureStore
from corpus.s3_address import S3Address
from corpus.s3_client import S3Client
from corpus.s3_spool import S3Spool
from corpus.s3_store import S3Store
from corpus.schema import facts
from corpus.spool import FolderSpool, Spool

PLACE = "bestanden_in"  # fact: address of the store of files; none for the data folder


@dataclass(frozen=True, slots=True)
class Places:
    """Original files and what waits, which all machines share, and what is derived from them on this machine."""

    files: Files
    spool: Spool
    copies: Copies
    pictures: PictureStore


def places_of(data: Path, address: S3Address | None) -> Places:
    """In the data folder, or with an address in that store."""
    pictures = PictureStore(data / "afbeeldingen")
    if address is None:
        return Places(FileStore(data / "bestanden"), FolderSpool(data / "wachtrij"), Copies(data / "cache"), pictures)
    client, copies = S3Client(address), Copies(data / "cache", address.copies_bytes)
    return Places(S3Store(client, copies), S3Spool(client, data / "wachtrij"), copies, pictures)


def require_place(connection: sa.Connection, files: Files) -> None:
    """Raise CatalogueError when the files of this catalogue are in another place: what is stored here would be lost."""
    there = connection.scalar(sa.select(facts.c.value).where(facts.c.name == PLACE)) or ""
    if there == files.place:
        return
    if there:
        raise CatalogueError(
            f"De bestanden van deze kennisbank staan in {there}. Zet KENNISLAB_FILES daarop en start opnieuw."
        )
    raise CatalogueError(
        "De bestanden van deze kennisbank staan in de datamap. Haal KENNISLAB_FILES weg, of zet ze over met: "
        f"kennislab migrate --files embedded --to-files {files.place}"
    )
