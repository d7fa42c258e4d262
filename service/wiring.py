"""Puts the parts together: the one place that knows which implementation is used."""

from dataclasses import replace
from pathlib import Path

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import sweep
from corpus.scope import Scope
from ingest.chunking import VERSION as CHUNKER_VERSION
from ingest.pipeline import IngestOptions, Pipeline
from search.embedded_index import EmbeddedIndex, claim, open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.loading import load_encoder
from search.relevance import calibration_of
from search.searcher import Searcher
from service.settings import Settings

WARM_UP = "Waar gaat deze vraag over?"


def fingerprint_of(encoder: Encoder) -> Fingerprint:
    """What an index made now is made of."""
    return Fingerprint.of(encoder.facts, CHUNKER_VERSION)


def open_searcher(settings: Settings, encoder: Encoder | None = None, *, create: bool = False) -> Searcher:
    """A searcher over the knowledge base in the data folder. Raises when other parts made it, or when there is none.

    With `create` an empty one is made, for documents that are still to be uploaded.
    """
    catalogue = open_catalogue(settings.data, create=create)
    encoder = encoder or load_encoder(settings.model, settings.runtime)
    if create:
        claim(catalogue, fingerprint_of(encoder))
    index = open_index(catalogue, settings.data, fingerprint_of(encoder))
    searcher = Searcher(catalogue, index, encoder, calibration_of(encoder.facts.name))
    searcher.candidates(WARM_UP, Scope())  # loads the word list and the model's code, so that no asker waits for it
    return searcher


def open_pipeline(
    settings: Settings, options: IngestOptions, encoder: Encoder | None = None
) -> tuple[Catalogue, Pipeline]:
    """A catalogue to write to (made when there is none) and the pipeline that fills it."""
    encoder = encoder or load_encoder(settings.model, settings.runtime)
    catalogue = open_catalogue(settings.data, create=True)
    return catalogue, pipeline_on(catalogue, encoder, options)


def pipeline_on(catalogue: Catalogue, encoder: Encoder, options: IngestOptions) -> Pipeline:
    """The pipeline that fills this catalogue, which is from now on of this encoder."""
    fingerprint = fingerprint_of(encoder)
    claim(catalogue, fingerprint)
    sweep(catalogue)
    return Pipeline(catalogue, encoder, replace(options, fingerprint=fingerprint))


def save_snapshot(catalogue: Catalogue, data: Path, fingerprint: Fingerprint) -> None:
    """Bring the vector leg's snapshot up to date after a run, so that the next start is quick."""
    index: EmbeddedIndex = open_index(catalogue, data, fingerprint)
    index.save(data, fingerprint)
