"""Searching with an ingredient left out: the leg is not asked, and what it brought in is gone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue
from corpus.scope import EVERYTHING
from search.analysis import question_terms
from search.embedded_index import EmbeddedIndex, open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.index import Hit
from search.recipe import STANDARD, WEIGHTS, Fusion, Recipe, UnitUse
from search.searcher import Candidates, Searcher

Put = Callable[..., str]


@pytest.fixture
def index(catalogue: Catalogue, encoder: Encoder, tmp_path: Path, put: Put) -> EmbeddedIndex:
    for number in range(6):
        filler = " ".join(f"vul{number}{place}" for place in range(110))
        put(f"d{number}", [f"{'moskee ' * number} wijkteam {filler} school", "preventiebeleid van de gemeente"])
    return open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))


def candidates(index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue, recipe: Recipe) -> Candidates:
    return Searcher(catalogue, index, encoder, recipe=recipe).candidates("moskee wijkteam", EVERYTHING)


def test_the_standard_recipe_is_what_is_searched_with_unasked(
    index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue
) -> None:
    assert Recipe() == STANDARD
    assert STANDARD.weights == WEIGHTS
    assert Searcher(catalogue, index, encoder).recipe is STANDARD


def test_without_the_vector_leg_the_question_is_not_encoded(
    index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "encode_question", lambda _question: pytest.fail("was encoded"))
    found = candidates(index, encoder, catalogue, Recipe(weights=(0.0, 1.0, 0.0)))
    assert found.cosines == {}
    assert found.fused
    assert {hit.key for hit in found.fused} == set(found.bm25)


def test_the_vector_leg_alone_ranks_by_cosine(index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue) -> None:
    found = candidates(index, encoder, catalogue, Recipe(weights=(1.0, 0.0, 0.0)))
    assert found.bm25 == {}
    cosines = [found.cosines[hit.key] for hit in found.fused]
    assert cosines == sorted(cosines, reverse=True)
    assert len(cosines) == 6


def test_fusion_by_rank_gives_the_scores_of_ranks(index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue) -> None:
    found = candidates(index, encoder, catalogue, Recipe(fusion=Fusion.RANK))
    ranks = {
        key: sorted(found.cosines.values(), reverse=True).index(cosine) + 1 for key, cosine in found.cosines.items()
    }
    best = found.fused[0]
    assert best.score <= 3 / 61
    assert best.score >= 1 / (60 + ranks[best.key])


@pytest.mark.parametrize("use", list(UnitUse))
def test_a_score_is_that_of_the_units_asked_for(
    index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue, use: UnitUse
) -> None:
    vector = encoder.encode_question("moskee wijkteam school")
    units: dict[int, list[float]] = {}
    for document_id in catalogue.ids(EVERYTHING):
        stored = catalogue.units(document_id)
        for unit, own in zip(stored.ids, stored.vectors, strict=True):
            units.setdefault(int(unit) // UNITS_PER_PASSAGE, []).append(float(own.astype("float32") @ vector))
    assert any(len(scores) > 1 for scores in units.values())
    wanted = []
    for key, (whole, *windows) in units.items():
        best = max(windows, default=whole)
        score = {UnitUse.BOTH: (whole + best) / 2, UnitUse.WHOLE: whole, UnitUse.WINDOWS: best}[use]
        wanted.append(Hit(key, score))
    wanted.sort(key=lambda hit: (-hit.score, hit.key))
    for count in (1, 3, 6):
        got = index.vector_hits(vector, EVERYTHING, count, use)
        assert [hit.key for hit in got] == [hit.key for hit in wanted[:count]]
        assert [hit.score for hit in got] == pytest.approx([hit.score for hit in wanted[:count]], abs=1e-5)


def test_parts_and_verbs_of_the_question_can_be_left_out() -> None:
    question = "Hoe baken je radicaliseringspreventie af?"
    every = set(question_terms(question))
    without_parts = set(question_terms(question, parts=False))
    without_verbs = set(question_terms(question, verbs=False))
    parts, verbs = every - without_parts, every - without_verbs
    assert parts
    assert verbs
    assert not parts & verbs
    assert set(question_terms(question, parts=False, verbs=False)) == every - parts - verbs


def test_the_searcher_asks_for_the_terms_of_its_recipe(
    index: EmbeddedIndex, encoder: Encoder, catalogue: Catalogue
) -> None:
    """`preventie` is found in `preventiebeleid` by the document's parts; the question's own parts find `beleid`."""
    words = Recipe(weights=(0.0, 1.0, 0.0))
    searcher = Searcher(catalogue, index, encoder, recipe=words)
    assert searcher.candidates("preventieplan", EVERYTHING).fused
    searcher.recipe = replace(words, compound_parts=False)
    assert not searcher.candidates("preventieplan", EVERYTHING).fused
