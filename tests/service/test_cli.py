"""The command line: exit codes, lines, what goes to stdout. Runs in this process, with the real model."""

import json
from pathlib import Path

import pytest

from search.encoder import Encoder
from service.cli import main

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments: str) -> int:
    """Exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bestanden"
    made.mkdir()
    (made / "preventie.md").write_text(
        "# Preventie\n\nDe gemeente bakent preventie af: wat is voor iedereen, wat is voor wie risico loopt.\n", "utf-8"
    )
    (made / "fietsen.txt").write_text("Bij het station staan te veel fietsen. Dat geeft overlast.\n", "latin-1")
    (made / "leeg.pdf").write_bytes(b"")
    return made


@pytest.fixture(autouse=True)
def _model(real_encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is loaded once for all tests."""
    for module in ("service.wiring", "service.commands.ingest", "service.commands.rebuild", "service.checks"):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments, **_options: real_encoder)


def test_ingest_says_what_happened_to_every_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "data")
    assert run("ingest", str(folder), "--data", data) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [
        ["verwerkt", "fietsen.txt"],
        ["mislukt", "leeg.pdf"],
        ["verwerkt", "preventie.md"],
    ]
    assert "leeg" in lines[1]
    assert lines[-1] == "verwerkt 2, overgeslagen 0, mislukt 1"
    (folder / "leeg.pdf").unlink()
    assert run("ingest", str(folder), "--data", data) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["Er is niets veranderd.", "verwerkt 0, overgeslagen 2, mislukt 0"]


def test_dry_run_counts_and_changes_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data")
    (folder / "leeg.pdf").unlink()
    assert run("ingest", str(folder), "--data", data, "--dry-run") == 0
    assert capsys.readouterr().out.strip() == "+2, ~0, -0, 0 ongewijzigd"
    run("ingest", str(folder), "--data", data)
    (folder / "preventie.md").write_text("# Preventie\n\nNu anders, en nog steeds over de gemeente.\n", "utf-8")
    (folder / "nieuw.md").write_text("# Nieuw\n\nEen nieuw stuk over het wijkteam.\n", "utf-8")
    (folder / "fietsen.txt").unlink()
    capsys.readouterr()
    assert run("ingest", str(folder), "--data", data, "--dry-run") == 0
    assert capsys.readouterr().out.strip() == "+1, ~1, -1, 0 ongewijzigd"


def test_search_shows_sources_and_delete_takes_them_away(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "data")
    run("ingest", str(folder), "--data", data)
    capsys.readouterr()
    assert run("search", "Hoe bakenen we preventie af?", "--data", data, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["resultaten"][0]["document"]["bestandsnaam"] == "preventie.md"
    assert answer["resultaten"][0]["document"]["vertrouwelijkheid"] == "intern"
    assert run("search", "Hoe bakenen we preventie af?", "--data", data) == 0
    assert "Preventie" in capsys.readouterr().out
    document_id = answer["resultaten"][0]["document"]["id"]
    assert run("delete", document_id, "--data", data) == 0
    capsys.readouterr()
    assert run("search", "Hoe bakenen we preventie af?", "--data", data, "--json") == 0
    assert "preventie.md" not in capsys.readouterr().out
    assert run("delete", document_id, "--data", data) == 1


def test_doctor_and_rebuild(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data")
    assert run("doctor", "--data", data) == 1
    assert "kennislab ingest" in capsys.readouterr().out
    run("ingest", str(folder), "--data", data)
    assert run("doctor", "--data", data) == 0
    assert run("rebuild", "--data", data) == 0
    assert run("doctor", "--data", data, "--json") == 0
    checks = json.loads(capsys.readouterr().out.split("opnieuw.")[-1])
    assert all(check["fine"] for check in checks)
    for original in (tmp_path / "data" / "bestanden").glob("*/*"):
        original.write_bytes(b"kapot")
    assert run("doctor", "--data", data) == 1
    assert "beschadigd" in capsys.readouterr().out


def test_levels_and_metadata(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data")
    (folder / "leeg.pdf").unlink()
    table = tmp_path / "metadata.tsv"
    table.write_text("file\ttitel\tvertrouwelijkheid\npreventie.md\tEigen titel\tvertrouwelijk\n", "utf-8")
    assert run("ingest", str(folder), "--data", data, "--metadata", str(table), "--vertrouwelijkheid", "openbaar") == 0
    capsys.readouterr()
    run("search", "preventie afbakenen gemeente", "--data", data, "--json")
    (first, *_) = json.loads(capsys.readouterr().out)["resultaten"]
    assert first["document"]["titel"] == "Eigen titel"
    assert first["document"]["vertrouwelijkheid"] == "vertrouwelijk"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["zoek"], 2, "zoek' bestaat niet"),
        (["search"], 2, "VRAAG"),
        (["search", "x"], 1, "kennislab ingest"),
        (["ingest", "bestaat-niet.pdf"], 1, ""),
        (["ingest", ".", "--vertrouwelijkheid", "geheim"], 2, "Kies uit"),
        (["ingest", ".", "--metadata", "weg.tsv"], 2, "bestaat niet"),
        (["evaluate", "weg.jsonl"], 2, "bestaat niet"),
        (["serve", "--port", "99999"], 2, "1 tot en met 65535"),
    ],
)
def test_wrong_use_says_what_and_what_to_do(
    arguments: list[str], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, "--data", str(tmp_path / "data")) == code
    assert says in capsys.readouterr().err


def test_an_unknown_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENNISLAB_DATE", "x")
    assert run("doctor", "--data", str(tmp_path)) == 2
    assert "KENNISLAB_DATE" in capsys.readouterr().err


def test_evaluate_prints_the_measures(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data")
    run("ingest", str(folder), "--data", data)
    questions = tmp_path / "vragen.jsonl"
    questions.write_text(
        json.dumps(
            {
                "id": "v1",
                "question": "Hoe bakenen we preventie af?",
                "relevant": [{"file": "preventie.md", "quote": "De gemeente bakent preventie af"}],
                "kind": "natural",
            }
        ),
        "utf-8",
    )
    none = tmp_path / "geen.jsonl"
    none.write_text(json.dumps({"id": "o1", "question": "Hoe bak ik een taart?", "kind": "far"}), "utf-8")
    capsys.readouterr()
    assert run("evaluate", str(questions), "--unanswerable", str(none), "--data", data, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["passages"] == {"ndcg@10": 1.0, "recall@10": 1.0, "mrr@10": 1.0, "success@10": 1.0}
    assert report["documents"]["ndcg@10"] == 1.0
    assert report["auroc"] == {"all": 1.0, "far": 1.0}
