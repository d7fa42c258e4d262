"""PowerPoint presentations (.pptx): one page per slide, with the speaker's notes at its end."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from pptx.exc import PythonPptxError
from pptx.package import Package as SlidePackage
from pptx.parts.presentation import PresentationPart
from pptx.presentation import Presentation
from pptx.slide import Slide

from corpus.errors import ReadError
from corpus.types import BlockKind, Page
from ingest.readers.archive import DAMAGED
from ingest.readers.office_remarks import office_remarks
from ingest.readers.package import DAMAGE, Package, damage_reported
from ingest.readers.properties import core_metadata
from ingest.readers.slide_shapes import (
    Mark,
    add_shape,
    mark_of,
    ordered_shapes,
    text_of,
    title_by_place,
    title_of,
    unwrap_choices,
)
from ingest.readers.slide_text import A, paragraph_text
from ingest.readers.titles import first_heading, language_code, real_title
from ingest.reading import Extraction
from ingest.text import PageBuilder

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_NO = ("0", "false")
_DAMAGE = (*DAMAGE, PythonPptxError)
NO_SLIDES = "De presentatie heeft geen dia's. Controleer of dit het goede bestand is."
NO_TEXT = "De presentatie bevat geen tekst om in te zoeken. Staat de tekst in afbeeldingen? Typ hem dan uit."


def read(data: bytes, name: str) -> Extraction:
    """The slides of a presentation. Raises ReadError when it is damaged, locked or without slides or text."""
    package = Package(data)
    with damage_reported(damage=_DAMAGE):
        metadata = core_metadata(package, name)
        presentation = _open(data)
        slides = list(presentation.slides)
        if not slides:
            raise ReadError(NO_SLIDES)
        reader = _SlideReader(presentation, slides)
        pages = tuple(reader.pages())
    if not any(page.has_text for page in pages):
        raise ReadError(NO_TEXT)
    title = metadata.title or real_title(first_heading(pages[:1]), name) or first_heading(pages)
    language = metadata.language or _language(slides)
    metadata = replace(metadata, title=title, language=language)
    return Extraction("pptx", MEDIA_TYPE, pages, metadata, (*reader.remarks(pages), *office_remarks(package)))


def _open(data: bytes) -> Presentation:
    """The presentation. Not by `pptx.Presentation`: that refuses slide shows (.ppsx) and templates, the same inside."""
    main = SlidePackage.open(io.BytesIO(data)).main_document_part
    if not isinstance(main, PresentationPart):
        raise ReadError(DAMAGED)
    presentation: Presentation = main.presentation
    return presentation


class _SlideReader:
    """Turns slides into pages and remembers what an editor should know."""

    def __init__(self, presentation: Presentation, slides: Sequence[Slide]) -> None:
        for slide in slides:
            unwrap_choices(slide)
        self._slides = slides
        first = str(presentation.element.get("firstSlideNum", "1"))
        self._first_number = int(first) if first.isdecimal() and len(first) < 5 else 1
        self._height = int(presentation.slide_height or 0)
        self._repeated = _repeated_texts(slides)
        self._unread: list[int] = []  # numbers of slides of which a part could not be read

    def pages(self) -> Iterator[Page]:
        for position, slide in enumerate(self._slides, start=1):
            yield self._page(slide, position)

    def remarks(self, pages: Sequence[Page]) -> tuple[str, ...]:
        shown = [page.number or 0 for page in pages]
        hidden = [number for number, slide in zip(shown, self._slides, strict=True) if slide.element.get("show") in _NO]
        empty = [page.number or 0 for page in pages if not page.has_text]
        found = (
            ("Verborgen dia's zijn ook gelezen: {}.", hidden),
            ("Dia's zonder tekst (alleen beeld of leeg): {}.", empty),
            ("Van deze dia's is een onderdeel niet te lezen: {}. Controleer ze in PowerPoint.", self._unread),
        )
        return tuple(text.format(", ".join(map(str, numbers))) for text, numbers in found if numbers)

    def _page(self, slide: Slide, position: int) -> Page:
        number = self._first_number + position - 1
        builder = PageBuilder()
        shapes = [shape for shape in ordered_shapes(slide.shapes) if mark_of(shape) not in self._repeated]
        title = title_of(slide) or title_by_place(shapes, self._height)
        if title is not None:
            builder.add(BlockKind.HEADING, text_of(title), level=1)
        for shape in shapes:
            if title is None or shape.element is not title.element:
                self._try(number, partial(add_shape, builder, shape))
        self._try(number, partial(_add_notes, builder, slide))
        return builder.page(position, number)

    def _try(self, number: int, step: Callable[[], None]) -> None:
        """One broken chart must not cost the whole presentation."""
        try:
            step()
        except _DAMAGE:
            self._unread.append(number)


def _add_notes(builder: PageBuilder, slide: Slide) -> None:
    """The notes, found through the slide's own reference and not by the number in a file name."""
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    for paragraph in frame._txBody.findall(f"{A}p") if frame is not None else ():
        builder.add(BlockKind.NOTES, paragraph_text(paragraph))


def _repeated_texts(slides: Sequence[Slide]) -> set[Mark]:
    """Text boxes that stand with the same text in the same place on most slides: footers made by hand."""
    counts: Counter[Mark] = Counter()
    for slide in slides:
        counts.update({mark for shape in ordered_shapes(slide.shapes) if (mark := mark_of(shape)) is not None})
    return {mark for mark, count in counts.items() if count >= 3 and count > len(slides) / 2}


def _language(slides: Sequence[Slide]) -> str:
    """The language that most of the text is marked with."""
    marks = Counter(str(mark) for slide in slides for mark in slide.element.xpath(".//a:r/a:rPr/@lang"))
    return language_code(marks.most_common(1)[0][0]) if marks else ""
