"""From an extraction to indexed passages: cut, detect the language, embed, analyse."""

from collections.abc import Sequence

import numpy as np

from corpus.publishing import IndexedPassage
from corpus.types import Metadata, Page, Passage
from ingest.chunking import Chunk, chunk_pages
from ingest.language import detect
from ingest.plan import Plan
from search.analysis import index_grams, index_terms
from search.encoder import Encoder, Vectors
from search.units import unit_texts


def index_pages(encoder: Encoder, plan: Plan, metadata: Metadata, pages: Sequence[Page]) -> list[IndexedPassage]:
    """The passages of a document with the vectors and terms that both legs need, in reading order."""
    chunks = chunk_pages(pages, metadata.title, encoder.facts.token_limit, encoder.count_tokens)
    made = [_passage(plan, metadata, number, chunk) for number, chunk in enumerate(chunks, start=1)]
    vectors = embed(encoder, metadata.title, made)
    return [index_passage(metadata.title, passage, units) for passage, units in zip(made, vectors, strict=True)]


def _passage(plan: Plan, metadata: Metadata, number: int, chunk: Chunk) -> Passage:
    return Passage(
        id=f"{plan.document_id}.{plan.version}.{number:05d}",
        document_id=plan.document_id,
        version=plan.version,
        position=chunk.position,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        headings=chunk.headings,
        language=detect(chunk.text, metadata.language),
        table_header=chunk.table_header,
    )


def embed(encoder: Encoder, title: str, passages: Sequence[Passage]) -> list[Vectors]:
    """Vectors of each passage's units: the whole with its header, then its windows with the title."""
    texts: list[str] = []
    counts: list[int] = []
    for passage in passages:
        units = unit_texts(title, passage)
        texts += units
        counts.append(len(units))
    vectors = encoder.encode_passages(texts)
    return np.split(vectors, np.cumsum(counts)[:-1]) if counts else []


def index_passage(title: str, passage: Passage, vectors: Vectors) -> IndexedPassage:
    """A passage with its vectors and the analysed terms of its three fields."""
    language = passage.language
    return IndexedPassage(
        passage=passage,
        vectors=vectors,
        title_terms=" ".join(index_terms(title, language)),
        heading_terms=" ".join(index_terms(" ".join(passage.headings), language)),
        body_terms=" ".join(index_terms(f"{passage.table_header} {passage.text}", language)),
        grams=" ".join(index_grams(passage.indexed_text(title))),
    )
