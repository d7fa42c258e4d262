"""Rows for Milvus, made from what the catalogue holds of a document."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue
from corpus.keyword_rows import rows_of_document
from corpus.scope import EVERYTHING
from corpus.term_counts import term_number
from search.bm25 import K1, B
from search.milvus_schema import document_values

_NO_TERM = 0  # in every passage and in no question: Milvus wants no empty vector

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lengths:
    """The mean number of terms of a passage, as it was when the index was made: what long passages are held back by.

    It may drift away from that of the collection without much effect, since passages are cut to one size.
    """

    words: float
    grams: float


def rows_of(catalogue: Catalogue, document_id: str, change: int, lengths: Lengths) -> tuple[list[Row], list[Row]]:
    """The rows of a document in the collections of vectors and of terms; none when it is gone."""
    document = catalogue.documents_by_id([document_id], EVERYTHING).get(document_id)
    if document is None:
        return [], []
    shared = document_values(document, change)
    units = catalogue.units(document_id)
    vectors = [
        {"id": unit, "unit": unit % UNITS_PER_PASSAGE, "vector": vector.astype(np.float32).tolist(), **shared}
        for unit, vector in zip(units.ids.tolist(), units.vectors, strict=True)
    ]
    with catalogue.database.read() as connection:
        rows = rows_of_document(connection, document_id)
    terms = [
        {"id": row.key, "words": sparse(row.words, lengths.words), "grams": sparse(row.grams, lengths.grams), **shared}
        for row in rows
    ]
    return vectors, terms


def sparse(text: str, mean_length: float) -> dict[int, float]:
    """What each term of a passage brings to its BM25, but for the weight of the term in the collection."""
    terms = text.split()
    norm = K1 * (1 - B + B * len(terms) / mean_length)
    counts = Counter(map(term_number, terms))
    return {_NO_TERM: 1.0} | {term: count * (K1 + 1) / (count + norm) for term, count in counts.items()}
