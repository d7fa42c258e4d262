"""Who asks, and what they may see and do. Default deny: without a key a caller sees `openbaar` and changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.errors import KeyRequestError
from corpus.scope import ALL_LEVELS, Scope
from corpus.types import Classification


class Role(StrEnum):
    """What kind of caller this is; each may do all that the ones before it may."""

    ANONYMOUS = "anoniem"
    READER = "lezer"  # a municipality with a key
    PARTICIPANT = "deelnemer"  # takes part in the kennislab
    EDITOR = "redacteur"  # of the unit: adds, replaces and withdraws documents
    ADMINISTRATOR = "beheerder"  # keys, audit

    def at_least(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


LEVELS: dict[Role, frozenset[Classification]] = {
    Role.ANONYMOUS: frozenset({Classification.OPENBAAR}),
    Role.READER: frozenset({Classification.OPENBAAR, Classification.BEPERKT_OPENBAAR}),
    Role.PARTICIPANT: frozenset({Classification.OPENBAAR, Classification.BEPERKT_OPENBAAR, Classification.INTERN}),
    Role.EDITOR: ALL_LEVELS,
    Role.ADMINISTRATOR: ALL_LEVELS,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or program, with its role and the levels it may see."""

    name: str
    role: Role
    levels: frozenset[Classification]

    def scope(self) -> Scope:
        """All that this caller may see; narrow it with `dataclasses.replace`."""
        return Scope(levels=self.levels)


def levels_of(role: Role, narrower: Classification | None = None) -> frozenset[Classification]:
    """The levels a role sees, up to `narrower` where one is given; never more than the role sees."""
    return frozenset(level for level in LEVELS[role] if narrower is None or level.rank <= narrower.rank)


def check_key(role: Role, narrower: Classification | None, origins: Sequence[str]) -> None:
    """Raise KeyRequestError when a key like this may not be made."""
    if narrower is not None and narrower not in LEVELS[role]:
        raise KeyRequestError(
            f"De rol {role.value} ziet {narrower.value} niet. Kies een lager niveau of een hogere rol."
        )
    if origins and role.at_least(Role.EDITOR):
        raise KeyRequestError(
            "Een sleutel met herkomst staat in een webpagina, waar iedereen hem kan lezen. "
            f"De rol {role.value} kan dan niet: kies lezer of deelnemer, of laat --herkomst weg."
        )


ANONYMOUS = Caller("anoniem", Role.ANONYMOUS, LEVELS[Role.ANONYMOUS])
# The command line is run by someone who can read the files themselves.
OPERATOR = Caller("beheerder", Role.ADMINISTRATOR, ALL_LEVELS)
