"""Which web pages of other sites may read answers: those in the setting `origins` and those that a key is made for.

No cookies are used, so credentials are never allowed; a page sends its key in the header Authorization.
"""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import TITLES, problem

OPEN_PATH = "/v1/openapi.json"  # allows every origin, by itself
EXPOSED = "API-Version, Retry-After, RateLimit, RateLimit-Policy, Location, Content-Disposition"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


class CorsMiddleware:
    """Answers preflights and marks answers for the origins that are allowed at this moment."""

    def __init__(self, app: ASGIApp, origins: Callable[[], frozenset[str]]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/") or scope["path"] == OPEN_PATH:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = origin is not None and origin in await run_in_threadpool(self.origins)
        if origin is not None and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(origin if allowed else None)(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if origin is not None and allowed:
                    answer["Access-Control-Allow-Origin"] = origin
                    answer["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        await self.app(scope, receive, marked)


def _preflight(origin: str | None) -> Response:
    if origin is None:
        answer: Response = problem(403, TITLES[403], "Deze website mag de service niet vanuit een webpagina gebruiken.")
    else:
        answer = Response(status_code=204, headers={**PREFLIGHT, "Access-Control-Allow-Origin": origin})
    answer.headers["Vary"] = _PREFLIGHT_VARY
    return answer
