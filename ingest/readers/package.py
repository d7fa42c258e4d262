"""An Office file as parts that refer to each other (Open Packaging Conventions)."""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from corpus.errors import ReadError
from ingest.readers.archive import DAMAGED, open_archive

# What the libraries below us raise on files that break the format's own rules.
DAMAGE = (
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,
    ValueError,
    AttributeError,
    TypeError,
    AssertionError,
    OSError,
    EOFError,
    NotImplementedError,
    RecursionError,
)
# Word can save in "strict" namespaces; the words in them are the same.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"


@contextmanager
def damage_reported(reason: str = DAMAGED, damage: tuple[type[Exception], ...] = DAMAGE) -> Iterator[None]:
    """Turns what a library raises on a broken file into a ReadError; a ReadError itself passes."""
    try:
        yield
    except ReadError:
        raise
    except damage as error:
        raise ReadError(reason) from error


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML part; entities stay unread and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(_STRICT.sub(_TRANSITIONAL, data), parser)


@dataclass(frozen=True, slots=True)
class Relation:
    """How one part refers to another."""

    kind: str  # last word of the relationship type: styles, footnotes, officeDocument, ...
    target: str  # name of the part


class Package:
    """The parts of an Office file by name. Raises ReadError when the zip is damaged or dangerous."""

    def __init__(self, data: bytes) -> None:
        self._zip = open_archive(data)
        self.names = frozenset(self._zip.namelist())

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part, or None where there is no such part."""
        if name not in self.names:
            return None
        with damage_reported():
            return parse_xml(self._zip.read(name))

    def relations(self, source: str) -> dict[str, Relation]:
        """What a part refers to inside the file, by relationship id; `source` "" is the file as a whole."""
        folder, base = posixpath.split(source)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        if root is None:
            return {}
        return {
            str(item.get("Id")): Relation(
                str(item.get("Type", "")).rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, str(item.get("Target", "")))).lstrip("/"),
            )
            for item in root.iter("{*}Relationship")
            if item.get("TargetMode") != "External"
        }

    def related(self, source: str, kind: str) -> etree._Element | None:
        """The root of the first part of that kind that `source` refers to."""
        targets = (relation.target for relation in self.relations(source).values() if relation.kind == kind)
        return next((root for root in map(self.xml, targets) if root is not None), None)

    def main_part(self) -> str:
        """The name of the part that holds the document itself; "" where the file names none."""
        relations = self.relations("").values()
        return next((relation.target for relation in relations if relation.kind == "officeDocument"), "")
