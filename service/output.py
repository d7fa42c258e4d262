"""What the command line writes: data to stdout, progress to stderr."""

import json
import sys
from typing import Any


def say(line: str = "", *, flush: bool = False) -> None:
    """A line of data; `flush` when someone waits for it."""
    sys.stdout.write(line + "\n")
    if flush:
        sys.stdout.flush()


def say_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """One JSON document."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def note(line: str) -> None:
    """A line about progress."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
