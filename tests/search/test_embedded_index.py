"""The index on one machine: it follows the catalogue, exactly, and refuses what other parts made."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, Units, open_catalogue
from corpus.errors import FingerprintError
from corpus.publishing import remove, set_fact
from corpus.scope import EVERYTHING
from search.analysis import question_terms
from search.embedded_index import claim, open_index
from search.encoder import Encoder
from search.fingerprint import FACT_NAME, Fingerprint
from search.index import Hit, LegCounts
from search.vector_leg import VectorLeg

Put = Callable[..., str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def fingerprint(encoder: Encoder) -> Fingerprint:
    return Fingerprint.of(encoder.facts, "test")


def units(key: int, *vectors: list[float]) -> Units:
    ids = np.arange(len(vectors)) + key * UNITS_PER_PASSAGE
    return Units(ids.astype(np.int64), np.array(vectors, dtype=np.float16))


def test_a_passage_scores_the_mean_of_its_whole_and_its_best_window() -> None:
    leg = VectorLeg(2)
    leg.put("a", units(1, [0.5, 0], [0.25, 0], [0.75, 0]))  # (0.5 + 0.75) / 2
    leg.put("b", units(2, [0.5, 0.5]))  # no windows: its whole
    leg.put("c", units(3, [-0.5, 0], [-0.25, 0]))  # (-0.5 - 0.25) / 2
    hits = leg.hits(np.array([1, 0], np.float32), None, 10)
    assert hits == [Hit(1, 0.625, window=2), Hit(2, 0.5), Hit(3, -0.375, window=1)]
    assert leg.hits(np.array([1, 0], np.float32), {"c", "b"}, 1) == [Hit(2, 0.5)]


def test_equal_scores_come_in_order_of_key() -> None:
    leg = VectorLeg(2)
    for key in (5, 2, 9, 1):
        leg.put(f"d{key}", units(key, [1, 0]))
    assert [hit.key for hit in leg.hits(np.array([1, 0], np.float32), None, 10)] == [1, 2, 5, 9]


def test_the_best_passage_is_found_when_the_windows_of_others_come_first() -> None:
    """Ten passages have windows at 0.9 but wholes at 0 (mean 0.45); one whole at 0.8 is better than all of them."""
    leg = VectorLeg(2)
    for key in range(1, 11):
        leg.put(f"d{key}", units(key, [0, 0], *[[0.9, 0]] * 20))
    leg.put("best", units(99, [0.8, 0]))
    (hit,) = leg.hits(np.array([1, 0], np.float32), None, 1)
    assert hit.key == 99
    assert hit.score == pytest.approx(0.8, abs=1e-3)


def test_the_vector_leg_equals_brute_force_on_random_units() -> None:
    random = np.random.default_rng(7)
    leg = VectorLeg(8)
    wanted: list[tuple[float, int]] = []
    question = random.normal(size=8).astype(np.float32)
    for key in range(1, 200):
        vectors = random.normal(size=(int(random.integers(1, 9)), 8)).astype(np.float16)
        leg.put(f"d{key}", Units(np.arange(len(vectors)) + key * UNITS_PER_PASSAGE, vectors))
        whole, *windows = (vectors.astype(np.float64) @ question).tolist()
        wanted.append(((whole + max(windows, default=whole)) / 2, key))
    best = sorted(wanted, key=lambda pair: (-pair[0], pair[1]))
    for k in (1, 3, 10, 50):
        hits = leg.hits(question, None, k)
        assert [hit.key for hit in hits] == [key for _, key in best[:k]]
        assert [hit.score for hit in hits] == pytest.approx([score for score, _ in best[:k]], abs=1e-4)


def test_putting_a_document_again_replaces_it_and_dropping_forgets_it() -> None:
    leg = VectorLeg(2)
    leg.put("a", units(1, [1, 0], [1, 0]))
    leg.put("a", units(2, [0, 1]))
    assert leg.passage_count() == 1
    assert leg.hits(np.array([0, 1], np.float32), None, 10) == [Hit(2, 1.0)]
    leg.drop(["a", "onbekend"])
    assert (leg.passage_count(), leg.document_ids) == (0, set())
    assert leg.hits(np.array([0, 1], np.float32), None, 10) == []


def test_counts_that_differ_are_not_equal() -> None:
    assert LegCounts(2, 2).equal
    assert not LegCounts(2, 3).equal


def test_following_tells_the_newest_change_and_replays_each_once(
    catalogue: Catalogue, put: Put, data: Path, fingerprint: Fingerprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_index(catalogue, data, fingerprint)
    assert index.follow() == 0
    put("a", ["een"])
    put("a", ["twee"], version=2)
    put("b", ["drie"])
    remove(catalogue, "b")
    asked: list[str] = []
    read = catalogue.units

    def note(name: str) -> Units:
        asked.append(name)
        return read(name)

    monkeypatch.setattr(catalogue, "units", note)
    assert index.follow() == 4
    assert asked == ["a", "b"]
    assert index.follow() == 4
    assert asked == ["a", "b"]
    assert index.counts() == LegCounts(1, 1)


def test_an_index_made_by_other_parts_is_refused_at_opening(
    catalogue: Catalogue, put: Put, data: Path, fingerprint: Fingerprint
) -> None:
    claim(catalogue, fingerprint)
    put("a", ["een"])
    other = replace(fingerprint, stemmer="ander")
    with pytest.raises(FingerprintError, match=r"stemmer: .*kennislab rebuild"):
        open_index(catalogue, data, other)
    with pytest.raises(FingerprintError, match=r"stemmer: .*kennislab rebuild"):
        claim(catalogue, other)
    assert catalogue.fact(FACT_NAME) == fingerprint.text()
    assert open_index(catalogue, data, fingerprint).counts() == LegCounts(1, 1)


def test_an_index_that_was_made_again_by_other_parts_is_refused_by_who_has_it_open(
    catalogue: Catalogue, encoder: Encoder, put: Put, data: Path, fingerprint: Fingerprint
) -> None:
    claim(catalogue, fingerprint)
    index = open_index(catalogue, data, fingerprint)
    set_fact(catalogue, FACT_NAME, replace(fingerprint, chunker="9").text())
    put("a", ["een"])
    with pytest.raises(FingerprintError, match="chunker: index '9', nu 'test'"):
        index.vector_hits(encoder.encode_question("een"), EVERYTHING, 10)
    with pytest.raises(FingerprintError):
        index.counts()


def test_claiming_twice_is_claiming_once(catalogue: Catalogue, fingerprint: Fingerprint) -> None:
    claim(catalogue, fingerprint)
    claim(catalogue, fingerprint)
    assert catalogue.fact(FACT_NAME) == fingerprint.text()


def test_readers_and_a_writer_at_once_never_fail(
    catalogue: Catalogue, encoder: Encoder, put: Put, data: Path, fingerprint: Fingerprint
) -> None:
    put("vast", ["moskee in de wijk"])
    index = open_index(catalogue, data, fingerprint)
    errors: list[Exception] = []
    done = threading.Event()

    def ask() -> None:
        question = encoder.encode_question("moskee in de wijk")
        try:
            while not done.is_set():
                found = catalogue.passages(hit.key for hit in index.vector_hits(question, EVERYTHING, 3))
                assert "vast" in {passage.document_id for passage in found.values()}
                assert index.keyword_hits(["moskee"], EVERYTHING, 3)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        put("los", [f"{number} iets anders"], version=number + 1)
    remove(catalogue, "los")
    done.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert index.counts() == LegCounts(1, 1)


def open_files(data: Path) -> int:
    """How many handles this process has on files of the catalogue."""
    targets = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return sum(target.is_relative_to(data) for target in targets)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux shows open files so")
def test_closing_lets_go_of_the_file(put: Put, catalogue: Catalogue, data: Path, fingerprint: Fingerprint) -> None:
    put("a", ["een"])
    catalogue.close()
    assert open_files(data) == 0
    index = open_index(open_catalogue(data), data, fingerprint)
    assert open_files(data) > 0
    index.close()
    assert open_files(data) == 0


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Een plan voor radicaliseringspreventie.", "preventie radicalisering"),
        ("Over preventie van radicalisering.", "radicaliseringspreventie"),
        ("Het slachtofferbeleid van de stad.", "beleid voor slachtoffers"),
        ("Gesprekken met geëngageerde jongeren.", "gesprek geengageerd"),
        ("De regio bakent preventie van zorg af.", "afbakening? afbakenen!"),
    ],
)
def test_other_forms_of_a_word_are_found_with_the_vector_leg_off(
    catalogue: Catalogue, put: Put, data: Path, fingerprint: Fingerprint, text: str, question: str
) -> None:
    put("raak", [text])
    put("mis", ["De sportclub krijgt subsidie voor een nieuw veld."])
    index = open_index(catalogue, data, fingerprint)
    found = catalogue.passages(hit.key for hit in index.keyword_hits(question_terms(question), EVERYTHING, 10))
    assert [passage.document_id for passage in found.values()] == ["raak"]
