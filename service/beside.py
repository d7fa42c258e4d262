"""The processes that answer beside the first one of a service, on the port that it bound."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.processes import Program
from service.settings import Settings
from service.workers import shared_flags


@dataclass(frozen=True, slots=True)
class Beside:
    """What such a process is given."""

    number: int  # from 2 on; the first one has 1
    files: Sequence[int]  # descriptors of the port's sockets
    folder: Path  # where the processes find each other


def programs_beside(
    settings: Settings, files: Sequence[int], folder: Path, may_start: Callable[[], bool]
) -> list[Program]:
    """All but the first. They may start once that is open: then there is a catalogue, and nothing is made twice."""
    shared = [sys.executable, "-m", "service.answer", *shared_flags(settings), "--beside"]
    numbers = range(2, settings.processes + 1)
    commands = [[*shared, str(number), ",".join(map(str, files)), str(folder)] for number in numbers]
    return [Program("Een proces dat vragen beantwoordt", command, files, may_start) for command in commands]


def beside_of(values: Sequence[str]) -> Beside:
    """What the first process put on the command line."""
    number, files, folder = values
    return Beside(int(number), [int(file) for file in files.split(",")], Path(folder))
