"""What the command line changes is recorded in the audit log too, under the name of the Unix user."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from corpus.audit import Entry, append
from corpus.database import Database
from service.access import OPERATOR


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
        append(database, [_entry(action, act, "mislukt")])
        raise
    append(database, [_entry(action, act, "gelukt")])


def _entry(action: str, act: Act, result: str) -> Entry:
    return Entry(operator_name(), OPERATOR.role.value, action, act.object, result, "")
