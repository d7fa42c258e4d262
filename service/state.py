"""The searcher of a running service: opened beside the server, so that health can be asked meanwhile."""

import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from corpus.database import Database
from corpus.errors import CatalogueError, IndexUnavailableError, KennislabError
from search.searcher import Searcher
from service.access import ANONYMOUS, Caller, Role

logger = logging.getLogger(__name__)

RETRY_S = 3.0


class State:
    """Holds the searcher once it is open, or the reason why it is not."""

    def __init__(self, opener: Callable[[], Searcher], afterwards: Callable[[], None] = lambda: None) -> None:
        """`afterwards` is done once the searcher answers: what may be late, and must not keep it from answering."""
        self._opener = opener
        self._afterwards = afterwards
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self.searcher: Searcher | None = None
        self.reason = "De service start op."

    def open(self) -> None:
        """Open before anything is started, for who may not answer without. Raises KennislabError."""
        self.searcher = self._opener()
        self.reason = ""

    def start(self) -> None:
        """Begin opening, in a thread of its own."""
        self._thread = threading.Thread(target=self._open, name="openen", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        """Until it is open; what a server that starts later may mend, is tried again."""
        while not self._stopping.is_set():
            try:
                if self.searcher is None:
                    self.open()
                break
            except KennislabError as error:
                if self.reason != str(error):
                    logger.error("%s", error)
                self.reason = str(error)
                if not isinstance(error, CatalogueError | IndexUnavailableError):
                    return
            self._stopping.wait(RETRY_S)
        else:
            return
        try:
            self._afterwards()
        except KennislabError as error:  # the next request that needs it tries again, and says it
            logger.warning("%s", error)

    def database(self) -> Database | None:
        """The catalogue's database, once it is open."""
        return self.searcher.catalogue.database if self.searcher is not None else None

    def stop(self) -> None:
        """Wait for the opening to end and close what it opened."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self.searcher is not None:
            self.searcher.index.close()


# Asynchronous, since Starlette sends others to a thread, which costs more than all that they do.
async def _state(request: Request) -> State:
    state: State = request.app.state.kennislab
    return state


async def _searcher(state: Annotated[State, Depends(_state)]) -> Searcher:
    if state.searcher is None:
        raise HTTPException(503, state.reason, {"Retry-After": "5"})
    return state.searcher


async def _caller(request: Request) -> Caller:
    caller: Caller = getattr(request.state, "caller", ANONYMOUS)
    return caller


def _at_least(role: Role) -> Callable[[Caller], Awaitable[Caller]]:
    async def check(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        if caller == ANONYMOUS:
            raise HTTPException(401, "Hiervoor is een sleutel nodig.", {"WWW-Authenticate": "Bearer"})
        if not caller.role.at_least(role):
            raise HTTPException(403, f"Hiervoor is de rol {role.value} nodig.")
        return caller

    return check


StateDep = Annotated[State, Depends(_state)]
SearcherDep = Annotated[Searcher, Depends(_searcher)]
CallerDep = Annotated[Caller, Depends(_caller)]
EditorDep = Annotated[Caller, Depends(_at_least(Role.EDITOR))]
AdministratorDep = Annotated[Caller, Depends(_at_least(Role.ADMINISTRATOR))]
