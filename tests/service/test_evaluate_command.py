"""`kennislab evaluate` with its flags: files it reads and writes, exit codes, what goes to stdout."""

import json
from pathlib import Path

import pytest

from search.encoder import Encoder
from tests.service.verbs import loaded, run


@pytest.fixture(autouse=True)
def _model(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("service.wiring", "service.commands.ingest"):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments, **_options: encoder)


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = loaded(tmp_path)
    capsys.readouterr()
    return made


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    rows = ["vraag;bestand;citaat;soort"]
    for number in range(4):
        rows += [
            f"Wat doet de burgemeester bij onrust {number}?;moskee.md;spreekt bij onrust;feit",
            f"Wanneer is het spreekuur van het wijkteam {number}?;wijkteam.md;is op dinsdag;feit",
            f"Hoe lang loopt de subsidie {number}?;subsidie.md;loopt tot het einde;typo",
        ]
    path = tmp_path / "vragen.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


@pytest.fixture
def unanswerable(tmp_path: Path) -> Path:
    path = tmp_path / "geen.tsv"
    path.write_text("vraag\tsoort\nHoe bak ik appeltaart?\tver\nWie won de wedstrijd?\tver\n", "utf-8")
    return path


def test_the_report_is_printed_and_written_as_a_page(
    data: Path, questions: Path, unanswerable: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = tmp_path / "verslag.html"
    assert run("evaluate", questions, "--unanswerable", unanswerable, "--html", html, "--data", data) == 0
    text = capsys.readouterr().out
    assert text.startswith("12 vragen")
    assert "geweigerd bij lat" in text
    assert "wat elk onderdeel" not in text
    assert html.read_text("utf-8").startswith("<!doctype html>")


def test_the_ablation_says_what_each_ingredient_adds(
    data: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = tmp_path / "verslag.html"
    assert run("evaluate", questions, "--ablation", "--html", html, "--json", "--data", data) == 0
    assert "samengevoegd op rang (RRF)" in html.read_text("utf-8")
    report = json.loads(capsys.readouterr().out)
    rows = {row["name"]: row for row in report["ablation"]}
    assert rows["alles"]["figures"]["passages.ndcg@10"]["value"] == pytest.approx(
        report["passages"]["ndcg@10"], abs=1e-4
    )
    assert rows["alleen woorden"]["encode_ms"] == 0.0
    assert rows["alles"]["encode_ms"] > 0


def test_a_run_is_saved_and_compared_with(
    data: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "meting.json"
    assert run("evaluate", questions, "--save", saved, "--data", data) == 0
    capsys.readouterr()
    assert run("evaluate", questions, "--compare", saved, "--json", "--data", data) == 0
    comparison = json.loads(capsys.readouterr().out)["comparison"]
    assert {one["difference"]["value"] for one in comparison["figures"]} == {0.0}
    assert (comparison["better"], comparison["worse"]) == ([], [])
    assert (comparison["only_before"], comparison["only_after"]) == (0, 0)


def test_each_figure_under_its_floor_is_named_and_the_command_fails(
    data: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = tmp_path / "vloeren.toml"
    floors.write_text('markering = 0.0\n[passages]\n"ndcg@10" = 2\n[documents]\n"ndcg@10" = 3\n', "utf-8")
    assert run("evaluate", questions, "--vloeren", floors, "--json", "--data", data) == 1
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert set(report["below_floor"]) == {"passages.ndcg@10", "documents.ndcg@10"}
    assert report["below_floor"]["passages.ndcg@10"]["floor"] == 2
    assert "passages.ndcg@10 is " in shown.err
    assert "documents.ndcg@10 is " in shown.err
    # A floor on the command line goes before that of the file.
    low = ["--vloer", "passages.ndcg@10=0,1", "--vloer", "documents.ndcg@10=0.1"]
    assert run("evaluate", questions, "--vloeren", floors, *low, "--data", data) == 0
    assert "ondergrens" not in capsys.readouterr().err


def test_missing_evidence_is_named_with_the_question(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "v.csv"
    path.write_text("vraag;bestand;citaat\nWat staat hier?;moskee.md;iets anders\n", "utf-8")
    assert run("evaluate", path, "--data", data) == 1
    assert "(Wat staat hier?): bewijs niet gevonden in moskee.md" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--vloer", "passages"], "Ondergrens 'passages' is niet te lezen"),
        (["--vloer", "passages.ndgc=0.5"], "niet gemeten"),
        (["--vloeren", "weg.toml"], "weg.toml bestaat niet"),
        (["--compare", "weg.json"], "weg.json bestaat niet"),
        (["--html", "geen/map/verslag.html"], "In geen/map/verslag.html kan niet geschreven worden"),
        (["--save", "."], "In . kan niet geschreven worden"),
        (["--calibrate"], "Geef met --unanswerable"),
    ],
)
def test_wrong_use_says_what_and_what_to_do(
    data: Path, questions: Path, flags: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("evaluate", questions, *flags, "--data", data) == 2
    assert says in capsys.readouterr().err
