"""What the command line writes: data to stdout, progress to stderr."""

import json
import sys
from typing import Any


def say(line: str = "") -> None:
    """A line of data."""
    sys.stdout.write(line + "\n")


def say_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """One JSON document."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def note(line: str) -> None:
    """A line about progress."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
