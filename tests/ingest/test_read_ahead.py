"""The next files are read while one is embedded; what comes of it is the same, and little is in memory."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import ReadError
from corpus.scope import EVERYTHING
from corpus.types import Classification
from ingest.pipeline import AHEAD, IngestOptions, Pipeline, Status
from ingest.reading import Extraction
from ingest.sandbox import read_isolated
from search.encoder import Encoder, Vectors

PATIENCE_S = 30


class Noted:
    """Reads and embeds, and knows how far the reading was when each file was embedded."""

    def __init__(self, encoder: Encoder) -> None:
        self.facts = encoder.facts
        self.count_tokens, self.encode_question = encoder.count_tokens, encoder.encode_question
        self._encoder = encoder
        self.read: list[str] = []
        self.embedded = 0
        self.most_ahead = 0
        self.second = threading.Event()

    def reader(self, data: bytes, name: str) -> Extraction:
        self.read.append(name)
        if len(self.read) > 1:
            self.second.set()
        if b"onleesbaar" in data:
            raise ReadError("Dit is niet te lezen.")
        return read_isolated(data, name)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += 1
        self.most_ahead = max(self.most_ahead, len(self.read) - self.embedded)
        assert self.second.wait(PATIENCE_S), "the second file is not read while the first one is embedded"
        return self._encoder.encode_passages(texts)


@pytest.fixture
def noted(encoder: Encoder) -> Noted:
    return Noted(encoder)


@pytest.fixture
def pipeline(catalogue: Catalogue, noted: Noted) -> Pipeline:
    return Pipeline(catalogue, noted, IngestOptions(default_level=Classification.OPENBAAR), noted.reader)


def files(folder: Path, *texts: str) -> list[tuple[Path, str]]:
    made = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        made.append((path, path.name))
    return made


def test_the_next_file_is_read_while_one_is_embedded_and_never_many(
    pipeline: Pipeline, noted: Noted, tmp_path: Path
) -> None:
    found = list(pipeline.ingest_all(files(tmp_path, *(f"Tekst nummer {number} over de wijk." for number in range(8)))))
    assert [outcome.file for outcome in found] == [f"{number}.txt" for number in range(8)]
    assert {outcome.status for outcome in found} == {Status.PROCESSED}
    assert noted.most_ahead <= AHEAD


def test_every_file_ends_as_it_does_alone(pipeline: Pipeline, catalogue: Catalogue, tmp_path: Path) -> None:
    some = files(tmp_path, "Een tekst.", "Een andere tekst.", "onleesbaar", "Een tekst.")
    some.append((tmp_path / "weg.txt", "weg.txt"))
    first, second, broken, double, gone = pipeline.ingest_all(some)
    assert (first.status, second.status) == (Status.PROCESSED, Status.PROCESSED)
    assert (broken.status, broken.reason) == (Status.FAILED, "Dit is niet te lezen.")
    # Read before the first was stored, and yet known to be the same.
    assert (double.status, double.document_id) == (Status.SKIPPED, first.document_id)
    assert gone.status is Status.FAILED
    assert len(catalogue.documents(EVERYTHING)) == 2


def test_what_is_unchanged_is_not_read_again(pipeline: Pipeline, noted: Noted, tmp_path: Path) -> None:
    some = files(tmp_path, "Een tekst.", "Een andere tekst.")
    assert [outcome.status for outcome in pipeline.ingest_all(some)] == [Status.PROCESSED] * 2
    assert [outcome.status for outcome in pipeline.ingest_all(some)] == [Status.SKIPPED] * 2
    assert sorted(noted.read) == ["0.txt", "1.txt"]


def test_who_stops_listening_stops_the_reading(pipeline: Pipeline, noted: Noted, tmp_path: Path) -> None:
    outcomes = pipeline.ingest_all(files(tmp_path, *(f"Tekst nummer {number}." for number in range(9))))
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert len(noted.read) <= AHEAD + 2
