"""`kennislab migrate --to-files`: files to a store that speaks S3 and back, and who may use them afterwards."""

import json
from pathlib import Path

import pytest

from corpus.catalogue import open_catalogue
from corpus.errors import CatalogueError
from corpus.s3_address import S3Address
from corpus.s3_client import S3Client
from corpus.scope import EVERYTHING
from corpus.tasks import NewFile, add_task
from search.encoder import Encoder
from service.settings import load_settings
from service.wiring import catalogue_of, writable_catalogue_of
from tests.scale.bucket import SECRET, BucketServer, objects
from tests.service.verbs import TEXTS, loaded, run


@pytest.fixture(autouse=True)
def _model(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("service.wiring", *(f"service.commands.{name}" for name in ("ingest", "migrate", "rebuild"))):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments: encoder)
    monkeypatch.setattr("service.checks.load_encoder", lambda *_arguments: encoder)


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = loaded(tmp_path)
    catalogue = open_catalogue(made)
    with catalogue.spool.incoming() as incoming:
        incoming.write(b"# Wacht\n\nNog even.")
        add_task(catalogue, "redactie", [NewFile("wacht.md", incoming)])
    catalogue.close()
    capsys.readouterr()
    return made


@pytest.fixture
def address(bucket_server: BucketServer, monkeypatch: pytest.MonkeyPatch) -> S3Address:
    """An empty store that the settings can reach, but that they do not name yet."""
    found = bucket_server.address()
    for name, value in bucket_server.environment(found).items():
        if name != "KENNISLAB_FILES":
            monkeypatch.setenv(name, value)
    return found


def read_all(data: Path) -> set[bytes]:
    """All originals and what waits, where the settings say that they are."""
    catalogue = catalogue_of(load_settings({"data": str(data)}))
    try:
        originals = {catalogue.files.read(document.sha256) for document in catalogue.documents(EVERYTHING)}
        return originals | {catalogue.spool.read(sha256) for sha256 in catalogue.spool.hashes()}
    finally:
        catalogue.close()


def test_there_and_back_and_taken_up_again(
    data: Path, address: S3Address, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_all(data)
    assert len(before) == len(TEXTS) + 1
    move = ("migrate", "--data", data, "--to-files", address.url, "--json")
    assert run(*move) == 0
    told = json.loads(capsys.readouterr().out)["bestanden"]
    assert told == {"copied": 3, "unchanged": 0, "waiting": 1, "lost": []}
    assert run(*move, "--files", "embedded") == 1  # it is there: from where it was nothing is moved any more
    assert f"staan in {address.url}. Zet KENNISLAB_FILES" in capsys.readouterr().err

    monkeypatch.setenv("KENNISLAB_FILES", address.url)
    for name in ("bestanden", "wachtrij"):
        for path in (data / name).rglob("*"):
            assert not path.is_file() or path.unlink() is None
    assert read_all(data) == before
    assert run("doctor", "--data", data) == 0
    said = capsys.readouterr().out
    assert "schrijven, lezen, wissen en opsommen gaat" in said
    assert SECRET not in said
    assert run("ingest", data.parent / "bestanden", "--data", data) == 0
    first = sorted(catalogue_ids(data))[0]
    assert run("delete", first, "--data", data) == 0
    left = read_all(data)
    assert len(left) == len(before) - 1

    capsys.readouterr()
    assert run("migrate", "--data", data, "--to-files", "embedded") == 0
    assert "Haal KENNISLAB_FILES weg" in capsys.readouterr().out
    monkeypatch.delenv("KENNISLAB_FILES")
    assert read_all(data) == left
    assert run("doctor", "--data", data) == 0


def catalogue_ids(data: Path) -> set[str]:
    catalogue = catalogue_of(load_settings({"data": str(data)}))
    found = catalogue.ids(EVERYTHING)
    catalogue.close()
    return found


def test_broken_off_it_goes_on_and_mends_what_is_half(
    data: Path, address: S3Address, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_all(data)
    move = ("migrate", "--data", data, "--to-files", address.url, "--json")
    with monkeypatch.context() as patch:
        patch.setattr("service.commands.migrate._hand_over", _broken_off)
        assert run(*move) == 130
    assert read_all(data) == before  # it is still where it was
    client = S3Client(address)
    damaged, gone, _whole = sorted(listed.key for listed in client.listed("bestanden"))
    client.put(damaged, b"x" * (client.size(damaged) or 0))
    client.delete(gone)
    capsys.readouterr()
    assert run(*move) == 0
    told = json.loads(capsys.readouterr().out)["bestanden"]
    assert told == {"copied": 2, "unchanged": 1, "waiting": 1, "lost": []}
    monkeypatch.setenv("KENNISLAB_FILES", address.url)
    assert read_all(data) == before


def _broken_off(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_file_that_is_lost_is_told_and_nothing_is_handed_over(
    data: Path, address: S3Address, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = next(path for path in (data / "bestanden").glob("*/*"))
    lost.unlink()
    assert run("migrate", "--data", data, "--to-files", address.url) == 1
    assert f"bestand {lost.name[:12]}: ontbreekt" in capsys.readouterr().err
    catalogue_of(load_settings({"data": str(data)})).close()  # it is still where it was
    monkeypatch.setenv("KENNISLAB_FILES", address.url)
    with pytest.raises(CatalogueError, match="staan in de datamap"):
        catalogue_of(load_settings({"data": str(data)}))


def test_two_catalogues_can_not_have_the_same_store(
    data: Path, address: S3Address, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("migrate", "--data", data, "--to-files", address.url) == 0
    before = objects(address)
    other = tmp_path / "ander" / "data"
    monkeypatch.setenv("KENNISLAB_FILES", address.url)
    with pytest.raises(CatalogueError, match="van een andere catalogus"):
        writable_catalogue_of(load_settings({"data": str(other)}), create=True)
    monkeypatch.delenv("KENNISLAB_FILES")
    (tmp_path / "ander2").mkdir()
    second = loaded(tmp_path / "ander2")
    capsys.readouterr()
    assert run("migrate", "--data", second, "--to-files", address.url) == 1
    assert "staan al bestanden van een andere catalogus" in capsys.readouterr().err
    assert objects(address) == before


def test_a_backup_holds_the_files_of_the_store_and_comes_back_in_a_folder(
    data: Path, address: S3Address, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_all(data)
    assert run("migrate", "--data", data, "--to-files", address.url) == 0
    monkeypatch.setenv("KENNISLAB_FILES", address.url)
    assert run("backup", tmp_path / "kopie.tar", "--data", data) == 0
    assert run("export", tmp_path / "export", "--data", data) == 0
    assert len(list((tmp_path / "export").glob("*.md"))) == len(TEXTS)
    assert run("restore", tmp_path / "kopie.tar", "--data", tmp_path / "terug") == 0
    assert "KENNISLAB_FILES" in capsys.readouterr().err
    monkeypatch.delenv("KENNISLAB_FILES")
    assert read_all(tmp_path / "terug") == before
