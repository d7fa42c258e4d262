"""`kennislab migrate`: one command, which checks itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.catalogue import Catalogue, open_catalogue
from corpus.schema import versions
from corpus.scope import EVERYTHING
from search.encoder import Encoder
from service.settings import load_settings
from service.wiring import open_searcher
from tests.scale.milvus import emptied
from tests.scale.postgres import Server
from tests.service.verbs import TEXTS, loaded, run

SECRET = "zeergeheim"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def _model(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("service.wiring", *(f"service.commands.{name}" for name in ("ingest", "migrate", "rebuild"))):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments, **_options: encoder)


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = loaded(tmp_path)
    capsys.readouterr()
    return made


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "vragen.jsonl"
    rows = [
        {"id": name, "question": text, "relevant": [{"file": name, "quote": text[:20]}], "kind": "feit"}
        for name, text in TEXTS.items()
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


@pytest.fixture
def servers(postgres_server: Server, milvus_url: str) -> Iterator[tuple[str, str]]:
    with postgres_server.database() as url, emptied(milvus_url) as address:
        yield url, f"{milvus_url}?naam={address.name}"


def test_a_move_to_both_servers_and_on_with_the_work_there(
    data: Path,
    questions: Path,
    servers: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, index = servers
    move = ("migrate", "--data", data, "--to-catalogue", url, "--to-index", index, "--vragen", questions, "--json")
    assert run(*move) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["documenten"]["copied"] == 3
    assert told["vergelijking"] == {"questions": 3, "same_order": 3, "same_first": 3, "overlap": 1.0, "different": []}
    assert run(*move) == 0
    assert json.loads(capsys.readouterr().out)["documenten"] == {"copied": 0, "removed": 0, "unchanged": 3}

    monkeypatch.setenv("KENNISLAB_CATALOGUE", url)
    monkeypatch.setenv("KENNISLAB_INDEX", index)
    before = answered(data)
    assert len(before) == 3
    assert run("delete", before[0], "--data", data) == 0
    assert run("audit", "verify", "--data", data) == 0
    assert set(answered(data)) == set(before[1:])
    assert run("rebuild", "--data", data) == 0
    assert set(answered(data)) == set(before[1:])
    for name in ("KENNISLAB_CATALOGUE", "KENNISLAB_INDEX"):
        monkeypatch.delenv(name)
    assert set(answered(data)) == set(before)  # what stayed behind is as it was
    capsys.readouterr()
    for verb in (("delete", before[1]), ("ingest", questions.parent), ("work",), ("retention",), ("rebuild",)):
        assert run(*verb, "--data", data) != 0
        assert "overgezet naar een andere catalogus" in capsys.readouterr().err


@pytest.mark.parametrize("into", ["what-stayed-behind", "an-empty-one"])
def test_and_back_to_one_machine_with_what_was_done_there(
    data: Path,
    questions: Path,
    servers: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    into: str,
) -> None:
    url, index = servers
    assert run("migrate", "--data", data, "--to-catalogue", url, "--to-index", index) == 0
    assert "Zet KENNISLAB_CATALOGUE en KENNISLAB_INDEX." in capsys.readouterr().out
    monkeypatch.setenv("KENNISLAB_CATALOGUE", url)
    monkeypatch.setenv("KENNISLAB_INDEX", index)
    before = answered(data)
    assert run("delete", before[0], "--data", data) == 0
    if into == "an-empty-one":
        for path in data.glob("catalogus.sqlite*"):
            path.unlink()
    back = ("migrate", "--data", data, "--to-catalogue", "embedded", "--to-index", "embedded", "--vragen", questions)
    assert run(*back) == 0
    told = capsys.readouterr().out
    assert "vragen 3: dezelfde volgorde 3" in told
    assert "Haal KENNISLAB_CATALOGUE en KENNISLAB_INDEX weg" in told
    for name in ("KENNISLAB_CATALOGUE", "KENNISLAB_INDEX"):
        monkeypatch.delenv(name)
    assert set(answered(data)) == set(before[1:])
    assert run("retention", "--data", data) == 0  # it may be changed here again
    assert run("audit", "verify", "--data", data) == 0
    assert not [path for path in data.rglob("*") if path.is_file() and b"bestuur van de moskee" in path.read_bytes()]


def answered(data: Path) -> list[str]:
    """The documents that the knowledge base of the settings finds."""
    searcher = open_searcher(load_settings({"data": str(data)}))
    found = searcher.search(TEXTS["moskee.md"], EVERYTHING, abstain=False)
    searcher.index.close()
    return [one.document.id for one in found.results]


def test_a_difference_is_told_and_the_exit_code_says_so(
    data: Path, servers: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = servers[0]
    assert run("migrate", "--data", data, "--to-catalogue", url) == 0
    target = open_catalogue(data, url=url)
    with target.database.write() as connection:
        connection.execute(sa.insert(versions), [_stray(target)])
    target.close()
    monkeypatch.setattr("corpus.moving._marks", lambda _catalogue: {})  # as if it had looked before that happened
    assert run("migrate", "--data", data, "--to-catalogue", url) == 1
    assert "versions: 3 hier, 4 daar" in capsys.readouterr().err


def _stray(catalogue: Catalogue) -> dict[str, object]:
    with catalogue.database.read() as connection:
        row = dict(connection.execute(sa.select(versions).limit(1)).mappings().one())
    return row | {"version": 99}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "Geef met --to-catalogue, --to-index of --to-files"),
        (("--to-catalogue", f"mysql://jan:{SECRET}@server/x"), "kan niet met mysql://"),
        (("--to-index", f"http://jan:{SECRET}@server"), "een adres als milvus://"),
        (("--to-index", "embedded"), "staat al waar ze heen moet"),
    ],
)
def test_an_impossible_move_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], said: str
) -> None:
    assert run("migrate", "--data", tmp_path, *flags) == 2
    told = capsys.readouterr().err
    assert said in told
    assert SECRET not in told


def test_the_settings_hide_their_passwords() -> None:
    given = {
        "KENNISLAB_CATALOGUE": f"postgresql+psycopg://jan:{SECRET}@server/kennislab",
        "KENNISLAB_INDEX": f"milvus://jan:{SECRET}@server",
    }
    settings = load_settings({}, given)
    assert settings.milvus is not None
    assert SECRET not in repr(settings)
    assert load_settings({}, {}).milvus is None
    assert load_settings({}, {"KENNISLAB_INDEX": "embedded"}).catalogue_url == ""
