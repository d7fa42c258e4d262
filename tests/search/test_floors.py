"""Floors of figures."""

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from search.evaluation import summarise
from search.floors import Shortfall, parse_floor, read_floors, shortfalls
from tests.search.judged_samples import judged

ROOT = Path(__file__).resolve().parent.parent.parent
REPORT = {
    "questions": 3,
    "passages": {"ndcg@10": 0.4},
    "markering": None,
    "kinds": {"feit": {"documents": {"ndcg@10": 0.7}}},
    "intervals": {"passages.ndcg@10": [0.3, 0.5]},
}


def test_a_floor_has_a_name_and_a_number() -> None:
    assert parse_floor("passages.ndcg@10=0.50") == ("passages.ndcg@10", 0.5)
    assert parse_floor(" markering = 0,5 ") == ("markering", 0.5)


@pytest.mark.parametrize(
    "text", ["", "passages.ndcg@10", "=0.5", "passages.ndcg@10=", "passages.ndcg@10=veel", "x=nan"]
)
def test_what_is_no_floor_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="ndergrens"):
        parse_floor(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("v.toml", 'markering = 0.3\n[passages]\n"ndcg@10" = 0.33\n[kinds.feit.documents]\n"ndcg@10" = 0.5\n'),
        ("v.toml", '"passages.ndcg@10" = 0.33\nmarkering = 0.3\n"kinds.feit.documents.ndcg@10" = 0.5\n'),
        ("v.json", '{"passages": {"ndcg@10": 0.33}, "markering": 0.3, "kinds.feit.documents.ndcg@10": 0.5}'),
    ],
)
def test_a_file_of_floors_may_be_nested_or_flat(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    wanted = {"passages.ndcg@10": 0.33, "markering": 0.3, "kinds.feit.documents.ndcg@10": 0.5}
    assert read_floors(tmp_path / name) == wanted


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("v.toml", "kapot", "niet te lezen"),
        ("v.json", "[1]", "geen namen"),
        ("v.toml", "markering = true", "Geef een getal"),
        ("v.toml", 'markering = "veel"', "Geef een getal"),
        ("v.json", '{"markering": [1]}', "Geef een getal"),
    ],
)
def test_a_wrong_file_of_floors_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=says):
        read_floors(tmp_path / name)


def test_an_absent_file_of_floors_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"weg\.toml bestaat niet"):
        read_floors(tmp_path / "weg.toml")


def test_a_figure_under_its_floor_falls_short_and_one_on_it_does_not() -> None:
    floors = {"passages.ndcg@10": 0.41, "kinds.feit.documents.ndcg@10": 0.7, "questions": 3}
    assert shortfalls(REPORT, floors) == [Shortfall("passages.ndcg@10", 0.4, 0.41)]
    assert shortfalls(REPORT, {}) == []


@pytest.mark.parametrize("name", ["passages.ndgc@10", "markering", "intervals.passages.ndcg@10"])
def test_a_floor_of_what_was_not_measured_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=r"niet gemeten\. Gemeten is: .*passages\.ndcg@10"):
        shortfalls(REPORT, {name: 0.1})


def test_the_floors_of_the_sample_name_figures_that_are_measured() -> None:
    floors = read_floors(ROOT / "corpus" / "voorbeeld" / "vloeren.toml")
    report = summarise([judged("1")], [judged("2", "near", probability=0.1)])
    assert floors
    assert shortfalls(report, floors) == []  # a perfect run is above all of them
