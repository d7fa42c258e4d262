"""What a service does beside answering when its machine shares no disk with others.

A document that is withdrawn elsewhere can not be asked for here any more; what this machine still has of it goes within
seconds. And whether the store of files answers is looked at here, so that asking after our health asks nothing of it.
"""

import logging
import threading
from collections.abc import Callable

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError
from corpus.publishing import sweep_copies

logger = logging.getLogger(__name__)

LOOK_S = 5.0


class Tidier:
    """Looks every few seconds, for as long as there is a catalogue that other machines may write to."""

    def __init__(self, catalogue: Callable[[], Catalogue | None]) -> None:
        self.problem = ""  # why files can not be reached; empty when they can
        self._catalogue = catalogue
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opruimen", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Let it end; a store that does not answer keeps nobody waiting."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(1)

    def _run(self) -> None:
        begun = False
        while not self._stopping.wait(LOOK_S if begun else min(LOOK_S, 0.5)):
            catalogue = self._catalogue()
            if catalogue is None:
                continue
            if not is_shared(catalogue):
                return
            begun = True
            self.look(catalogue)

    def look(self, catalogue: Catalogue) -> None:
        """Once."""
        try:
            catalogue.spool.clear_incoming()
            sweep_copies(catalogue)
        except CatalogueError as error:  # the next look may do better
            logger.warning("Wat elders verwijderd is, staat hier nog op schijf: %s", error)
        try:
            catalogue.files.check()
        except CatalogueError as error:
            if str(error) != self.problem:
                logger.error("%s", error)
            self.problem = str(error)
        else:
            self.problem = ""


def is_shared(catalogue: Catalogue) -> bool:
    """Whether processes that can not reach our data folder may change this knowledge base."""
    return bool(catalogue.files.place) or catalogue.database.engine.dialect.name != "sqlite"
