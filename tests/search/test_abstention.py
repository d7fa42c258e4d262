"""What a bar on relevance refuses."""

from search.abstention import GRID, trade_off
from tests.search.judged_samples import judged

ANSWERABLE = [judged("1", probability=0.9), judged("2", probability=0.5), judged("3", probability=0.5)]
UNANSWERABLE = [
    judged("4", "far", probability=0.1),
    judged("5", "far", probability=0.3),
    judged("6", "near", probability=0.6),
]


def test_a_bar_refuses_what_is_below_it() -> None:
    bars = {bar.height: bar.refused for bar in trade_off(ANSWERABLE, UNANSWERABLE, 0.35)}
    assert bars[0.05] == {"met antwoord": 0.0, "zonder antwoord: far": 0.0, "zonder antwoord: near": 0.0}
    assert bars[0.3]["zonder antwoord: far"] == 0.5  # 0.3 itself is not below
    assert bars[0.35]["zonder antwoord: far"] == 1.0
    assert bars[0.55]["met antwoord"] == 2 / 3
    assert bars[0.95] == {"met antwoord": 1.0, "zonder antwoord: far": 1.0, "zonder antwoord: near": 1.0}


def test_the_bar_in_use_is_among_them_and_marked() -> None:
    assert [bar.height for bar in trade_off(ANSWERABLE, UNANSWERABLE, 0.35) if bar.chosen] == [0.35]
    between = trade_off(ANSWERABLE, UNANSWERABLE, 0.42)
    assert [bar.height for bar in between if bar.chosen] == [0.42]
    assert [bar.height for bar in between] == sorted([*GRID, 0.42])


def test_higher_bars_never_refuse_less() -> None:
    bars = trade_off(ANSWERABLE, UNANSWERABLE, 0.35)
    for name in bars[0].refused:
        shares = [bar.refused[name] for bar in bars]
        assert shares == sorted(shares)


def test_without_one_of_the_two_there_is_nothing_to_weigh() -> None:
    assert trade_off(ANSWERABLE, [], 0.35) == []
    assert trade_off([], UNANSWERABLE, 0.35) == []


def test_questions_without_a_kind_are_one_group() -> None:
    (bar, *_) = trade_off(ANSWERABLE, [judged("4", "")], 0.35)
    assert list(bar.refused) == ["met antwoord", "zonder antwoord"]
