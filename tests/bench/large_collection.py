"""A large knowledge base made from the sample: real sentences in a new order, real vectors with noise.

Every passage is a handful of sentences of the sample documents, so that words are as frequent as they are in Dutch
about this field; its vectors are those of a real passage, turned a little. Only speed is measured on it, never quality.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, open_catalogue
from corpus.publishing import IndexedPassage, NewVersion, publish
from corpus.scope import EVERYTHING
from corpus.types import Document, Page, Passage
from search.analysis import index_grams, index_terms
from search.embedded_index import claim
from search.fingerprint import Fingerprint
from search.sentences import sentence_spans

PASSAGES_PER_DOCUMENT = 50
SENTENCES = 6
NOISE = 0.25
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the sample with what the keyword leg makes of it."""

    text: str
    terms: str
    grams: str


@dataclass(frozen=True, slots=True)
class Source:
    """What large collections are made from."""

    document: Document
    sentences: tuple[Sentence, ...]
    vectors: tuple[Matrix, ...]  # of each passage: shape (units, dimension)


def read_source(data: Path) -> Source:
    """The sentences and vectors of a loaded knowledge base."""
    catalogue = open_catalogue(data)
    documents = catalogue.documents(EVERYTHING)
    sentences: list[Sentence] = []
    vectors: list[Matrix] = []
    for document in documents:
        for passage in catalogue.passages_of(document.id):
            for start, end in sentence_spans(passage.text):
                text = passage.text[start:end]
                terms, grams = index_terms(text, "nl"), index_grams(text)
                sentences.append(Sentence(text, " ".join(terms), " ".join(grams)))
        units = catalogue.units(document.id)
        keys = units.ids // UNITS_PER_PASSAGE
        vectors += [units.vectors[keys == key].astype(np.float32) for key in np.unique(keys)]
    catalogue.close()
    return Source(documents[0], tuple(sentences), tuple(vectors))


def build(source: Source, folder: Path, passages: int, fingerprint: Fingerprint, seed: int = 1) -> None:
    """Write a knowledge base of so many passages to an empty folder."""
    dice, noise = random.Random(seed), np.random.default_rng(seed)
    catalogue = open_catalogue(folder, create=True)
    claim(catalogue, fingerprint)
    documents = -(-passages // PASSAGES_PER_DOCUMENT)
    for number in tqdm(range(documents), desc=f"{passages} passages", mininterval=5):
        count = min(PASSAGES_PER_DOCUMENT, passages - number * PASSAGES_PER_DOCUMENT)
        _publish(catalogue, source, f"{number:012d}", list(_passages(source, f"{number:012d}", count, dice, noise)))
    catalogue.close()


def _passages(
    source: Source, document_id: str, count: int, dice: random.Random, noise: np.random.Generator
) -> Iterator[IndexedPassage]:
    for number in range(1, count + 1):
        chosen = dice.choices(source.sentences, k=SENTENCES)
        text = " ".join(sentence.text for sentence in chosen)
        passage = Passage(f"{document_id}.1.{number:05d}", document_id, 1, 1, 1, 0, len(text), text, (), "nl")
        units = _turned(dice.choice(source.vectors), noise)
        terms = " ".join(sentence.terms for sentence in chosen)
        grams = " ".join(sentence.grams for sentence in chosen)
        yield IndexedPassage(passage, units, "", "", terms, grams)


def _turned(vectors: Matrix, noise: np.random.Generator) -> Matrix:
    scale = NOISE / np.sqrt(vectors.shape[1])
    turned = vectors + noise.normal(scale=scale, size=vectors.shape).astype(np.float32)
    result: Matrix = turned / np.linalg.norm(turned, axis=1, keepdims=True)
    return result


def _publish(catalogue: Catalogue, source: Source, document_id: str, passages: Sequence[IndexedPassage]) -> None:
    data = document_id.encode()
    page = Page(1, 1, " ".join(one.passage.text for one in passages))
    publish(
        catalogue,
        NewVersion(
            document_id=document_id,
            version=1,
            origin=f"bench:{document_id}",
            sha256=source.document.sha256[:-12] + document_id,
            file_name=f"{document_id}.txt",
            media_type="text/plain",
            size=len(data),
            metadata=replace(source.document.metadata, title=f"Document {document_id}"),
            pages=(page,),
            passages=tuple(passages),
            remarks=(),
        ),
        data,
    )
