"""Documents, their files and their pages."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response

from service.links import PDF
from service.schemas import Documentenlijst, DocumentKort, DocumentLang, Pagina
from service.state import CallerDep, SearcherDep

router = APIRouter(prefix="/documenten", tags=["Documenten"])

DocumentId = Annotated[str, Path(alias="id", max_length=64, description="Id van het document.")]
PageNumber = Annotated[int, Path(alias="nummer", ge=0, le=1_000_000, description="Nummer van de pagina of dia.")]


@router.get("", operation_id="toonDocumenten", summary="Lijst van documenten")
def list_documents(
    searcher: SearcherDep,
    caller: CallerDep,
    pagina: Annotated[int, Query(ge=1, le=100_000)] = 1,
    max_aantal: Annotated[int, Query(alias="maxAantal", ge=1, le=100)] = 20,
) -> Documentenlijst:
    """De documenten die u mag zien, nieuwste eerst."""
    scope = caller.scope()
    found = searcher.catalogue.documents(scope, limit=max_aantal, offset=(pagina - 1) * max_aantal)
    return Documentenlijst(
        aantal=searcher.catalogue.count(scope), documenten=[DocumentKort.of(document) for document in found]
    )


@router.get("/{id}", operation_id="toonDocument", summary="Eén document")
def show_document(document_id: DocumentId, searcher: SearcherDep, caller: CallerDep) -> DocumentLang:
    """Alles wat van een document bekend is."""
    return DocumentLang.of(searcher.catalogue.document(document_id, caller.scope()))


@router.get(
    "/{id}/bestand",
    operation_id="toonBestand",
    summary="Het originele bestand",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
def show_file(document_id: DocumentId, searcher: SearcherDep, caller: CallerDep) -> Response:
    """Het bestand zoals het is aangeboden. Een PDF opent in de browser, de rest wordt opgeslagen."""
    document = searcher.catalogue.document(document_id, caller.scope())
    data = searcher.catalogue.files.read(document.sha256)
    # Only PDF is shown in place: HTML from outside would run in our own origin.
    disposition = "inline" if document.media_type == PDF else "attachment"
    headers = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(document.file_name, safe='')}"}
    return Response(data, media_type=document.media_type, headers=headers)


@router.get("/{id}/paginas/{nummer}", operation_id="toonPagina", summary="De tekst van een pagina of dia")
def show_page(document_id: DocumentId, number: PageNumber, searcher: SearcherDep, caller: CallerDep) -> Pagina:
    """De tekst van een pagina of dia. Een document zonder pagina's heeft al zijn tekst op nummer 1."""
    document = searcher.catalogue.document(document_id, caller.scope())
    return Pagina.of(document, searcher.catalogue.page(document_id, number))
