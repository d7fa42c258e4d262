"""What a file means for the knowledge base: new, changed, or nothing new."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlparse

from corpus.catalogue import Catalogue
from corpus.errors import ReadError
from corpus.scope import EVERYTHING


class Action(StrEnum):
    """What a file means for the knowledge base."""

    NEW = "nieuw"
    CHANGED = "nieuwe versie"
    UNCHANGED = "ongewijzigd"
    DUPLICATE = "dubbel"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one file."""

    action: Action
    document_id: str
    version: int = 1


def make_plan(catalogue: Catalogue, origin: str, file_name: str, sha256: str) -> Plan:
    """What these bytes from this place mean: nothing new, a new document, or a new version of a known one.

    A document is known by where it came from. If that place is gone and exactly one document of this name came from
    such a place, the file was moved: it is that document. A file that is as it was when it was last taken in is nothing
    new, also when its document was replaced by an upload since.
    """
    origins = catalogue.origins()
    same = catalogue.find_by_sha256(sha256)
    if same is not None:
        return Plan(Action.UNCHANGED if origins.get(origin, ("",))[0] == same else Action.DUPLICATE, same)
    known = origins.get(origin) or _moved(origins, file_name)
    if known is None:
        return Plan(Action.NEW, _new_id(catalogue, sha256))
    if catalogue.last_from(known[0], origin) == sha256:
        return Plan(Action.UNCHANGED, known[0])
    return Plan(Action.CHANGED, known[0], catalogue.history(known[0])[0].version + 1)


def plan_replacement(catalogue: Catalogue, document_id: str, sha256: str) -> Plan:
    """What these bytes mean as the new version of this document. Raises ReadError when the document is gone."""
    history = catalogue.history(document_id)
    if not history:
        raise ReadError("Het document dat vervangen moest worden, bestaat niet meer. Voeg het bestand toe als nieuw.")
    same = catalogue.find_by_sha256(sha256)
    if same is not None:
        return Plan(Action.UNCHANGED if same == document_id else Action.DUPLICATE, same)
    return Plan(Action.CHANGED, document_id, history[0].version + 1)


def _moved(origins: Mapping[str, tuple[str, str]], file_name: str) -> tuple[str, str] | None:
    gone = [
        entry
        for origin, entry in origins.items()
        if entry[1] == file_name and origin.startswith("file://") and not Path(unquote(urlparse(origin).path)).exists()
    ]
    return gone[0] if len(gone) == 1 else None


def _new_id(catalogue: Catalogue, sha256: str) -> str:
    """An id from the content, so that the same file has the same id everywhere; salted when it is taken."""
    salt = 0
    while True:
        candidate = hashlib.sha256(f"{sha256}:{salt}".encode()).hexdigest()[:12]
        if not catalogue.documents_by_id([candidate], EVERYTHING):
            return candidate
        salt += 1
