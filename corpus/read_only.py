"""A catalogue on a disk that can not be written: SQLite can then not make the files that it keeps beside a catalogue.

Searching goes on without those: nobody can write, so nobody has to wait. Each connection looks anew, since the disk may
become writable again while the service runs.
"""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa


def read_only_engine(path: Path, arguments: Mapping[str, Any]) -> sa.Engine | None:
    """An engine for the catalogue in this file; None when it is to be opened in the usual way."""
    if not _alone(path):
        return None

    def connect() -> sqlite3.Connection:
        options = "?immutable=1" if _alone(path) else ""
        found: sqlite3.Connection = sqlite3.connect(f"{path.resolve().as_uri()}{options}", uri=True, **arguments)
        return found

    return sa.create_engine(sa.URL.create("sqlite", database=str(path)), creator=connect, poolclass=sa.NullPool)


def _alone(path: Path) -> bool:
    """Whether the file is all there is and nobody can change it. Without rights, others may still have them."""
    try:
        cannot = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:  # it is not there yet
        return False
    return cannot and not path.with_name(f"{path.name}-wal").exists()
