"""The index on one machine: both legs in memory or mapped from a snapshot, derived from the catalogue and following it.

The terms and vectors themselves are in the catalogue, written in the transaction that publishes a document.
"""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.keyword_rows import rows_of_document
from corpus.labels import Labels
from corpus.publishing import set_fact
from corpus.scope import EVERYTHING, Scope
from search import snapshot
from search.encoder import Vectors
from search.fingerprint import FACT_NAME, Fingerprint
from search.index import Hit, LegCounts
from search.keeping import Keeper
from search.kept_labels import KeptLabels
from search.keyword_leg import Field, KeywordLeg
from search.parts import Part, Selection
from search.recipe import UnitUse
from search.snapshot import Snapshot
from search.unit_block import UnitBlock
from search.vector_leg import VectorLeg

logger = logging.getLogger(__name__)

SNAPSHOT_FOLDER = "vectorindex"
_AT_ONCE = 100  # documents that are read together
_MOST_SELECTIONS = 64


class EmbeddedIndex:
    """Follows the catalogue: every call first replays what was published or removed since the last one."""

    def __init__(self, catalogue: Catalogue, fingerprint: Fingerprint, start: Snapshot | None = None) -> None:
        start = start or Snapshot(VectorLeg(fingerprint.dimension), KeywordLeg(), 0)
        self._catalogue = catalogue
        self._fingerprint = fingerprint
        self._vectors, self._terms, self._seq = start.vectors, start.terms, start.seq
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._labels = KeptLabels(catalogue.database)
        self._selections: dict[Scope, Selection] = {}  # of this very state of the catalogue
        self._saved_seq = start.seq
        self._stamp: int | None = None  # of the catalogue's file when it was last followed
        self._keeper: Keeper | None = None

    def follow(self) -> int:
        """Replay the changes since the last call; returns the number of the newest change that is now in the legs."""
        with self._lock:
            stamp = self._catalogue.database.stamp()  # before the query: what is written after it is seen the next time
            if stamp is not None and stamp == self._stamp:
                return self._seq
            changes = self._catalogue.changes_after(self._seq)
            if changes:  # among them may be a rebuild with another model, whose vectors we may not mix in
                self._fingerprint.require(self._catalogue.fact(FACT_NAME))
                # Only the last state of a document counts: it is read as it is now.
                self._replay(list(dict.fromkeys(one.document_id for one in changes if not one.metadata_only)))
                self._labels.forget(one.document_id for one in changes)
                self._selections = {}
                self._seq = changes[-1].seq
            self._stamp = stamp
            return self._seq

    def _replay(self, names: Sequence[str]) -> None:
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            self._vectors.put_many({name: self._catalogue.units(name) for name in some})
            with self._catalogue.database.read() as connection:
                self._terms.put_many({name: rows_of_document(connection, name) for name in some})

    def vector_hits(self, vector: Vectors, scope: Scope, k: int, use: UnitUse = UnitUse.BOTH) -> list[Hit]:
        return self._vectors.hits(vector, self._allowed(scope), k, use)

    def keyword_hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        return self._terms.hits(Field.WORDS, terms, self._allowed(scope), k)

    def gram_hits(self, grams: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        return self._terms.hits(Field.GRAMS, grams, self._allowed(scope), k)

    def owners(self, keys: Sequence[int], scope: Scope) -> dict[int, str]:
        return self._terms.owners(keys, self._allowed(scope))

    def labels(self, names: Sequence[str], scope: Scope) -> dict[str, Labels]:
        selection = self._allowed(scope)
        with self._lock:
            found = self._labels.of(names)
        return found if selection is None else {name: one for name, one in found.items() if name in selection.allowed}

    def _allowed(self, scope: Scope) -> Selection | None:
        """The documents in scope, as they are now; remembered until the catalogue changes."""
        self.follow()
        if scope == EVERYTHING:
            return None
        known = self._selections
        found = known.get(scope)
        if found is None:
            if len(known) >= _MOST_SELECTIONS:
                known.clear()
            found = known[scope] = Selection(self._catalogue.ids(scope))
        return found

    def counts(self) -> LegCounts:
        self.follow()
        numbers = self._catalogue.counts()
        stored, own = min(numbers["keyword"], numbers["grams"]), self._terms.passage_count()
        vectors = self._vectors.passage_count()
        return LegCounts(vectors, own if vectors == stored else stored)

    def save(self, folder: Path, fingerprint: Fingerprint, *, quickly: bool = False) -> None:
        """Write a snapshot, so that the next start need not read everything from the catalogue. Others search on.

        `quickly` leaves out what only makes it better: the large block written anew, the approximate structure.
        """
        with self._saving:
            seq = self.follow()
            state = Snapshot(self._vectors, self._terms, seq)
            snapshot.save(folder / SNAPSHOT_FOLDER, state, fingerprint, quickly=quickly)
            self._saved_seq = seq

    def keep_saving(self, folder: Path) -> None:
        """Save by itself from now on: after many changes, and when it is closed."""
        self._keeper = Keeper(
            lambda: self.follow() - self._saved_seq,
            lambda quickly: self.save(folder, self._fingerprint, quickly=quickly),
        )
        self._keeper.start()

    def vector_parts(self) -> tuple[Part[UnitBlock], ...]:
        """What the vector leg is made of, for who measures it."""
        return self._vectors.parts()

    def close(self) -> None:
        if self._keeper is not None:
            self._keeper.stop()
        self._catalogue.close()
        self._vectors, self._terms = VectorLeg(self._fingerprint.dimension), KeywordLeg()  # lets go of mapped files


def open_index(catalogue: Catalogue, data: Path, fingerprint: Fingerprint) -> EmbeddedIndex:
    """The index of the catalogue in `data`, up to date. Raises FingerprintError when other parts made it."""
    fingerprint.require(catalogue.fact(FACT_NAME))
    found = snapshot.load(data / SNAPSHOT_FOLDER, fingerprint)
    # A snapshot from the future belongs to another catalogue (a backup was put back): its changes were never made here.
    if found is not None and found.seq > catalogue.last_change():
        found = None
    index = EmbeddedIndex(catalogue, fingerprint, found)
    index.follow()
    if not index.counts().equal:
        logger.warning("De momentopname past niet bij de catalogus; de index wordt opnieuw uit de catalogus gevuld.")
        index = EmbeddedIndex(catalogue, fingerprint)
        index.follow()
    return index


def claim(catalogue: Catalogue, fingerprint: Fingerprint) -> None:
    """Before writing: the catalogue becomes this fingerprint's, or was already."""
    stored = catalogue.fact(FACT_NAME)
    fingerprint.require(stored)
    if stored is None:
        set_fact(catalogue, FACT_NAME, fingerprint.text())
