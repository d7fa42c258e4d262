"""Keeping a run, and comparing two."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import QuestionFileError
from search.judged import FIGURES, Judged, Marked
from search.runs import CHANGED_MOST, compare, load_run, run_of, save_run
from tests.search.judged_samples import judged


def many(ranks: list[int]) -> list[Judged]:
    return [judged(str(number), rank=rank) for number, rank in enumerate(ranks)]


def test_a_run_is_read_as_it_was_saved(tmp_path: Path) -> None:
    run = run_of([judged("v1", marked=Marked(3, 1))], [judged("o1", "near", probability=0.1)])
    save_run(tmp_path / "meting.json", run)
    assert load_run(tmp_path / "meting.json") == run
    assert run["v1"].figures["markering"] == (1 / 3, 3.0)
    assert set(run["v1"].figures) == {*FIGURES, "geweigerd.met antwoord"}
    assert run["zonder antwoord/o1"].figures == {
        "geweigerd.zonder antwoord": (1.0, 1.0),
        "geweigerd.near": (1.0, 1.0),
    }


def test_differences_are_of_now_minus_then() -> None:
    comparison = compare(run_of(many([2] * 20), []), run_of(many([1] * 10 + [2] * 10), []))
    figures = {one.name: one for one in comparison.figures}
    rank = figures["passages.mrr@10"]
    assert (rank.questions, rank.before, rank.after) == (20, 0.5, 0.75)
    assert rank.difference.value == 0.25
    assert rank.difference.clear
    assert not figures["passages.success@10"].difference.clear
    assert "markering" not in figures  # nothing was shown in either
    assert [one.id for one in comparison.better] == [str(number) for number in range(10)]
    assert comparison.worse == ()
    backwards = compare(run_of(many([1] * 20), []), run_of(many([2] * 20), []))
    assert {one.name: one.difference.value for one in backwards.figures}["passages.mrr@10"] == -0.5


def test_the_questions_that_changed_most_come_first_and_are_not_too_many() -> None:
    before = run_of(many([1, 0, 3, 2] + [1] * 20), [])
    comparison = compare(before, run_of(many([0, 1, 2, 2] + [2] * 20), []))
    assert [one.id for one in comparison.better] == ["1", "2"]
    assert comparison.worse[0].id == "0"
    assert (comparison.worse[0].before, comparison.worse[0].after) == (1.0, 0.0)
    assert len(comparison.worse) == CHANGED_MOST


def test_only_questions_that_both_have_are_compared() -> None:
    before = [judged("1"), judged("2"), judged("3")]
    other = judged("2")
    reworded = replace(other, question=replace(other.question, text="Anders?"))
    comparison = compare(run_of(before, []), run_of([judged("1"), reworded], [judged("1", "near")]))
    assert {one.questions for one in comparison.figures} == {1}
    assert (comparison.only_before, comparison.only_after) == (2, 2)
    with pytest.raises(QuestionFileError, match="geen enkele vraag gemeen"):
        compare(run_of([judged("1")], []), run_of([judged("2")], []))


@pytest.mark.parametrize(
    "text",
    [
        "kapot",
        "[]",
        "{}",
        '{"format": "kennislab-meting/9", "questions": {}}',
        '{"format": "kennislab-meting/1", "questions": {"a": {"question": "x", "figures": {"m": [1]}}}}',
        '{"format": "kennislab-meting/1", "questions": {"a": {"figures": {}}}}',
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text, "utf-8")
    with pytest.raises(QuestionFileError, match=r"m\.json is geen meting"):
        load_run(tmp_path / "m.json")


def test_an_absent_run_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match="Bewaar er een met --save"):
        load_run(tmp_path / "weg.json")
