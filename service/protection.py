"""Everything that stands between the network and the routes, in the order in which a request meets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI

from corpus.keys import origins_in_use
from service.auditing import AuditMiddleware, Operations
from service.authentication import AuthenticationMiddleware, Authenticator, KeyAuthenticator
from service.cors import CorsMiddleware
from service.headers import HeadersMiddleware
from service.limiting import LimitMiddleware, RateLimiter
from service.metrics import MetricsMiddleware
from service.negotiation import HeadMiddleware, NegotiationMiddleware
from service.oidc import OidcAuthenticator
from service.oidc_settings import OidcSettings
from service.problems import SurpriseMiddleware
from service.recorder import Recorder
from service.state import State


@dataclass(frozen=True, slots=True)
class Protection:
    """What the settings say; the default is for an application without them: no other sites, no limit, keys only."""

    origins: frozenset[str] = frozenset()
    rate_limit: int = 0  # requests per minute, 0 = no limit
    oidc: OidcSettings | None = None


def protect(
    app: FastAPI, state: State, recorder: Recorder, protection: Protection, description: Mapping[str, Any]
) -> None:
    """Add the layers; the one that is added last is the first that a request meets."""

    def origins() -> frozenset[str]:
        database = state.database()
        keys = origins_in_use(database, datetime.now(UTC)) if database is not None else frozenset()
        return protection.origins | keys

    authenticators: list[Authenticator] = [KeyAuthenticator(state.database, recorder.used)]
    if protection.oidc is not None:
        authenticators.append(OidcAuthenticator(protection.oidc))
    limiter, operations = RateLimiter(protection.rate_limit), Operations(description)
    app.add_middleware(SurpriseMiddleware)  # within CORS, so that a page of another site can read what happened
    app.add_middleware(NegotiationMiddleware, operations=operations, description=description)
    app.add_middleware(LimitMiddleware, limiter=limiter)
    app.add_middleware(AuthenticationMiddleware, authenticators=authenticators, limiter=limiter)
    app.add_middleware(AuditMiddleware, recorder=recorder, operations=operations)
    app.add_middleware(CorsMiddleware, origins=origins)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(SurpriseMiddleware)  # and around the layers themselves
    app.add_middleware(HeadersMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=app.state.metrics, find=operations.find)  # sees what everyone gets
