"""Snapshots while documents come and go: saved by who searches, a little at a time, without stopping anybody."""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from search import keeping, snapshot
from search.embedded_index import SNAPSHOT_FOLDER, EmbeddedIndex, open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.keeping import Keeper

Put = Callable[..., str]
PATIENCE_S = 30


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def fingerprint(encoder: Encoder) -> Fingerprint:
    return Fingerprint.of(encoder.facts, "test")


def blocks(data: Path) -> dict[str, list[str]]:
    """The folders of the current snapshot, by leg."""
    folder = data / SNAPSHOT_FOLDER
    name, _ = (folder / snapshot.CURRENT).read_text().split()
    facts = json.loads((folder / name / snapshot.FACTS_FILE).read_text())
    return {leg: [one["folder"] for one in facts[leg]] for leg in ("vectors", "terms")}


def answers(index: EmbeddedIndex, encoder: Encoder) -> list[object]:
    vector = encoder.encode_question("wijkteam moskee onrust")
    words = index.keyword_hits(["wijkteam", "moskee", "onrust"], EVERYTHING, 20)
    near = index.vector_hits(vector, EVERYTHING, 20)
    return [[(hit.key, round(hit.score, 5)) for hit in hits] for hits in (words, near)]


def test_of_a_large_block_only_what_came_and_went_is_written(
    catalogue: Catalogue,
    encoder: Encoder,
    put: Put,
    data: Path,
    fingerprint: Fingerprint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "KEPT_FROM", 5)
    for number in range(12):
        put(f"d{number:02d}", [f"wijkteam {number} en moskee"])
    index = open_index(catalogue, data, fingerprint)
    index.save(data, fingerprint)
    first = blocks(data)
    remove(catalogue, "d03")
    put("nieuw", ["onrust in de wijk"])
    index.save(data, fingerprint)
    second = blocks(data)
    assert all(second[leg][0] == first[leg][0] and len(second[leg]) == 2 for leg in first)
    again = open_index(open_catalogue(data), data, fingerprint)
    assert answers(again, encoder) == answers(index, encoder)
    assert again.counts() == index.counts()
    for number in range(5):
        remove(catalogue, f"d{number + 5:02d}")
    index.save(data, fingerprint, quickly=True)
    assert blocks(data)["terms"][0] == first["terms"][0]
    index.save(data, fingerprint)  # by now more than a quarter is gone: written anew, without what is gone
    assert all(len(names) == 1 for names in blocks(data).values())
    assert answers(open_index(open_catalogue(data), data, fingerprint), encoder) == answers(index, encoder)
    again.close()


def test_closing_saves_what_a_worker_published_meanwhile(
    catalogue: Catalogue, encoder: Encoder, put: Put, data: Path, fingerprint: Fingerprint
) -> None:
    index = open_index(open_catalogue(data), data, fingerprint)
    index.keep_saving(data)
    put("a", ["wijkteam en moskee"])
    index.close()
    found = snapshot.load(data / SNAPSHOT_FOLDER, fingerprint)
    assert found is not None
    assert (found.seq, found.terms.passage_count()) == (catalogue.last_change(), 1)


def test_many_changes_are_saved_while_it_searches_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK_S", 0.01)
    waiting, saved = [keeping.MANY - 1], threading.Event()
    quick: list[bool] = []

    def save(quickly: bool) -> None:
        quick.append(quickly)
        waiting[0] = 0
        saved.set()

    keeper = Keeper(lambda: waiting[0], save)
    keeper.start()
    assert not saved.wait(0.1)  # too few, too soon
    waiting[0] += 1
    assert saved.wait(PATIENCE_S)
    keeper.stop()
    assert quick == [False]


def test_what_can_not_be_saved_is_said_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def save(_quickly: bool) -> None:
        raise OSError("schijf vol")

    keeper = Keeper(lambda: 1, save)
    keeper.start()
    with caplog.at_level(logging.WARNING):
        keeper.stop()
    assert "schijf vol" in caplog.text
