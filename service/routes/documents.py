"""Documents, their files and their pages."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from corpus.publishing import remove
from ingest.editing import edit_document
from search.searcher import Searcher
from service.access import Caller
from service.links import PDF
from service.schemas import Documentenlijst, DocumentKort, DocumentLang, Pagina
from service.schemas_beheer import ORDERS, Documentenvraag, Documentenzoekvraag, Metadata, Versie, Versielijst
from service.state import CallerDep, EditorDep, SearcherDep
from service.uploads import MEDIA_TYPES
from service.wiring import fingerprint_of

router = APIRouter(prefix="/documenten", tags=["Documenten"])

DocumentId = Annotated[str, Path(alias="id", max_length=64, description="Id van het document.")]
PageNumber = Annotated[int, Path(alias="nummer", ge=0, le=1_000_000, description="Nummer van de pagina of dia.")]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Fout"}}}
_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"description": "Het document verandert steeds.", "content": _PROBLEM}
}


@router.get("", operation_id="toonDocumenten", summary="Lijst van documenten")
def list_documents(
    searcher: SearcherDep, caller: CallerDep, asked: Annotated[Documentenvraag, Query()]
) -> Documentenlijst:
    """De documenten die u mag zien, nieuwste eerst. Binnen een filter geldt of, tussen filters geldt en."""
    return _listed(searcher, caller, asked)


@router.post("/_lijst", operation_id="filterDocumenten", summary="Lijst van documenten, ook op woorden van de titel")
def filter_documents(searcher: SearcherDep, caller: CallerDep, asked: Documentenzoekvraag) -> Documentenlijst:
    """Als de lijst, met een zoekterm erbij. De vraag staat in de inhoud, zodat de woorden niet in een adres komen."""
    return _listed(searcher, caller, asked, asked.zoekterm.strip())


def _listed(searcher: Searcher, caller: Caller, asked: Documentenvraag, text: str = "") -> Documentenlijst:
    scope = asked.within(caller.scope())
    offset = (asked.pagina - 1) * asked.max_aantal
    found = searcher.catalogue.documents(
        scope, limit=asked.max_aantal, offset=offset, text=text, order=ORDERS[asked.sorteer]
    )
    return Documentenlijst(
        aantal=searcher.catalogue.count(scope, text), documenten=[DocumentKort.of(document) for document in found]
    )


@router.get("/{id}", operation_id="toonDocument", summary="Eén document")
def show_document(document_id: DocumentId, searcher: SearcherDep, caller: CallerDep) -> DocumentLang:
    """Alles wat van een document bekend is."""
    return DocumentLang.of(searcher.catalogue.document(document_id, caller.scope()))


@router.patch("/{id}", operation_id="wijzigDocument", summary="Metadata van een document wijzigen", responses=_CONFLICT)
def change_document(
    document_id: DocumentId, changes: Metadata, searcher: SearcherDep, caller: EditorDep
) -> DocumentLang:
    """Wijzigt wat u meestuurt (JSON Merge Patch); null maakt een veld leeg. Een andere titel is meteen te vinden."""
    patch = changes.given()
    _require_level(patch.get("vertrouwelijkheid"), caller)
    target = (document_id, caller.scope())
    fingerprint = fingerprint_of(searcher.encoder)
    return DocumentLang.of(edit_document(searcher.catalogue, searcher.encoder, fingerprint, target, patch))


def _require_level(level: str | None, caller: Caller) -> None:
    if level is not None and level not in {known.value for known in caller.levels}:
        raise HTTPException(403, f"U mag een document geen vertrouwelijkheid {level} geven.")


@router.delete("/{id}", operation_id="verwijderDocument", summary="Een document verwijderen", status_code=204)
def delete_document(document_id: DocumentId, searcher: SearcherDep, caller: EditorDep) -> None:
    """Verwijdert een document overal: tekst, index, bestand, afbeeldingen, geschiedenis en wachtrij."""
    searcher.catalogue.document(document_id, caller.scope())
    remove(searcher.catalogue, document_id)


@router.get("/{id}/versies", operation_id="toonVersies", summary="De versies van een document")
def show_versions(document_id: DocumentId, searcher: SearcherDep, caller: CallerDep) -> Versielijst:
    """Alle versies, nieuwste eerst. Alleen van de huidige is de inhoud er nog."""
    searcher.catalogue.document(document_id, caller.scope())
    return Versielijst(versies=[Versie.of(record) for record in searcher.catalogue.history(document_id)])


@router.get(
    "/{id}/bestand",
    operation_id="toonBestand",
    summary="Het originele bestand",
    response_class=Response,
    responses={200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES}}},
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
def show_page(
    request: Request, document_id: DocumentId, number: PageNumber, searcher: SearcherDep, caller: CallerDep
) -> Pagina:
    """De tekst van een pagina of dia. Een document zonder pagina's heeft al zijn tekst op nummer 1."""
    document = searcher.catalogue.document(document_id, caller.scope())
    return Pagina.of(document, searcher.catalogue.page(document_id, number), request.app.state.pictures.has)
