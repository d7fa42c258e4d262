"""Taking files in the plain way: each library's own text, cut every 160 words into 200, and sentence-transformers."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import bm25s
import faiss
from sentence_transformers import SentenceTransformer

WORDS, STRIDE = 200, 160
MANY = 32  # texts at a time, which sentence-transformers does by itself too


def pdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def docx(path: Path) -> str:
    from docx import Document

    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def pptx(path: Path) -> str:
    from pptx import Presentation

    slides = list(Presentation(str(path)).slides)
    notes = [slide.notes_slide.notes_text_frame for slide in slides if slide.has_notes_slide]
    found = [line for slide in slides for line in shape_texts(slide.shapes)]
    return "\n".join(found + [note.text for note in notes if note is not None])


def shape_texts(shapes: Iterable[Any]) -> Iterator[str]:
    """The text of shapes, of tables and of what is in a group."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from shape_texts(shape.shapes)
        elif shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_table", False):
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def html(path: Path) -> str:
    from bs4 import BeautifulSoup

    return BeautifulSoup(path.read_bytes(), "lxml").get_text(" ")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


READERS: dict[str, Callable[[Path], str]] = {"pdf": pdf, "docx": docx, "pptx": pptx, "html": html}


def chunks(found: str) -> list[str]:
    """Stretches of 200 words, each 160 words further on."""
    words = found.split()
    return [" ".join(words[at : at + WORDS]) for at in range(0, max(1, len(words) - WORDS + STRIDE), STRIDE) if words]


class Plain:
    """Reads, cuts and embeds what it is given, one step after the other, and keeps it all in memory."""

    def __init__(self, model: str) -> None:
        self._model: Any = SentenceTransformer(model, device="cpu", local_files_only=True)
        self._index = faiss.IndexFlatIP(self._model.get_embedding_dimension())
        self._texts: list[str] = []
        self.seconds: dict[str, float] = {"reading": 0.0, "embedding": 0.0, "words": 0.0}

    def take(self, paths: list[Path]) -> int:
        """The number of passages of these files."""
        start = time.perf_counter()
        made = [chunk for path in paths for chunk in chunks(READERS.get(path.suffix.lstrip(".").lower(), text)(path))]
        read = time.perf_counter()
        if made:
            self._index.add(self._vectors([f"passage: {chunk}" for chunk in made]))
        self._texts += made
        self.seconds["reading"] += read - start
        self.seconds["embedding"] += time.perf_counter() - read
        return len(made)

    def finish(self) -> None:
        """The index of words, which is made of all texts at once."""
        start = time.perf_counter()
        words = bm25s.BM25()
        words.index(bm25s.tokenize(self._texts, stopwords=None, show_progress=False), show_progress=False)
        self.seconds["words"] += time.perf_counter() - start

    def warm(self) -> None:
        """Have everything loaded that is loaded when it is first used."""
        self._vectors(["passage: een eerste tekst"])

    def _vectors(self, texts: list[str]) -> Any:
        return self._model.encode(texts, batch_size=MANY, normalize_embeddings=True, show_progress_bar=False)
