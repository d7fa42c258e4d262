"""Taking away what SQLite itself leaves of text that was erased.

`secure_delete` overwrites what is deleted, but not the copies that stay in the unused room of a page after SQLite moved
rows to other pages. Nothing of Kennislab reads those, but who has the file can. Only a file that is written anew is
without them, which takes seconds per 100 MB and keeps writers waiting: so not within each withdrawal but soon after.
"""

import sqlite3

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.database import FILE_NAME
from corpus.errors import CatalogueBusyError, CatalogueError, DiskFullError
from corpus.keyword_rows import merge_cleared
from corpus.publishing import set_fact
from corpus.schema import changes, documents

SCRUBBED = "opgeschoond"  # fact: the number of the change up to which nothing is left


def needs_scrubbing(catalogue: Catalogue) -> bool:
    """Whether a document was withdrawn or replaced since the file was last written anew."""
    with catalogue.database.read() as connection:
        if connection.dialect.name != "sqlite":  # a server that clears away by itself
            return False
        done = int(catalogue.fact(SCRUBBED) or 0)
        replaced = sa.select(documents.c.id).where(documents.c.version > 1)
        erased = sa.or_(~changes.c.published, changes.c.document_id.in_(replaced))
        return (
            connection.execute(sa.select(changes.c.seq).where(changes.c.seq > done, erased).limit(1)).first()
            is not None
        )


def file_size(catalogue: Catalogue) -> int:
    """Bytes that are written anew by scrubbing; 0 where that is not needed."""
    try:
        return (catalogue.data / FILE_NAME).stat().st_size
    except FileNotFoundError:
        return 0


def scrub(catalogue: Catalogue) -> bool:
    """Write the catalogue's file anew when there is reason to; whether nothing is left of what was erased before.

    Raises CatalogueError when that is not possible now; nothing has changed then.
    """
    if not needs_scrubbing(catalogue):
        return True
    last = catalogue.last_change()
    with catalogue.database.write() as changing:
        merge_cleared(changing)  # terms of replaced versions
    raw = catalogue.database.engine.raw_connection()
    try:
        connection = raw.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            return True
        connection.execute("VACUUM")
        (waiting, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise _explained(error) from error
    finally:
        raw.close()
    if waiting:  # someone who reads keeps the file from being brought up to date
        return False
    set_fact(catalogue, SCRUBBED, str(last))
    return True


def _explained(error: sqlite3.Error) -> CatalogueError:
    text = str(error)
    if "full" in text:
        return DiskFullError("Er is geen ruimte om de catalogus op te schonen na een verwijdering. Maak ruimte vrij.")
    if "locked" in text or "busy" in text:
        return CatalogueBusyError("De catalogus is in gebruik en wordt later opgeschoond.")
    return CatalogueError(f"De catalogus is niet op te schonen na een verwijdering: {text}.")
