"""Calling pandoc, always with the same reader: what the writer typed is what the reader sees (no smart quotes)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypandoc

STYLES = Path(__file__).resolve().parent.parent / "opmaak"
READER = "markdown-smart"


def convert(text: str, to: str, args: Sequence[str] = (), outputfile: Path | None = None) -> str:
    """Markdown to another format; with `outputfile` the answer is empty and the result is in that file."""
    target = str(outputfile) if outputfile else None
    result: str = pypandoc.convert_text(text, to, format=READER, extra_args=list(args), outputfile=target)
    return result.replace("\r\n", "\n")


def tree(text: str) -> list[dict[str, Any]]:
    """The blocks of pandoc's syntax tree, as JSON."""
    blocks: list[dict[str, Any]] = json.loads(convert(text, "json"))["blocks"]
    return blocks


def metadata_args(values: dict[str, str]) -> list[str]:
    """Values for a template; pandoc escapes them for the output format. Empty ones stay undefined."""
    return [f"--metadata={key}:{value}" for key, value in values.items() if value]
