"""The question."""

from dataclasses import replace

from fastapi import APIRouter, Request

from corpus.scope import Scope
from search.overview import explore
from search.searcher import Limits
from service.schemas import Filters, Zoekantwoord, Zoekvraag
from service.state import CallerDep, SearcherDep

router = APIRouter(tags=["Zoeken"])


@router.post("/documenten/_zoek", operation_id="zoekDocumenten", summary="Zoek bronnen bij een vraag")
def search(request: Request, question: Zoekvraag, searcher: SearcherDep, caller: CallerDep) -> Zoekantwoord:
    """Geeft documenten met de passages die bij de vraag passen, beste eerst.

    Is er niets passends, dan zegt het antwoord dat. De facetten tellen alleen wat u mag zien.
    """
    allowed = caller.scope()
    limits = Limits(question.max_aantal, question.passages_per_document)
    overview = explore(searcher, question.vraag, narrow(allowed, question.filters), allowed, limits)
    return Zoekantwoord.of(overview, request.app.state.contact)


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
