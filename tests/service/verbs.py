"""The command line in this process, over a knowledge base of three short documents."""

from pathlib import Path

import pytest

from service.cli import main

TEXTS = {
    "moskee.md": "De burgemeester spreekt bij onrust eerst met het bestuur van de moskee.",
    "subsidie.md": "De subsidie voor sportclubs loopt tot het einde van het schooljaar.",
    "wijkteam.md": "Het spreekuur van het wijkteam is op dinsdag in het buurthuis.",
}


def run(*arguments: str | Path) -> int:
    """Exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def loaded(folder: Path) -> Path:
    """The three documents taken in; where the knowledge base is."""
    files = folder / "bestanden"
    files.mkdir()
    for name, text in TEXTS.items():
        (files / name).write_text(f"# Stuk\n\n{text}\n", "utf-8")
    assert run("ingest", files, "--data", folder / "data") == 0
    return folder / "data"
