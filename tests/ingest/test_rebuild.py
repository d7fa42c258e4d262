"""Making the index again beside the one that serves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import Catalogue
from corpus.errors import FingerprintError
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from ingest.editing import edit_document
from ingest.rebuild import STAGING, rebuild
from search.embedded_index import EmbeddedIndex, claim, open_index
from search.encoder import Encoder, Vectors
from search.fingerprint import FACT_NAME, Fingerprint
from search.model_facts import ModelFacts
from search.searcher import Searcher

Put = Callable[..., str]


class Turned:
    """Another model: the vectors of the first, turned by one place, and a smaller token limit."""

    def __init__(self, encoder: Encoder) -> None:
        self.facts: ModelFacts = replace(encoder.facts, name="gedraaid", weights_sha256="anders", token_limit=64)
        self._encoder = encoder

    def encode_question(self, question: str) -> Vectors:
        return np.ascontiguousarray(self._encoder.encode_question(question)[::-1])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.ascontiguousarray(self._encoder.encode_passages(texts)[:, ::-1])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def old(encoder: Encoder) -> Fingerprint:
    return Fingerprint.of(encoder.facts, "test")


@pytest.fixture
def turned(encoder: Encoder) -> Encoder:
    return Turned(encoder)


@pytest.fixture
def new(turned: Encoder) -> Fingerprint:
    return Fingerprint.of(turned.facts, "test")


@pytest.fixture
def serving(catalogue: Catalogue, put: Put, data: Path, old: Fingerprint) -> EmbeddedIndex:
    """Three documents, one of which is long, and the index that serves them."""
    claim(catalogue, old)
    put("a", ["onrust bij de moskee"], ["en in de wijk"])
    put("b", [" ".join(f"woord{number}" for number in range(80))])
    put("c", ["spreekuur van het wijkteam"])
    return open_index(catalogue, data, old)


def texts(catalogue: Catalogue) -> str:
    """All text in the passages of all documents, without white space."""
    passages = [p.text for name in sorted(catalogue.ids(EVERYTHING)) for p in catalogue.passages_of(name)]
    return "".join("".join(passages).split())


@pytest.mark.usefixtures("serving")
def test_documents_are_cut_and_embedded_again_from_their_stored_pages(
    catalogue: Catalogue, data: Path, turned: Encoder, new: Fingerprint
) -> None:
    said: list[str] = []
    before, text = catalogue.units("a").vectors.tolist(), texts(catalogue)
    assert rebuild(catalogue, data, turned, new, said.append) == 3
    assert sorted(said) == ["a.txt", "b.txt", "c.txt"]
    assert catalogue.units("a").vectors.tolist() == [vector[::-1] for vector in before]
    assert len(catalogue.passages_of("b")) > 1  # the new model reads less at a time
    assert texts(catalogue) == text
    for name in ("a", "b", "c"):
        pages = {page.position: page for page in catalogue.pages(name)}
        for passage in catalogue.passages_of(name):
            assert pages[passage.position].text[passage.start : passage.end] == passage.text
    assert not (data / STAGING).exists()


@pytest.mark.usefixtures("serving")
def test_after_a_rebuild_the_new_parts_answer_and_the_old_are_refused(
    catalogue: Catalogue, data: Path, encoder: Encoder, turned: Encoder, old: Fingerprint, new: Fingerprint
) -> None:
    rebuild(catalogue, data, turned, new, print)
    assert catalogue.fact(FACT_NAME) == new.text()
    index = open_index(catalogue, data, new)
    assert index.counts().equal
    answer = Searcher(catalogue, index, turned).search("onrust bij de moskee", EVERYTHING, abstain=False)
    assert answer.results[0].document.id == "a"
    with pytest.raises(FingerprintError, match=r"model: index 'gedraaid', nu 'hash'.*kennislab rebuild"):
        open_index(catalogue, data, old)


def test_a_process_that_has_the_old_index_open_refuses_instead_of_mixing(
    catalogue: Catalogue,
    serving: EmbeddedIndex,
    data: Path,
    encoder: Encoder,
    turned: Encoder,
    new: Fingerprint,
) -> None:
    searcher = Searcher(catalogue, serving, encoder)
    assert searcher.search("onrust bij de moskee", EVERYTHING, abstain=False).results
    rebuild(catalogue, data, turned, new, print)
    for _ in range(2):  # and it goes on refusing
        with pytest.raises(FingerprintError, match="kennislab rebuild"):
            searcher.search("onrust bij de moskee", EVERYTHING, abstain=False)


def test_the_serving_index_answers_during_the_rebuild(
    catalogue: Catalogue, serving: EmbeddedIndex, data: Path, encoder: Encoder, turned: Encoder, new: Fingerprint
) -> None:
    searcher = Searcher(catalogue, serving, encoder)
    first: list[str] = []

    def ask(_name: str) -> None:
        answer = searcher.search("onrust bij de moskee", EVERYTHING, abstain=False)
        first.append(answer.results[0].document.id)

    rebuild(catalogue, data, turned, new, ask)
    assert first == ["a", "a", "a"]


@pytest.mark.usefixtures("serving")
def test_what_is_added_changed_and_removed_meanwhile_is_caught_up(
    catalogue: Catalogue, put: Put, data: Path, turned: Encoder, new: Fingerprint
) -> None:
    said: list[str] = []

    def meddle(name: str) -> None:
        said.append(name)
        if len(said) == 3:  # all three are staged; the swap must see that it is too early
            put("d", ["nieuw document over vlaggetjes"])
            put("c", ["andere tekst over kaarten"], version=2)
            remove(catalogue, "a")

    assert rebuild(catalogue, data, turned, new, meddle) == 3
    assert sorted(said[3:]) == ["c.txt", "d.txt"]
    assert catalogue.ids(EVERYTHING) == {"b", "c", "d"}
    assert [passage.text for passage in catalogue.passages_of("c")] == ["andere tekst over kaarten"]
    index = open_index(catalogue, data, new)
    assert index.counts().equal
    assert index.counts().vector == catalogue.counts()["passages"]
    found = Searcher(catalogue, index, turned).search("vlaggetjes", EVERYTHING, abstain=False)
    assert found.results[0].document.id == "d"
    assert "onrust" not in texts(catalogue)


@pytest.mark.usefixtures("serving")
def test_a_rebuild_that_stops_halfway_changes_nothing_and_leaves_nothing(
    catalogue: Catalogue, data: Path, turned: Encoder, old: Fingerprint, new: Fingerprint
) -> None:
    def stop(_name: str) -> None:
        raise KeyboardInterrupt

    counts = catalogue.counts()
    with pytest.raises(KeyboardInterrupt):
        rebuild(catalogue, data, turned, new, stop)
    assert catalogue.counts() == counts
    assert catalogue.fact(FACT_NAME) == old.text()
    assert not (data / STAGING).exists()


@pytest.mark.usefixtures("serving")
def test_what_an_earlier_rebuild_left_when_it_was_killed_does_not_matter(
    catalogue: Catalogue, data: Path, turned: Encoder, new: Fingerprint
) -> None:
    (data / STAGING).mkdir()
    (data / STAGING / "catalogus.sqlite").write_bytes(b"half")
    assert rebuild(catalogue, data, turned, new, print) == 3
    assert open_index(catalogue, data, new).counts().equal


def test_a_rebuild_with_the_same_parts_is_followed_by_who_has_the_index_open(
    catalogue: Catalogue, serving: EmbeddedIndex, data: Path, encoder: Encoder, old: Fingerprint
) -> None:
    searcher = Searcher(catalogue, serving, encoder)
    before = searcher.search("onrust bij de moskee", EVERYTHING, abstain=False)
    rebuild(catalogue, data, encoder, old, print)
    after = searcher.search("onrust bij de moskee", EVERYTHING, abstain=False)
    assert [(r.document, r.score, r.passages) for r in after.results] == [
        (r.document, r.score, r.passages) for r in before.results
    ]
    assert serving.counts().equal


def test_a_title_that_changes_during_a_rebuild_is_in_the_new_index(
    catalogue: Catalogue, data: Path, encoder: Encoder, put: Put, old: Fingerprint, turned: Encoder, new: Fingerprint
) -> None:
    put("a", ["Tekst een."])
    put("b", ["Tekst twee."])
    before: list[str] = []

    def rename_first(name: str) -> None:
        before.append(name)
        if len(before) == 1:
            document_id = name.removesuffix(".txt")
            edit_document(catalogue, encoder, old, (document_id, EVERYTHING), {"titel": "Vlaggen"})

    assert rebuild(catalogue, data, turned, new, rename_first) == 2
    assert before == [before[0], before[1], before[0]]
    with catalogue.database.read() as connection:
        query = "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH 'title : vlag*'"
        assert connection.exec_driver_sql(query).scalar() == 1
