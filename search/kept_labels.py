"""The labels of documents, kept in memory: a question counts those of hundreds of documents."""

from collections.abc import Iterable, Sequence

from corpus.database import Database
from corpus.labels import Labels, all_labels, labels_of
from corpus.scope import EVERYTHING


class KeptLabels:
    """Read once; what changed is forgotten, and read again when it is asked for. Who calls holds a lock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Labels] | None = None

    def forget(self, names: Iterable[str]) -> None:
        """These documents were changed or removed."""
        known = self._known or {}
        for name in names:
            known.pop(name, None)

    def of(self, names: Sequence[str]) -> dict[str, Labels]:
        """The labels of those of these documents that exist, in the order of the names."""
        if self._known is None:
            self._known = all_labels(self._database)
        known = self._known
        missing = [name for name in names if name not in known]
        if missing:
            known |= labels_of(self._database, missing, EVERYTHING)
        return {name: known[name] for name in names if name in known}
