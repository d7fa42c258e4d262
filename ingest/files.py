"""Which files a run is about, and their bytes."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import ReadError

# Files of these names are no documents: what systems leave behind, and our own metadata beside the documents.
IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", "metadata.tsv", "metadata.jsonl"})
MAX_FILE_BYTES = 500 * 1024 * 1024


def find_files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """The files of a run with the name each is shown by: its path inside the folder that was given.

    Hidden files, temporary Office files and our own metadata file are passed over.
    """
    for path in paths:
        if not path.is_dir():
            yield path, _shown(path.name)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith((".", "~$")) and name.lower() not in IGNORED_NAMES:
                    file = Path(folder) / name
                    yield file, _shown(file.relative_to(path).as_posix())


def _shown(name: str) -> str:
    """The name with a question mark for every byte of it that is no UTF-8, which can be neither shown nor kept."""
    return name.encode(errors="replace").decode()


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises ReadError when it is gone, no file, too large or not to be opened."""
    if _shown(path.name) != path.name:
        raise ReadError("De naam van het bestand bevat tekens die niet te lezen zijn. Geef het een andere naam.")
    try:
        if not path.is_file():
            problem = "is geen gewoon bestand" if path.exists() else "bestaat niet (meer)"
            raise ReadError(f"Het bestand {problem}. Controleer de naam en de plaats.")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ReadError(f"Het bestand is groter dan {MAX_FILE_BYTES // 2**20} MB. Deel het op.")
        return path.read_bytes()
    except PermissionError:
        raise ReadError("Het bestand is niet te openen: geen leesrechten.") from None
    except OSError as error:
        raise ReadError(f"Het bestand is niet te lezen: {error.strerror}.") from error
