"""Whose copy a catalogue is, so that a move does not overwrite what was done there since.

After a move both catalogues know: the copy of which one it is and how far that was, and how far it was itself. So the
same move can be done again, and back again, for as long as only one of both is worked in.
"""

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError
from corpus.identity import IDENTITY, identity_of
from corpus.places import PLACE
from corpus.publishing import fact_on
from corpus.schema import changes, documents, facts

ORIGIN = "overgezet_van"  # the identity of the catalogue that this one is a copy of
_TAKEN = "overgezet_tot"  # the last change of that one that is in here
_MARK = "overgezet_stand"  # the last change here that a move made
NOT_COPIED = frozenset({IDENTITY, ORIGIN, PLACE, _TAKEN, _MARK})  # facts that are of one catalogue only


def claim_target(source: Catalogue, target: Catalogue) -> None:
    """From now on `target` is a copy of `source`. Raises CatalogueError when something would be lost by that."""
    mine, theirs = identity_of(source), identity_of(target)
    if mine == theirs:
        raise CatalogueError(f"{target.database.name} is dezelfde kennisbank. Kies een lege database.")
    came_from_it, taken = source.fact(ORIGIN) == theirs, source.fact(_TAKEN)
    with target.database.write() as connection:
        origin, last = fact_on(connection, ORIGIN), _last_change(connection)
        untouched = origin == mine and fact_on(connection, _MARK) == last
        all_taken = came_from_it and taken == last
        if not untouched and not all_taken:
            _require_empty(connection, target.database.name, related=came_from_it or origin == mine)
        if origin != mine:
            _store(connection, ORIGIN, mine)
            _store(connection, _TAKEN, None)
        _store(connection, _MARK, last)


def mark(connection: sa.Connection) -> None:
    """The move itself made the last change, in this transaction."""
    _store(connection, _MARK, _last_change(connection))


def complete(target: Catalogue, last: int) -> None:
    """All that was in the source up to its change `last` is in the target."""
    with target.database.write() as connection:
        _store(connection, _TAKEN, str(last))


def _require_empty(connection: sa.Connection, name: str, *, related: bool) -> None:
    if related:
        raise CatalogueError(
            f"In {name} is na het overzetten nog gewerkt; dat zou verloren gaan. Zet die catalogus apart en geef de "
            "opdracht opnieuw: dan wordt een lege gevuld."
        )
    if fact_on(connection, ORIGIN) is not None:
        raise CatalogueError(f"In {name} staat een andere kennisbank. Kies een lege database.")
    if connection.scalar(sa.select(sa.func.count()).select_from(documents)):
        raise CatalogueError(f"In {name} staat al een kennisbank. Kies een lege database.")


def _last_change(connection: sa.Connection) -> str:
    return str(connection.scalar(sa.select(sa.func.max(changes.c.seq))) or 0)


def _store(connection: sa.Connection, name: str, value: str | None) -> None:
    connection.execute(sa.delete(facts).where(facts.c.name == name))
    if value is not None:
        connection.execute(sa.insert(facts).values(name=name, value=value))
