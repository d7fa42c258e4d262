"""The search on the sample knowledge base stays above written floors. `make eval` prints the figures themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from corpus.catalogue import open_catalogue
from corpus.scope import EVERYTHING
from search.embedded_index import open_index
from search.encoder import Encoder
from search.evaluation import Evaluation, Judged, summarise
from search.floors import read_floors, shortfalls
from search.questions import read_questions
from search.relevance import calibration_of
from search.searcher import Searcher
from service.wiring import fingerprint_of

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "corpus" / "voorbeeld"


@pytest.fixture(scope="module")
def searcher(sample_data: Path, real_encoder: Encoder) -> Iterator[Searcher]:
    catalogue = open_catalogue(sample_data)
    index = open_index(catalogue, sample_data, fingerprint_of(real_encoder))
    yield Searcher(catalogue, index, real_encoder, calibration_of(real_encoder.facts.name))
    index.close()


@pytest.fixture(scope="module")
def judged(searcher: Searcher) -> tuple[list[Judged], list[Judged]]:
    evaluation = Evaluation(searcher.catalogue, searcher)
    answerable = read_questions(SAMPLE / "vragen.jsonl", answerable=True)
    unanswerable = read_questions(SAMPLE / "onbeantwoordbaar.jsonl", answerable=False)
    return [evaluation.judge(q) for q in answerable], [evaluation.judge(q) for q in unanswerable]


def test_every_quote_is_in_a_passage(judged: tuple[list[Judged], list[Judged]]) -> None:
    assert [one.question.id for one in judged[0] if one.missing] == []


def test_the_measures_are_above_their_floors(judged: tuple[list[Judged], list[Judged]]) -> None:
    report: dict[str, Any] = summarise(*judged)
    floors = read_floors(SAMPLE / "vloeren.toml")
    assert {"passages.ndcg@10", "documents.ndcg@10", "documents.success@10", "auroc.all"} <= floors.keys()
    assert shortfalls(report, floors) == []


def test_every_passage_stands_on_its_page(searcher: Searcher) -> None:
    """Page by page against another extractor: the words of the passage are on that page of the PDF."""
    checked = 0
    for document in searcher.catalogue.documents(EVERYTHING):
        if document.media_type != "application/pdf":
            continue
        pdf = pypdfium2.PdfDocument(searcher.catalogue.files.read(document.sha256))
        texts = [_squash(pdf[number].get_textpage().get_text_bounded()) for number in range(len(pdf))]
        for passage in searcher.catalogue.passages_of(document.id):
            assert passage.page is not None
            assert 1 <= passage.page <= len(texts) == document.page_count
            words = [word for word in passage.text.split() if len(word) > 3]
            found = sum(_squash(word) in texts[passage.page - 1] for word in words)
            assert found >= 0.9 * len(words), f"{document.file_name} p. {passage.page}: {passage.text[:80]}"
            checked += 1
        pdf.close()
    assert checked > 200


def _squash(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
