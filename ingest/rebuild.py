"""Making the index again, beside the one that serves: other model, analyser or chunker, same documents."""

import shutil
from collections.abc import Callable
from pathlib import Path

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import NewVersion, publish, remove
from corpus.scope import EVERYTHING
from corpus.swap import swap_in
from corpus.types import Document
from ingest.indexing import index_pages
from ingest.plan import Action, Plan
from search.encoder import Encoder
from search.fingerprint import Fingerprint

STAGING = ".herbouw"

Progress = Callable[[str], object]


def rebuild(catalogue: Catalogue, data: Path, encoder: Encoder, fingerprint: Fingerprint, progress: Progress) -> int:
    """Cut, embed and analyse every document again from its stored pages, then take it over in one transaction.

    Returns the number of documents. What is added or removed meanwhile is caught up before the swap.
    """
    folder = data / STAGING
    shutil.rmtree(folder, ignore_errors=True)
    staged = open_catalogue(folder, create=True)
    try:
        while True:
            _catch_up(catalogue, staged, encoder, progress)
            if swap_in(catalogue, folder, fingerprint.text()):
                return catalogue.count(EVERYTHING)
    finally:
        staged.close()
        shutil.rmtree(folder, ignore_errors=True)


def _catch_up(catalogue: Catalogue, staged: Catalogue, encoder: Encoder, progress: Progress) -> None:
    documents = {document.id: document for document in catalogue.documents(EVERYTHING)}
    done = {document.id: document for document in staged.documents(EVERYTHING)}
    for document_id in done.keys() - documents.keys():
        remove(staged, document_id)
    for document in documents.values():
        known = done.get(document.id)
        if known is not None and known.version == document.version and known.metadata.title != document.metadata.title:
            remove(staged, document.id)  # its title is part of what is indexed
            known = None
        if known is None or known.version != document.version:
            _stage(catalogue, staged, encoder, document)
            progress(document.file_name)


def _stage(catalogue: Catalogue, staged: Catalogue, encoder: Encoder, document: Document) -> None:
    pages = tuple(catalogue.pages(document.id))
    plan = Plan(Action.CHANGED, document.id, document.version)
    new = NewVersion(
        document_id=document.id,
        version=document.version,
        origin="",
        sha256=document.sha256,
        file_name=document.file_name,
        media_type=document.media_type,
        size=document.size,
        metadata=document.metadata,
        pages=(),  # they stay where they are; only what is made of them is new
        passages=tuple(index_pages(encoder, plan, document.metadata, pages)),
        remarks=document.remarks,
    )
    publish(staged, new, b"")
