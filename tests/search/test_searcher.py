"""A question in, ranked documents out: grouped, in scope, decided and marked."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.publishing import remove
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification
from search.bm25 import LEAST_WEIGHT
from search.embedded_index import EmbeddedIndex, open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.index import Hit
from search.recipe import WEIGHTS
from search.relevance import DEFAULT, Calibration, Evidence, Relevance
from search.searcher import Answer, Limits, Searcher

Put = Callable[..., str]


class ByWords(Calibration):
    """Known beforehand, and not that of a real model: nothing without a word of the question, all with two."""

    def probability(self, evidence: Evidence) -> float:
        return min(1.0, 0.5 * math.ceil(evidence.bm25 / LEAST_WEIGHT))


BY_WORDS = ByWords(DEFAULT.weights, intercept=0.0, possible=0.3, strong=0.9)


@pytest.fixture
def index(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> EmbeddedIndex:
    return open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))


@pytest.fixture
def searcher(catalogue: Catalogue, index: EmbeddedIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalogue, index, encoder, BY_WORDS)


def found(answer: Answer) -> list[str]:
    return [result.document.id for result in answer.results]


def padded(text: str, words: int = 100) -> str:
    """A paragraph long enough to be a passage of its own."""
    return f"{text} " + " ".join(f"vul{number}" for number in range(words))


def test_the_weights_of_the_legs_are_one_together() -> None:
    assert sum(WEIGHTS) == pytest.approx(1.0)


def test_a_document_is_one_result_however_many_of_its_passages_are_found(searcher: Searcher, put: Put) -> None:
    put("veel", [padded("moskee in de wijk") for _ in range(6)])
    put("een", [padded("moskee bij het station")])
    put("twee", [padded("de moskee"), padded("een moskee")])
    answer = searcher.search("moskee", EVERYTHING, Limits(documents=10, passages=2))
    assert sorted(found(answer)) == ["een", "twee", "veel"]
    assert {r.document.id: len(r.passages) for r in answer.results} == {"veel": 2, "een": 1, "twee": 2}
    for result in answer.results:
        assert {hit.passage.document_id for hit in result.passages} == {result.document.id}


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_the_limit_counts_documents(searcher: Searcher, put: Put, count: int) -> None:
    for number in range(4):
        put(f"d{number}", [padded(f"moskee {number}"), padded(f"moskee nog eens {number}")])
    assert len(searcher.search("moskee", EVERYTHING, Limits(documents=count)).results) == min(count, 4)


def test_documents_and_passages_come_best_first_and_always_the_same(searcher: Searcher, put: Put) -> None:
    for number in range(6):
        put(f"d{number}", [padded("moskee " * (number + 1), 80), padded("wijkteam en moskee")])
    first = searcher.search("moskee wijkteam", EVERYTHING)
    scores = [result.score for result in first.results]
    assert scores == sorted(scores, reverse=True)
    for result in first.results:
        assert result.score == result.passages[0].score
        assert all(a.score >= b.score for a, b in pairwise(result.passages))
    for _ in range(3):
        assert searcher.search("moskee wijkteam", EVERYTHING).results == first.results


def test_the_best_match_comes_first(searcher: Searcher, put: Put) -> None:
    put("a", ["meldpunt discriminatie in de gemeente"])
    put("b", ["onrust bij de moskee in het dorp"])
    put("c", ["subsidie voor sportclubs"])
    assert found(searcher.search("onrust bij de moskee", EVERYTHING))[0] == "b"


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u00ad\u200b", "\x00"])
def test_an_empty_question_has_no_results(searcher: Searcher, put: Put, question: str) -> None:
    put("a", ["tekst"])
    answer = searcher.search(question, EVERYTHING, abstain=False)
    assert (answer.question, answer.results) == ("", ())
    assert answer.duration_ms >= 0


def test_the_question_is_given_back_as_it_was_searched(searcher: Searcher) -> None:
    assert (
        searcher.search("  radicali\u00adsering\n in  de wijk? ", EVERYTHING).question == "radicalisering in de wijk?"
    )


def test_an_empty_knowledge_base_answers_with_nothing(searcher: Searcher) -> None:
    assert searcher.search("moskee", EVERYTHING, abstain=False).results == ()


def test_below_the_bar_nothing_is_shown_unless_asked_for(searcher: Searcher, put: Put) -> None:
    put("a", ["subsidie voor sportclubs"])
    assert searcher.search("recept appeltaart", EVERYTHING).results == ()
    (result,) = searcher.search("recept appeltaart", EVERYTHING, abstain=False).results
    assert result.relevance is Relevance.POSSIBLE
    assert result.passages[0].probability < BY_WORDS.possible


def test_the_word_for_relevance_comes_from_the_probability_and_not_from_the_score(searcher: Searcher, put: Put) -> None:
    """The fused score of the best is about 1 whether it answers or not; the probability tells them apart."""
    put("a", [padded("station en dossier")])
    put("b", [padded("alleen dossier")])
    strong, possible = searcher.search("station dossier", EVERYTHING).results
    assert (strong.document.id, strong.relevance) == ("a", Relevance.STRONG)
    assert strong.passages[0].probability == pytest.approx(1.0)
    assert possible.passages[0].probability == pytest.approx(0.5)
    # Two passages; `station` is in one, `dossier` in both: weights log(1 + 3/2) and log(1 + 3/3).
    assert possible.passages[0].coverage == pytest.approx(math.log(2) / (math.log(2.5) + math.log(2)))
    assert (possible.document.id, possible.relevance) == ("b", Relevance.POSSIBLE)


SCOPES = {
    "nothing": (Scope(), []),
    "public": (PUBLIC, ["a"]),
    "kind": (replace(EVERYTHING, kinds=frozenset({"casus"})), ["b"]),
    "theme": (replace(EVERYTHING, themes=frozenset({"zorg"})), ["a"]),
    "language": (replace(EVERYTHING, languages=frozenset({"de"})), ["b"]),
    "organisation": (replace(EVERYTHING, organisations=frozenset({"B"})), ["b"]),
    "period": (replace(EVERYTHING, until=date(2020, 12, 31)), ["a"]),
    "everything": (EVERYTHING, ["a", "b"]),
}


@pytest.mark.parametrize("name", SCOPES)
def test_nothing_out_of_scope_is_found_even_when_it_is_all_there_is(searcher: Searcher, put: Put, name: str) -> None:
    put("a", ["moskee in de wijk"], kind="nota", themes=("zorg",), organisation="A", date=date(2020, 1, 1))
    closed = Classification.VERTROUWELIJK
    put("b", ["de moskee"], classification=closed, kind="casus", language="de", organisation="B", date=date(2023, 1, 1))
    scope, wanted = SCOPES[name]
    assert sorted(found(searcher.search("moskee", scope, abstain=False))) == wanted
    assert set(searcher.candidates("moskee", scope).owners.values()) == set(wanted)


def test_what_is_out_of_scope_does_not_take_the_place_of_what_is_in_it(searcher: Searcher, put: Put) -> None:
    """150 closed passages fit better than the only open one; each leg fetches 100."""
    for number in range(5):
        put(f"dicht{number}", [padded("moskee moskee", 110)] * 30, classification=Classification.INTERN)
    put("open", [padded("er is een moskee", 110)])
    assert found(searcher.search("moskee", PUBLIC)) == ["open"]


def test_a_removed_document_is_not_found_and_a_new_version_only_with_its_new_text(
    searcher: Searcher, catalogue: Catalogue, put: Put
) -> None:
    put("a", ["vlaggetjes op het plein"])
    assert found(searcher.search("vlaggetjes", EVERYTHING)) == ["a"]
    put("a", ["kaarten op het plein"], version=2)
    assert searcher.search("vlaggetjes", EVERYTHING).results == ()
    (result,) = searcher.search("kaarten", EVERYTHING).results
    assert (result.document.version, result.passages[0].passage.version) == (2, 2)
    remove(catalogue, "a")
    assert searcher.search("kaarten", EVERYTHING, abstain=False).results == ()


class LateWriter:
    """An index during whose keyword search another process writes: after the vector leg, before the passages."""

    def __init__(self, index: EmbeddedIndex, write: Callable[[], object], *, after: bool = False) -> None:
        self._index, self._write, self._after = index, write, after

    def keyword_hits(self, terms: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        hits = [] if self._after else self._index.keyword_hits(terms, scope, k)
        self._write()
        return hits or self._index.keyword_hits(terms, scope, k)

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)


def test_a_version_that_is_replaced_during_the_search_is_not_shown(
    catalogue: Catalogue, index: EmbeddedIndex, encoder: Encoder, put: Put
) -> None:
    put("a", ["moskee in de wijk"])
    put("b", ["moskee bij het station"])
    late = LateWriter(index, lambda: put("a", ["iets heel anders"], version=2))
    answer = Searcher(catalogue, late, encoder, BY_WORDS).search("moskee", EVERYTHING)  # type: ignore[arg-type]
    assert found(answer) == ["b"]


def test_a_document_that_is_removed_during_the_search_is_not_shown(
    catalogue: Catalogue, index: EmbeddedIndex, encoder: Encoder, put: Put
) -> None:
    put("a", ["moskee in de wijk"])
    put("b", ["moskee bij het station"])
    late = LateWriter(index, lambda: remove(catalogue, "a"))
    answer = Searcher(catalogue, late, encoder, BY_WORDS).search("moskee", EVERYTHING)  # type: ignore[arg-type]
    assert found(answer) == ["b"]


def test_a_version_that_appears_between_reading_passages_and_documents_is_not_mixed_with_the_one_before(
    catalogue: Catalogue, index: EmbeddedIndex, encoder: Encoder, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a", ["moskee in de wijk"], title="Oud")
    read = catalogue.passages

    def read_and_write(keys: Sequence[int]) -> object:
        passages = read(keys)
        put("a", ["moskee nieuw"], version=2, title="Nieuw")
        return passages

    monkeypatch.setattr(catalogue, "passages", read_and_write)
    searcher = Searcher(catalogue, index, encoder, BY_WORDS)
    assert searcher.search("moskee", EVERYTHING).results == ()
    monkeypatch.setattr(catalogue, "passages", read)
    (result,) = searcher.search("moskee", EVERYTHING).results
    assert (result.document.metadata.title, result.passages[0].passage.text) == ("Nieuw", "moskee nieuw")


def test_a_right_that_is_withdrawn_during_the_search_counts(
    catalogue: Catalogue, index: EmbeddedIndex, encoder: Encoder, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a", ["moskee in de wijk"])
    read = catalogue.passages

    def read_and_close(keys: Sequence[int]) -> object:
        passages = read(keys)
        with catalogue.database.write() as connection:
            connection.exec_driver_sql("UPDATE documents SET classification = 'intern'")
        return passages

    monkeypatch.setattr(catalogue, "passages", read_and_close)
    assert Searcher(catalogue, index, encoder, BY_WORDS).search("moskee", PUBLIC).results == ()


def test_marks_lie_inside_the_passage_and_hold_a_term_of_the_question(searcher: Searcher, put: Put) -> None:
    put("a", ["Eerste zin zonder dat woord. De moskee staat in Één wijk. Derde zin.", "Laatste alinea."])
    put("b", ["Dit gaat over een wijk."])
    for result in searcher.search("Waar staat de moskee?", EVERYTHING, abstain=False).results:
        for hit in result.passages:
            text = hit.passage.text
            assert all(0 <= start < end <= len(text) for start, end in hit.marks)
            marked = [text[start:end] for start, end in hit.marks]
            assert ("De moskee staat in Één wijk." in marked) == (result.document.id == "a")


def test_a_cited_page_exists_and_the_passage_stands_on_it(searcher: Searcher, catalogue: Catalogue, put: Put) -> None:
    put("a", ["niets"], ["de moskee op twee"], ["niets meer"])
    put("b", ["moskee op een"])
    answer = searcher.search("moskee", EVERYTHING)
    assert sorted(found(answer)) == ["a", "b"]
    for result in answer.results:
        for hit in result.passages:
            assert hit.passage.page is not None
            page = catalogue.page(result.document.id, hit.passage.page)
            assert page.text[hit.passage.start : hit.passage.end] == hit.passage.text
            assert 1 <= hit.passage.page <= result.document.page_count


def test_the_evidence_never_holds_the_fused_score(searcher: Searcher, put: Put) -> None:
    put("a", [padded("moskee")])
    put("b", [padded("wijkteam")])
    answer = searcher.search("moskee", EVERYTHING, abstain=False)
    (first,), (second,) = (result.passages for result in answer.results)
    assert set(Evidence._fields) == {"cosine", "typical_cosine", "bm25"}
    assert (first.passage.document_id, second.passage.document_id) == ("a", "b")
    assert first.evidence.cosine > first.evidence.typical_cosine > second.evidence.cosine > 0
    assert first.evidence.bm25 > second.evidence.bm25 == second.coverage == 0
    for hit in (first, second):
        assert hit.probability == BY_WORDS.probability(hit.evidence)


def test_a_cover_is_shown_after_the_passages_that_say_something(
    catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path
) -> None:
    put(
        "stuk",
        ["Afbakening van preventie", "Waar preventie begint en ophoudt en wie dan aan zet is"],
        ["De gemeente bakent preventie af met drie vragen, die zij vooraf aan haar partners voorlegt."],
    )
    index = open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
    answer = Searcher(catalogue, index, encoder).search("afbakening preventie", EVERYTHING, abstain=False)
    (result,) = answer.results
    assert [hit.passage.page for hit in result.passages] == [2, 1]
