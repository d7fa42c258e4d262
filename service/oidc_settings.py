"""What tokens of an identity provider are judged by, and how the settings say it."""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.errors import SettingsError
from service.access import Role


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """How tokens of one provider are judged."""

    issuer: str
    audience: str
    role_claim: str
    roles: Mapping[str, Role]  # value in the claim → role


def parse_oidc(values: Mapping[str, str]) -> OidcSettings | None:
    """From the settings `oidc_*`; None without an issuer. Raises SettingsError."""
    issuer, audience = values["oidc_issuer"], values["oidc_audience"]
    if not issuer:
        return None
    if not audience:
        raise SettingsError(
            "Instelling oidc_audience ontbreekt: zonder is een token voor elke andere service ook goed."
        )
    return OidcSettings(issuer, audience, values["oidc_role_claim"], _roles(values["oidc_roles"]))


def _roles(text: str) -> dict[str, Role]:
    """`waarde=rol,waarde=rol`; the last `=` counts, since a value may hold one."""
    choices = [role.value for role in Role if role is not Role.ANONYMOUS]
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        value, sign, role = (piece.strip() for piece in part.rpartition("="))
        if not sign or not value or role not in choices:
            raise SettingsError(
                f"Instelling oidc_roles: {part!r} kan niet. Schrijf waarde=rol, met een rol uit: {', '.join(choices)}."
            )
        found[value] = Role(role)
    return found
