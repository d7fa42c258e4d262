"""What surrounds an answer: counts per facet, within what one may see, and themes that are near."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.overview import Overview, explore
from search.relevance import Calibration
from search.searcher import Limits, Searcher

Put = Callable[..., str]
ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
NEVER = Calibration((0.0, 0.0, 0.0), -5.0, possible=0.3, strong=0.7)
WITH_WORDS = Calibration((0.0, 0.0, 1e6), -0.5, possible=0.5, strong=0.9)  # only what shares a word passes


@pytest.fixture
def searcher(catalogue: Catalogue, encoder: Encoder, tmp_path: Path, put: Put) -> Searcher:
    put("nota", ["preventie in de wijk"], kind="nota", themes=("jeugd", "wijk"), date=date(2024, 5, 1))
    put("brief", ["preventie op school"], kind="brief", themes=("jeugd",), date=date(2025, 5, 1), organisation="VNG")
    put("memo", ["preventie en zorg"], kind="brief", themes=("zorg",), date=date(2025, 9, 1), language="en")
    put("geheim", ["preventie bij een casus"], kind="casus", classification=Classification.VERTROUWELIJK)
    index = open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
    return Searcher(catalogue, index, encoder, ALWAYS)


def overview(
    searcher: Searcher, scope: Scope = PUBLIC, allowed: Scope = PUBLIC, question: str = "preventie"
) -> Overview:
    return explore(searcher, question, scope, allowed, Limits())


def test_every_facet_counts_the_documents_found_most_first(searcher: Searcher) -> None:
    facets = overview(searcher).facets
    assert facets["kinds"] == [("brief", 2), ("nota", 1)]
    assert facets["themes"] == [("jeugd", 2), ("wijk", 1), ("zorg", 1)]
    assert facets["organisations"] == [("VNG", 1)]
    assert facets["years"] == [("2025", 2), ("2024", 1)]
    assert facets["languages"] == [("nl", 2), ("en", 1)]


def test_what_one_may_not_see_is_not_counted(searcher: Searcher) -> None:
    assert "casus" not in dict(overview(searcher).facets["kinds"])
    seen = overview(searcher, EVERYTHING, EVERYTHING)
    assert dict(seen.facets["kinds"])["casus"] == 1
    assert (overview(searcher).count, seen.count) == (3, 4)


def test_a_choice_narrows_the_other_facets_and_not_its_own(searcher: Searcher) -> None:
    scope = replace(PUBLIC, kinds=frozenset({"brief"}))
    found = overview(searcher, scope)
    assert {hit.document.id for hit in found.answer.results} == {"brief", "memo"}
    assert found.count == 2
    assert found.facets["kinds"] == [("brief", 2), ("nota", 1)]
    assert found.facets["years"] == [("2025", 2)]
    assert found.facets["themes"] == [("jeugd", 1), ("zorg", 1)]


def test_the_count_of_a_value_is_what_choosing_it_gives(searcher: Searcher) -> None:
    for value, count in overview(searcher).facets["years"]:
        chosen = overview(searcher, replace(PUBLIC, years=frozenset({int(value)})))
        assert chosen.count == len(chosen.answer.results) == count
    both = overview(searcher, replace(PUBLIC, years=frozenset({2024, 2025}), themes=frozenset({"jeugd"})))
    assert {hit.document.id for hit in both.answer.results} == {"nota", "brief"}


def test_a_filter_does_not_change_what_is_relevant(searcher: Searcher) -> None:
    """Relevance looks at how near the question is to the collection; that may not become the one document left."""
    searcher.calibration = Calibration((30.0, -30.0, 0.0), 0.0, possible=0.5, strong=0.9)  # nearer than is typical
    everything = overview(searcher)
    assert 0 < everything.count < 3
    for value, count in everything.facets["years"]:
        assert overview(searcher, replace(PUBLIC, years=frozenset({int(value)}))).count == count
    for value, count in everything.facets["kinds"]:
        assert overview(searcher, replace(PUBLIC, kinds=frozenset({value}))).count == count


def test_a_period_counts_too(searcher: Searcher) -> None:
    assert overview(searcher, replace(PUBLIC, since=date(2025, 6, 1))).facets["kinds"] == [("brief", 1)]
    assert overview(searcher, replace(PUBLIC, until=date(2024, 12, 31))).facets["kinds"] == [("nota", 1)]


def test_what_falls_below_the_bar_is_not_counted(catalogue: Catalogue, searcher: Searcher, put: Put) -> None:
    put("anders", ["recept voor appeltaart"], kind="recept")
    searcher.calibration = WITH_WORDS
    found = overview(searcher)
    assert {hit.document.id for hit in found.answer.results} == {"nota", "brief", "memo"}
    assert "recept" not in dict(found.facets["kinds"])
    assert found.count == 3


def test_more_are_counted_than_shown(searcher: Searcher) -> None:
    found = explore(searcher, "preventie", PUBLIC, PUBLIC, Limits(documents=1))
    assert len(found.answer.results) == 1
    assert found.count == 3


def test_nothing_found_offers_themes_that_exist_and_may_be_seen(searcher: Searcher, put: Put) -> None:
    put("dicht", ["preventie"], themes=("geheim thema",), classification=Classification.INTERN)
    searcher.calibration = NEVER
    found = overview(searcher)
    assert (found.count, found.answer.results) == (0, ())
    assert found.themes[0] == "jeugd"
    assert set(found.themes) == {"jeugd", "wijk", "zorg"}
    assert all(counts == [] for counts in found.facets.values())


def test_an_empty_question_has_nothing(searcher: Searcher) -> None:
    found = overview(searcher, question="\u200b ")
    assert (found.count, found.answer.results, found.themes) == (0, (), ())
