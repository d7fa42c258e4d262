"""Figures of the service. They count what is confidential too, so only an administrator sees them."""

from fastapi import APIRouter, Request, Response

from service.metrics import CONTENT_TYPE, Metrics
from service.siblings import Siblings
from service.state import AdministratorDep, StateDep

router = APIRouter(include_in_schema=False)


@router.api_route("/metrics", methods=["GET", "HEAD"])
def show(request: Request, state: StateDep, _caller: AdministratorDep) -> Response:
    """Cijfers voor Prometheus."""
    metrics: Metrics = request.app.state.metrics
    siblings: Siblings | None = request.app.state.siblings
    return Response(metrics.text(state.searcher, siblings), media_type=CONTENT_TYPE)
