"""Puts the parts together: the one place that knows which implementation is used."""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from corpus.catalogue import Catalogue, open_catalogue
from corpus.database import FILE_NAME
from corpus.errors import CatalogueError, IndexUnavailableError, StoreUnavailableError
from corpus.folder_owner import begin_here, require_here, require_own
from corpus.identity import identity_of
from corpus.publishing import sweep
from corpus.scrub import scrub
from ingest.chunking import VERSION as CHUNKER_VERSION
from ingest.pipeline import IngestOptions, Pipeline
from search.embedded_index import SNAPSHOT_FOLDER, EmbeddedIndex, claim, open_index
from search.encoder import Encoder
from search.fingerprint import FACT_NAME, Fingerprint
from search.loading import load_encoder
from search.milvus_index import MilvusIndex, open_milvus
from search.relevance import calibration_of
from search.searcher import Searcher
from service.settings import Settings

logger = logging.getLogger(__name__)


def fingerprint_of(encoder: Encoder) -> Fingerprint:
    """What an index made now is made of."""
    return Fingerprint.of(encoder.facts, CHUNKER_VERSION)


def catalogue_of(settings: Settings, *, create: bool = False) -> Catalogue:
    """The catalogue that the settings name. Raises CatalogueError when there is none and `create` is not set."""
    return _closed_on_error(unchecked_catalogue_of(settings, create=create), require_here)


def unchecked_catalogue_of(settings: Settings, *, create: bool = False) -> Catalogue:
    """The same, also while its files are still elsewhere: for a move."""
    return open_catalogue(settings.data, create=create, url=settings.catalogue_url, files=settings.files)


def _closed_on_error(catalogue: Catalogue, *checks: Callable[[Catalogue], None]) -> Catalogue:
    try:
        for check in checks:
            check(catalogue)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def writable_catalogue_of(settings: Settings, *, create: bool = False, answering: bool = False) -> Catalogue:
    """The same, to change it. Raises CatalogueError when the knowledge base was moved to another one.

    Whoever is `answering` does so too while the store of files does not.
    """
    return _closed_on_error(catalogue_of(settings, create=create), _patient if answering else require_own, begin_here)


def _patient(catalogue: Catalogue) -> None:
    try:
        require_own(catalogue)
    except StoreUnavailableError as error:
        logger.error("%s", error)


def index_of(catalogue: Catalogue, settings: Settings, fingerprint: Fingerprint) -> EmbeddedIndex | MilvusIndex:
    """The index that the settings name, up to date."""
    if settings.milvus is None:
        return open_index(catalogue, _snapshots(catalogue, settings), fingerprint)
    return open_milvus(catalogue, settings.milvus, fingerprint)


def _snapshots(catalogue: Catalogue, settings: Settings) -> Path:
    """Where the embedded index is kept. Beside a catalogue on a server there may be files of another one."""
    return settings.data / f"index-{identity_of(catalogue)[:12]}" if settings.catalogue_url else settings.data


def drop_snapshots(settings: Settings) -> None:
    """Before a catalogue is made: what is left of another one's index counts changes that this one never had."""
    if not settings.catalogue_url and not (settings.data / FILE_NAME).exists():
        shutil.rmtree(settings.data / SNAPSHOT_FOLDER, ignore_errors=True)


def open_searcher(
    settings: Settings,
    encoder: Encoder | None = None,
    *,
    create: bool = False,
    serving: bool = False,
    beside: bool = False,
) -> Searcher:
    """A searcher over the knowledge base in the data folder. Raises when other parts made it, or when there is none.

    With `create` an empty one is made, for documents that are still to be uploaded. One that is `serving` also saves
    the snapshot, which workers leave to it, unless it does so `beside` another process of the same service.
    """
    writing = create or serving
    catalogue = writable_catalogue_of(settings, create=create, answering=serving) if writing else catalogue_of(settings)
    encoder = encoder or load_encoder(settings.model, settings.runtime, wait=False)  # the index opens meanwhile
    try:
        if create:
            claim(catalogue, fingerprint_of(encoder))
        index = index_of(catalogue, settings, fingerprint_of(encoder))
        searcher = Searcher(catalogue, index, encoder, calibration_of(encoder.facts.name))
        searcher.warm_up()
    except BaseException:
        catalogue.close()
        raise
    if serving and not beside:
        _keep(index, catalogue, settings)
    return searcher


