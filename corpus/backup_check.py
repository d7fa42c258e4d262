"""Whether a knowledge base that comes from a backup is whole: every problem by name, for people."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from corpus.audit import verify
from corpus.backup_archive import FILES, QUEUE, part_name
from corpus.backup_copy import needed_files, reading
from corpus.backup_manifest import Manifest
from corpus.catalogue import Catalogue
from corpus.database import FILE_NAME
from corpus.errors import CatalogueError
from corpus.schema import documents, versions

_SHOWN = 5  # of many of the same kind


def damage(folder: Path) -> list[str]:
    """What SQLite finds wrong with the catalogue's file in this folder, before anything else reads it."""
    try:
        with reading(folder / FILE_NAME) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        return [f"De catalogus is beschadigd: {error}."]
    problems = [f"De catalogus is beschadigd: {text}." for text in found[:_SHOWN] if text != "ok"]
    return problems + [f"De catalogus verwijst in {row[0]} naar {row[2]} die er niet is." for row in broken[:_SHOWN]]


def problems_of(catalogue: Catalogue, manifest: Manifest) -> Iterator[str]:
    """What does not fit together: the legs, the originals, the queue and the audit log."""
    yield from _terms(catalogue)
    yield from _legs(catalogue)
    yield from _files(catalogue, {part.name: part.size for part in manifest.parts})
    verdict = verify(catalogue.database)
    if verdict.broken is not None:
        yield f"Het auditlog klopt niet bij regel {verdict.broken}: {verdict.reason}."


def _terms(catalogue: Catalogue) -> Iterator[str]:
    for table, name in (("passages_fts", "trefwoordenindex"), ("passages_grams", "lettergrepenindex")):
        try:
            with catalogue.database.write() as connection:
                connection.exec_driver_sql(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")  # noqa: S608
        except CatalogueError as error:
            yield f"De {name} is beschadigd ({error}). Herstel met: kennislab rebuild"


def _legs(catalogue: Catalogue) -> Iterator[str]:
    counts = catalogue.counts()
    with catalogue.database.read() as connection:
        embedded = connection.exec_driver_sql(
            "SELECT count(*) FROM passages WHERE key IN (SELECT passage_key FROM embeddings)"
        ).scalar()
        announced = connection.exec_driver_sql(
            "SELECT coalesce(sum(v.passage_count), 0) FROM versions v"
            " JOIN documents d ON d.id = v.document_id AND d.version = v.version"
        ).scalar()
    found = {
        "in de trefwoordenindex": counts["keyword"],
        "in de lettergrepenindex": counts["grams"],
        "met vectoren": embedded,
        "volgens de documenten": announced,
    }
    for where, count in found.items():
        if count != counts["passages"]:
            yield f"Er zijn {counts['passages']} passages, maar {where} {count}. Herstel met: kennislab rebuild"


def _files(catalogue: Catalogue, sizes: dict[str, int]) -> Iterator[str]:
    originals, waiting = needed_files(catalogue.data / FILE_NAME)
    query = sa.select(versions.c.sha256, versions.c.file_name, versions.c.size, documents.c.id)
    query = query.join(documents, documents.c.id == versions.c.document_id)
    with catalogue.database.read() as connection:
        rows = connection.execute(query.where(versions.c.version == documents.c.version)).all()
    for row in rows:
        size = sizes.get(part_name(FILES, row.sha256))
        if size is None:
            yield f"Het originele bestand van document {row.id} ontbreekt: {row.file_name}. Bied het opnieuw aan."
        elif size != row.size:
            yield f"Het originele bestand van document {row.id} is {size} bytes, niet {row.size}: {row.file_name}."
    lost = sorted(sha256 for sha256 in waiting if part_name(QUEUE, sha256) not in sizes)
    yield from (f"Een bestand in de wachtrij ontbreekt: {sha256[:12]}. Bied het opnieuw aan." for sha256 in lost)
    needed = {part_name(FILES, sha256) for sha256 in originals} | {part_name(QUEUE, sha256) for sha256 in waiting}
    extra = sorted(name for name in sizes if name.startswith((FILES, QUEUE)) and name not in needed)
    yield from (f"Van {name} weet de catalogus niets." for name in extra[:_SHOWN])
