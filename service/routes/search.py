"""The question."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from corpus.scope import Scope
from search.overview import explore
from search.searcher import Limits
from service.schemas import Filters, Zoekantwoord, Zoekvraag
from service.state import CallerDep, SearcherDep

router = APIRouter(tags=["Zoeken"])


@router.post(
    "/documenten/_zoek",
    operation_id="zoekDocumenten",
    summary="Zoek bronnen bij een vraag",
    response_model=Zoekantwoord,
)
def search(request: Request, question: Zoekvraag, searcher: SearcherDep, caller: CallerDep) -> Response:
    """Geeft documenten met de passages die bij de vraag passen, beste eerst.

    Is er niets passends, dan zegt het antwoord dat. De facetten tellen alleen wat u mag zien.
    """
    allowed = caller.scope()
    limits = Limits(question.max_aantal, question.passages_per_document)
    overview = explore(searcher, question.vraag, narrow(allowed, question.filters), allowed, limits)
    answer = Zoekantwoord.of(overview, request.app.state.contact, request.app.state.pictures.has)
    # Written here and not by FastAPI, which would check first what has been checked just now.
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")


def narrow(scope: Scope, filters: Filters) -> Scope:
    """What of the scope the asker wants to see."""
    return replace(
        scope,
        kinds=frozenset(filters.soort),
        themes=frozenset(filters.thema),
        languages=frozenset(filters.taal),
        organisations=frozenset(filters.organisatie),
        years=frozenset(filters.jaar),
        since=filters.vanaf,
        until=filters.tot,
    )
