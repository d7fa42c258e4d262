"""What the command line changes is recorded in the audit log too, under the name of the Unix user."""

import logging
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from corpus.audit import Entry, append
from corpus.database import Database
from corpus.errors import CatalogueError
from service.access import OPERATOR

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Act:
    """What is being done; the object may be known only along the way."""

    object: str


def operator_name() -> str:
    """Who runs the command: by the process, since an environment variable can say anything."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return f"opdrachtregel:{name}"


@contextmanager
def recorded(database: Database, action: str, about: str = "") -> Iterator[Act]:
    """Record what the block does as one row, also when it fails or is interrupted. Never put text in `about`."""
    act = Act(about)
    try:
        yield act
    except BaseException:
        try:
            append(database, [_entry(action, act, "mislukt")])
        except CatalogueError as error:  # often for the same reason; who asked needs to know the first
            logger.error("Dat dit mislukte, staat niet in het auditlog: %s", error)
        raise
    append(database, [_entry(action, act, "gelukt")])


def _entry(action: str, act: Act, result: str) -> Entry:
    return Entry(operator_name(), OPERATOR.role.value, action, act.object, result, "")
