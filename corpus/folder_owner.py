"""Whose the files of a knowledge base are: of one catalogue only.

After a move both catalogues speak of the same files, and each erases files that it does not know. So only the one that
was moved to may be written to from then on; what stayed behind can still be read, and be moved to again. A store
elsewhere is claimed by the first catalogue that writes to it: two that were given the same bucket would erase each
other's files.
"""

import sqlalchemy as sa

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError
from corpus.identity import identity_of
from corpus.places import PLACE, require_place
from corpus.publishing import set_fact
from corpus.schema import documents, task_files

OWNER_FILE = "eigenaar"  # beside the files; none: nothing was ever moved


def own(catalogue: Catalogue) -> None:
    """The files are this catalogue's from now on, and they are where it looks for them now."""
    settle(catalogue)
    catalogue.files.write_note(OWNER_FILE, identity_of(catalogue))


def settle(catalogue: Catalogue) -> None:
    """The files of this catalogue are where it looks for them now."""
    set_fact(catalogue, PLACE, catalogue.files.place)


def require_own(catalogue: Catalogue) -> None:
    """Raises CatalogueError when the files became another catalogue's."""
    if catalogue.files.place:
        catalogue.files.write_note(OWNER_FILE, identity_of(catalogue), only_new=True)
    owner = catalogue.files.note(OWNER_FILE)
    if owner is None or owner == identity_of(catalogue):
        return
    if catalogue.files.place:
        raise CatalogueError(
            f"De bestanden in {catalogue.files.name} zijn van een andere catalogus dan {catalogue.database.name}; "
            "daarom kan hier niets worden gewijzigd. Zet KENNISLAB_CATALOGUE op die catalogus, of zet KENNISLAB_FILES "
            "op een andere bucket of map."
        )
    raise CatalogueError(
        f"De kennisbank in {catalogue.data} is overgezet naar een andere catalogus; in {catalogue.database.name} kan "
        "daarom niets meer worden gewijzigd. Zet KENNISLAB_CATALOGUE op de nieuwe plek, of haal de instelling weg "
        "als de kennisbank is teruggezet. Wilt u hier verder, zet haar dan terug met `kennislab migrate`."
    )


def require_free(target: Catalogue, source: Catalogue) -> None:
    """Raises CatalogueError when a store elsewhere holds the files of a catalogue that is neither of these."""
    owner = target.files.note(OWNER_FILE)
    if target.files.place and owner not in {None, identity_of(target), identity_of(source)}:
        raise CatalogueError(
            f"In {target.files.name} staan al bestanden van een andere catalogus. Kies een andere bucket of map."
        )


def require_here(catalogue: Catalogue) -> None:
    """Raises CatalogueError when the files of this catalogue are elsewhere. One without any may begin anywhere."""
    with catalogue.database.read() as connection:
        if _is_empty(connection):
            return
        require_place(connection, catalogue.files)


def begin_here(catalogue: Catalogue) -> None:
    """The files of a catalogue without any are where it looks for them now."""
    with catalogue.database.read() as connection:
        empty = _is_empty(connection)
    if empty and (catalogue.fact(PLACE) or "") != catalogue.files.place:
        settle(catalogue)


def _is_empty(connection: sa.Connection) -> bool:
    tables = (documents, task_files)
    return not any(connection.execute(sa.select(table).limit(1)).first() for table in tables)
