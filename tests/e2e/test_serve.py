"""The real command line and the real server over the sample knowledge base, as on a fresh machine."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-c", "from service.cli import main; main()"]

ESS = (
    "Hoe baken je de preventie van radicalisering af?",
    "Hoe laten we het veiligheidsdomein en het sociaal domein beter samenwerken?",
    "Welke lessen voor preventie kunnen we uit casussen halen?",
    "Hoe gaan we om met zorgen in gemeenschappen na extreemrechtse uitingen?",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), "--data", str(sample_data)], cwd=ROOT, stderr=output, stdout=output
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            assert process.poll() is None, log.read_text()
            if _status(f"{address}/readyz") == 200:
                break
            time.sleep(0.2)
        else:
            pytest.fail(log.read_text())
        assert address in log.read_text()
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM, 143}
    assert "Traceback" not in log.read_text()


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


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
            assert _status(server + passage["link"].split("#")[0]) == 200
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
