"""What someone who types a question may mean. A POST: what is typed may not stand in an address, just as a question."""

from fastapi import APIRouter, Request

from search.suggest import Suggester
from service.routes.search import narrow
from service.schemas_suggestions import Suggesties, Suggestievraag
from service.state import CallerDep, SearcherDep

router = APIRouter(tags=["Zoeken"])


@router.post("/documenten/_suggereer", operation_id="geefSuggesties", summary="Geef suggesties tijdens het typen")
def suggest(request: Request, typed: Suggestievraag, _ready: SearcherDep, caller: CallerDep) -> Suggesties:
    """Geeft titels, afkortingen en koppen met woorden die beginnen zoals er getypt is.

    Ze komen alleen uit documenten die u mag zien en die bij de filters passen, nooit uit vragen van anderen.
    """
    suggester: Suggester = request.app.state.suggester
    return Suggesties.of(suggester.suggest(typed.begin, narrow(caller.scope(), typed.filters), typed.max_aantal))
