"""From a file to a document that can be found: read, cut, analyse, embed, publish."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import ReadError
from corpus.files import sha256_of
from corpus.publishing import NewVersion, publish, remove
from corpus.scope import EVERYTHING
from corpus.types import Classification, Document
from ingest.files import read_bytes
from ingest.indexing import index_pages
from ingest.metadata import GivenMetadata, complete
from ingest.plan import Action, Plan, make_plan
from ingest.readers.registry import read_document
from search.encoder import Encoder


class Status(StrEnum):
    """How a file ended."""

    PROCESSED = "verwerkt"
    FAILED = "mislukt"
    SKIPPED = "overgeslagen"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one file, with a reason that a person can act on."""

    file: str
    status: Status
    reason: str = ""
    document_id: str = ""
    version: int = 0
    pages: int = 0
    passages: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What holds for all files of a run."""

    metadata: Mapping[str, GivenMetadata] = field(default_factory=dict)
    default_level: Classification | None = None


class Pipeline:
    """Takes files one by one into a catalogue. One file that fails does not stop the others."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, options: IngestOptions) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._options = options

    def ingest(self, path: Path, name: str) -> Outcome:
        """Take in one file. Never raises for what is wrong with the file; CatalogueError passes through."""
        try:
            data = read_bytes(path)
            origin = path.resolve().as_uri()
            plan = make_plan(self._catalogue, origin, path.name, sha256_of(data))
            if plan.action is Action.UNCHANGED:
                return Outcome(name, Status.SKIPPED, "ongewijzigd", plan.document_id)
            if plan.action is Action.DUPLICATE:
                other = self._catalogue.document(plan.document_id, EVERYTHING)
                reason = f"zelfde inhoud als {other.file_name}, dat er al is"
                replaced = self._catalogue.origins().get(origin)
                if replaced is not None:
                    reason += f"; wat hier eerst stond is nog te vinden: kennislab delete {replaced[0]}"
                return Outcome(name, Status.SKIPPED, reason, plan.document_id)
            return self._take_in(data, path.name, name, origin, plan)
        except ReadError as error:
            return Outcome(name, Status.FAILED, str(error))

    def _take_in(self, data: bytes, file_name: str, shown_name: str, origin: str, plan: Plan) -> Outcome:
        extraction = read_document(data, file_name)
        given = self._options.metadata.get(shown_name) or self._options.metadata.get(file_name) or GivenMetadata()
        metadata = complete(given, extraction, file_name, self._options.default_level)
        passages = index_pages(self._encoder, plan, metadata, extraction.pages)
        if not passages:
            raise ReadError("Het bestand bevat geen tekst om in te zoeken.")
        new = NewVersion(
            document_id=plan.document_id,
            version=plan.version,
            origin=origin,
            sha256=sha256_of(data),
            file_name=file_name,
            media_type=extraction.media_type,
            size=len(data),
            metadata=metadata,
            pages=extraction.pages,
            passages=tuple(passages),
            remarks=extraction.remarks,
        )
        publish(self._catalogue, new, data)
        reason = f"versie {plan.version}" if plan.action is Action.CHANGED else ""
        return Outcome(
            shown_name,
            Status.PROCESSED,
            reason,
            plan.document_id,
            plan.version,
            len(extraction.pages),
            len(passages),
            extraction.remarks,
        )


def withdraw(catalogue: Catalogue, document_id: str) -> Document:
    """Erase a document everywhere; returns what it was. Raises NotFoundError."""
    document = catalogue.document(document_id, EVERYTHING)
    remove(catalogue, document_id)
    return document
