"""A folder that is kept an eye on: which files are new or changed and written to the end, and which are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.files import find_files

_Stamp = tuple[int, int]  # size in bytes, time of change in nanoseconds


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at the folder showed."""

    ready: tuple[tuple[Path, str], ...]  # path and the name it is shown by
    gone: tuple[str, ...]


class FolderWatch:
    """Compares each look with the one before. A file is ready once two looks in a row see the same size and time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._seen: dict[Path, _Stamp] = {}
        self._taken: dict[Path, tuple[str, _Stamp]] = {}

    def look(self) -> Findings:
        """What has become ready or has gone since the look before; each is told once."""
        now = {path: (name, stamp) for path, name in find_files(self._paths) if (stamp := _stamp(path)) is not None}
        ready = []
        for path, (name, stamp) in now.items():
            if self._seen.get(path) == stamp and self._taken.get(path) != (name, stamp):
                self._taken[path] = (name, stamp)
                ready.append((path, name))
        gone = [self._taken.pop(path)[0] for path in sorted(self._taken.keys() - now.keys())]
        self._seen = {path: stamp for path, (_name, stamp) in now.items()}
        return Findings(tuple(ready), tuple(gone))

    def again(self, path: Path) -> None:
        """Tell of this file once more: it could not be taken in now."""
        self._taken.pop(path, None)


def _stamp(path: Path) -> _Stamp | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns
