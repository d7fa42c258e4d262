"""The command line: `kennislab VERB …`. Each verb is a file in `service/commands/`."""

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from corpus.errors import (
    ClassificationError,
    KennislabError,
    KeyRequestError,
    MetadataError,
    QuestionFileError,
    SettingsError,
)
from service.commands import (
    analyse,
    audit,
    backup,
    delete,
    doctor,
    evaluate,
    export,
    ingest,
    keys,
    migrate,
    rebuild,
    restore,
    retention,
    search,
    serve,
    work,
)
from service.settings import SETTINGS, Settings, load_settings

Run = Callable[[argparse.Namespace, Settings], int]

VERBS = (
    ingest,
    search,
    evaluate,
    serve,
    work,
    doctor,
    rebuild,
    delete,
    retention,
    backup,
    restore,
    export,
    migrate,
    keys,
    audit,
    analyse,
)

EXIT_OK, EXIT_FINDING, EXIT_USAGE = 0, 1, 2


# What argparse says, and what we say instead.
_DUTCH = (
    (r"the following arguments are required: (.+)", r"hier ontbreekt: \1"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.+)\)", r"\2 bestaat niet; kies uit \3"),
    (r"argument (\S+): expected .*argument.*", r"\1 vraagt een waarde"),
    (r"argument (\S+): invalid int value: (.+)", r"\1 vraagt een geheel getal, niet \2"),
    (r"unrecognized arguments: (.+)", r"onbekend: \1"),
)


class _Parser(argparse.ArgumentParser):
    """Says in Dutch what is wrong with the arguments."""

    def error(self, message: str) -> None:  # type: ignore[override]
        for pattern, text in _DUTCH:
            message = re.sub(f"^{pattern}$", text, message)
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"kennislab: {message}\nZie: {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser with all verbs."""
    parser = _Parser(prog="kennislab", description="Zoekmachine voor een kennisbank: bestanden erin, bronnen eruit.")
    parser.add_argument("--version", action="version", version=f"kennislab {version('kennislab')}")
    shared = _Parser(add_help=False)
    for setting in SETTINGS:
        if setting.name in {"data", "files", "model", "runtime"}:
            shared.add_argument(f"--{setting.name}", metavar="WAARDE", help=f"{setting.help} (ook {setting.variable})")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="WERKWOORD", parser_class=_Parser)
    for module in VERBS:
        verb = verbs.add_parser(module.NAME, parents=[shared], help=module.HELP, description=module.HELP)
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; exits 0 when fine, 1 when a file failed or a check found something, 2 on wrong usage."""
    sys.exit(_main(arguments))


def _main(arguments: Sequence[str] | None) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    options = build_parser().parse_args(arguments)
    names = [setting.name for setting in SETTINGS]
    try:
        settings = load_settings({name: getattr(options, name, None) for name in names})
        run: Run = options.run
        return run(options, settings)
    except (SettingsError, MetadataError, QuestionFileError, ClassificationError, KeyRequestError) as error:
        print(f"kennislab: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_USAGE
    except KennislabError as error:
        print(f"kennislab: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_FINDING
    except BrokenPipeError:  # the reader of our output stopped, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FINDING
    except KeyboardInterrupt:
        print("kennislab: afgebroken", file=sys.stderr)  # noqa: T201
        return 130
