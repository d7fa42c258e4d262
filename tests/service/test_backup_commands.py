"""The verbs `backup`, `restore` and `export`."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.audit import read as read_audit
from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import CatalogueError
from corpus.keys import list_keys
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from corpus.types import Classification
from search.embedded_index import claim, open_index
from search.encoder import Encoder
from service import operator
from service.cli import main
from service.wiring import fingerprint_of

Put = Callable[..., str]
Captured = pytest.CaptureFixture[str]


def run(*arguments: object) -> int:
    """Exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def _fast(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("service.wiring", "service.commands.restore", "service.commands.ingest"):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments, **_options: encoder)


@pytest.fixture
def data(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Path:
    claim(catalogue, fingerprint_of(encoder))
    put("een", ["De eerste alinea."], classification=Classification.INTERN)
    put("twee", ["Een tweede document."], organisation="ESS")
    return tmp_path / "data"


def test_a_backup_is_verified_and_put_back(data: Path, tmp_path: Path, encoder: Encoder, capsys: Captured) -> None:
    assert run("backup", tmp_path / "kopie.tar", "--data", data) == 0
    assert "2 documenten" in capsys.readouterr().out
    assert run("restore", tmp_path / "kopie.tar", "--verify", "--data", tmp_path / "nieuw") == 0
    assert "De reservekopie is in orde." in capsys.readouterr().out
    assert not (tmp_path / "nieuw").exists()
    assert run("restore", tmp_path / "kopie.tar", "--data", tmp_path / "nieuw") == 0
    said = capsys.readouterr()
    assert f"Teruggezet in {tmp_path / 'nieuw'}" in said.out
    assert "--huidig MAP of --verwijderd LIJST" in said.err
    again = open_catalogue(tmp_path / "nieuw")
    assert again.ids(EVERYTHING) == {"een", "twee"}
    assert open_index(again, tmp_path / "nieuw", fingerprint_of(encoder)).counts().vector == 2
    again.close()


def test_both_are_on_record(catalogue: Catalogue, data: Path, tmp_path: Path, capsys: Captured) -> None:
    run("backup", tmp_path / "kopie.tar", "--json", "--data", data)
    seal = json.loads(capsys.readouterr().out)["sha256"]
    run("restore", tmp_path / "kopie.tar", "--data", tmp_path / "nieuw")
    run("export", tmp_path / "uit", "--data", data)
    rows = [(row.action, row.object, row.result) for row in read_audit(catalogue.database)]
    assert rows == [("backup", seal, "gelukt"), ("export", "2 documenten", "gelukt")]
    again = open_catalogue(tmp_path / "nieuw")
    assert [(row.action, row.object) for row in read_audit(again.database)] == [("restore", seal)]
    assert read_audit(again.database)[0].actor == operator.operator_name()
    again.close()


def test_a_failed_export_is_on_record(catalogue: Catalogue, data: Path, tmp_path: Path) -> None:
    (tmp_path / "uit").mkdir()
    (tmp_path / "uit" / "iets").touch()
    assert run("export", tmp_path / "uit", "--data", data) == 1
    assert [(row.action, row.result) for row in read_audit(catalogue.database)] == [("export", "mislukt")]


def test_a_folder_gets_a_file_with_the_time_in_its_name(data: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "kopieen").mkdir()
    assert run("backup", tmp_path / "kopieen", "--json", "--data", data) == 0
    (made,) = (tmp_path / "kopieen").iterdir()
    assert made.name.startswith("kennislab-2")
    told = json.loads(capsys.readouterr().out)
    assert told["bestand"] == str(made)
    assert told["bytes"] == made.stat().st_size
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


@pytest.mark.parametrize("verb", ["backup", "export"])
def test_nothing_is_written_in_the_data_folder(verb: str, data: Path, capsys: Captured) -> None:
    assert run(verb, data / "kopie", "--data", data) == 1
    assert "ligt in de map van de kennisbank" in capsys.readouterr().err
    assert not (data / "kopie").exists()


def test_what_was_withdrawn_made_stricter_or_revoked_since_is_so_again(
    catalogue: Catalogue, data: Path, put: Put, tmp_path: Path, capsys: Captured
) -> None:
    put("drie", ["Een derde."])
    run("keys", "add", "Gemeente", "--rol", "lezer", "--data", data)
    run("backup", tmp_path / "kopie.tar", "--data", data)
    put("twee", ["Een tweede document."], version=2, data=b"strenger", classification=Classification.VERTROUWELIJK)
    remove(catalogue, "een")
    (key,) = list_keys(catalogue.database)
    run("keys", "revoke", key.id, "--data", data)
    capsys.readouterr()
    assert run("restore", tmp_path / "kopie.tar", "--verify", "--huidig", data, "--data", tmp_path / "nieuw") == 0
    assert "document een is sindsdien verwijderd en wordt bij terugzetten verwijderd" in capsys.readouterr().out
    assert run("restore", tmp_path / "kopie.tar", "--huidig", data, "--data", tmp_path / "nieuw", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verwijderd"], told["ingetrokkenSleutels"]) == (["een"], [key.id])
    assert told["vertrouwelijker"] == [{"id": "twee", "vertrouwelijkheid": "vertrouwelijk"}]
    again = open_catalogue(tmp_path / "nieuw")
    found = {document.id: document.metadata.classification for document in again.documents(EVERYTHING)}
    assert found == {"twee": Classification.VERTROUWELIJK, "drie": Classification.OPENBAAR}
    assert [entry.revoked is not None for entry in list_keys(again.database)] == [True]
    assert ("restore.delete", "een") in {(row.action, row.object) for row in read_audit(again.database)}
    assert b"De eerste alinea" not in b"".join(p.read_bytes() for p in (tmp_path / "nieuw").rglob("*") if p.is_file())
    again.close()


def test_a_list_of_what_was_withdrawn_is_enough_when_all_else_is_lost(
    catalogue: Catalogue, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    run("backup", tmp_path / "kopie.tar", "--data", data)
    remove(catalogue, "een")
    assert run("backup", tmp_path / "weg.tsv", "--verwijderd", "--data", data) == 0
    assert "1 verwijderde documenten" in capsys.readouterr().out
    shutil.rmtree(data)
    assert run("restore", tmp_path / "kopie.tar", "--verwijderd", tmp_path / "weg.tsv", "--data", data) == 0
    assert "document een is sindsdien verwijderd en is nu ook hier verwijderd" in capsys.readouterr().out
    again = open_catalogue(data)
    assert again.ids(EVERYTHING) == {"twee"}
    again.close()


def test_what_is_wrong_gives_code_1_and_a_name(
    catalogue: Catalogue, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    catalogue.files.path(catalogue.document("een", EVERYTHING).sha256).unlink()
    assert run("backup", tmp_path / "kopie.tar", "--data", data) == 1
    assert "ontbreekt of is beschadigd" in capsys.readouterr().out
    assert run("restore", tmp_path / "kopie.tar", "--verify") == 1
    assert "document een ontbreekt: een.txt" in capsys.readouterr().out
    assert run("restore", tmp_path / "kopie.tar", "--data", tmp_path / "nieuw") == 1
    assert (tmp_path / "nieuw" / "catalogus.sqlite").exists()  # all that there is, is put back
    assert run("export", tmp_path / "uit", "--data", data) == 1


@pytest.mark.parametrize("flags", [["--verify"], []])
def test_a_damaged_backup_gives_code_1_and_writes_nothing(
    flags: list[str], data: Path, tmp_path: Path, capsys: Captured
) -> None:
    run("backup", tmp_path / "kopie.tar", "--data", data)
    with (tmp_path / "kopie.tar").open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    before = sorted(tmp_path.iterdir())
    assert run("restore", tmp_path / "kopie.tar", *flags, "--data", tmp_path / "nieuw") == 1
    assert "het zegel klopt niet" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_a_restored_index_of_another_model_is_told_of(
    catalogue: Catalogue, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    run("backup", tmp_path / "kopie.tar", "--data", data)
    with catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE facts SET value = replace(value, '\"hash\"', '\"ander\"')")
    run("backup", tmp_path / "ander.tar", "--data", data)
    capsys.readouterr()
    assert run("restore", tmp_path / "kopie.tar", "--verify") == 0
    assert "kennislab rebuild" not in capsys.readouterr().out
    assert run("restore", tmp_path / "ander.tar", "--data", tmp_path / "nieuw") == 0
    assert "kennislab rebuild" in capsys.readouterr().out


def test_a_full_target_is_named_and_nothing_is_left(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.backup.os.fsync", refuse)
    before = sorted(tmp_path.iterdir())
    assert run("backup", tmp_path / "kopie.tar", "--data", data) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_backup_that_cannot_be_recorded_is_kept_and_told(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def refuse(*_arguments: object) -> None:
        raise CatalogueError("De schijf is vol.")

    monkeypatch.setattr(operator, "append", refuse)
    assert run("backup", tmp_path / "kopie.tar", "--data", data) == 0
    assert "niet in het auditlog. De schijf is vol." in capsys.readouterr().err
    assert run("restore", tmp_path / "kopie.tar", "--verify") == 0
    assert run("export", tmp_path / "uit", "--data", data) == 1


def test_an_export_can_be_narrowed(data: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("export", tmp_path / "open", "--niveau", "openbaar", "--data", data) == 0
    assert sorted(os.listdir(tmp_path / "open")) == ["metadata.tsv", "twee.txt"]
    assert run("export", tmp_path / "ess", "--organisatie", "ESS", "--json", "--data", data) == 0
    assert '"documenten": 1' in capsys.readouterr().out
    assert run("export", tmp_path / "x", "--niveau", "geheim", "--data", data) == 2
    assert not (tmp_path / "x").exists()


def test_an_export_is_taken_in_again_by_the_command(catalogue: Catalogue, data: Path, put: Put, tmp_path: Path) -> None:
    assert run("export", tmp_path / "uit", "--data", data) == 0
    assert run("ingest", tmp_path / "uit", "--data", tmp_path / "nieuw") == 0
    again = open_catalogue(tmp_path / "nieuw")

    def known(of: Catalogue) -> set[tuple[str, ...]]:
        found = of.documents(EVERYTHING)
        return {(d.file_name, d.sha256, d.metadata.classification, d.metadata.organisation) for d in found}

    assert known(again) == known(catalogue)
    again.close()
