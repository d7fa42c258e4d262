"""The real command line and the real server over the sample knowledge base, as on a fresh machine."""

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.serving import COMMAND, ROOT, status_of

ESS = (
    "Hoe baken je de preventie van radicalisering af?",
    "Hoe laten we het veiligheidsdomein en het sociaal domein beter samenwerken?",
    "Welke lessen voor preventie kunnen we uit casussen halen?",
    "Hoe gaan we om met zorgen in gemeenschappen na extreemrechtse uitingen?",
)


def _ask(address: str, question: str) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310
        f"{address}/v1/documenten/_zoek", json.dumps({"vraag": question}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.mark.parametrize("question", ESS)
def test_the_ess_questions_find_open_sources_at_a_page_that_opens(server: str, question: str) -> None:
    answer = _ask(server, question)
    assert answer["oordeel"] == "gevonden"
    assert len(answer["resultaten"]) >= 3
    for result in answer["resultaten"]:
        assert result["document"]["vertrouwelijkheid"] == "openbaar"
        for passage in result["passages"]:
            assert status_of(server + passage["link"].split("#")[0]) == 200
            if passage["pagina"] is not None:
                url = f"{server}/v1/documenten/{result['document']['id']}/paginas/{passage['pagina']}"
                with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310
                    assert passage["tekst"] in json.load(page)["tekst"]


def test_the_confidential_cases_stay_unseen_for_a_visitor(server: str) -> None:
    with urllib.request.urlopen(f"{server}/v1/documenten?maxAantal=100", timeout=10) as answer:  # noqa: S310
        listed = json.load(answer)
    assert {document["vertrouwelijkheid"] for document in listed["documenten"]} == {"openbaar"}
    assert listed["aantal"] == len(listed["documenten"]) > 20
    found = _ask(server, "casus veertienjarige deelt memes in de groepsapp")
    assert all(result["document"]["soort"] != "casus" for result in found["resultaten"])


def test_the_command_line_answers_with_cases_too(sample_data: Path) -> None:
    question = "Een veertienjarige deelt rechts-extreme memes in de groepsapp"
    done = subprocess.run(
        [*COMMAND, "search", question, "--json", "--data", str(sample_data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kinds = [result["document"]["soort"] for result in json.loads(done.stdout)["resultaten"]]
    assert "casus" in kinds[:3]


def test_a_second_load_changes_nothing_and_says_so(sample_data: Path) -> None:
    folder = ROOT / "corpus" / "voorbeeld" / "documenten"
    done = subprocess.run(
        [*COMMAND, "ingest", str(folder), "--data", str(sample_data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2] == "Er is niets veranderd."
    assert done.stdout.splitlines()[-1].startswith("verwerkt 0, overgeslagen ")
