"""Bringing Milvus up to date with the catalogue, which is the truth.

How far Milvus is, is kept in Milvus itself, so that it can not be ahead of the rows that it speaks of. Changes are
replayed in order by one process at a time; a process that is killed leaves work that is done again with the same
outcome.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from corpus.catalogue import Catalogue, Change
from corpus.database import Held
from corpus.errors import IndexUnavailableError
from corpus.identity import identity_of
from corpus.term_counts import TermLeg, statistics
from search.fingerprint import FACT_NAME, Fingerprint
from search.milvus_client import MilvusClient
from search.milvus_rows import Lengths, Row, rows_of
from search.milvus_schema import (
    STATE_FIELDS,
    STATE_INDEXES,
    TERM_FIELDS,
    TERM_INDEXES,
    of_documents,
    unit_fields,
    unit_indexes,
)

_STATE_ID = 1
_CHANGES_AT_ONCE = 200
_ROWS_AT_ONCE = 500
_TYPICAL = Lengths(words=64, grams=240)  # of the sample; used until there is enough to take the mean of
_ENOUGH_PASSAGES = 1000


@dataclass(frozen=True, slots=True)
class State:
    """How far an index is, whose it is, and what it was made with."""

    seq: int
    catalogue: str
    lengths: Lengths


@dataclass(frozen=True, slots=True)
class Names:
    """The collections of one index. Another fingerprint has other ones, so that both can be there."""

    units: str
    terms: str
    state: str

    @classmethod
    def of(cls, prefix: str, fingerprint: Fingerprint) -> "Names":
        """Those of an index that is made with these parts."""
        base = f"{prefix}_{hashlib.sha256(fingerprint.text().encode()).hexdigest()[:10]}"
        return cls(f"{base}_vectoren", f"{base}_termen", f"{base}_stand")


class Follower:
    """Makes the collections, and replays changes into them."""

    def __init__(self, catalogue: Catalogue, client: MilvusClient, fingerprint: Fingerprint) -> None:
        self._catalogue = catalogue
        self._client = client
        self._fingerprint = fingerprint
        self.names = Names.of(client.address.name, fingerprint)
        self._identity = identity_of(catalogue)

    def prepare(self) -> None:
        """See to it that the collections are there. Raises IndexUnavailableError when they are another catalogue's."""
        with self._catalogue.database.exclusive():
            kind = self._client.address.vector_index
            self._client.create(self.names.state, STATE_FIELDS, STATE_INDEXES)
            self._client.create(self.names.units, unit_fields(self._fingerprint.dimension), unit_indexes(kind))
            self._client.create(self.names.terms, TERM_FIELDS, TERM_INDEXES)
            state = self.state()
            if state is None:
                self._write(State(0, self._identity, self._lengths()))
            elif state.catalogue != self._identity:
                raise IndexUnavailableError(
                    f"De index op {self._client.address.shown} is van een andere catalogus. Kies een andere naam: "
                    "KENNISLAB_INDEX met ?naam=... achter het adres."
                )
            elif state.seq > self._catalogue.last_change():  # a backup was put back: those changes were never made here
                self._clear()
                self._write(State(0, self._identity, self._lengths()))

    def follow(self, until: float | None = None) -> int:
        """Replay what is not in Milvus yet, at most until this moment (monotonic); returns how far it is then."""
        wait_s = None if until is None else max(0.0, until - time.monotonic())
        with self._catalogue.database.exclusive(wait_s) as held:
            state = self.state()
            if state is None:
                raise IndexUnavailableError(
                    f"De index op {self._client.address.shown} is er niet meer. Start de service opnieuw."
                )
            while until is None or time.monotonic() < until:
                changes = self._catalogue.changes_after(state.seq, _CHANGES_AT_ONCE)
                if not changes:
                    break
                self._fingerprint.require(self._catalogue.fact(FACT_NAME))
                state = State(changes[-1].seq, state.catalogue, state.lengths)
                self._replay(changes, state, held)
            return state.seq

    def _replay(self, changes: Sequence[Change], state: State, held: Held) -> None:
        """Only the last state of a document counts. New rows come before the old ones go, so that it stays found."""
        ids = list(dict.fromkeys(change.document_id for change in changes))
        vectors: list[Row] = []
        terms: list[Row] = []
        for document_id in ids:
            own_vectors, own_terms = rows_of(self._catalogue, document_id, state.seq, state.lengths)
            vectors += own_vectors
            terms += own_terms
            if len(vectors) >= _ROWS_AT_ONCE:
                self._upsert(vectors, terms, held)
                vectors, terms = [], []
        self._upsert(vectors, terms, held)
        stale = f"{of_documents(ids)} and change < {state.seq}"
        for name in (self.names.units, self.names.terms):
            held()
            self._client.delete(name, stale)
        held()
        self._write(state)

    def _upsert(self, vectors: Sequence[Row], terms: Sequence[Row], held: Held) -> None:
        for name, rows in ((self.names.units, vectors), (self.names.terms, terms)):
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                held()
                self._client.upsert(name, list(rows[start : start + _ROWS_AT_ONCE]))

    def state(self) -> State | None:
        """How far Milvus is; None when it knows nothing of us."""
        rows = self._client.query(self.names.state, f"id == {_STATE_ID}", ["seq", "catalogue", "lengths"])
        if not rows:
            return None
        (row,) = rows
        return State(int(row["seq"]), str(row["catalogue"]), Lengths(**json.loads(row["lengths"])))

    def _write(self, state: State) -> None:
        values = {"seq": state.seq, "catalogue": state.catalogue, "lengths": json.dumps(asdict(state.lengths))}
        self._client.upsert(self.names.state, [{"id": _STATE_ID, "place": [1.0, 0.0], **values}])

    def _clear(self) -> None:
        for name in (self.names.units, self.names.terms):
            self._client.delete(name, "id >= 0")

    def _lengths(self) -> Lengths:
        with self._catalogue.database.read() as connection:
            known = [statistics(connection, leg, []) for leg in (TermLeg.WORDS, TermLeg.GRAMS)]
        if known[0].passages < _ENOUGH_PASSAGES:
            return _TYPICAL
        return Lengths(*(one.length / one.passages for one in known))

    def drop_others(self) -> list[str]:
        """Let go of the collections of this catalogue that other parts made; returns their names."""
        mine = {self.names.units, self.names.terms, self.names.state}
        dropped = []
        for state in [name for name in self._client.names() if name.endswith("_stand") and name not in mine]:
            rows = self._client.query(state, f"id == {_STATE_ID}", ["catalogue"])
            if rows and rows[0]["catalogue"] == self._identity:
                base = state.removesuffix("_stand")
                for name in (f"{base}_vectoren", f"{base}_termen", state):
                    self._client.drop(name)
                    dropped.append(name)
        return dropped
