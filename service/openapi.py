"""The OpenAPI description: FastAPI's own, brought in line with the NLGov REST API Design Rules."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.headers import API_VERSION
from service.openapi_answers import HEADERS, PROBLEM_SCHEMA, add_answers
from service.openapi_schemas import plain

DESCRIPTION = """Zoeken in een kennisbank: een vraag in gewone taal geeft bronnen met de passage, de pagina en een link
daarheen. De service verzint geen antwoord; past er niets, dan staat dat er.

Wie zich niet aanmeldt, ziet alleen openbare documenten. Wat u niet mag zien, geeft 404."""

TAGS = {
    "Documenten": "Documenten bekijken: gegevens, tekst, bestand en afbeeldingen.",
    "Documenten beheren": "Documenten toevoegen, wijzigen, vervangen en verwijderen. Met een sleutel van de redactie.",
    "Taken": "Volgen wat er met toegevoegde bestanden gebeurt. Met een sleutel van de redactie.",
    "Zoeken": "Een vraag stellen.",
}

EXAMPLES = Path(__file__).resolve().parent / "voorbeelden.json"

_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "Een sleutel van de beheerder, of een token van de aanmeldvoorziening (OpenID Connect).",
}


def describe(app: FastAPI, contact: str, software_version: str) -> dict[str, Any]:
    """The description that clients read at /v1/openapi.json."""
    document: dict[str, Any] = plain(_generated(app, software_version))
    document["info"]["contact"] = {"name": "Kennislab", "url": contact, "email": "kennislab@example.nl"}
    paths = {path: item for path, item in document["paths"].items() if path.startswith("/v1/")}
    document["paths"] = {path.removeprefix("/v1"): item for path, item in paths.items()}
    for item in document["paths"].values():
        for operation in item.values():
            add_answers(operation)
            _add_examples(operation)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError", "Toestand"):
        schemas.pop(name, None)
    schemas["Fout"] = PROBLEM_SCHEMA
    document["components"] |= {"headers": HEADERS, "securitySchemes": {"sleutel": _KEY}}
    document["security"] = [{}, {"sleutel": []}]
    return document


def _generated(app: FastAPI, software_version: str) -> dict[str, Any]:
    return get_openapi(
        title="Kennislab API",
        version=API_VERSION,
        description=f"{DESCRIPTION}\n\nSoftwareversie {software_version}.",
        routes=app.routes,
        servers=[{"url": "/v1"}],
        license_info={"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )


@cache
def examples() -> dict[str, Any]:
    """By the name of an operation: parameters, request and answer, asked of the sample knowledge base."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def _add_examples(operation: dict[str, Any]) -> None:
    example = examples().get(operation["operationId"], {})
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    for form, content in operation.get("requestBody", {}).get("content", {}).items():
        if form in example.get("aanvraag", {}):
            content["example"] = example["aanvraag"][form]
    for status, answer in operation["responses"].items():
        for form, content in answer.get("content", {}).items():
            if status.startswith("2") and form in example.get("antwoord", {}):
                content["example"] = example["antwoord"][form]
