"""Retention dates carried out: what is past its date is withdrawn."""

from datetime import date

from corpus.audit import Entry, append
from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.publishing import remove
from corpus.types import Document


def retire(catalogue: Catalogue, today: date, actor: str) -> list[Document]:
    """Withdraw every document whose retention date has passed, on record; returns what they were."""
    gone = []
    for document in catalogue.expired(today):
        try:
            remove(catalogue, document.id)
        except NotFoundError:  # somebody else withdrew it meanwhile
            continue
        append(catalogue.database, [Entry(actor, "beheerder", "retention", document.id, "gelukt", "")])
        gone.append(document)
    return gone
