"""What an Office file brings along that is not read: macros."""

from collections.abc import Iterator

from ingest.readers.package import Package

MACROS = "In het bestand zitten macro's. Die zijn niet uitgevoerd en niet gelezen."


def office_remarks(package: Package) -> Iterator[str]:
    """What an editor should know of it."""
    if any(name.lower().rsplit("/", 1)[-1] == "vbaproject.bin" for name in package.names):
        yield MACROS
