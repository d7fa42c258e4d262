"""Who saves the snapshot while documents come and go: the process that searches, beside its work."""

import logging
import threading
import time
from collections.abc import Callable

from corpus.errors import KennislabError

logger = logging.getLogger(__name__)

LOOK_S = 15.0
MANY = 200  # changes that are worth a snapshot at once
PATIENCE_S = 600.0  # fewer wait so long at most


class Keeper:
    """Saves after many changes, after a while, and when it stops. What it fails to save costs the next start time."""

    def __init__(self, waiting: Callable[[], int], save: Callable[[bool], None]) -> None:
        self._waiting = waiting  # how many changes are not in the snapshot
        self._save = save  # with True: quickly, since somebody waits for the process to end
        self._stopping = threading.Event()
        self._saved = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="momentopname", daemon=True)

    def start(self) -> None:
        """Begin looking."""
        self._thread.start()

    def stop(self) -> None:
        """Save what is waiting and end; a snapshot that is being made is finished first."""
        self._stopping.set()
        self._thread.join()
        if self._count():
            self._try(True)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            waiting = self._count()
            if waiting >= MANY or (waiting and time.monotonic() - self._saved > PATIENCE_S):
                self._try(False)

    def _count(self) -> int:
        try:
            return self._waiting()
        except KennislabError:  # a question will say so too
            return 0

    def _try(self, quickly: bool) -> None:
        self._saved = time.monotonic()  # also when it fails: not again and again
        try:
            self._save(quickly)
        except (OSError, KennislabError) as error:
            logger.warning("De momentopname is niet opgeslagen (%s). De volgende start duurt daardoor langer.", error)
