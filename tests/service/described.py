"""The API's description as tests use it: its operations, their examples, and asking a running service for each.

`python tests/service/described.py ADDRESS KEY` asks every example of a service over the sample knowledge base and
writes the answers in service/voorbeelden.json; KEY is that of an editor.
"""

import itertools
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "service" / "voorbeelden.json"
JSON = "application/json"
SHOWN = 3  # an example shows so many values of a facet
CHANGING = {"verwijderDocument", "vervangBestand"}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    method: str
    path: str
    entry: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.entry["operationId"])


def operations(description: Mapping[str, Any]) -> list[Operation]:
    return [
        Operation(method.upper(), path, entry)
        for path, item in description["paths"].items()
        for method, entry in item.items()
    ]


def schema_errors(description: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    """What of the value is not as the schema says."""
    whole = {**schema, "components": description["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return (f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(value))


class Sample:
    """A running service over the sample, asked with the key of an editor."""

    def __init__(self, address: str, key: str) -> None:
        self.key = key
        headers = {"Authorization": f"Bearer {key}"}
        self.client = httpx.Client(base_url=f"{address}/v1", headers=headers, timeout=120)

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """The task of an upload that is done."""
        sent = self.client.post("/documenten", files=[("bestanden", (name, content))])
        assert sent.status_code == 202, sent.text
        until = time.monotonic() + 180
        while time.monotonic() < until:
            task: dict[str, Any] = self.client.get(f"/taken/{sent.json()['id']}").json()
            if task["status"].startswith("klaar"):
                return task
            time.sleep(0.2)
        raise AssertionError(f"the upload of {name} is not done: {task}")

    def document(self) -> str:
        """A new document."""
        return str(self.upload("notitie.txt", _note())["bestanden"][0]["document"])

    def task(self, *, failed: bool = False) -> str:
        """A task that is done, with a file that can be tried again or without."""
        made = self.upload("kapot.pdf", b"%PDF-1.7 kapot") if failed else self.upload("notitie.txt", _note())
        return str(made["id"])

    def ask(self, operation: Operation, form: str = "") -> httpx.Response:
        """The answer to the example; what would change the sample is done to something new."""
        parameters = {
            (parameter["in"], parameter["name"]): parameter["example"]
            for parameter in operation.entry.get("parameters", ())
        }
        if operation.name in CHANGING:
            parameters["path", "id"] = self.document()
        elif operation.path.startswith("/taken/{id}"):
            parameters["path", "id"] = self.task(failed=operation.path.endswith("_opnieuw"))
        path = operation.path
        for (place, name), value in parameters.items():
            path = path.replace(f"{{{name}}}", str(value)) if place == "path" else path
        query = {name: value for (place, name), value in parameters.items() if place == "query"}
        return self.client.request(operation.method, path, params=query, **body(operation, form))


def _note() -> bytes:
    return f"Notitie {next(_numbers)} van {time.time_ns()} over het wijkteam en de buurt.".encode()


def body(operation: Operation, form: str) -> dict[str, Any]:
    """The example of the request as the HTTP client takes it."""
    content = operation.entry.get("requestBody", {}).get("content", {})
    if not content:
        return {}
    example = content[form or next(iter(content))]["example"]
    if form == "multipart/form-data":
        files = [("bestanden", ("notitie.txt", text.encode())) for text in example["bestanden"]]
        return {"files": files, "data": {"metadata": example["metadata"]}}
    if form == JSON:
        return {"json": example}
    return {"content": example.encode(), "headers": {"Content-Type": form}}


def requests(operation: Operation) -> list[str]:
    """The media types in which it can be asked; one empty one where there is no body."""
    return list(operation.entry.get("requestBody", {}).get("content", {})) or [""]


# -- writing the answers in the examples -------------------------------------------------------------------------------


def _shown(answer: httpx.Response, form: str) -> Any:
    if form.startswith(JSON):
        found = answer.json()
        if "facetten" in found:
            found["facetten"] = {name: values[:SHOWN] for name, values in found["facetten"].items()}
        return found
    return answer.text if form.startswith("text/event-stream") else "(de inhoud van het bestand)"


def refresh(address: str, key: str) -> None:
    """Ask every example and write the answer beside it."""
    sample, found = Sample(address, key), json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for operation in operations(sample.client.get("/openapi.json").json()):
        for form in reversed(requests(operation)):
            answer = sample.ask(operation, form)
            assert answer.status_code < 300, (operation.name, answer.text)
        contents = operation.entry["responses"][str(answer.status_code)].get("content", {})
        found.setdefault(operation.name, {})["antwoord"] = {kind: _shown(answer, kind) for kind in contents}
    EXAMPLES.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    refresh(*sys.argv[1:])
