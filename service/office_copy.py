"""A presentation without what is not needed to draw it: what a stranger put in it never reaches LibreOffice.

Out go all addresses outside the file (LibreOffice fetches pictures from websites, and shows files of this machine),
macros, embedded files, film, sound and fonts. What stays is XML and the usual kinds of pictures.
"""

import posixpath
import zipfile
from pathlib import Path

from lxml import etree

from ingest.readers.archive import open_archive
from ingest.readers.package import damage_reported, parse_xml

KEPT = (".xml", ".rels", ".vml", ".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")


def write_copy(source: Path, target: Path) -> None:
    """Copy the presentation. Raises ReadError when it is damaged or dangerous, OSError when it cannot be written."""
    with damage_reported(), open_archive(source.read_bytes()) as archive:
        names = {name for name in archive.namelist() if name.lower().endswith(KEPT)}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for name in sorted(names):
                content = archive.read(name)
                copy.writestr(name, _inside(content, name, names) if name.lower().endswith(".rels") else content)


def _inside(content: bytes, name: str, names: set[str]) -> bytes:
    """The relations of a part, only those to parts that are in the copy."""
    root = parse_xml(content)
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in list(root.iter("{*}Relationship")):
        parent = relation.getparent()
        if parent is not None and not _leads_to(relation, folder, names):
            parent.remove(relation)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _leads_to(relation: etree._Element, folder: str, names: set[str]) -> bool:
    if str(relation.get("TargetMode", "Internal")) != "Internal":
        return False
    target = str(relation.get("Target", "")).partition("#")[0]
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") in names
