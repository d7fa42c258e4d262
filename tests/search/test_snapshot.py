"""The vector leg on disk: it comes back as it was, and whatever is wrong with it costs time, never an answer."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import Catalogue, Units
from corpus.keyword_rows import rows_of_document
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from search import snapshot
from search.embedded_index import SNAPSHOT_FOLDER, EmbeddedIndex, open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.keyword_leg import KeywordLeg
from search.snapshot import Snapshot
from search.vector_leg import VectorLeg

Put = Callable[..., str]
WARNING = "de index wordt uit de catalogus gevuld"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(data: Path) -> Path:
    return data / SNAPSHOT_FOLDER


@pytest.fixture
def fingerprint(encoder: Encoder) -> Fingerprint:
    return Fingerprint.of(encoder.facts, "test")


@pytest.fixture
def index(catalogue: Catalogue, put: Put, data: Path, fingerprint: Fingerprint) -> EmbeddedIndex:
    """Three documents of one to four units, with a snapshot of them."""
    put("a", ["wijkteam en school"], ["moskee en politie"])
    put("b", [" ".join(f"woord{number}" for number in range(100))])
    put("c", ["onrust in de gemeente"])
    index = open_index(catalogue, data, fingerprint)
    index.save(data, fingerprint)
    return index


def current(folder: Path) -> Path:
    name, _ = (folder / snapshot.CURRENT).read_text().split()
    return folder / name


def block(folder: Path, leg: str) -> Path:
    """The folder of the only block of a leg."""
    (one,) = json.loads((current(folder) / snapshot.FACTS_FILE).read_text())[leg]
    return folder / str(one["folder"])


def contents(leg: VectorLeg) -> tuple[dict[str, list[int]], dict[int, list[float]]]:
    (part,) = leg.parts()
    documents = {name: part.block.ids[start:stop].tolist() for name, (start, stop) in part.spans.items()}
    return documents, dict(zip(part.block.ids.tolist(), part.block.vectors.astype(float).tolist(), strict=True))


def with_seq(seq: int, catalogue: Catalogue, dimension: int, units: dict[str, str]) -> Snapshot:
    """A snapshot that holds, under the names given, what these documents have."""
    state = Snapshot(VectorLeg(dimension), KeywordLeg(), seq)
    state.vectors.put_many({name: catalogue.units(other) for name, other in units.items()})
    with catalogue.database.read() as connection:
        state.terms.put_many({name: rows_of_document(connection, other) for name, other in units.items()})
    return state


def answers(index: EmbeddedIndex, encoder: Encoder) -> list[tuple[int, float]]:
    vector = encoder.encode_question("wijkteam moskee onrust woord7")
    return [(hit.key, round(hit.score, 5)) for hit in index.vector_hits(vector, EVERYTHING, 10)]


@pytest.mark.usefixtures("index")
def test_a_snapshot_comes_back_as_it_was(catalogue: Catalogue, folder: Path, fingerprint: Fingerprint) -> None:
    found = snapshot.load(folder, fingerprint)
    assert found is not None
    assert found.seq == 3
    documents, vectors = contents(found.vectors)
    units = {name: catalogue.units(name) for name in ("a", "b", "c")}
    assert documents == {name: own.ids.tolist() for name, own in units.items()}
    assert vectors == {
        unit: vector.astype(np.float32).tolist()
        for own in units.values()
        for unit, vector in zip(own.ids.tolist(), own.vectors, strict=True)
    }
    assert found.vectors.passage_count() == found.terms.passage_count() == 4


def test_an_empty_leg_comes_back_empty(folder: Path, fingerprint: Fingerprint) -> None:
    snapshot.save(folder, Snapshot(VectorLeg(fingerprint.dimension), KeywordLeg(), 7), fingerprint)
    found = snapshot.load(folder, fingerprint)
    assert found is not None
    assert (found.seq, found.vectors.passage_count(), found.vectors.document_ids) == (7, 0, set())
    assert found.terms.passage_count() == 0


def test_without_a_snapshot_there_is_none_and_no_warning(
    folder: Path, fingerprint: Fingerprint, caplog: pytest.LogCaptureFixture
) -> None:
    assert snapshot.load(folder, fingerprint) is None
    assert caplog.records == []


def test_a_snapshot_is_used_and_what_came_after_is_replayed(
    index: EmbeddedIndex,
    catalogue: Catalogue,
    put: Put,
    data: Path,
    fingerprint: Fingerprint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remove(catalogue, "b")
    put("a", ["iets heel anders"], version=2)
    asked: list[str] = []
    units = catalogue.units

    def note(name: str) -> Units:
        asked.append(name)
        return units(name)

    monkeypatch.setattr(catalogue, "units", note)
    again = open_index(catalogue, data, fingerprint)
    assert sorted(asked) == ["a", "b"]  # c came from the snapshot
    assert again.counts() == index.counts()
    assert again.counts().vector == 2


def test_only_the_newest_snapshot_is_kept(
    index: EmbeddedIndex, put: Put, data: Path, folder: Path, fingerprint: Fingerprint
) -> None:
    first = current(folder)
    put("d", ["nog een document"])
    index.save(data, fingerprint)
    assert current(folder) != first
    used = {current(folder).name, block(folder, "vectors").name, block(folder, "terms").name}
    assert {path.name for path in folder.iterdir() if path.is_dir()} == used


def test_saving_the_same_state_again_leaves_it_readable(
    index: EmbeddedIndex, data: Path, folder: Path, fingerprint: Fingerprint
) -> None:
    index.save(data, fingerprint)
    found = snapshot.load(folder, fingerprint)
    assert found is not None
    assert found.vectors.passage_count() == found.terms.passage_count() == 4


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(bytes(data))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [truncate, flip_byte, empty, Path.unlink], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "name", ["vectors/ids.npy", "vectors/vectors.faiss", "vectors/facts.json", "terms/words-rows.npy", "snapshot.json"]
)
def test_a_damaged_file_is_ignored_with_a_warning_and_the_catalogue_fills_the_index(
    index: EmbeddedIndex,
    catalogue: Catalogue,
    encoder: Encoder,
    data: Path,
    folder: Path,
    fingerprint: Fingerprint,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None],
    name: str,
) -> None:
    leg, _, file = name.rpartition("/")
    damage((block(folder, leg) if leg else current(folder)) / file)
    with caplog.at_level(logging.WARNING):
        again = open_index(catalogue, data, fingerprint)
    assert [WARNING in record.getMessage() for record in caplog.records] == [True]
    assert answers(again, encoder) == answers(index, encoder)
    assert again.counts().equal
    again.save(data, fingerprint)  # and the next start is quick again
    assert snapshot.load(folder, fingerprint) is not None


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("text", [b"", b"weg", b"weg 00", b"\xff\xfe", b"a b c", b"a\0b c"])
def test_a_damaged_pointer_is_ignored_with_a_warning(
    catalogue: Catalogue,
    data: Path,
    folder: Path,
    fingerprint: Fingerprint,
    caplog: pytest.LogCaptureFixture,
    text: bytes,
) -> None:
    (folder / snapshot.CURRENT).write_bytes(text)
    assert open_index(catalogue, data, fingerprint).counts().vector == 4
    assert [WARNING in record.getMessage() for record in caplog.records] == [True]


def test_a_snapshot_that_is_replaced_while_it_is_read_gives_the_newer_one(
    index: EmbeddedIndex,
    put: Put,
    folder: Path,
    data: Path,
    fingerprint: Fingerprint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As another process does: the old one is gone from the disk before all of it was read."""
    put("d", ["buurt en dorp"])
    read, newest, times = snapshot._opened, index.follow(), []

    def meanwhile(*arguments: object) -> Snapshot:
        if not times:
            index.save(data, fingerprint)
        times.append(1)
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshot, "_opened", meanwhile)
    found = snapshot.load(folder, fingerprint)
    assert found is not None
    assert (found.seq, len(times)) == (newest, 2)
    assert WARNING not in caplog.text


