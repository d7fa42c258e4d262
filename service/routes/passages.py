"""One passage: where it stands on its page, so that a link to it shows it."""

from typing import Annotated

from fastapi import APIRouter, Path

from corpus.errors import NotFoundError
from service.routes.documents import DocumentId
from service.schemas import PassageOpPagina
from service.state import CallerDep, SearcherDep

router = APIRouter(prefix="/documenten", tags=["Documenten"])

PassageId = Annotated[str, Path(alias="passage", max_length=64, description="Id van de passage.")]


@router.get("/{id}/passages/{passage}", operation_id="toonPassage", summary="Een passage op haar pagina")
def show_passage(
    document_id: DocumentId, passage_id: PassageId, searcher: SearcherDep, caller: CallerDep
) -> PassageOpPagina:
    """De passage, met begin en eind (tekens) in de tekst van de pagina."""
    document = searcher.catalogue.document(document_id, caller.scope())
    for passage in searcher.catalogue.passages_of(document.id):
        if passage.id == passage_id:
            return PassageOpPagina.of(passage)
    raise NotFoundError(f"Document {document_id} heeft geen passage {passage_id}.")