def _keep(index: EmbeddedIndex | MilvusIndex, catalogue: Catalogue, settings: Settings) -> None:
    """What one process of a service does for all: see to it that the index is not left behind."""
    if isinstance(index, MilvusIndex):
        index.keep_following()
    else:
        index.keep_saving(_snapshots(catalogue, settings))


def open_pipeline(
    settings: Settings, options: IngestOptions, encoder: Encoder | None = None
) -> tuple[Catalogue, Pipeline]:
    """A catalogue to write to (made when there is none) and the pipeline that fills it."""
    encoder = encoder or load_encoder(settings.model, settings.runtime)
    catalogue = writable_catalogue_of(settings, create=True)
    return catalogue, pipeline_on(catalogue, encoder, options)


def pipeline_on(catalogue: Catalogue, encoder: Encoder, options: IngestOptions) -> Pipeline:
    """The pipeline that fills this catalogue, which is from now on of this encoder."""
    fingerprint = fingerprint_of(encoder)
    claim(catalogue, fingerprint)
    sweep(catalogue)
    return Pipeline(catalogue, encoder, replace(options, fingerprint=fingerprint))


def settle_index(catalogue: Catalogue, settings: Settings, fingerprint: Fingerprint) -> None:
    """Bring the index up to date after a run, so that the next start is quick."""
    index = index_of(catalogue, settings, fingerprint)
    if isinstance(index, MilvusIndex):
        index.disconnect()  # opening brought it up to date
        return
    try:
        index.save(_snapshots(catalogue, settings), fingerprint)
    except OSError as error:  # a full disk: the documents are in, and the next start takes longer
        logger.warning("De momentopname van de index is niet te schrijven: %s.", error.strerror)


@contextmanager
def following(catalogue: Catalogue, settings: Settings, fingerprint: Fingerprint) -> Iterator[None]:
    """Keep an index on a server up to date meanwhile, so that those who search need not. While it does not answer,
    documents are taken in all the same.
    """
    try:
        index = index_of(catalogue, settings, fingerprint)
    except IndexUnavailableError as error:
        logger.warning("%s De index wordt later bijgewerkt, door wie erin zoekt.", error)
        yield
        return
    if isinstance(index, MilvusIndex):
        index.keep_following()
    try:
        yield
    finally:
        if isinstance(index, MilvusIndex):
            index.disconnect()


def settle_rebuild(catalogue: Catalogue, settings: Settings, fingerprint: Fingerprint) -> None:
    """The same after a rebuild, which leaves nothing of use of an index that other parts made."""
    settle_index(catalogue, settings, fingerprint)
    if settings.milvus is not None:
        index = open_milvus(catalogue, settings.milvus, fingerprint)
        index.drop_others()
        index.disconnect()


def settle_removal(catalogue: Catalogue, settings: Settings) -> None:
    """Let nothing be left of what was removed: not in an index on a server, not in the unused room of the catalogue.

    The embedded index sees it at its next question.
    """
    try:
        scrub(catalogue)
    except CatalogueError as error:  # a worker does it later
        logger.warning("%s", error)
    stored = catalogue.fact(FACT_NAME)
    if settings.milvus is None or stored is None:
        return
    try:
        settle_index(catalogue, settings, Fingerprint.from_text(stored))
    except IndexUnavailableError as error:  # it is not found any more all the same
        logger.warning("%s Wat verwijderd is, gaat daar weg zodra hij weer antwoordt.", error)