@pytest.mark.usefixtures("index")
def test_no_flipped_bit_of_what_is_not_an_array_goes_unseen(folder: Path, fingerprint: Fingerprint) -> None:
    """Also a digit of a passage's key or of the change number, which would still be good JSON."""
    for path in (current(folder) / "snapshot.json", block(folder, "vectors") / "facts.json"):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
            assert snapshot.load(folder, fingerprint) is None
        path.write_bytes(whole)
    assert snapshot.load(folder, fingerprint) is not None


def test_a_snapshot_of_another_fingerprint_is_ignored(
    index: EmbeddedIndex, catalogue: Catalogue, encoder: Encoder, data: Path, folder: Path, fingerprint: Fingerprint
) -> None:
    other = replace(fingerprint, weights_sha256="ander model")
    assert snapshot.load(folder, other) is None
    assert answers(open_index(catalogue, data, other), encoder) == answers(index, encoder)


def test_a_snapshot_from_the_future_is_ignored(
    index: EmbeddedIndex,
    catalogue: Catalogue,
    encoder: Encoder,
    put: Put,
    data: Path,
    folder: Path,
    fingerprint: Fingerprint,
) -> None:
    """A backup of the catalogue was put back: changes 4 to 9 never happened here, and document z never was.

    It holds as many passages as the catalogue does, so that only its number gives it away.
    """
    made = with_seq(9, catalogue, fingerprint.dimension, {"z": "a", "b": "b", "c": "c"})
    snapshot.save(folder, made, fingerprint)
    again = open_index(catalogue, data, fingerprint)
    assert again.follow() == 3
    assert answers(again, encoder) == answers(index, encoder)
    put("d", ["nieuw na het terugzetten"])
    assert again.counts().equal
    assert again.counts().vector == 5


