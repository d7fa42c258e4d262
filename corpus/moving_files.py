"""Moving the files of a knowledge base to another place, one by one, so that it can be broken off and taken up again.

What is moved is read back there, so that no file is counted that is not whole. Where it came from is not changed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError, ReadError, StoreUnavailableError
from corpus.schema import documents, task_files, versions
from corpus.tasks import SPOOLED

Progress = Callable[[], object]


@dataclass(frozen=True, slots=True)
class MovedFiles:
    """What a move of files did. `lost` are hashes of files that are missing or damaged where they came from."""

    copied: int = 0
    unchanged: int = 0
    waiting: int = 0
    lost: tuple[str, ...] = ()


def move_files(source: Catalogue, target: Catalogue, progress: Progress = lambda: None) -> MovedFiles:
    """Have every file that `source` needs where `target` looks for it. Both may be the same catalogue.

    Raises CatalogueError when a place does not answer or what was written is not as it was.
    """
    checked: set[str] = set()
    copied, lost = 0, set[str]()
    while True:
        last, wanted = source.last_change(), _originals(source)
        there = set(target.files.hashes())
        for sha256 in sorted(wanted - checked):
            try:
                copied += _move(source, target, sha256, there)
                checked.add(sha256)
            except _LostError:
                lost.add(sha256)
            progress()
        waiting = {sha256 for sha256 in sorted(_waiting(source)) if _move_waiting(source, target, sha256)}
        if source.last_change() == last:
            unchanged = len(checked & wanted) - min(copied, len(checked & wanted))
            return MovedFiles(copied, unchanged, len(waiting), tuple(sorted(lost & wanted)))


class _LostError(Exception):
    """The file is not where it came from."""


def _move(source: Catalogue, target: Catalogue, sha256: str, there: set[str]) -> bool:
    """See to it that the file is there and whole; whether it had to be copied."""
    if sha256 in there and _is_whole(target, sha256):
        return False
    try:
        data = source.files.read(sha256)
    except StoreUnavailableError:
        raise
    except CatalogueError as error:
        raise _LostError from error
    target.files.remove(sha256)  # one that is damaged may have the same size
    target.files.keep(data)
    target.files.read(sha256)
    return True


def _is_whole(catalogue: Catalogue, sha256: str) -> bool:
    try:
        catalogue.files.read(sha256)
    except StoreUnavailableError:
        raise
    except CatalogueError:
        return False
    return True


def _move_waiting(source: Catalogue, target: Catalogue, sha256: str) -> bool:
    """The same for a file of the queue; one that was taken in or cancelled meanwhile is not needed any more."""
    try:
        data = source.spool.read(sha256)
    except ReadError:
        return False
    target.spool.put(data)
    return target.spool.read(sha256) == data


def _originals(catalogue: Catalogue) -> set[str]:
    query = sa.select(versions.c.sha256).join(documents, documents.c.id == versions.c.document_id)
    with catalogue.database.read() as connection:
        return set(connection.scalars(query.where(versions.c.version == documents.c.version)))


def _waiting(catalogue: Catalogue) -> set[str]:
    query = sa.select(task_files.c.sha256).where(task_files.c.sha256 != "", task_files.c.status.in_(sorted(SPOOLED)))
    with catalogue.database.read() as connection:
        return set(connection.scalars(query))
