"""The verbs `keys` and `audit`, and what other verbs leave in the log."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from corpus.audit import Entry, append, read
from corpus.catalogue import Catalogue
from corpus.keys import find_key
from corpus.schema import audit
from search.encoder import Encoder
from service.cli import main
from service.operator import operator_name

Put = Callable[..., str]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(catalogue: Catalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the catalogue; gives its exit code, what it printed and what it said on the side."""

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def as_json(run: Run, *arguments: str) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_a_key_is_made_shown_once_listed_and_withdrawn(run: Run, catalogue: Catalogue) -> None:
    code, out, err = run("keys", "add", "Gemeente  Ergens", "--rol", "lezer")
    assert code == 0
    token = out.strip()
    found = find_key(catalogue.database, token)
    assert found is not None
    assert found.name == "Gemeente Ergens"
    assert found.id in err
    assert "niet nog een keer" in err
    days = datetime.fromisoformat(found.expires) - datetime.now(UTC)
    assert timedelta(days=364) < days <= timedelta(days=365)
    _, listed, _ = run("keys", "list")
    assert found.id in listed
    assert "geldig" in listed
    assert token.rpartition("_")[2] not in listed
    assert run("keys", "revoke", found.id)[0] == 0
    assert [key["toestand"] for key in as_json(run, "keys", "list")] == ["ingetrokken"]
    assert run("keys", "revoke", "weg")[0] == 1


def test_a_key_with_everything(run: Run, catalogue: Catalogue) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    options = ["--niveau", "openbaar", "--verloopt", tomorrow.isoformat(), "--herkomst", "https://A.nl/"]
    made = as_json(run, "keys", "add", "Portaal", "--rol", "deelnemer", *options, "--herkomst", "https://b.nl")
    assert made["niveau"] == "openbaar"
    assert made["herkomst"] == ["https://a.nl", "https://b.nl"]
    # The whole of the last day counts.
    assert made["verloopt"] == f"{(tomorrow + timedelta(days=1)).isoformat()}T00:00:00Z"
    assert find_key(catalogue.database, made["sleutel"]) is not None
    assert "key_hash" not in json.dumps(as_json(run, "keys", "list"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "--rol"),
        (["--rol", "baas"], "kies uit"),
        (["--rol", "anoniem"], "kies uit"),
        (["--rol", "lezer", "--niveau", "geheim"], "Kies uit"),
        (["--rol", "lezer", "--niveau", "vertrouwelijk"], "ziet vertrouwelijk niet"),
        (["--rol", "redacteur", "--herkomst", "https://a.nl"], "webpagina"),
        (["--rol", "lezer", "--herkomst", "*"], "is geen herkomst"),
        (["--rol", "lezer", "--verloopt", "0"], "0 dagen"),
        (["--rol", "lezer", "--verloopt", "99999"], "3650"),
        (["--rol", "lezer", "--verloopt", "2020-01-01"], "vanaf vandaag"),
        (["--rol", "lezer", "--verloopt", "morgen"], "geen datum"),
    ],
)
def test_a_key_that_can_not_be_is_refused_with_what_to_do(
    run: Run, catalogue: Catalogue, options: list[str], says: str
) -> None:
    code, out, err = run("keys", "add", "x", *options)
    assert (code, out) == (2, "")
    assert says in err
    assert read(catalogue.database) == []


def test_a_name_is_needed(run: Run) -> None:
    for name in ("", "  ", "x" * 101, "a\x1bb"):
        assert run("keys", "add", name, "--rol", "lezer")[0] == 2


def test_what_the_command_line_changes_is_in_the_log(run: Run, catalogue: Catalogue, put: Put) -> None:
    put("stuk", ["Tekst."])
    key = as_json(run, "keys", "add", "Portaal", "--rol", "lezer")["id"]
    run("keys", "list")
    run("keys", "revoke", key)
    run("delete", "stuk")
    run("delete", "stuk")
    rows = as_json(run, "audit", "list")
    assert [(row["actie"], row["object"], row["resultaat"]) for row in rows] == [
        ("keys.add", f"sleutel:{key}", "gelukt"),
        ("keys.revoke", f"sleutel:{key}", "gelukt"),
        ("delete", "stuk", "gelukt"),
        ("delete", "stuk", "mislukt"),
    ]
    assert {row["actor"] for row in rows} == {operator_name()}
    assert operator_name().startswith("opdrachtregel:")
    assert catalogue.database


def test_loading_and_rebuilding_are_in_the_log(
    run: Run, catalogue: Catalogue, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("service.wiring", "service.commands.ingest", "service.commands.rebuild"):
        monkeypatch.setattr(f"{module}.load_encoder", lambda *_arguments, **_options: encoder)
    (tmp_path / "een.txt").write_text("Een stuk over het wijkteam in de gemeente.\n", "utf-8")
    assert run("ingest", str(tmp_path / "een.txt"))[0] == 0
    assert run("ingest", str(tmp_path / "een.txt"), "--dry-run")[0] == 0
    assert run("rebuild")[0] == 0
    rows = [(row.action, row.object, row.result) for row in read(catalogue.database)]
    assert rows == [("ingest", "1 van 1 bestanden", "gelukt"), ("rebuild", "", "gelukt")]


def test_verify_says_whether_the_log_is_whole_and_names_the_row(run: Run, catalogue: Catalogue) -> None:
    append(catalogue.database, [Entry("a", "lezer", "toonDocument", str(n), "gelukt (200)", "") for n in range(4)])
    code, out, _ = run("audit", "verify")
    assert code == 0
    assert "4 regels" in out
    assert read(catalogue.database)[-1].hash in out
    with catalogue.database.write() as connection:
        connection.execute(sa.update(audit).where(audit.c.seq == 3).values(actor="b"))
    code, out, _ = run("audit", "verify")
    assert code == 1
    assert "regel 3" in out
    assert run("audit", "verify", "--json")[0] == 1


def test_listing_since_a_day_and_pruning(run: Run, catalogue: Catalogue) -> None:
    times = ("2020-01-01T10:00:00.000Z", "2020-02-01T10:00:00.000Z")
    append(catalogue.database, [Entry("a", "lezer", "toonDocument", time[:7], "gelukt", "", time) for time in times])
    append(catalogue.database, [Entry("a", "lezer", "toonDocument", "nu", "gelukt", "::1")])
    assert [row["object"] for row in as_json(run, "audit", "list", "--sinds", "2020-01-15")] == ["2020-02", "nu"]
    _, out, _ = run("audit", "list")
    assert [line.split("  ")[5] for line in out.splitlines()] == ["2020-01", "2020-02", "nu"]
    code, _, err = run("audit", "list", "--sinds", "gisteren")
    assert code == 2
    assert "JJJJ-MM-DD" in err
    assert run("audit", "prune", "--ouder-dan", "0")[0] == 2
    assert as_json(run, "audit", "prune", "--ouder-dan", "365") == {"verwijderd": 2}
    assert run("audit", "verify")[0] == 0
    rows = read(catalogue.database)
    assert [(row.actor, row.action) for row in rows] == [("a", "toonDocument"), (operator_name(), "audit.prune")]


def test_the_data_folder_may_stand_before_the_action_too(
    catalogue: Catalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogue.database
    with pytest.raises(SystemExit) as ended:
        main(["keys", "--data", str(tmp_path / "data"), "list"])
    assert not ended.value.code
    assert "nog geen sleutels" in capsys.readouterr().out
