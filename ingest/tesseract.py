"""The program that recognises text in pictures: whether it is there, and what it reads."""

import shutil
import subprocess
from functools import lru_cache

PROGRAM = "tesseract"
LANGUAGE = "nld"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """What we ask tesseract to read: Dutch, with English if that is there too; empty without the program or Dutch."""
    program = shutil.which(PROGRAM)
    if program is None:
        return ()
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed command
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    known = listed.stdout.split()
    return tuple(name for name in (LANGUAGE, "eng") if name in known) if LANGUAGE in known else ()
