"""Which calls are recorded in the audit log, and as what. Never the question, the text or the key."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.audit import Entry
from service.access import ANONYMOUS, Caller
from service.recorder import Recorder

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SUGGESTING = "geefSuggesties"  # recorded only when it is refused: a row for every letter would bury what was read
# A POST, to keep what is asked out of the address.
READING_ACTIONS = frozenset({"zoekDocumenten", "filterDocumenten", SUGGESTING})
RECORDED_READS = "/v1/documenten"  # documents, their pages, pictures and files, and searching in them
DENIED = frozenset({401, 403})
UNKNOWN = "onbekend"
# What may stand in the log as an object: ids. Anything else could be text or a key that someone put in an address.
_OBJECT = re.compile(r"[\w.:-]{1,64}", re.ASCII)


class Operations:
    """Finds the operation of a request in the API's description, also for a request that was refused at the door."""

    def __init__(self, description: Mapping[str, Any], base: str = "/v1") -> None:
        self._entries = [
            (method.upper(), re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", base + path)), str(entry["operationId"]))
            for path, item in description["paths"].items()
            for method, entry in item.items()
        ]

    def find(self, method: str, path: str) -> tuple[str, str]:
        """Name of the operation and the id in the path; `onbekend` and nothing when there is none."""
        for wanted, match, name in self._at(path):
            if method == wanted:
                return name, match.groupdict().get("id", "")
        return UNKNOWN, ""

    def methods(self, path: str) -> list[str]:
        """What can be done at this address, and HEAD wherever there is GET; nothing when there is no such address."""
        found = {method for method, _match, _name in self._at(path)}
        return sorted(found | ({"HEAD"} if "GET" in found else set()))

    def _at(self, path: str) -> list[tuple[str, re.Match[str], str]]:
        """The operations at this address: `_zoek` is never an id, whatever the method."""
        found = [(method, match, name) for method, pattern, name in self._entries if (match := pattern.fullmatch(path))]
        fewest = min((match.re.groups for _method, match, _name in found), default=0)
        return [entry for entry in found if entry[1].re.groups == fewest]


class AuditMiddleware:
    """Records calls when their answer begins: before it goes out for what changes something."""

    def __init__(self, app: ASGIApp, recorder: Recorder, operations: Operations) -> None:
        self.app = app
        self.recorder = recorder
        self.operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                await self._record(scope, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if not answered:
                await self._record(scope, 500)
            raise
        except BaseException:  # the server stops halfway and waits for nothing: what began to change is known
            if not answered and (entry := self._entry(scope, 500)) is not None:
                self.recorder.offer(entry)
            raise

    async def _record(self, scope: Scope, status: int) -> None:
        entry = self._entry(scope, status)
        if entry is None:
            return
        if _changes(scope, entry.action):
            await run_in_threadpool(self.recorder.now, entry)
        elif not self.recorder.offer(entry):
            await run_in_threadpool(self.recorder.later, entry)

    def _entry(self, scope: Scope, status: int) -> Entry | None:
        action, document_id = self.operations.find(scope["method"], scope["path"])
        reads = scope["path"].startswith(RECORDED_READS) and action not in {UNKNOWN, SUGGESTING}
        if status == 429 or not (reads or status in DENIED or _changes(scope, action)):
            return None
        state = scope.get("state", {})
        caller: Caller = state.get("caller", ANONYMOUS)
        return Entry(
            actor=state.get("actor", caller.name),
            role=caller.role.value,
            action=action,
            object=_shown(str(state.get("audit_object", document_id))),
            result=result_of(status),
            origin=str(scope["client"][0]) if scope.get("client") else "",
        )


def _changes(scope: Scope, action: str) -> bool:
    return scope["method"] not in READING_METHODS and action not in READING_ACTIONS


def _shown(value: str) -> str:
    return value if _OBJECT.fullmatch(value) else ""


def result_of(status: int) -> str:
    """How a call ended, in words and as the status that the caller saw."""
    if status < 400:
        word = "gelukt"
    elif status in DENIED:
        word = "geweigerd"
    else:
        word = "niet gevonden" if status == 404 else "mislukt"
    return f"{word} ({status})"
