"""Whose the files in a data folder are, once a knowledge base was moved to another catalogue.

Both catalogues speak of the same folder, and each erases files that it does not know. So only the one that was moved to
may be written to from then on; what stayed behind can still be read, and be moved to again.
"""

import os

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError
from corpus.identity import identity_of

OWNER_FILE = "eigenaar"  # beside the folder of files; none: nothing was ever moved


def own(catalogue: Catalogue) -> None:
    """The files are this catalogue's from now on."""
    path = catalogue.files.folder.parent / OWNER_FILE
    new = path.with_suffix(".nieuw")
    with new.open("w", encoding="utf-8") as file:
        file.write(identity_of(catalogue))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def require_own(catalogue: Catalogue) -> None:
    """Raises CatalogueError when the files became another catalogue's."""
    path = catalogue.files.folder.parent / OWNER_FILE
    try:
        owner = path.read_text("utf-8").strip()
    except FileNotFoundError:
        return
    if owner != identity_of(catalogue):
        raise CatalogueError(
            f"De kennisbank in {path.parent} is overgezet naar een andere catalogus; in {catalogue.database.name} kan "
            "daarom niets meer worden gewijzigd. Zet KENNISLAB_CATALOGUE op de nieuwe plek, of haal de instelling weg "
            "als de kennisbank is teruggezet. Wilt u hier verder, zet haar dan terug met `kennislab migrate`."
        )
