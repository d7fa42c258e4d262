"""What is made beside its place, and put there when it is whole: a kill on the way leaves nothing that looks finished.

A draft is for the owner's eyes only and is held locked, so that what a killed process left behind is cleared away by
the next one: it may hold documents that are withdrawn since.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import BackupError, DiskFullError
from corpus.files import is_full, sync_folder

_PREFIX = ".kennislab-nieuw-"


@contextmanager
def draft_beside(target: Path) -> Iterator[Path]:
    """A private folder on the same disk as `target`, gone at the end of the block. OSErrors get a message."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(target.parent)
        folder, lock = _locked_folder(target.parent)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
    except OSError as error:
        raise refused(target, error) from error


def put_in_place(draft: Path, target: Path) -> None:
    """Give a finished file, or a folder where none or an empty one is, its lasting name."""
    os.replace(draft, target)
    sync_folder(target.parent)


def require_empty(target: Path) -> None:
    """Raise BackupError unless there is nothing, or an empty folder."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise BackupError(f"{target} is geen map. Kies een map die nog niet bestaat.")
    try:
        filled = target.is_dir() and next(target.iterdir(), None) is not None
    except OSError as error:
        raise refused(target, error) from error
    if filled:
        raise BackupError(f"De map {target} is niet leeg. Kies een map die leeg is of nog niet bestaat.")


def require_outside(target: Path, data: Path) -> None:
    """Raise BackupError for a place in the data folder: it would be lost with it, and keep what is withdrawn there."""
    if target.resolve().is_relative_to(data.resolve()):
        raise BackupError(
            f"{target} ligt in de map van de kennisbank. Kies een plaats daarbuiten, liefst op een andere schijf."
        )


def write_synced(path: Path, data: bytes) -> None:
    """A file for the owner only, on the disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_tree(folder: Path) -> None:
    """Bring the names in a folder and all below it to the disk."""
    for path, _folders, _files in os.walk(folder):
        sync_folder(Path(path))


def refused(target: Path, error: OSError) -> BackupError | DiskFullError:
    """What the disk's refusal to hold `target` means, for people."""
    if is_full(error):
        return DiskFullError(f"Er is geen ruimte voor {target}. Maak ruimte vrij of kies een andere schijf.")
    if error.errno == errno.EBUSY:
        return BackupError(f"{target} is zelf een schijf of koppeling. Kies een map daarbinnen.")
    return BackupError(f"{target} is niet te schrijven: {error.strerror}. Kies een andere plaats of geef rechten.")


def _locked_folder(parent: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=_PREFIX))
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # cleared away between making and opening it
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return folder, lock
        os.close(lock)


def _clear_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # locked by the process that makes it
            pass
        finally:
            os.close(lock)
