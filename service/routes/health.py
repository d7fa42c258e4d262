"""Whether the process lives, and whether it can answer. Without rights, without secrets."""

from fastapi import APIRouter, Request, Response

from corpus.errors import KennislabError
from service.schemas import Toestand
from service.state import StateDep

router = APIRouter(tags=["Toestand"])


@router.get("/livez", operation_id="leeft", summary="Draait het proces")
def live() -> Toestand:
    """Altijd goed zolang het proces antwoordt."""
    return Toestand(status="goed")


@router.get("/readyz", operation_id="gereed", summary="Kan de service antwoorden")
def ready(request: Request, state: StateDep, response: Response) -> Toestand:
    """Goed als model en index geladen zijn en beide delen van de index evenveel passages hebben.

    Zijn de originele bestanden niet te bereiken, dan is er wel te zoeken; het veld `bestanden` zegt het dan.
    """
    if state.searcher is None:
        response.status_code = 503
        return Toestand(status="niet gereed", reden=state.reason)
    try:
        counts = state.searcher.index.counts()
    except KennislabError as error:
        response.status_code = 503
        return Toestand(status="niet gereed", reden=str(error))
    fine = counts.equal
    reachable = not request.app.state.tidier.problem
    if not fine:
        response.status_code = 503
    return Toestand(
        status="goed" if fine else "niet gereed",
        passages_trefwoorden=counts.keyword,
        passages_vectoren=counts.vector,
        bestanden="goed" if reachable else "niet bereikbaar",
        reden=_reason(fine=fine, reachable=reachable),
    )


def _reason(*, fine: bool, reachable: bool) -> str:
    if not fine:
        return "De twee delen van de index verschillen. Controleer met: kennislab doctor"
    return "" if reachable else "De opslag van bestanden antwoordt niet goed. Controleer met: kennislab doctor"
