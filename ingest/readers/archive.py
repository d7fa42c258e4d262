"""Opening a zip that a stranger made: nothing is unpacked before its size is known to be bearable."""

import io
import zipfile

from corpus.errors import ReadError

MAX_PARTS = 10_000
MAX_EXPANDED = 400 * 2**20  # bytes of all parts together
MAX_XML_PART = 100 * 2**20  # bytes; a parsed tree takes about ten times as much
MAX_RATIO = 200  # expanded size to size of the file

DAMAGED = (
    "Het bestand is beschadigd of niet volledig gedownload. Open het in Office, sla het opnieuw op en voeg het dan toe."
)
TOO_BIG = (
    "Het bestand wordt bij het uitpakken veel te groot en is daarom niet gelezen. "
    "Controleer waar het vandaan komt, of maak het kleiner."
)
LOCKED = "Het bestand is beveiligd met een wachtwoord. Haal het wachtwoord eraf en voeg het bestand opnieuw toe."


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The zip in `data`. Raises ReadError when it is damaged, locked, or far larger inside than outside.

    The sizes are those that the zip declares; `zipfile` never reads more of a part than that.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ReadError(DAMAGED) from error
    _check(archive.infolist(), len(data))
    return archive


def _check(parts: list[zipfile.ZipInfo], size: int) -> None:
    expanded = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if len(parts) > MAX_PARTS or expanded > MAX_EXPANDED or expanded > MAX_RATIO * size or largest > MAX_XML_PART:
        raise ReadError(TOO_BIG)
    if any(part.flag_bits & 1 for part in parts):
        raise ReadError(LOCKED)
