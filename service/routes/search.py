"""The question."""

from dataclasses import replace

from fastapi import APIRouter

from search.searcher import Limits
from service.schemas import Zoekantwoord, Zoekvraag
from service.state import CallerDep, SearcherDep

router = APIRouter(tags=["Zoeken"])


@router.post("/documenten/_zoek", operation_id="zoekDocumenten", summary="Zoek bronnen bij een vraag")
def search(question: Zoekvraag, searcher: SearcherDep, caller: CallerDep) -> Zoekantwoord:
    """Geeft documenten met de passages die bij de vraag passen, beste eerst.

    Is er niets passends, dan zegt het antwoord dat.
    """
    filters = question.filters
    scope = replace(
        caller.scope(),
        kinds=frozenset(filters.soort),
        themes=frozenset(filters.thema),
        languages=frozenset(filters.taal),
        organisations=frozenset(filters.organisatie),
        since=filters.vanaf,
        until=filters.tot,
    )
    limits = Limits(question.max_aantal, question.passages_per_document)
    return Zoekantwoord.of(searcher.search(question.vraag, scope, limits))
