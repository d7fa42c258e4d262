"""What becomes of uploaded files."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from corpus.catalogue import Catalogue
from corpus.errors import ConflictError, NotFoundError
from corpus.scope import ALL_LEVELS
from corpus.tasks import Task, TaskStatus, files_of, find_task, list_tasks, retry_failed
from service.access import Caller, Role
from service.schemas_beheer import Taak, TaakBestand, TaakKort, Takenlijst, Takenvraag, task_link
from service.state import CallerDep, EditorDep, SearcherDep

router = APIRouter(prefix="/taken", tags=["Taken"])

TaskId = Annotated[str, Path(alias="id", max_length=64, description="Id van de taak.")]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Fout"}}}
_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"description": "Er is niets om nog eens te proberen.", "content": _PROBLEM}
}

_EVENTS = "Per gebeurtenis een regel `event` (bestand, taak of klaar) en een regel `data` met JSON."

POLL_S = 0.5
HEARTBEAT_S = 15.0
STREAM_S = 3600.0  # a stream ends after this time; who still listens opens it again


@router.get("", operation_id="toonTaken", summary="Lijst van uploads")
def show_tasks(searcher: SearcherDep, caller: EditorDep, asked: Annotated[Takenvraag, Query()]) -> Takenlijst:
    """Uw uploads, nieuwste eerst. Wie alles mag zien, kan ook die van anderen opvragen."""
    owner = None if asked.alle and _sees_all(caller) else caller.name
    offset = (asked.pagina - 1) * asked.max_aantal
    count, found = list_tasks(
        searcher.catalogue,
        owner,
        TaskStatus(asked.status) if asked.status else None,
        limit=asked.max_aantal,
        offset=offset,
    )
    return Takenlijst(aantal=count, taken=[TaakKort.of(task) for task in found])


@router.get("/{id}", operation_id="toonTaak", summary="Eén upload")
def show_task(task_id: TaskId, searcher: SearcherDep, caller: CallerDep) -> Taak:
    """Een upload, met per bestand hoe het ermee staat."""
    task = _visible(searcher.catalogue, task_id, caller)
    return Taak.whole(task, files_of(searcher.catalogue, task_id))


@router.post(
    "/{id}/_opnieuw",
    operation_id="probeerOpnieuw",
    summary="Wat mislukte nog eens proberen",
    status_code=202,
    responses=_CONFLICT,
)
def try_again(task_id: TaskId, response: Response, searcher: SearcherDep, caller: EditorDep) -> Taak:
    """Zet de mislukte bestanden van een taak weer in de wachtrij. Dat kan tot zeven dagen na het mislukken."""
    _visible(searcher.catalogue, task_id, caller)
    if not retry_failed(searcher.catalogue, task_id):
        raise ConflictError("Er zijn geen mislukte bestanden die nog bewaard zijn. Bied het bestand opnieuw aan.")
    response.headers["Location"] = task_link(task_id)
    return Taak.whole(find_task(searcher.catalogue, task_id), files_of(searcher.catalogue, task_id))


@router.get(
    "/{id}/gebeurtenissen",
    operation_id="volgTaak",
    summary="Een upload volgen",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"description": _EVENTS}}}}},
)
async def follow_task(task_id: TaskId, request: Request, searcher: SearcherDep, caller: CallerDep) -> StreamingResponse:
    """Een stroom van gebeurtenissen: `bestand` als er met een bestand iets verandert, `taak` met de aantallen.

    De stroom eindigt met `klaar` als alle bestanden klaar zijn.
    """
    await run_in_threadpool(_visible, searcher.catalogue, task_id, caller)
    return StreamingResponse(_events(searcher.catalogue, task_id, request), media_type="text/event-stream")


async def _events(catalogue: Catalogue, task_id: str, request: Request) -> AsyncIterator[str]:
    told: dict[str, str] = {}
    end, quiet_since = time.monotonic() + STREAM_S, time.monotonic()
    while time.monotonic() < end and not await request.is_disconnected():
        task, news = await run_in_threadpool(_news, catalogue, task_id, told)
        for name, data in news:
            yield f"event: {name}\ndata: {data}\n\n"
        if task.done:
            yield f"event: klaar\ndata: {json.dumps({'status': task.status})}\n\n"
            return
        if news:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > HEARTBEAT_S:
            quiet_since = time.monotonic()
            yield ": hartslag\n\n"
        await asyncio.sleep(POLL_S)


def _news(catalogue: Catalogue, task_id: str, told: dict[str, str]) -> tuple[Task, list[tuple[str, str]]]:
    """The task, and what of it is other than what was told; updates what was told."""
    task = find_task(catalogue, task_id)  # before the files: when it is done, what is told of them is the end
    states: dict[str, tuple[str, Callable[..., str]]] = {
        str(file.number): ("bestand", TaakBestand.of(file).model_dump_json) for file in files_of(catalogue, task_id)
    }
    states["taak"] = ("taak", TaakKort.of(task).model_dump_json)
    news = []
    for key, (name, dump) in states.items():
        data = dump(by_alias=True)
        if told.get(key) != data:
            told[key] = data
            news.append((name, data))
    return task, news


def _visible(catalogue: Catalogue, task_id: str, caller: Caller) -> Task:
    """The task. To who may not see it, it does not exist. Raises NotFoundError."""
    task = find_task(catalogue, task_id) if caller.role.at_least(Role.EDITOR) else None
    if task is None or (task.created_by != caller.name and not _sees_all(caller)):
        raise NotFoundError(f"Er is geen taak met id {task_id}.")
    return task


def _sees_all(caller: Caller) -> bool:
    return caller.levels >= ALL_LEVELS
