"""Near-duplicates: told to who adds, never kept with the document."""

import random
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from corpus.types import Page
from ingest.duplicates import SKETCH_SIZE, similarity, sketch_of
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from search.encoder import Encoder


def words(count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return [f"woord{chance.randrange(10**6)}" for _ in range(count)]


def pages(text: list[str]) -> list[Page]:
    return [Page(1, 1, " ".join(text))]


def jaccard(one: list[str], other: list[str]) -> float:
    sets = [{tuple(text[start : start + 5]) for start in range(len(text) - 4)} for text in (one, other)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.mark.parametrize("changed", [0, 5, 20, 40, 100])
def test_the_estimate_is_near_the_truth(changed: int) -> None:
    one = words(3000)
    other = list(one)
    for place in random.Random(changed).sample(range(3000), changed):
        other[place] = "anders"
    assert similarity(sketch_of(pages(one)), sketch_of(pages(other))) == pytest.approx(jaccard(one, other), abs=0.08)


def test_layout_case_and_punctuation_do_not_count() -> None:
    one = sketch_of([Page(1, 1, "De gemeente, werkt samen\nmet de wijk. En meer."), Page(2, 2, "Nog iets.")])
    other = sketch_of([Page(1, None, "de GEMEENTE werkt samen met de wijk en meer nog iets")])
    assert similarity(one, other) == 1.0


def test_a_sketch_is_small_and_of_nothing_is_nothing() -> None:
    assert len(sketch_of(pages(words(5000))).hashes) == SKETCH_SIZE
    assert sketch_of(pages(words(5000))).shingles == 4996
    assert sketch_of(pages([])).shingles == 0
    assert similarity(sketch_of(pages([])), sketch_of(pages([]))) == 0.0
    assert sketch_of(pages(["een", "twee"])).shingles == 1


def test_who_adds_a_near_duplicate_is_told_by_id_only(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> None:
    text = words(400)
    versions = {"een.txt": text, "twee.txt": [*text[:-3], "en", "iets", "anders"], "los.txt": words(400, 2)}
    pipeline = Pipeline(catalogue, encoder, IngestOptions(), read_document)
    outcomes = []
    for name, content in versions.items():
        (tmp_path / name).write_text(" ".join(content), "utf-8")
        outcomes.append(pipeline.ingest(tmp_path / name, name))
    first, second, other = outcomes
    assert first.remarks == other.remarks == ()
    (remark,) = second.remarks
    assert first.document_id in remark
    assert "een" not in remark.split(first.document_id)[0].split()
    assert catalogue.document(second.document_id, EVERYTHING).remarks == ()
    remove(catalogue, first.document_id)
    (tmp_path / "drie.txt").write_text(" ".join(["meer", *text]), "utf-8")
    (remark,) = pipeline.ingest(tmp_path / "drie.txt", "drie.txt").remarks
    assert first.document_id not in remark
    assert second.document_id in remark


def test_a_new_version_is_no_duplicate_of_itself(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> None:
    path, text = tmp_path / "een.txt", words(400)
    pipeline = Pipeline(catalogue, encoder, IngestOptions(), read_document)
    path.write_text(" ".join(text), "utf-8")
    pipeline.ingest(path, "een.txt")
    path.write_text(" ".join([*text, "erbij"]), "utf-8")
    outcome = pipeline.ingest(path, "een.txt")
    assert (outcome.version, outcome.remarks) == (2, ())
