"""The processes that work through the queue beside the service."""

import sys
from collections.abc import Sequence

from service.processes import Program
from service.settings import EMBEDDED, Settings


def workers_of(settings: Settings) -> list[Program]:
    """As many workers as the settings want."""
    return [Program("Een werker", worker_command(settings))] * settings.workers


def worker_command(settings: Settings) -> Sequence[str]:
    """How a worker of this knowledge base is started."""
    return [sys.executable, "-m", "service.work", *shared_flags(settings), "--supervised"]


def shared_flags(settings: Settings) -> Sequence[str]:
    """What a process of ours is told on its command line; the rest, passwords among it, is in what it inherits."""
    files = settings.files.url if settings.files is not None else EMBEDDED
    flags = ["--data", str(settings.data.resolve()), "--files", files, "--model", settings.model]
    return [*flags, "--runtime", settings.runtime]
