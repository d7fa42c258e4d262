"""Who is calling. A token that is not right is refused, never taken for nobody's.

Authentication comes before routing and before the body is read, so that what is refused costs nothing. Rights are read
anew for every request: a key that is withdrawn does not work at the next one.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.database import Database
from corpus.errors import CatalogueError
from corpus.keys import PREFIX, Key, find_key
from service.access import ANONYMOUS, Caller, Role, levels_of
from service.limiting import RateLimiter, address_of, too_many
from service.origins import origin_of
from service.problems import TITLES, problem

# Anyone may ask these, whatever they send along.
OPEN_PATHS = frozenset({"/livez", "/readyz", "/v1/openapi.json"})
UNKNOWN = "onbekend"  # actor in the audit log of a request whose token says nothing that holds
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="kennislab", error="invalid_token"'}
_MAX_TOKEN = 16_384


class RefusedError(Exception):
    """A request that is not let in, with the answer it gets and who it is in the audit log."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str], actor: str = UNKNOWN) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.actor = actor


def unauthorised(detail: str, actor: str = UNKNOWN) -> RefusedError:
    """401: the token is not one we can trust."""
    return RefusedError(401, detail, _CHALLENGE, actor)


class Authenticator(Protocol):
    """Knows one kind of token."""

    def authenticate(self, token: str, origin: str | None) -> Caller | None:
        """The caller; None when the token is of another kind. Raises RefusedError. May read files or the network."""


class KeyAuthenticator:
    """Our own access keys."""

    def __init__(self, database: Callable[[], Database | None], used: Callable[[str], None]) -> None:
        self._database = database
        self._used = used

    def authenticate(self, token: str, origin: str | None) -> Caller | None:
        """The caller that the key was made for."""
        if not token.startswith(PREFIX):
            return None
        database = self._database()
        if database is None:
            raise RefusedError(503, "De service start op en kan de sleutel nog niet controleren.", {"Retry-After": "5"})
        key = find_key(database, token)
        if key is None:
            raise unauthorised("Deze sleutel is onbekend. Controleer of hij helemaal is overgenomen.")
        caller = _caller_of(key, origin)
        self._used(key.id)
        return caller


def _caller_of(key: Key, origin: str | None) -> Caller:
    name = f"sleutel:{key.id}"
    state = key.state(datetime.now(UTC))
    if state != "geldig":
        raise unauthorised(f"Deze sleutel is {state}. Vraag de beheerder om een nieuwe.", name)
    if key.role not in list(Role):
        raise unauthorised("Deze sleutel heeft een rol die niet bestaat. Vraag de beheerder om een nieuwe.", name)
    role = Role(key.role)
    if key.origins and role.at_least(Role.EDITOR):
        raise RefusedError(403, f"Een sleutel uit een webpagina kan niet de rol {role.value} hebben.", {}, name)
    # A browser always tells which page asks, so without an origin the key was taken out of its page.
    if key.origins and origin not in key.origins:
        raise RefusedError(403, "Deze sleutel werkt alleen in de webpagina's waarvoor hij is gemaakt.", {}, name)
    return Caller(name, role, levels_of(role, key.max_level))


class AuthenticationMiddleware:
    """Puts the caller in the request's state, or answers that the token is not right."""

    def __init__(self, app: ASGIApp, authenticators: Sequence[Authenticator], limiter: RateLimiter) -> None:
        self.app = app
        self.authenticators = authenticators
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        try:
            state["caller"] = await self._caller(scope)
        except RefusedError as refused:
            state["actor"] = refused.actor
            await self._answer(scope, refused)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        token = _token(headers.getlist("authorization"), ours=scope["path"].startswith("/v1/"))
        if token is None:
            return ANONYMOUS
        return await run_in_threadpool(self._recognise, token, origin_of(headers, scope["scheme"]))

    def _recognise(self, token: str, origin: str | None) -> Caller:
        for authenticator in self.authenticators:
            try:
                caller = authenticator.authenticate(token, origin)
            except CatalogueError as error:  # who it is can not be said now; nobody's is not what it is
                raise RefusedError(503, str(error), {"Retry-After": "5"}, UNKNOWN) from error
            if caller is not None:
                return caller
        raise unauthorised("Deze sleutel of dit token is onbekend.")

    def _answer(self, scope: Scope, refused: RefusedError) -> Response:
        wait = self.limiter.wait(address_of(scope))  # trying keys is limited too
        if wait:
            return too_many(wait)
        answer = problem(refused.status, TITLES[refused.status], refused.detail)
        answer.headers.update(refused.headers)
        return answer


def _token(values: Sequence[str], *, ours: bool) -> str | None:
    """The bearer token; None without one. Outside the API other schemes are left alone: a proxy may ask for those."""
    if not values:
        return None
    scheme, _, token = values[0].partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" and not ours:
        return None
    if len(values) > 1 or scheme.lower() != "bearer" or not token or len(token) > _MAX_TOKEN:
        raise unauthorised("Stuur de sleutel als: Authorization: Bearer SLEUTEL")
    return token
