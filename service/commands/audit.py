"""`kennislab audit verify|list|prune`: the log of who did what."""

import argparse
from dataclasses import asdict
from datetime import date as Date  # noqa: N812 - as in corpus.types
from typing import Any

from corpus.audit import Row, prune, read, verify
from corpus.database import Database
from corpus.errors import SettingsError
from service.actions import add_action, run_action
from service.operator import operator_name
from service.output import say, say_json
from service.settings import Settings

NAME = "audit"
HELP = "Controleer, lees of verkort het auditlog"

_NAMES = {
    "seq": "nummer",
    "time": "tijdstempel",
    "actor": "actor",
    "role": "rol",
    "action": "actie",
    "object": "object",
    "result": "resultaat",
    "origin": "oorsprong",
    "previous": "vorige",
    "hash": "hash",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="WAT")
    add_action(actions, "verify", "Controleer of er geen regel veranderd of verdwenen is", _verify)
    lines = add_action(actions, "list", "Toon de regels, oudste eerst", _list)
    lines.add_argument("--sinds", metavar="DATUM", help="vanaf deze dag (JJJJ-MM-DD, UTC)")
    shorten = add_action(actions, "prune", "Verwijder oude regels; de rest blijft te controleren", _prune)
    shorten.add_argument("--ouder-dan", type=int, required=True, metavar="DAGEN", help="bewaar zoveel dagen")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do what is asked; exit 1 when the chain is broken."""
    return run_action(options, settings)


def _verify(options: argparse.Namespace, database: Database) -> int:
    verdict = verify(database)
    if options.json:
        names = {"rows": "regels", "seq": "laatste", "hash": "hash", "broken": "fout", "reason": "reden"}
        say_json({names[name]: value for name, value in asdict(verdict).items()})
    elif verdict.broken is None:
        say(f"Het auditlog is heel: {verdict.rows} regels. Laatste regel: {verdict.seq}, hash {verdict.hash}")
    else:
        say(f"Het auditlog klopt niet bij regel {verdict.broken}: {verdict.reason}.")
        say("Bewaar de catalogus zoals die nu is, en vergelijk hem met een reservekopie.")
    return int(verdict.broken is not None)


def _list(options: argparse.Namespace, database: Database) -> int:
    rows = read(database, _day(options.sinds) if options.sinds else "")
    if options.json:
        say_json([_shown(row) for row in rows])
        return 0
    for row in rows:
        parts = (row.time, row.actor, row.role, row.action, row.object or "-", row.result, row.origin or "-")
        say("  ".join((str(row.seq), *parts)))
    return 0


def _prune(options: argparse.Namespace, database: Database) -> int:
    if not 1 <= options.ouder_dan <= 36_500:
        raise SettingsError(f"--ouder-dan kan niet {options.ouder_dan} zijn. Kies een aantal dagen vanaf 1.")
    count = prune(database, options.ouder_dan, operator_name())
    if options.json:
        say_json({"verwijderd": count})
    else:
        say(f"{count} regels van meer dan {options.ouder_dan} dagen oud zijn verwijderd.")
    return 0


def _day(text: str) -> str:
    try:
        return Date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise SettingsError(f"--sinds: {text!r} is geen datum. Schrijf JJJJ-MM-DD.") from error


def _shown(row: Row) -> dict[str, Any]:
    return {_NAMES[name]: value for name, value in asdict(row).items()}
