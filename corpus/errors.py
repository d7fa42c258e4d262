"""All errors of the core.

    KennislabError                  base of everything we raise on purpose
    ├── ReadError                   a file cannot be read; says why and what to do (an editor's problem)
    ├── MetadataError               a metadata file or value is wrong
    ├── QuestionFileError           a question file for the evaluation is wrong
    ├── ClassificationError         a level that this knowledge base does not accept
    ├── KeyRequestError             an access key that can not be made as asked
    ├── NotFoundError               no such document, version or page (or no right to see it)
    ├── ConflictError               what this was based on has changed meanwhile
    │   └── LeaseLostError          a file of the queue is no longer ours: cancelled, or taken over
    ├── CatalogueError              the catalogue cannot be opened or written
    │   ├── CatalogueBusyError      another process holds the write lock
    │   ├── DiskFullError           there is no room to write
    │   └── StoreUnavailableError   the store of files elsewhere does not answer, or refuses us
    ├── BackupError                 a backup, restore or export that can not be made, or a backup that is not whole
    ├── IndexUnavailableError       the index outside the catalogue does not answer, or not as it should
    ├── FingerprintError            the index was made by another model, analyser or chunker
    ├── ModelError                  the encoder cannot be loaded or is not what it should be
    └── SettingsError               an unknown or impossible setting

Messages are Dutch, since people read them: what, with which value, and the command or act that mends it.
"""


class KennislabError(Exception):
    """Base of all errors with a message meant for people."""


class ReadError(KennislabError):
    """A file cannot be read. The message is the reason that an editor sees."""


class MetadataError(KennislabError):
    """A metadata file or value is wrong."""


class QuestionFileError(KennislabError):
    """A question file for the evaluation is wrong."""


class ClassificationError(KennislabError):
    """A level of confidentiality that is unknown or not accepted here."""


class KeyRequestError(KennislabError):
    """An access key that can not be made as asked."""


class NotFoundError(KennislabError):
    """No such document, version or page, or none that the caller may see."""


class ConflictError(KennislabError):
    """What a change was based on has itself changed meanwhile."""


class LeaseLostError(ConflictError):
    """A file of the queue is no longer this worker's: it was cancelled, or another took it over."""


class CatalogueError(KennislabError):
    """The catalogue cannot be opened or written."""


class CatalogueBusyError(CatalogueError):
    """Another process is writing."""


class DiskFullError(CatalogueError):
    """There is no room on the disk. What was there is whole; the same goes well once there is room."""


class StoreUnavailableError(CatalogueError):
    """The store of files outside the data folder does not answer, or refuses us. Nothing is wrong with the files."""


class BackupError(KennislabError):
    """A backup, restore or export cannot be made as asked, or a backup is not whole."""


class IndexUnavailableError(KennislabError):
    """The index outside the catalogue does not answer, or is not what it should be."""


class FingerprintError(KennislabError):
    """The stored index was made by another model, analyser or chunker than the one that is configured."""


class ModelError(KennislabError):
    """The encoder cannot be loaded, or is not what it should be."""


class SettingsError(KennislabError):
    """An unknown or impossible setting."""
