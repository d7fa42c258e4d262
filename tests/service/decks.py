"""Presentations for tests, LibreOffice as it is here, and programs that stand in for it where it fails."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pptx
import pypdfium2
import pytest
from PIL import Image
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches

from corpus.catalogue import Catalogue
from corpus.publishing import NewVersion, publish
from corpus.types import Classification, Metadata
from ingest.indexing import index_pages
from ingest.plan import Action, Plan
from ingest.readers.registry import read_document
from search.encoder import Encoder
from service.slides import find_office

OFFICE = find_office()
needs_office = pytest.mark.skipif(OFFICE is None, reason="geen LibreOffice (soffice); dia's krijgen dan geen beeld")
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RED, BLUE = (255, 0, 0), (0, 0, 255)


def deck(*titles: str, hidden: Sequence[int] = (), order: Sequence[int] = (), first: int = 1, notes: str = "") -> bytes:
    """A slide for each title, all with the same notes; `order` are their places before they were moved."""
    presentation = pptx.Presentation()
    for title in titles:
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    for place in hidden:
        presentation.slides[place].element.set("show", "0")
    if order:
        names = presentation.slides._sldIdLst
        for name in [names[place] for place in order]:
            names.append(name)  # which moves it
    presentation.element.set("firstSlideNum", str(first))
    return saved(presentation)


def saved(presentation: "pptx.presentation.Presentation") -> bytes:
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def linked(target: str) -> bytes:
    """A slide with a picture that is not in the file but at an address."""
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "verwijzing naar buiten"
    shape = slide.shapes.add_picture(io.BytesIO(png(RED)), Inches(1), Inches(2), Inches(5), Inches(4))
    (blip,) = shape._element.xpath(".//a:blip")
    del blip.attrib[f"{R}embed"]
    blip.set(f"{R}link", slide.part.relate_to(target, RELATIONSHIP_TYPE.IMAGE, is_external=True))
    return saved(presentation)


def png(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 60), colour).save(file, "PNG")
    return file.getvalue()


def publish_deck(
    catalogue: Catalogue, encoder: Encoder, document_id: str, data: bytes, level: Classification, version: int = 1
) -> None:
    """As ingest reads it."""
    read = read_document(data, f"{document_id}.pptx")
    metadata = Metadata(document_id, "presentatie", level, "nl")
    passages = tuple(index_pages(encoder, Plan(Action.NEW, document_id, version), metadata, list(read.pages)))
    new = NewVersion(
        document_id=document_id,
        version=version,
        origin=f"file:///test/{document_id}.pptx",
        sha256=hashlib.sha256(data).hexdigest(),
        file_name=f"{document_id}.pptx",
        media_type=read.media_type,
        size=len(data),
        metadata=metadata,
        pages=read.pages,
        passages=passages,
        remarks=(),
    )
    publish(catalogue, new, data)


@dataclass(frozen=True)
class StandIn:
    """A program in the place of LibreOffice: it does as the test wants, and notes each time that it is started."""

    program: Path
    started: Path

    @property
    def times(self) -> int:
        return len(self.started.read_text().splitlines()) if self.started.exists() else 0


def stand_in(folder: Path, does: str, slides: int = 1) -> StandIn:
    """`does` is shell; `$MADE` is a PDF with so many pages, to be copied to dia.pdf."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pypdfium2.PdfDocument.new()
    for _ in range(slides):
        made.new_page(400, 300).close()
    made.save(folder / "gemaakt.pdf")
    made.close()
    program, started = folder / "soffice", folder / "gestart"
    program.write_text(f'#!/bin/sh\nMADE="{folder}/gemaakt.pdf"\necho $$ >> "{started}"\n{does}\n')
    program.chmod(0o755)
    return StandIn(program, started)
