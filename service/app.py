"""The web application, put together from its routes. Opens nothing by itself: it is given how."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from search.searcher import Searcher
from service import problems
from service.openapi import describe
from service.routes import documents, health, search
from service.state import State

API_VERSION = "1.0.0"

SECURITY_HEADERS = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(opener: Callable[[], Searcher], contact: str) -> FastAPI:
    """The application; `opener` gives the searcher and is called when the server starts."""
    state = State(opener)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        state.start()
        yield
        state.stop()

    app = FastAPI(
        title="Kennislab",
        version=API_VERSION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.kennislab = state
    app.include_router(search.router, prefix="/v1")
    app.include_router(documents.router, prefix="/v1")
    app.include_router(health.router)
    problems.install(app)
    app.middleware("http")(_with_headers)
    _serve_description(app, contact)
    return app


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _serve_description(app: FastAPI, contact: str) -> None:
    description = describe(app, contact, version("kennislab"))

    @app.get("/v1/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(description, headers={"Access-Control-Allow-Origin": "*"})
