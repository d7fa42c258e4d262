"""Pictures of pages."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from corpus.catalogue import Catalogue
from corpus.types import Classification, Document
from service.pictures import Pictures, text_on_page
from service.routes.documents import DocumentId, PageNumber
from service.state import CallerDep, SearcherDep

router = APIRouter(prefix="/documenten", tags=["Documenten"])

WEBP = "image/webp"
AGAIN_S = "2"


class Wens(BaseModel):
    """Hoe de afbeelding moet zijn."""

    breedte: int = Field(640, ge=16, le=10_000, description="In pixels; de service kiest de maat die genoeg is.")
    passage: str = Field("", max_length=64, description="Id van de passage die gemarkeerd wordt.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that the caller may see, and the text to mark on it."""

    catalogue: Catalogue
    document: Document
    sheet: int  # place of the page in the document, from 1; its number may begin elsewhere
    width: int
    text: str


def _wanted(
    document_id: DocumentId,
    number: PageNumber,
    wish: Annotated[Wens, Query()],
    searcher: SearcherDep,
    caller: CallerDep,
) -> Wanted:
    catalogue = searcher.catalogue
    document = catalogue.document(document_id, caller.scope())
    sheet = catalogue.page(document_id, number).position  # a page that does not exist is said so
    text = text_on_page(catalogue.passages_of(document_id), wish.passage, number) if wish.passage else ""
    return Wanted(catalogue, document, sheet, wish.breedte, text)


@router.get(
    "/{id}/paginas/{nummer}/afbeelding",
    operation_id="toonAfbeelding",
    summary="Een pagina als afbeelding",
    response_class=Response,
    responses={
        200: {"content": {WEBP: {"schema": {"type": "string", "format": "binary"}}}},
        202: {"description": "De dia's worden nog getekend. Vraag het opnieuw na de seconden in `Retry-After`."},
    },
)
async def show_picture(request: Request, wanted: Annotated[Wanted, Depends(_wanted)]) -> Response:
    """Een pagina van een PDF of een dia, met de passage erop gemarkeerd.

    Van dia's (.pptx) alleen als LibreOffice op de server staat. Van andere formaten is er geen afbeelding.
    """
    pictures: Pictures = request.app.state.pictures
    data = await pictures.picture(wanted.catalogue, wanted.document, wanted.sheet, wanted.width, wanted.text)
    if data is None:
        return Response(status_code=202, headers={"Retry-After": AGAIN_S})
    headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"'}
    if wanted.document.metadata.classification is Classification.OPENBAAR:
        # A browser may keep it, but asks each time whether it may still be shown.
        headers["Cache-Control"] = "private, no-cache"
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=WEBP, headers=headers)
