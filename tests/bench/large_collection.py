"""A large knowledge base made from the sample: real sentences in a new order, real vectors with noise.

Every passage is a handful of sentences of the sample documents, so that words are as frequent as they are in Dutch
about this field; its vectors are those of a real passage, turned a little. Only speed is measured on it, and what the
approximate search finds of what an exact one finds; never quality.

The rows of the catalogue and the snapshot are written directly. The tables of terms hold empty rows: nothing reads
them, and to analyse a million passages would take longer than all the measuring.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from tqdm import tqdm

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, Units, open_catalogue
from corpus.schema import changes, documents, passages, versions
from corpus.scope import EVERYTHING
from search import snapshot
from search.analysis import index_grams, index_terms
from search.embedded_index import SNAPSHOT_FOLDER, claim
from search.fingerprint import Fingerprint
from search.keyword_leg import KeywordLeg, TermBlock
from search.parts import Part
from search.postings import Postings, grouped, term_hash
from search.sentences import sentence_spans
from search.vector_leg import VectorLeg, block_of

PASSAGES_PER_DOCUMENT = 50
SENTENCES = 6
NOISE = 0.25
CHUNK = 25_000  # passages; a multiple of those of a document
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of every sentence as numbers, and the hash of each number."""

    tokens: list[Ints]
    hashes: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, texts: list[list[str]]) -> "Terms":
        numbers: dict[str, int] = {}
        tokens = [np.array([numbers.setdefault(term, len(numbers)) for term in terms], np.int64) for terms in texts]
        return cls(tokens, np.array([term_hash(term) for term in numbers], np.uint64))

    def postings(self, chosen: npt.NDArray[np.int64]) -> Postings:
        """Of passages that are each made of a row of sentences."""
        sizes = np.array([len(own) for own in self.tokens])
        tokens = np.concatenate([self.tokens[one] for one in chosen.ravel()])
        return grouped(tokens, sizes[chosen].sum(axis=1).astype(np.int32), self.hashes)


@dataclass(frozen=True, slots=True)
class Source:
    """What large collections are made from."""

    sentences: list[str]
    words: Terms
    grams: Terms
    vectors: list[npt.NDArray[np.float32]]  # of each passage: shape (units, dimension)


def read_source(data: Path) -> Source:
    """The sentences and vectors of a loaded knowledge base."""
    catalogue = open_catalogue(data)
    sentences: list[str] = []
    vectors: list[npt.NDArray[np.float32]] = []
    for document in catalogue.documents(EVERYTHING):
        for passage in catalogue.passages_of(document.id):
            sentences += [passage.text[start:end] for start, end in sentence_spans(passage.text)]
        units = catalogue.units(document.id)
        keys = units.ids // UNITS_PER_PASSAGE
        vectors += [units.vectors[keys == key].astype(np.float32) for key in np.unique(keys)]
    catalogue.close()
    words = Terms.of([index_terms(text, "nl") for text in sentences])
    return Source(sentences, words, Terms.of([index_grams(text) for text in sentences]), vectors)


def build(source: Source, folder: Path, size: int, fingerprint: Fingerprint, seed: int = 1) -> None:
    """Write a knowledge base of so many passages, with its snapshot, to an empty folder."""
    noise = np.random.default_rng(seed)
    catalogue = open_catalogue(folder, create=True)
    claim(catalogue, fingerprint)
    vectors, terms = VectorLeg(fingerprint.dimension), KeywordLeg()
    for first in tqdm(range(0, size, CHUNK), desc=f"{size} passages", mininterval=5):
        count = min(CHUNK, size - first)
        chosen = noise.integers(len(source.sentences), size=(count, SENTENCES))
        _write_rows(catalogue, source, first, chosen)
        keys = np.arange(first + 1, first + count + 1, dtype=np.int64)
        units = dict(_units(source, keys, noise))
        vectors.add(
            Part(block_of(fingerprint.dimension, {name: (own.ids, own.vectors) for name, own in units.items()}))
        )
        spans = {
            name: (at * PASSAGES_PER_DOCUMENT, min(count, (at + 1) * PASSAGES_PER_DOCUMENT))
            for at, name in enumerate(units)
        }
        terms.add(Part(TermBlock(keys, source.words.postings(chosen), source.grams.postings(chosen), spans)))
    state = snapshot.Snapshot(vectors, terms, catalogue.last_change())
    snapshot.save(folder / SNAPSHOT_FOLDER, state, fingerprint)
    catalogue.close()


def _name(key: int) -> str:
    """The document of a passage, by its key from 1."""
    return f"{(key - 1) // PASSAGES_PER_DOCUMENT:012d}"


def _units(source: Source, keys: Ints, noise: np.random.Generator) -> Iterator[tuple[str, Units]]:
    for start in range(0, len(keys), PASSAGES_PER_DOCUMENT):
        own = keys[start : start + PASSAGES_PER_DOCUMENT]
        models = [source.vectors[place] for place in noise.integers(len(source.vectors), size=len(own))]
        ids = np.concatenate(
            [np.arange(len(one)) + key * UNITS_PER_PASSAGE for key, one in zip(own, models, strict=True)]
        )
        flat = np.concatenate(models)
        turned = flat + noise.standard_normal(flat.shape, np.float32) * np.float32(NOISE / np.sqrt(flat.shape[1]))
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        yield _name(int(own[0])), Units(ids, turned.astype(np.float16))


def _write_rows(catalogue: Catalogue, source: Source, first: int, chosen: Ints) -> None:
    names = [_name(first + 1 + at) for at in range(len(chosen))]
    rows = []
    for at, (name, places) in enumerate(zip(names, chosen, strict=True)):
        text = " ".join(source.sentences[place] for place in places)
        place = {"position": 1, "page": 1, "start": 0, "end": len(text)}
        content = {"text": text, "headings": [], "language": "nl", "table_header": ""}
        rows.append(
            {"key": first + 1 + at, "id": f"{name}.1.{at:07d}", "document_id": name, "version": 1} | place | content
        )
    with catalogue.database.write() as connection:
        own = list(dict.fromkeys(names))
        connection.execute(sa.insert(documents), [_document(name) for name in own])
        connection.execute(sa.insert(versions), [_version(name) for name in own])
        connection.execute(sa.insert(passages), rows)
        connection.execute(sa.insert(changes), [{"document_id": name, "published": True} for name in own])
        for table, columns in (("passages_fts", "title, heading, body"), ("passages_grams", "grams")):
            empty = ", ".join(["''"] * len(columns.split(",")))
            connection.exec_driver_sql(
                f"INSERT INTO {table}(rowid, {columns}) SELECT key, {empty} FROM passages WHERE key > {first}"  # noqa: S608
            )


def _document(name: str) -> dict[str, object]:
    return {
        "id": name, "version": 1, "origin": f"bench:{name}", "title": f"Document {name}", "kind": "beleidsdocument",
        "classification": "openbaar", "language": "nl", "organisation": "", "author": "", "date": "2024-01-01",
        "source": "", "retain_until": None, "edited": {},
    }  # fmt: skip


def _version(name: str) -> dict[str, object]:
    return {
        "document_id": name, "version": 1, "sha256": name.rjust(64, "0"), "origin": "", "file_name": f"{name}.txt",
        "media_type": "text/plain", "size": 1, "page_count": 1, "passage_count": PASSAGES_PER_DOCUMENT, "paged": False,
        "added": "2024-01-01T00:00:00Z", "remarks": [],
    }  # fmt: skip
