"""What HTTP itself asks of an answer: HEAD beside GET, a form that the client accepts, the methods that there are."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.auditing import Operations
from service.problems import DETAILS, TITLES, problem


class HeadMiddleware:
    """Answers HEAD as GET, without the body. Everything within sees a GET: rights, limits and audit are the same."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self.app({**scope, "method": "GET"}, receive, without_body)


class NegotiationMiddleware:
    """405 with every method that the address has, and 406 for a client that accepts none of the forms of an answer."""

    def __init__(self, app: ASGIApp, operations: Operations, description: Mapping[str, Any]) -> None:
        self.app = app
        self.operations = operations
        self.forms = produced(description)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        await (refused or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        methods = self.operations.methods(scope["path"])
        if methods and scope["method"] not in methods:
            answer = problem(405, TITLES[405], DETAILS[405])
            answer.headers["Allow"] = ", ".join(methods)
            return answer
        name, _ = self.operations.find(scope["method"], scope["path"])
        forms = self.forms.get(name, frozenset())
        if not forms or accepts(", ".join(Headers(scope=scope).getlist("accept")), forms):
            return None
        text = f"Dit adres antwoordt met {' of '.join(sorted(forms))}. Vraag daarom in Accept, of laat Accept weg."
        return problem(406, TITLES[406], text)


def produced(description: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """By the name of an operation: the media types of its answers, none where a client has nothing to choose."""
    found: dict[str, frozenset[str]] = {}
    for item in description["paths"].values():
        for entry in item.values():
            answers = [answer for status, answer in entry["responses"].items() if status.startswith("2")]
            forms = frozenset(form for answer in answers for form in answer.get("content", {}))
            # Of several forms it is the file that decides which one it has.
            found[str(entry["operationId"])] = forms if len(forms) == 1 else frozenset()
    return found


def accepts(header: str, forms: frozenset[str]) -> bool:
    """Whether a client with this `Accept` takes one of the forms; without the header it takes all.

    The most precise range that names a form decides (RFC 9110, 12.5.1); weight 0 means not at all.
    """
    ranges = dict(_range(part) for part in header.split(",") if part.strip())
    return not ranges or any(_weight(form, ranges) > 0 for form in forms)


def _range(part: str) -> tuple[str, float]:
    name, *options = (piece.strip().lower() for piece in part.split(";"))
    weight = next((option[2:] for option in options if option.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 1.0


def _weight(form: str, ranges: Mapping[str, float]) -> float:
    for name in (form, form.partition("/")[0] + "/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0
