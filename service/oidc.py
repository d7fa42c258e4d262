"""Bearer tokens of an identity provider (OpenID Connect): who signed them, for whom, until when, and which role.

Someone whose token is right but holds no role that is mapped sees what anybody sees, and changes nothing.
"""

from collections.abc import Mapping
from typing import Any

import jwt

from service.access import LEVELS, Caller, Role
from service.authentication import RefusedError, unauthorised
from service.jwks import ALGORITHMS, KeySet, KeysUnavailableError
from service.oidc_settings import OidcSettings

SKEW_S = 60  # clocks differ
REQUIRED = ["exp", "iss", "aud", "sub"]
_MAX_SUBJECT = 150


class OidcAuthenticator:
    """Tokens of the configured provider."""

    def __init__(self, settings: OidcSettings, keys: KeySet | None = None) -> None:
        self._settings = settings
        self._keys = keys or KeySet(settings.issuer)

    def authenticate(self, token: str, origin: str | None) -> Caller | None:
        """The caller that the token speaks of; its origin does not matter, since a token is a person's and short."""
        if token.count(".") != 2:
            return None
        claims = self._claims(token)
        role = self._role(claims)
        return Caller(f"oidc:{claims['sub'][:_MAX_SUBJECT]}", role, LEVELS[role])

    def _claims(self, token: str) -> dict[str, Any]:
        key = self._key(token)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=SKEW_S,
                options={"require": REQUIRED, "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError as error:
            raise unauthorised("Uw aanmelding is verlopen. Meld u opnieuw aan.") from error
        except jwt.PyJWTError as error:
            raise unauthorised("Dit token is niet geldig voor deze service.") from error
        if not claims["sub"]:
            raise unauthorised("In dit token staat niet van wie het is.")
        return claims

    def _key(self, token: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise unauthorised("Dit token is niet te lezen.") from error
        if header.get("alg") not in ALGORITHMS.values() or not isinstance(header.get("kid"), str):
            raise unauthorised("Dit token is niet ondertekend op een manier die wij aannemen.")
        try:
            key = self._keys.find(header["kid"])
        except KeysUnavailableError as error:
            raise RefusedError(
                503, "Aanmelden kan nu niet: de aanmeldvoorziening is niet bereikbaar.", {"Retry-After": "30"}
            ) from error
        if key is None:
            raise unauthorised("Dit token is ondertekend met een sleutel die wij niet kennen.")
        return key

    def _role(self, claims: Mapping[str, Any]) -> Role:
        value = _claim(claims, self._settings.role_claim)
        given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        found = [role for name, role in self._settings.roles.items() if name in given]
        return max(found, key=list(Role).index, default=Role.ANONYMOUS)


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name, or else by a path with dots (`realm_access.roles`)."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
