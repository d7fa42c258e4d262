"""The index on Milvus, for more than one machine: any number of processes search it, and whoever comes first follows.

A call first replays what was published or removed since the last one, unless another process is at it for long: then
it answers with what there is. What was removed or hidden is never shown, since every answer is held against the
catalogue.
"""

import logging
import threading
import time
from collections.abc import Sequence

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueBusyError, IndexUnavailableError, KennislabError
from corpus.labels import Labels, labels_of
from corpus.scope import Scope
from corpus.term_counts import TermLeg
from corpus.visible import visible_owners
from search.encoder import Vectors
from search.fingerprint import FACT_NAME, Fingerprint
from search.index import Hit, LegCounts
from search.milvus_address import MilvusAddress
from search.milvus_client import MilvusClient
from search.milvus_follower import Follower
from search.milvus_legs import Legs
from search.recipe import UnitUse

logger = logging.getLogger(__name__)

MINIMUM_VERSION = (2, 4)  # the first with sparse vectors
FOLLOW_S = 5.0  # so long may a question wait for what was published just before
FRESH_S = 10.0  # so long after a change is Milvus asked to wait until it sees it
PATIENCE_S = 10.0  # so long do questions go on without, when it takes longer
POLL_S = 1.0


class MilvusIndex:
    """Searches Milvus and keeps it up to date."""

    def __init__(self, catalogue: Catalogue, client: MilvusClient, follower: Follower) -> None:
        self._catalogue = catalogue
        self._client = client
        self._follower = follower
        self._legs = Legs(client, catalogue.database, follower.names.units, follower.names.terms, self._is_fresh)
        self._seq = 0
        self._changed_at = time.monotonic()
        self._patience_at = 0.0
        self._counts: LegCounts | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, limit_s: float | None = None) -> int:
        """Replay the changes that Milvus does not have yet, for at most `limit_s`; returns how far it is."""
        until = None if limit_s is None else time.monotonic() + limit_s
        with self._lock:
            if self._catalogue.last_change() <= self._seq:
                return self._seq
            self._changed_at = time.monotonic()
            self._seq = self._follower.follow(until)
            self._changed_at = time.monotonic()
            return self._seq

    def _catch_up(self) -> None:
        """Before a question; who waited in vain goes on with what there is, and others do not wait for a while."""
        last = self._catalogue.last_change()
        if last <= self._seq or time.monotonic() < self._patience_at:
            return
        try:
            behind = self.follow(FOLLOW_S) < last
        except CatalogueBusyError:
            behind = True
        if behind:
            self._patience_at = time.monotonic() + PATIENCE_S
            logger.info("De index loopt achter op de catalogus; er wordt gezocht in wat er al is.")

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._changed_at < FRESH_S

    def vector_hits(self, vector: Vectors, scope: Scope, k: int, use: UnitUse = UnitUse.BOTH) -> list[Hit]:
        self._catch_up()
        return self._legs.vector_hits(vector, scope, k, use)

    def keyword_hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        self._catch_up()
        return self._legs.term_hits(TermLeg.WORDS, terms, scope, k)

    def gram_hits(self, grams: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        self._catch_up()
        return self._legs.term_hits(TermLeg.GRAMS, grams, scope, k)

    def owners(self, keys: Sequence[int], scope: Scope) -> dict[int, str]:
        return visible_owners(self._catalogue.database, keys, scope)

    def labels(self, names: Sequence[str], scope: Scope) -> dict[str, Labels]:
        return labels_of(self._catalogue.database, names, scope)

    def counts(self) -> LegCounts:
        """Counted while nobody writes; while somebody does, what was counted last."""
        self._catch_up()
        try:
            with self._catalogue.database.exclusive(FOLLOW_S):
                self._counts = self._count()
        except CatalogueBusyError:
            logger.info("Een ander proces werkt de index bij.")
        return self._counts or LegCounts(0, 0)

    def _count(self) -> LegCounts:
        names = self._follower.names
        return LegCounts(self._client.count(names.units, "unit == 0"), self._client.count(names.terms, "id >= 0"))

    def keep_following(self) -> None:
        """Follow in the background too, so that what was removed also goes when nobody asks anything."""
        self._thread = threading.Thread(target=self._run, name="index volgen", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        said = ""
        while not self._stopping.wait(POLL_S):
            try:
                self.follow()
                said = ""
            except KennislabError as error:
                if str(error) != said:  # once is enough for as long as it lasts
                    logger.warning("De index is niet bij te werken: %s", error)
                said = str(error)

    def drop_others(self) -> list[str]:
        """Let go of what other models or analysers made of this catalogue; returns the names of the collections."""
        return self._follower.drop_others()

    def disconnect(self) -> None:
        """Let go of the server; the catalogue stays open."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self._client.close()

    def close(self) -> None:
        self.disconnect()
        self._catalogue.close()


def open_milvus(catalogue: Catalogue, address: MilvusAddress, fingerprint: Fingerprint) -> MilvusIndex:
    """The index at this address, up to date; made when there is none. Raises FingerprintError when other parts made
    the catalogue, IndexUnavailableError when the server does not answer or is too old.
    """
    fingerprint.require(catalogue.fact(FACT_NAME))
    client = MilvusClient(address)
    try:
        if client.version < MINIMUM_VERSION:
            wanted = ".".join(map(str, MINIMUM_VERSION))
            found = ".".join(map(str, client.version))
            raise IndexUnavailableError(f"Milvus {found} op {address.shown} is te oud; nodig is {wanted} of nieuwer.")
        index = MilvusIndex(catalogue, client, _prepared(catalogue, client, fingerprint))
        index.follow()
    except BaseException:
        client.close()
        raise
    return index


def _prepared(catalogue: Catalogue, client: MilvusClient, fingerprint: Fingerprint) -> Follower:
    follower = Follower(catalogue, client, fingerprint)
    follower.prepare()
    return follower
