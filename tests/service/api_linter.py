"""Checks the API's description against the API Design Rules with Spectral: `make check-api`.

`python tests/service/api_linter.py [RULESET…]` checks with our own rules and with those that are named; when none is
named with the ones that are published with the standard, where these can be reached. Spectral comes from npm, once.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from search.searcher import Searcher  # noqa: E402
from service.app import create_app  # noqa: E402
from service.openapi import describe  # noqa: E402

SPECTRAL = "@stoplight/spectral-cli@6.16.3"
FOLDER = ROOT / "build" / "spectral"
RULES = Path(__file__).with_name("adr.yaml")
PUBLISHED = "https://static.developer.overheid.nl/adr/ruleset.yaml"
PATIENCE_S = 10


class NoLinterError(Exception):
    """Spectral is not there and can not be had."""


def linter() -> Path:
    """The program, installed with npm when it is not there yet. Raises NoLinterError."""
    program = FOLDER / "node_modules" / ".bin" / "spectral"
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NoLinterError("node en npm ontbreken: installeer nodejs en npm")
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text("{}")
        command = [npm, "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", "--silent", SPECTRAL]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not program.exists():
            raise NoLinterError(f"npm kan {SPECTRAL} niet ophalen: {done.stderr.strip()[-200:]}")
    return program


def published() -> list[str]:
    """The published rules, fetched now; nothing when they can not be."""
    with suppress(OSError), urlopen(PUBLISHED, timeout=PATIENCE_S) as answer:
        path = FOLDER / "gepubliceerd.yaml"
        path.write_bytes(answer.read())
        return [str(path)]
    print(f"De gepubliceerde regels op {PUBLISHED} zijn niet te bereiken; geef ze met ADR=bestand.")
    return []


def nothing() -> Searcher:
    """No knowledge base is needed for the description."""
    raise NotImplementedError


def described() -> dict[str, Any]:
    """The description of the API as it is now."""
    contact = "https://example.nl/contact"
    return describe(create_app(nothing, contact), contact, version("kennislab"))


def findings(document: dict[str, Any], rulesets: Sequence[str]) -> str:
    """What the linter finds, errors and warnings and all below; empty when there is nothing."""
    program, description = linter(), FOLDER / f"openapi-{os.getpid()}.json"
    description.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    found = []
    for ruleset in rulesets:
        command = [str(program), "lint", "--ruleset", ruleset, "--fail-severity", "hint", str(description)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            found.append(f"{ruleset}:\n{done.stdout}{done.stderr}")
    description.unlink()
    return "\n".join(found)


if __name__ == "__main__":
    try:
        linter()
        told = findings(described(), [str(RULES), *(sys.argv[1:] or published())])
    except NoLinterError as error:
        print(f"Niet gecontroleerd: {error}.")
        sys.exit()
    print(told or "De beschrijving van de API voldoet: 0 fouten, 0 waarschuwingen.")
    sys.exit(1 if told else 0)