def test_a_snapshot_that_lacks_a_document_is_ignored_with_a_warning(
    index: EmbeddedIndex,
    catalogue: Catalogue,
    encoder: Encoder,
    data: Path,
    folder: Path,
    fingerprint: Fingerprint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    snapshot.save(folder, with_seq(3, catalogue, fingerprint.dimension, {"a": "a"}), fingerprint)
    again = open_index(catalogue, data, fingerprint)
    assert "past niet bij de catalogus" in caplog.text
    assert answers(again, encoder) == answers(index, encoder)


KILLED = """
import os, sys
from pathlib import Path
from dataclasses import replace
from corpus.catalogue import open_catalogue
from search import snapshot
from search.embedded_index import open_index
from search.fingerprint import Fingerprint, FACT_NAME
import json

data, at = Path(sys.argv[1]), int(sys.argv[2])
fingerprint = Fingerprint(**json.loads(sys.argv[3]))
index = open_index(open_catalogue(data), data, fingerprint)
calls = 0
real = os.fsync
def dying(handle):
    global calls
    calls += 1
    if calls == at:
        os._exit(9)
    real(handle)
os.fsync = dying
index.save(data, fingerprint)
os._exit(0)
"""


@pytest.mark.parametrize("at", [1, 3, 4, 12, 16, 17])
def test_a_process_that_dies_between_the_files_leaves_the_snapshot_before(
    index: EmbeddedIndex,
    catalogue: Catalogue,
    encoder: Encoder,
    put: Put,
    data: Path,
    folder: Path,
    fingerprint: Fingerprint,
    at: int,
) -> None:
    """It syncs the files and facts of two blocks, its own facts and the pointer: it dies before sync `at` is done."""
    before = current(folder)
    put("d", ["wijkteam erbij"])
    command = [sys.executable, "-c", KILLED, str(data), str(at), fingerprint.text()]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode == 9, done.stderr.decode()
    assert current(folder) == before
    found = snapshot.load(folder, fingerprint)
    assert found is not None
    assert found.seq == 3
    again = open_index(catalogue, data, fingerprint)
    assert answers(again, encoder) == answers(index, encoder)
    again.save(data, fingerprint)
    used = {current(folder).name, block(folder, "vectors").name, block(folder, "terms").name}
    assert {path.name for path in folder.iterdir() if path.is_dir()} == used


@pytest.mark.usefixtures("index")
def test_a_snapshot_holds_no_text(folder: Path) -> None:
    facts = json.loads((current(folder) / "snapshot.json").read_text())
    assert facts.keys() == {"version", "seq", "fingerprint", "vectors", "terms"}
    assert all(one.keys() == {"folder", "sha256", "gone"} for leg in ("vectors", "terms") for one in facts[leg])
    for leg in ("vectors", "terms"):
        facts = json.loads((block(folder, leg) / "facts.json").read_text())
        assert facts.keys() == {"documents", "sha256"}
        assert facts["documents"].keys() == {"a", "b", "c"}
    assert not any(b"moskee" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
