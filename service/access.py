"""Who asks, and what they may see. Default deny: a caller without a key sees `openbaar` only."""

from dataclasses import dataclass

from corpus.scope import ALL_LEVELS, Scope
from corpus.types import Classification


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or program, with the levels it may see."""

    name: str
    levels: frozenset[Classification]

    def scope(self) -> Scope:
        """All that this caller may see; narrow it with `dataclasses.replace`."""
        return Scope(levels=self.levels)


ANONYMOUS = Caller("anoniem", frozenset({Classification.OPENBAAR}))
# The command line is run by someone who can read the files themselves.
OPERATOR = Caller("beheerder", ALL_LEVELS)
