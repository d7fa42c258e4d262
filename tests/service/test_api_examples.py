"""The examples of the description and of docs/api.md: right by their own schemas, and working on the sample."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalogue import open_catalogue
from service.access import Role
from service.auditing import Operations
from service.openapi import examples
from tests.e2e.serving import running_service
from tests.service.api_linter import RULES, NoLinterError, described, findings
from tests.service.clients import new_key
from tests.service.described import JSON, Sample, operations, requests, schema_errors

ROOT = Path(__file__).resolve().parent.parent.parent
MANUAL = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
OPERATIONS = {operation.name: operation for operation in operations(described())}
DESCRIPTION = described()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", MANUAL, re.DOTALL)


# -- what the description says, by itself ------------------------------------------------------------------------------


def test_the_public_linter_finds_nothing_and_would_find_something() -> None:
    try:
        assert findings(described(), [str(RULES)]) == ""
        broken = described()
        del broken["info"]["contact"], broken["paths"]["/documenten"]["get"]["responses"]["400"]
        found = findings(broken, [str(RULES)])
    except NoLinterError as error:
        pytest.skip(str(error))
    assert "adr-invalid-input" in found
    assert "info-contact" in found


def test_every_example_is_as_its_schema_says() -> None:
    wrong = []
    for operation in OPERATIONS.values():
        places = [(parameter["schema"], parameter["example"]) for parameter in operation.entry.get("parameters", ())]
        contents = [operation.entry.get("requestBody", {}).get("content", {})]
        contents += [answer.get("content", {}) for answer in operation.entry["responses"].values()]
        places += [(one["schema"], one["example"]) for content in contents for one in content.values()]
        wrong += [(operation.name, error) for place in places for error in schema_errors(DESCRIPTION, *place)]
    assert wrong == []


def test_there_are_no_examples_of_what_is_gone() -> None:
    assert set(examples()) == set(OPERATIONS)
    for name, example in examples().items():
        known = {parameter["name"] for parameter in OPERATIONS[name].entry.get("parameters", ())}
        assert set(example.get("parameters", {})) == known, name


# -- asked of a running service ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    folder = tmp_path_factory.mktemp("voorbeelden")
    data = folder / "data"
    subprocess.run(["cp", "-r", str(sample_data), str(data)], check=True)
    catalogue = open_catalogue(data)
    key = new_key(catalogue, Role.EDITOR)
    catalogue.close()
    with running_service(data, folder, workers=1) as service:
        made = Sample(service.address, key)
        yield made
        made.client.close()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_example_works(sample: Sample, name: str) -> None:
    operation = OPERATIONS[name]
    for form in requests(operation):
        answer = sample.ask(operation, form)
        response = operation.entry["responses"].get(str(answer.status_code))
        assert answer.status_code < 300, answer.text
        assert response is not None, f"{answer.status_code} is not described"
        if JSON in response.get("content", {}):
            assert list(schema_errors(DESCRIPTION, response["content"][JSON]["schema"], answer.json())) == []
            _assert_alike(answer.json(), response["content"][JSON]["example"])
        described_headers = {header for header in response["headers"] if not header.startswith("RateLimit")}
        assert described_headers <= {header.title().replace("Api-", "API-") for header in answer.headers}


def _assert_alike(answer: dict[str, object], example: dict[str, object]) -> None:
    """The example says what the service says now: the same fields, and of a question the same source."""
    assert answer.keys() == example.keys()
    if "resultaten" in answer:
        found, told = answer["resultaten"], example["resultaten"]
        assert [one["document"]["id"] for one in found] == [one["document"]["id"] for one in told]  # type: ignore[attr-defined]


# -- docs/api.md -------------------------------------------------------------------------------------------------------


def run(script: str, sample: Sample, folder: Path, **more: str) -> str:
    """What curl told of its requests: method and address."""
    (folder / "notitie.txt").write_text("Het wijkteam bespreekt elke maand de signalen uit de buurt.\n")
    wrapper = (
        """curl() { command curl -sS --fail-with-body -w '%{stderr}%{method} %{url_effective}\\n' "$@"; }\nset -eu\n"""
    )
    known = {"KENNISLAB": str(sample.client.base_url).removesuffix("/v1/"), "SLEUTEL": sample.key, **more}
    done = subprocess.run(
        ["bash", "-c", wrapper + script],
        cwd=folder,
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.stderr


def test_every_curl_works_and_there_is_one_for_each_operation(sample: Sample, tmp_path: Path) -> None:
    scripts = [script for script in blocks("sh") if "curl" in script]
    asked = ""
    for script in scripts:
        given = {"DOCUMENT": "0f9986e825b7", "PASSAGE": "0f9986e825b7.1.00003"}
        if "-X DELETE" in script:
            given["DOCUMENT"] = sample.document()
        if "$TAAK" in script:
            given["TAAK"] = sample.task(failed=True)
        asked += run(script, sample, tmp_path, **given)
    known = Operations(DESCRIPTION)
    base = str(sample.client.base_url).removesuffix("/v1/")
    found = {known.find(*line.replace(base, "").partition("?")[0].split(" "))[0] for line in asked.splitlines()}
    assert found == set(OPERATIONS)
    assert (tmp_path / "document.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "pagina.webp").read_bytes().startswith(b"RIFF")


def test_the_python_client_is_ten_lines_and_finds_the_source(sample: Sample) -> None:
    (client,) = blocks("python")
    assert len([line for line in client.splitlines() if line]) <= 10
    script = client.replace("http://127.0.0.1:8000", str(sample.client.base_url).removesuffix("/v1/"))
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert "Handreiking afbakening van preventie" in done.stdout


def test_every_status_of_the_description_is_explained() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", MANUAL, re.MULTILINE)
    explained = {status for row in rows for status in row.split(", ")}
    told = {status for operation in OPERATIONS.values() for status in operation.entry["responses"]}
    assert {status for status in told if status >= "4"} <= explained
