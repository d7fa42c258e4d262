"""The searcher of a running service: opened beside the server, so that health can be asked meanwhile."""

import logging
import threading
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from corpus.database import Database
from corpus.errors import KennislabError
from search.searcher import Searcher
from service.access import ANONYMOUS, Caller, Role

logger = logging.getLogger(__name__)


class State:
    """Holds the searcher once it is open, or the reason why it is not."""

    def __init__(self, opener: Callable[[], Searcher]) -> None:
        self._opener = opener
        self._thread: threading.Thread | None = None
        self.searcher: Searcher | None = None
        self.reason = "De service start op."

    def start(self) -> None:
        """Begin opening, in a thread of its own."""
        self._thread = threading.Thread(target=self._open, name="openen", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        try:
            self.searcher = self._opener()
            self.reason = ""
        except KennislabError as error:
            self.reason = str(error)
            logger.error("%s", error)

    def database(self) -> Database | None:
        """The catalogue's database, once it is open."""
        return self.searcher.catalogue.database if self.searcher is not None else None

    def stop(self) -> None:
        """Wait for the opening to end and close what it opened."""
        if self._thread is not None:
            self._thread.join()
        if self.searcher is not None:
            self.searcher.index.close()


def _state(request: Request) -> State:
    state: State = request.app.state.kennislab
    return state


def _searcher(state: Annotated[State, Depends(_state)]) -> Searcher:
    if state.searcher is None:
        raise HTTPException(503, state.reason, {"Retry-After": "5"})
    return state.searcher


def _caller(request: Request) -> Caller:
    caller: Caller = getattr(request.state, "caller", ANONYMOUS)
    return caller


def _at_least(role: Role) -> Callable[[Caller], Caller]:
    def check(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
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
