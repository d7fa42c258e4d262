"""Sixty random passages of real documents stand on the page they name, by another extractor (PDFium)."""

import random
from pathlib import Path

import pypdfium2
import pytest

from ingest.chunking import Chunk, chunk_pages
from ingest.readers.registry import read_document
from search.encoder import Encoder

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH = ROOT.parent / "shared" / "bench" / "dev" / "docs"
SAMPLE = 60


@pytest.mark.skipif(not BENCH.is_dir(), reason="de map met echte documenten (../shared/bench) is hier niet")
def test_sixty_random_passages_have_sixty_right_pages(real_encoder: Encoder, seed: int) -> None:
    chance = random.Random(seed)
    files = chance.sample(sorted(BENCH.glob("*.pdf")), 20)
    wrong: list[str] = []
    checked = 0
    for file in files:
        pages = read_document(file.read_bytes(), file.name).pages
        chunks = chunk_pages(pages, file.stem, real_encoder.facts.token_limit, real_encoder.count_tokens)
        texts = _texts(file)
        assert len(texts) == len(pages)
        for chunk in chance.sample(chunks, min(3, len(chunks))):
            checked += 1
            if not _stands_on(chunk, texts):
                wrong.append(f"{file.name} p. {chunk.page}: {chunk.text[:80]}")
    assert not wrong
    assert checked >= SAMPLE * 0.8  # some of the files are a single passage


def _texts(file: Path) -> list[str]:
    pdf = pypdfium2.PdfDocument(file)
    try:
        return [_squash(pdf[number].get_textpage().get_text_bounded()) for number in range(len(pdf))]
    finally:
        pdf.close()


def _stands_on(chunk: Chunk, texts: list[str]) -> bool:
    """The page it names holds nine in ten of its longer words, and no other page holds more of them."""
    words = [_squash(word) for word in chunk.text.split() if len(word) > 3]
    shares = [sum(word in text for word in words) for text in texts]
    assert chunk.page is not None
    own = shares[chunk.page - 1]
    return own >= 0.9 * len(words) and own == max(shares)


def _squash(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
