"""`kennislab doctor`: is everything in order, and what to do if not."""

import argparse
from dataclasses import asdict

from service.checks import run_checks
from service.output import say, say_json
from service.settings import Settings

NAME = "doctor"
HELP = "Controleer model, catalogus, bestanden en index"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    parser.add_argument("--json", action="store_true", help="uitvoer als JSON")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit 1 when a check found something."""
    checks = list(run_checks(settings))
    if options.json:
        say_json([asdict(check) for check in checks])
    else:
        for check in checks:
            say(f"{'goed' if check.fine else 'FOUT':<5} {check.name:<12} {check.message}")
            if check.remedy:
                say(f"      wat te doen: {check.remedy}")
    return int(not all(check.fine for check in checks))
