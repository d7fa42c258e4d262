"""The graph in a model's folder: made of the weights that are there, whole or not at all, again for a new version."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from search import onnx_build
from search.model_build import build
from search.model_facts import FACTS_FILE, GRAPH, ONNX_FILE, TABLE_FILE, ModelFacts
from search.onnx_build import export, finish
from search.onnx_graph import INPUT
from tests.search import tiny_bert

FACTS = ModelFacts("proef", tiny_bert.WIDTH, tiny_bert.PLACES, weights_sha256="ab")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_bert.write(tmp_path / "model")


def answer(folder: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(folder / ONNX_FILE), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {INPUT: np.array([[0, 7, tiny_bert.WORDS - 1]], np.int64)})[0])


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_table_of_words_is_a_file_of_its_own(folder: Path) -> None:
    export(folder)
    assert (folder / TABLE_FILE).stat().st_size == tiny_bert.WORDS * tiny_bert.WIDTH * 4
    assert np.linalg.norm(answer(folder)) == pytest.approx(1, abs=1e-5)
    before = answer(folder)
    table = np.fromfile(folder / TABLE_FILE, np.float32).reshape(tiny_bert.WORDS, -1)
    table[7] *= -1
    table.tofile(folder / TABLE_FILE)
    assert not np.array_equal(answer(folder), before)


def test_exporting_twice_gives_the_same_files(folder: Path) -> None:
    export(folder)
    before = hashes(folder)
    export(folder)
    assert hashes(folder) == before


def test_a_finished_folder_takes_the_place_of_another_and_can_be_read_by_all(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "plaats"
    place.mkdir()
    (place / "oud").write_text("van een eerdere versie")
    (folder / "model.safetensors").chmod(0o600)
    assert finish(folder, FACTS, place) == ModelFacts.load(place) == replace(FACTS, graph=GRAPH)
    assert not folder.exists()
    assert not (place / "oud").exists()
    assert (place / "model.safetensors").stat().st_mode & 0o777 == 0o644
    assert answer(place).shape == (1, tiny_bert.WIDTH)


def test_a_folder_with_an_older_graph_gets_a_new_one_and_keeps_the_rest(folder: Path) -> None:
    made = finish(folder, FACTS, folder.with_name("nu"))
    folder = folder.with_name("nu")
    wanted = hashes(folder)
    replace(made, graph="").save(folder)
    (folder / ONNX_FILE).write_bytes(b"van vroeger")
    (folder / TABLE_FILE).unlink()
    assert build(folder) == made
    assert hashes(folder) == wanted


def test_a_folder_of_this_version_is_left_as_it_is(folder: Path) -> None:
    place = folder.with_name("nu")
    made = finish(folder, FACTS, place)
    stamps = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert build(place) == made
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == stamps


def test_when_a_new_graph_can_not_be_made_the_old_folder_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder.with_name("nu")
    replace(finish(folder, FACTS, place), graph="onnx-int8/0").save(place)
    before = hashes(place)
    monkeypatch.setattr(onnx_build, "TABLE_FILE", "map/die/er/niet/is")
    with pytest.raises(OSError, match="map/die"):
        build(place)
    assert hashes(place) == before
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name]
    assert ModelFacts.load(place).graph == "onnx-int8/0"
    assert (place / FACTS_FILE).exists()
