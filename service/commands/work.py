"""`kennislab work`: work through the queue of uploaded files, until interrupted."""

import argparse
import os
import signal
import threading
from contextlib import ExitStack

from corpus.catalogue import Catalogue
from ingest.pipeline import IngestOptions, Pipeline
from ingest.worker import Worker
from search.loading import load_encoder
from service.output import note
from service.processes import when_input_ends
from service.settings import Settings
from service.wiring import fingerprint_of, following, pipeline_on, writable_catalogue_of

NAME = "work"
HELP = "Verwerk geüploade bestanden uit de wachtrij"

NICENESS = 5  # searching goes first


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    # Stop when the input ends: whoever started us is gone then, however it ended.
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Work until told to stop; the file at hand goes back to the queue."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if options.supervised:
        when_input_ends(stopping.set)
    else:
        note(f"Werker voor {settings.data} start; stop met Ctrl-C.")
    os.nice(NICENESS)
    with ExitStack() as stack:
        catalogue = writable_catalogue_of(settings, create=True)
        stack.callback(catalogue.close)
        Worker(catalogue, lambda: _pipeline(catalogue, settings, stack), stopping).run()
    return 0


def _pipeline(catalogue: Catalogue, settings: Settings, stack: ExitStack) -> Pipeline:
    encoder = load_encoder(settings.model, settings.runtime)
    pipeline = pipeline_on(catalogue, encoder, IngestOptions())
    if settings.milvus is not None:
        stack.enter_context(following(catalogue, settings, fingerprint_of(encoder)))
    return pipeline
