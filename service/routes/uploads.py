"""Adding documents and new versions: the files go to the queue, and a task tells what becomes of them."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from corpus.catalogue import Catalogue
from corpus.tasks import NewFile, add_task, files_of, find_task
from service.access import Caller
from service.schemas_beheer import Metadata, Taak, task_link
from service.state import EditorDep, SearcherDep
from service.uploads import Received, UploadLimits, receive_body, receive_form

router = APIRouter(prefix="/documenten", tags=["Documenten beheren"])

DocumentId = Annotated[str, Path(alias="id", max_length=64, description="Id van het document.")]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Fout"}}}
_REFUSED: dict[int | str, dict[str, Any]] = {
    413: {"description": "Een bestand is te groot, of het zijn er te veel.", "content": _PROBLEM},
    415: {"description": "Bestanden van dit soort lezen wij niet.", "content": _PROBLEM},
}
_FILE = {"type": "string", "format": "binary"}
_METADATA = {
    "description": "JSON: een object voor alle bestanden, of een lijst met een object per bestand.",
    "type": "string",
    "contentMediaType": "application/json",
}


def _form(most: int | None = None) -> dict[str, Any]:
    """A form with files; at most so many."""
    files: dict[str, Any] = {"type": "array", "items": _FILE, "minItems": 1} | ({"maxItems": most} if most else {})
    return {
        "type": "object",
        "required": ["bestanden"],
        "additionalProperties": False,
        "properties": {"bestanden": files, "metadata": _METADATA},
    }


_UPLOAD = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _form()}}}}
_REPLACE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": _FILE}, "multipart/form-data": {"schema": _form(1)}},
    }
}


def _limits(request: Request) -> UploadLimits:
    limits: UploadLimits = request.app.state.upload_limits
    return limits


@router.post(
    "",
    operation_id="voegDocumentenToe",
    summary="Documenten toevoegen",
    status_code=202,
    responses=_REFUSED,
    openapi_extra=_UPLOAD,
)
async def add_documents(request: Request, response: Response, searcher: SearcherDep, caller: EditorDep) -> Taak:
    """Neemt bestanden aan en zet ze in de wachtrij.

    De taak in het antwoord vertelt hoe het met elk bestand gaat. Een bestand met dezelfde inhoud als een document dat
    er al is, wordt overgeslagen.
    """
    with ExitStack() as stack:
        received = await receive_form(request, searcher.catalogue.spool, _limits(request), stack)
        rows = _metadata_rows(received.metadata, len(received.files))
        _require_levels(rows, caller)
        return await _queue(request, response, searcher.catalogue, caller, _new_files(received, rows))


@router.put(
    "/{id}/bestand",
    operation_id="vervangBestand",
    summary="Een nieuwe versie van een document",
    status_code=202,
    responses=_REFUSED,
    openapi_extra=_REPLACE,
)
async def replace_file(
    document_id: DocumentId, request: Request, response: Response, searcher: SearcherDep, caller: EditorDep
) -> Taak:
    """Neemt een nieuw bestand voor een document aan, als inhoud van de aanvraag of als formulier.

    De metadata blijft zoals die was, behalve wat u meestuurt. Tot de nieuwe versie verwerkt is, wordt de oude gevonden.
    """
    document = await run_in_threadpool(searcher.catalogue.document, document_id, caller.scope())
    spool, limits = searcher.catalogue.spool, UploadLimits(_limits(request).file_mb, 1)
    with ExitStack() as stack:
        if request.headers.get("content-type", "").startswith("multipart/"):
            received = await receive_form(request, spool, limits, stack)
        else:
            received = await receive_body(request, document.file_name, spool, limits, stack)
        rows = _metadata_rows(received.metadata, len(received.files))
        _require_levels(rows, caller)
        files = _new_files(received, rows, replaces=document_id)
        return await _queue(request, response, searcher.catalogue, caller, files)


async def _queue(
    request: Request, response: Response, catalogue: Catalogue, caller: Caller, files: Sequence[NewFile]
) -> Taak:
    def add() -> Taak:
        for file in files:
            if file.incoming is not None:
                file.incoming.finish()
        task_id = add_task(catalogue, caller.name, files)
        return Taak.whole(find_task(catalogue, task_id), files_of(catalogue, task_id))

    task = await run_in_threadpool(add)
    request.state.audit_object = task.id
    response.headers["Location"] = task_link(task.id)
    return task


def _new_files(received: Received, rows: Sequence[dict[str, Any]], replaces: str = "") -> list[NewFile]:
    if not received.files:
        raise HTTPException(400, "Er is geen bestand meegestuurd. Zet de bestanden in het deel bestanden.")
    if all(file.refused for file in received.files):
        raise HTTPException(415, " ".join(dict.fromkeys(file.refused for file in received.files)))
    return [
        NewFile(file.name, file.incoming, row, replaces, file.refused)
        for file, row in zip(received.files, rows, strict=True)
    ]


def _metadata_rows(value: Any, count: int) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON from outside
    if value is None:
        return [{}] * count
    if isinstance(value, list) and len(value) != count:
        text = (
            f"De metadata is een lijst van {len(value)}, maar er zijn {count} bestanden. Geef er voor elk bestand een."
        )
        raise HTTPException(400, text)
    several = isinstance(value, list)
    found: list[dict[str, Any]] = []
    problems: list[Any] = []
    for number, item in enumerate(value if several else [value]):
        try:
            found.append(Metadata.model_validate(item).given())
        except ValidationError as error:
            where = ("body", "metadata", number) if several else ("body", "metadata")
            problems += [{**entry, "loc": (*where, *entry["loc"])} for entry in error.errors()]
    if problems:
        raise RequestValidationError(problems)
    return found if several else found * count


def _require_levels(rows: Sequence[dict[str, Any]], caller: Caller) -> None:
    """Nobody gives a document a level that they may not see themselves."""
    beyond = {str(row.get("vertrouwelijkheid") or "") for row in rows} - {"", *(level.value for level in caller.levels)}
    if beyond:
        raise HTTPException(403, f"U mag geen documenten toevoegen met vertrouwelijkheid {', '.join(sorted(beyond))}.")
