"""The keyword leg ranks as SQLite's FTS5 does, whatever was added, replaced, dropped or merged."""

import random
import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from corpus.keyword_rows import KeywordRow
from search import bm25, keyword_leg
from search.index import Hit
from search.keyword_leg import Field, KeywordLeg, block_of, merged
from search.parts import Part, Selection
from search.postings import postings_of

WORDS = [f"woord{number}" for number in range(40)]
State = dict[str, list[KeywordRow]]


def reference(state: Mapping[str, Sequence[KeywordRow]], terms: Sequence[str], allowed: set[str], k: int) -> list[Hit]:
    """What FTS5 itself makes of it."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize = 'unicode61 remove_diacritics 0')")
    owners = {}
    for name, rows in state.items():
        for row in rows:
            database.execute("INSERT INTO t(rowid, body) VALUES (?, ?)", (row.key, row.words))
            owners[row.key] = name
    match = " OR ".join(f'"{term}"' for term in terms)
    found = database.execute("SELECT rowid, bm25(t) FROM t WHERE t MATCH ? ORDER BY bm25(t), rowid", (match,))
    return [Hit(key, -score) for key, score in found if owners[key] in allowed][:k]


def rows(dice: random.Random, first: int, count: int) -> list[KeywordRow]:
    made = []
    for key in range(first, first + count):
        words = dice.choices(WORDS, [1 / (1 + place) for place in range(len(WORDS))], k=dice.randrange(1, 30))
        made.append(KeywordRow(key, words[0], "", " ".join(words[1:]), " ".join(words[::2])))
    return made


def assert_same(leg: KeywordLeg, state: State, dice: random.Random) -> None:
    terms = dice.sample([*WORDS, "onbekend"], dice.randrange(1, 8))
    allowed = {name for name in state if dice.random() < 0.6}
    for chosen, names in ((None, set(state)), (Selection(allowed), allowed), (allowed, allowed)):
        got, wanted = leg.hits(Field.WORDS, terms, chosen, 7), reference(state, terms, names, 7)
        assert [hit.score for hit in got] == pytest.approx([hit.score for hit in wanted], rel=1e-9)
        # Scores that differ in the last bits only may be in either order.
        all_of_it = {hit.key: hit.score for hit in reference(state, terms, names, 10_000)}
        assert [hit.score for hit in got] == pytest.approx([all_of_it[hit.key] for hit in got], rel=1e-9)


@pytest.mark.parametrize("tail", [1, 30, 1024])
def test_whatever_happens_it_ranks_as_fts5_does(tail: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyword_leg, "TAIL_PASSAGES", tail)
    dice = random.Random(seed)
    leg, state, key = KeywordLeg(), State(), 1
    for _ in range(60):
        name = f"d{dice.randrange(12)}"
        if dice.random() < 0.3:
            leg.drop([name, "onbekend"])
            state.pop(name, None)
        else:
            new = rows(dice, key, dice.randrange(1, 12))
            key += len(new)
            leg.put_many({name: new})
            state[name] = new
        if dice.random() < 0.1 and leg.parts():
            old = leg.parts()
            leg.replace([part.block for part in old], merged(old))
        assert leg.passage_count() == sum(map(len, state.values()))
        assert_same(leg, state, dice)


def test_a_field_is_searched_on_its_own() -> None:
    leg = KeywordLeg()
    leg.put_many(
        {"a": [KeywordRow(1, "titel", "kop", "tekst", "0gram")], "b": [KeywordRow(2, "", "", "iets", "1iets")]}
    )
    assert [hit.key for hit in leg.hits(Field.WORDS, ["kop"], None, 5)] == [1]
    assert leg.hits(Field.WORDS, ["0gram"], None, 5) == []
    assert [hit.key for hit in leg.hits(Field.GRAMS, ["0gram"], None, 5)] == [1]


def test_equal_passages_come_in_order_of_key() -> None:
    leg = KeywordLeg()
    for key in (5, 2, 9, 1):
        leg.put_many({f"d{key}": [KeywordRow(key, "", "", "moskee in de wijk", "")]})
    assert [hit.key for hit in leg.hits(Field.WORDS, ["moskee"], None, 3)] == [1, 2, 5]


def test_with_more_postings_than_are_added_up_the_rarest_choose_and_all_terms_rank(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bm25, "rarest_of", lambda counts: counts <= 20)
    leg = KeywordLeg()
    texts = {
        key: "gewoon veel" + (" zeldzaam" if key % 10 == 0 else "") + (" soms" if key == 50 else "")
        for key in range(1, 200)
    }
    leg.put_many({"a": [KeywordRow(key, "", "", text, "") for key, text in texts.items()]})
    hits = leg.hits(Field.WORDS, ["gewoon", "zeldzaam", "soms"], None, 5)
    assert hits[0].key == 50
    exact = reference(
        {"a": [KeywordRow(key, "", "", text, "") for key, text in texts.items()]},
        ["gewoon", "zeldzaam", "soms"],
        {"a"},
        5,
    )
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in exact])


def test_the_rarest_terms_are_taken_until_there_is_enough_of_them_and_at_least_one() -> None:
    counts = np.array([50, 3, 0, 900, 40])
    assert bm25.rarest_of(counts, 60).tolist() == [False, True, True, False, True]
    assert bm25.rarest_of(np.array([900, 800]), 60).tolist() == [False, True]
    assert bm25.rarest_of(np.array([0, 0]), 60).tolist() == [True, True]


def test_terms_that_occur_more_often_than_a_byte_holds_count_as_the_most_it_holds() -> None:
    made = postings_of(["vaak " * 300])
    assert (made.counts.tolist(), made.lengths.tolist()) == ([255], [300])


def test_a_block_of_nothing_is_a_block() -> None:
    empty = merged([])
    assert (len(empty), empty.documents) == (0, {})
    part = Part(block_of({"a": [KeywordRow(1, "", "", "een", "")]})).without(["a"])
    assert len(merged([part])) == 0


@pytest.mark.parametrize("count", [1, 7, 100])
def test_the_highest_sums_are_the_same_however_many_there_are_to_choose_from(count: int) -> None:
    """Of many sums a sample tells roughly which are high; what is chosen is what sorting all would choose."""
    dice = np.random.default_rng(5)
    for size in (3, 100, 900, 20_000):
        for sums in (dice.standard_normal(size), dice.integers(-1, 4, size).astype(np.float64)):
            above = np.sort(sums[sums > 0])
            least = above[-count] if len(above) > count else 0.0
            expected = np.flatnonzero((sums >= least) & (sums > 0))
            assert bm25._highest(sums, count).tolist() == expected.tolist()
