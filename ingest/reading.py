"""What a reader gives back."""

from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812 - a field named date would hide it
from typing import Protocol

from corpus.types import Page


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """What the file itself says; empty where it says nothing usable."""

    title: str = ""
    author: str = ""
    date: Date | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text of one file, page by page, with its structure."""

    format: str  # pdf, pptx, docx, html, markdown, text
    media_type: str
    pages: tuple[Page, ...]
    metadata: FileMetadata = field(default_factory=FileMetadata)
    remarks: tuple[str, ...] = ()  # Dutch, for the editor
    pictures: tuple[int, ...] = ()  # positions of pages without any text in the file, which may show some


class Reader(Protocol):
    """Turns the bytes of a file into pages. Raises `corpus.errors.ReadError` and nothing else."""

    def __call__(self, data: bytes, name: str, /) -> Extraction: ...
