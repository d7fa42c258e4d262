"""What each ingredient adds: which variants there are, and differences question by question."""

from collections.abc import Callable

import pytest

from search.ablation import EVERYTHING, FIGURES, PER_KIND, VARIANTS, ablate
from search.judged import Judged
from search.questions import Question
from search.recipe import STANDARD, Recipe
from tests.search.judged_samples import judged

QUESTIONS = [Question(str(number), "x", "feit" if number < 20 else "typo") for number in range(25)]


def by_recipe(worse: dict[str, Callable[[Question], bool]]) -> Callable[[Question, Recipe], Judged]:
    """A judge that finds the answer second, for the variants and questions named; else first."""
    names = {recipe: name for name, recipe in VARIANTS.items()}

    def judge(question: Question, recipe: Recipe) -> Judged:
        second = worse.get(names[recipe], lambda _question: False)(question)
        return judged(question.id, question.kind, rank=2 if second else 1)

    return judge


def test_every_variant_differs_from_everything_in_its_own_way() -> None:
    assert next(iter(VARIANTS.items())) == (EVERYTHING, STANDARD)
    assert len(set(VARIANTS.values())) == len(VARIANTS) == 12


def test_a_variant_that_is_worse_everywhere_is_marked_and_the_same_is_not() -> None:
    rows = {row.name: row for row in ablate(QUESTIONS, by_recipe({"zonder vectoren": lambda _question: True}))}
    assert list(rows) == list(VARIANTS)
    cell = rows["zonder vectoren"].figures[PER_KIND]
    assert cell.value == pytest.approx(0.6309, abs=1e-4)
    assert cell.difference is not None
    assert cell.difference.value == pytest.approx(-0.3691, abs=1e-4)
    assert cell.difference.clear
    success = rows["zonder vectoren"].figures["documents.success@10"].difference
    assert success is not None
    assert not success.clear
    same = rows["zonder woorden"].figures[PER_KIND].difference
    assert same is not None
    assert (same.value, same.clear) == (0.0, False)
    assert {row.figures.keys() == set(FIGURES) for row in rows.values()} == {True}


def test_the_first_row_has_no_difference() -> None:
    first, *_ = ablate(QUESTIONS, by_recipe({}))
    assert [cell.difference for cell in (*first.figures.values(), *first.kinds.values())] == [None] * 6


def test_a_kind_is_compared_with_itself() -> None:
    worse = {"zonder lettergroepen": lambda question: question.kind == "typo"}
    row = ablate(QUESTIONS, by_recipe(worse))[list(VARIANTS).index("zonder lettergroepen")]
    assert list(row.kinds) == ["feit", "typo"]
    assert row.kinds["feit"].difference is not None
    assert row.kinds["feit"].difference.value == 0.0
    assert row.kinds["typo"].difference is not None
    assert row.kinds["typo"].difference.value == pytest.approx(-0.3691, abs=1e-4)
    assert row.kinds["typo"].difference.low is None  # five questions


def test_milliseconds_are_those_of_the_middle_question() -> None:
    (row, *_) = ablate(QUESTIONS, by_recipe({}))
    assert (row.search_ms, row.encode_ms) == (20.0, 5.0)
