"""The web application, put together from its routes. Opens nothing by itself: it is given how."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from search.searcher import Searcher
from search.suggest import Suggester
from service import problems
from service.headers import API_VERSION
from service.metrics import Metrics
from service.openapi import describe
from service.pictures import Pictures
from service.protection import Protection, protect
from service.recorder import Recorder
from service.routes import (
    documents,
    health,
    metrics,
    pages,
    passages,
    pictures,
    search,
    similar,
    suggestions,
    tasks,
    uploads,
    widget,
)
from service.state import State
from service.tidying import Tidier
from service.uploads import UploadLimits

RESOURCES = (search, suggestions, documents, uploads, tasks, similar, passages, pictures)


def create_app(
    opener: Callable[[], Searcher],
    contact: str,
    pictures_made: Pictures | None = None,
    protection: Protection | None = None,
    upload_limits: UploadLimits | None = None,
) -> FastAPI:
    """The application; `opener` gives the searcher and is called when the server starts."""

    def open_all() -> Searcher:
        searcher = opener()
        app.state.suggester = Suggester(searcher.catalogue)
        return searcher

    def read_suggestions() -> None:
        app.state.suggester.follow()  # takes seconds in a large knowledge base; who types meanwhile waits for it

    state = State(open_all, read_suggestions)
    recorder = Recorder(state.database)
    page_pictures = pictures_made or Pictures()
    tidier = Tidier(lambda: state.searcher.catalogue if state.searcher is not None else None)

    app = FastAPI(
        title="Kennislab",
        version=API_VERSION,
        lifespan=_lifespan(state, recorder, page_pictures, tidier),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.kennislab, app.state.pictures, app.state.tidier = state, page_pictures, tidier
    app.state.metrics = Metrics()
    app.state.siblings = None  # one process, unless whoever serves it says otherwise
    app.state.contact = contact
    app.state.upload_limits = upload_limits or UploadLimits()
    for resource in RESOURCES:
        app.include_router(resource.router, prefix="/v1")
    for other in (health, metrics, pages, widget):
        app.include_router(other.router)
    problems.install(app)
    description = _serve_description(app, contact)
    protect(app, state, recorder, protection or Protection(), description)
    return app


def _lifespan(
    state: State, recorder: Recorder, page_pictures: Pictures, tidier: Tidier
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        state.start()
        recorder.start()
        tidier.start()
        yield
        tidier.stop()
        page_pictures.close()
        recorder.stop()
        state.stop()

    return lifespan


def _serve_description(app: FastAPI, contact: str) -> dict[str, Any]:
    description = describe(app, contact, version("kennislab"))

    @app.get("/v1/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(description, headers={"Access-Control-Allow-Origin": "*"})

    return description
