"""Changing what is known of a document without a new file: a merge patch by the names of a metadata file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.errors import ConflictError, MetadataError
from corpus.publishing import Edit, change_metadata, fact_on
from corpus.scope import EVERYTHING, Scope
from corpus.types import Document, Metadata
from ingest.indexing import index_pages
from ingest.metadata import NAMES, REQUIRED, given_metadata, shortened
from ingest.plan import Action, Plan
from ingest.themes import PROPOSED
from search.encoder import Encoder
from search.fingerprint import FACT_NAME, Fingerprint

_ATTEMPTS = 5

Patch = Mapping[str, Any]


def patched(metadata: Metadata, patch: Patch) -> Metadata:
    """The metadata with a merge patch (RFC 7396) on it: null empties a field, what is not named stays."""
    given = given_metadata(patch)
    empty = [name for name in sorted(REQUIRED & patch.keys()) if not getattr(given, NAMES[name])]
    if empty:
        raise MetadataError(f"Dit mag niet leeg zijn: {', '.join(empty)}. Geef een waarde of laat het veld weg.")
    changed = replace(metadata, **{NAMES[name]: getattr(given, NAMES[name]) for name in patch})
    return replace(changed, title=shortened(changed.title))


def edit_document(
    catalogue: Catalogue, encoder: Encoder, fingerprint: Fingerprint, target: tuple[str, Scope], patch: Patch
) -> Document:
    """Patch the metadata of a document in scope and return it. Another title is part of what is found: with it come
    new vectors and terms, in the same transaction. Raises NotFoundError, MetadataError or ClassificationError.
    """

    def confirm(connection: sa.Connection) -> None:
        fingerprint.require(fact_on(connection, FACT_NAME))

    for _attempt in range(_ATTEMPTS):
        old = catalogue.document(*target)
        metadata = patched(old.metadata, patch)
        # Once an editor has chosen the themes, none is proposed any more.
        remarks = tuple(text for text in old.remarks if "thema" not in patch or not text.startswith(PROPOSED))
        passages = None
        if metadata.title != old.metadata.title:
            plan = Plan(Action.CHANGED, old.id, old.version)
            passages = index_pages(encoder, plan, metadata, catalogue.pages(old.id))
        try:
            change_metadata(catalogue, old, Edit(metadata, patch, remarks, passages), confirm if passages else None)
            return catalogue.document(old.id, EVERYTHING)
        except ConflictError:  # somebody else changed it meanwhile: patch what it is now
            continue
    raise ConflictError(f"Document {target[0]} verandert steeds. Probeer het later opnieuw.")
