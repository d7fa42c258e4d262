"""Documents like a given one."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from search.similar import Similar
from service.routes.documents import DocumentId
from service.schemas_similar import Vergelijkbaar
from service.state import CallerDep, SearcherDep

router = APIRouter(prefix="/documenten", tags=["Documenten"])


@router.get("/{id}/vergelijkbaar", operation_id="toonVergelijkbareDocumenten", summary="Documenten die hierop lijken")
def show_similar(
    document_id: DocumentId,
    searcher: SearcherDep,
    caller: CallerDep,
    soort: Annotated[list[str] | None, Query(max_length=50, description="Alleen documenten van deze soort.")] = None,
    max_aantal: Annotated[int, Query(alias="maxAantal", ge=1, le=50, description="Hooguit zoveel documenten.")] = 5,
) -> Vergelijkbaar:
    """Documenten die over hetzelfde gaan, meest gelijkend eerst, met de twee passages die het meest op elkaar lijken.

    Met `soort=casus` krijgt u bij een casus de casussen die erop lijken. U ziet alleen documenten die u mag zien.
    """
    asked = searcher.catalogue.document(document_id, caller.scope())
    scope = replace(caller.scope(), kinds=frozenset(soort or ()))
    return Vergelijkbaar.of(asked, Similar(searcher.catalogue, searcher.index).find(document_id, scope, max_aantal))
