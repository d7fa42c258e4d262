"""Verbs of the command line that have actions of their own: `kennislab keys list`."""

import argparse
from collections.abc import Callable
from typing import Any

from corpus.database import Database
from service.settings import SETTINGS, Settings
from service.wiring import catalogue_of

Action = Callable[[argparse.Namespace, Database], int]


def add_action(actions: Any, name: str, text: str, act: Action) -> argparse.ArgumentParser:  # noqa: ANN401 - private type
    """Add an action to what `add_subparsers` gave, with the flags that every verb has."""
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")
    # Also after the action; without a default, which would hide what stands before it.
    data = next(setting for setting in SETTINGS if setting.name == "data")
    parser.add_argument(
        "--data", metavar="WAARDE", default=argparse.SUPPRESS, help=f"{data.help} (ook {data.variable})"
    )
    parser.set_defaults(act=act)
    return parser


def run_action(options: argparse.Namespace, settings: Settings) -> int:
    """Do the chosen action on the catalogue of the knowledge base."""
    catalogue = catalogue_of(settings)
    try:
        act: Action = options.act
        return act(options, catalogue.database)
    finally:
        catalogue.close()
