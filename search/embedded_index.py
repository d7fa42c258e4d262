"""The index on one machine: keyword leg in the catalogue's SQLite file, vector leg in memory with a snapshot."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.publishing import set_fact
from corpus.scope import EVERYTHING, Scope
from search import snapshot
from search.encoder import Vectors
from search.fingerprint import FACT_NAME, Fingerprint
from search.index import Hit, LegCounts
from search.keyword_leg import KeywordLeg
from search.recipe import UnitUse
from search.vector_leg import VectorLeg

logger = logging.getLogger(__name__)

SNAPSHOT_FOLDER = "vectorindex"


class EmbeddedIndex:
    """Follows the catalogue: every call first replays what was published or removed since the last one."""

    def __init__(self, catalogue: Catalogue, fingerprint: Fingerprint, leg: VectorLeg, seq: int) -> None:
        self._catalogue = catalogue
        self._fingerprint = fingerprint
        self._keyword = KeywordLeg(catalogue.database)
        self._vector = leg
        self._seq = seq
        self._lock = threading.Lock()

    def follow(self) -> int:
        """Replay the changes since the last call; returns the number of the newest change that is now in the leg."""
        with self._lock:
            changes = self._catalogue.changes_after(self._seq)
            if changes:  # among them may be a rebuild with another model, whose vectors we may not mix in
                self._fingerprint.require(self._catalogue.fact(FACT_NAME))
            # Only the last state of a document counts: its units are read as they are now.
            for document_id in dict.fromkeys(change.document_id for change in changes):
                units = self._catalogue.units(document_id)
                if len(units.ids):
                    self._vector.put(document_id, units)
                else:
                    self._vector.drop([document_id])
            if changes:
                self._seq = changes[-1].seq
            return self._seq

    def vector_hits(self, vector: Vectors, scope: Scope, k: int, use: UnitUse = UnitUse.BOTH) -> list[Hit]:
        self.follow()
        allowed = None if scope == EVERYTHING else self._catalogue.ids(scope)
        return self._vector.hits(vector, allowed, k, use)

    def keyword_hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        return self._keyword.hits(terms, scope, k)

    def gram_hits(self, grams: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        return self._keyword.gram_hits(grams, scope, k)

    def counts(self) -> LegCounts:
        self.follow()
        numbers = self._catalogue.counts()
        return LegCounts(self._vector.passage_count(), min(numbers["keyword"], numbers["grams"]))

    def save(self, folder: Path, fingerprint: Fingerprint) -> None:
        """Write a snapshot, so that the next start need not read every vector from the catalogue."""
        seq = self.follow()
        snapshot.save(folder / SNAPSHOT_FOLDER, self._vector, seq, fingerprint)

    def close(self) -> None:
        self._catalogue.close()


def open_index(catalogue: Catalogue, data: Path, fingerprint: Fingerprint) -> EmbeddedIndex:
    """The index of the catalogue in `data`, up to date. Raises FingerprintError when other parts made it."""
    fingerprint.require(catalogue.fact(FACT_NAME))
    found = snapshot.load(data / SNAPSHOT_FOLDER, fingerprint)
    # A snapshot from the future belongs to another catalogue (a backup was put back): its changes were never made here.
    if found is None or found.seq > catalogue.last_change():
        found = snapshot.Snapshot(VectorLeg(fingerprint.dimension), 0)
    index = EmbeddedIndex(catalogue, fingerprint, found.leg, found.seq)
    index.follow()
    if not index.counts().equal:
        logger.warning("De momentopname past niet bij de catalogus; de index wordt opnieuw uit de catalogus gevuld.")
        index = EmbeddedIndex(catalogue, fingerprint, VectorLeg(fingerprint.dimension), 0)
        index.follow()
    return index


def claim(catalogue: Catalogue, fingerprint: Fingerprint) -> None:
    """Before writing: the catalogue becomes this fingerprint's, or was already."""
    stored = catalogue.fact(FACT_NAME)
    fingerprint.require(stored)
    if stored is None:
        set_fact(catalogue, FACT_NAME, fingerprint.text())
