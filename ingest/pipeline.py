"""From a file to a document that can be found: read, cut, analyse, embed, publish."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.errors import ConflictError, LeaseLostError, ReadError
from corpus.files import sha256_of
from corpus.publishing import NewVersion, fact_on, publish, remove, require_next
from corpus.scope import EVERYTHING
from corpus.types import Classification, Document, Metadata
from ingest.duplicates import near_duplicates, remarks_on, sketch_of
from ingest.files import read_bytes
from ingest.indexing import index_pages
from ingest.metadata import GivenMetadata, as_given, complete, set_by_hand
from ingest.plan import Action, Plan, make_plan, plan_replacement
from ingest.progress import READING, STORING, Progress, ReportingEncoder, silent
from ingest.reading import Extraction, Reader
from ingest.sandbox import read_isolated
from ingest.themes import PROPOSED, known_themes, propose_themes
from search.encoder import Encoder
from search.fingerprint import FACT_NAME, Fingerprint

AHEAD = 2  # files that are read while another is embedded: reading is other processes' work
_PLANS = 5  # how often a file is planned anew when the catalogue changes under it


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


Settle = Callable[[sa.Connection, Outcome], None]  # called in the transaction that publishes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that is offered: its bytes, what it is called and where it comes from."""

    data: bytes
    file_name: str
    origin: str
    given: GivenMetadata = field(default_factory=GivenMetadata)
    shown_name: str = ""  # in outcomes, when that is not the file name
    replaces: str = ""  # id of the document that it is a new version of, whatever the origin
    read: Extraction | ReadError | None = None  # what came of reading it, for who has that already

    @property
    def name(self) -> str:
        return self.shown_name or self.file_name


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What holds for all files of a run."""

    metadata: Mapping[str, GivenMetadata] = field(default_factory=dict)
    default_level: Classification | None = None
    fingerprint: Fingerprint | None = None  # of the index; checked again when a file is stored


class Pipeline:
    """Takes files one by one into a catalogue. One file that fails does not stop the others."""

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, options: IngestOptions, reader: Reader = read_isolated
    ) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._options = options
        self._read = reader

    def ingest(self, path: Path, name: str) -> Outcome:
        """Take in one file. Never raises for what is wrong with the file; CatalogueError passes through."""
        (outcome,) = self.ingest_all([(path, name)])
        return outcome

    def ingest_all(self, files: Sequence[tuple[Path, str]]) -> Iterator[Outcome]:
        """Take in files, in their order; the next ones are read while one is embedded and stored.

        Never more than AHEAD of them are in memory beside the one that is taken in.
        """
        waiting: deque[Future[Incoming | Outcome]] = deque()
        rest = iter(files)
        with ThreadPoolExecutor(max_workers=AHEAD, thread_name_prefix="lezen") as pool:
            try:
                while True:
                    some = islice(rest, AHEAD + 1 - len(waiting))
                    waiting.extend(pool.submit(self._read_ahead, path, name) for path, name in some)
                    if not waiting:
                        return
                    found = waiting.popleft().result()
                    yield found if isinstance(found, Outcome) else self.take(found)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _read_ahead(self, path: Path, name: str) -> Incoming | Outcome:
        """The file with what is in it, as far as that will be needed."""
        try:
            data = read_bytes(path)
        except ReadError as error:
            return Outcome(name, Status.FAILED, str(error))
        given = self._options.metadata.get(name) or self._options.metadata.get(path.name) or GivenMetadata()
        file = Incoming(data, path.name, path.resolve().as_uri(), given, name)
        if self._plan(file).action in {Action.UNCHANGED, Action.DUPLICATE}:
            return file
        try:
            return replace(file, read=self._read(data, path.name))
        except ReadError as error:
            return replace(file, read=error)

    def take(self, file: Incoming, progress: Progress = silent, settle: Settle | None = None) -> Outcome:
        """Take in one file that was read. `settle` is called in the transaction that publishes, and may still stop it.

        Never raises for what is wrong with the file. CatalogueError passes through, and what the callbacks raise.
        """
        for attempt in range(1, _PLANS + 1):
            try:
                return self._take(file, progress, settle)
            except ReadError as error:
                return Outcome(file.name, Status.FAILED, str(error))
            except LeaseLostError:
                raise
            except ConflictError:  # another process changed what the plan was made on
                if attempt == _PLANS:
                    raise
        raise AssertionError("unreachable")

    def _take(self, file: Incoming, progress: Progress, settle: Settle | None) -> Outcome:
        progress(READING, 0, 0)
        plan = self._plan(file)
        if plan.action is Action.UNCHANGED:
            return Outcome(file.name, Status.SKIPPED, "ongewijzigd", plan.document_id)
        if plan.action is Action.DUPLICATE:
            return Outcome(file.name, Status.SKIPPED, self._duplicate_of(plan, file), plan.document_id)
        extraction = file.read or self._read(file.data, file.file_name)
        if isinstance(extraction, ReadError):
            raise extraction
        given = self._given(file, plan)
        metadata, remarks = complete(given, extraction, file.file_name, self._options.default_level), extraction.remarks
        if not metadata.themes and "themes" not in given.empty:
            metadata, remarks = self._with_themes(metadata, extraction)
        encoder = ReportingEncoder(self._encoder, len(extraction.pages), progress)
        passages = index_pages(encoder, plan, metadata, extraction.pages)
        if not passages:
            raise ReadError("Het bestand bevat geen tekst om in te zoeken.")
        origin = (self._catalogue.origin(plan.document_id) if file.replaces else "") or file.origin
        new = NewVersion(
            document_id=plan.document_id,
            version=plan.version,
            origin=origin,
            sha256=sha256_of(file.data),
            file_name=file.file_name,
            media_type=extraction.media_type,
            size=len(file.data),
            metadata=metadata,
            pages=extraction.pages,
            passages=tuple(passages),
            remarks=remarks,
            sketch=sketch_of(extraction.pages),
            version_origin=file.origin,
        )
        progress(STORING, len(extraction.pages), len(extraction.pages))
        return self._publish(file, new, settle)

    def _plan(self, file: Incoming) -> Plan:
        sha256 = sha256_of(file.data)
        if file.replaces:
            return plan_replacement(self._catalogue, file.replaces, sha256)
        return make_plan(self._catalogue, file.origin, file.file_name, sha256)

    def _duplicate_of(self, plan: Plan, file: Incoming) -> str:
        other = self._catalogue.documents_by_id([plan.document_id], EVERYTHING).get(plan.document_id)
        if other is None:
            raise ConflictError(f"Document {plan.document_id} is intussen verwijderd.")
        replaced = self._catalogue.origins().get(file.origin)
        was = f"; wat hier eerst stond is nog te vinden: kennislab delete {replaced[0]}" if replaced else ""
        return f"zelfde inhoud als {other.file_name}, dat er al is{was}"

    def _given(self, file: Incoming, plan: Plan) -> GivenMetadata:
        """What was given, where what an editor set by hand outlives a file that is taken in again.

        Who replaces a document by hand and gives nothing leaves its metadata as it is.
        """
        if plan.action is not Action.CHANGED:
            return file.given
        by_hand = set_by_hand(self._catalogue.edited(plan.document_id))
        if file.replaces:
            known = self._catalogue.documents_by_id([plan.document_id], EVERYTHING).get(plan.document_id)
            return file.given.over(as_given(known.metadata)).over(by_hand) if known else file.given
        return by_hand.over(file.given)

    def _with_themes(self, metadata: Metadata, extraction: Extraction) -> tuple[Metadata, tuple[str, ...]]:
        known = known_themes(self._catalogue, metadata.classification)
        themes = propose_themes(metadata, extraction.pages, known)
        if not themes:
            return metadata, extraction.remarks
        remark = f"{PROPOSED} op grond van titel en koppen: {', '.join(themes)}. Controleer of dit klopt."
        return replace(metadata, themes=themes), (*extraction.remarks, remark)

    def _publish(self, file: Incoming, new: NewVersion, settle: Settle | None) -> Outcome:
        outcomes: list[Outcome] = []

        def confirm(connection: sa.Connection) -> None:
            require_next(connection, new)
            if self._options.fingerprint is not None:
                self._options.fingerprint.require(fact_on(connection, FACT_NAME))
            outcomes.append(_outcome(file, new, self._near(connection, new)))
            if settle is not None:
                settle(connection, outcomes[-1])

        publish(self._catalogue, new, file.data, confirm)
        return outcomes[-1]

    @staticmethod
    def _near(connection: sa.Connection, new: NewVersion) -> tuple[str, ...]:
        """Told to who adds the file, but not kept with the document: others may not know of the other document."""
        return remarks_on(near_duplicates(connection, new.document_id, new.sketch)) if new.sketch else ()


def _outcome(file: Incoming, new: NewVersion, near: tuple[str, ...]) -> Outcome:
    reason = f"versie {new.version}" if new.version > 1 else ""
    counts = (len(new.pages), len(new.passages))
    return Outcome(file.name, Status.PROCESSED, reason, new.document_id, new.version, *counts, (*new.remarks, *near))


def withdraw(catalogue: Catalogue, document_id: str) -> Document:
    """Erase a document everywhere; returns what it was. Raises NotFoundError."""
    document = catalogue.document(document_id, EVERYTHING)
    remove(catalogue, document_id)
    return document
