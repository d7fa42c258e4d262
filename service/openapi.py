"""The OpenAPI description: FastAPI's own, brought in line with the NLGov REST API Design Rules."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

DESCRIPTION = """Zoeken in een kennisbank: een vraag in gewone taal geeft bronnen met de passage, de pagina en een link
daarheen. De service verzint geen antwoord; past er niets, dan staat dat er.

Wie zich niet aanmeldt, ziet alleen openbare documenten. Wat u niet mag zien, geeft 404."""

_HEADER = {"API-Version": {"description": "Versie van de API.", "schema": {"type": "string"}, "example": "1.0.0"}}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "Een sleutel van de beheerder, of een token van de aanmeldvoorziening (OpenID Connect).",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Fout"}}}


def describe(app: FastAPI, contact: str, software_version: str) -> dict[str, Any]:
    """The description that clients read at /v1/openapi.json."""
    document = get_openapi(
        title="Kennislab API",
        version=app.version,
        description=f"{DESCRIPTION}\n\nSoftwareversie {software_version}.",
        routes=app.routes,
        servers=[{"url": "/v1"}],
        license_info={"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
    )
    document["info"]["contact"] = {"name": "Kennislab", "url": contact, "email": "kennislab@example.nl"}
    paths = {path: item for path, item in document["paths"].items() if path.startswith("/v1/")}
    document["paths"] = {path.removeprefix("/v1"): item for path, item in paths.items()}
    for item in document["paths"].values():
        for operation in item.values():
            _complete(operation)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError", "Toestand"):
        schemas.pop(name, None)
    schemas["Fout"] = _problem_schema()
    document["components"]["securitySchemes"] = {"sleutel": _KEY}
    document["security"] = [{}, {"sleutel": []}]
    return document


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    responses["400"] = {"description": "De aanvraag klopt niet.", "content": _PROBLEM}
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        responses["404"] = {"description": "Bestaat niet, of u mag het niet zien.", "content": _PROBLEM}
    responses["401"] = {"description": "Niet aangemeld, of de sleutel is niet geldig.", "content": _PROBLEM}
    responses["403"] = {"description": "U bent aangemeld, maar mag dit niet.", "content": _PROBLEM}
    responses["429"] = {"description": "Te veel aanvragen; Retry-After zegt hoe lang u wacht.", "content": _PROBLEM}
    responses["503"] = {"description": "De service is nog niet gereed.", "content": _PROBLEM}
    for response in responses.values():
        response["headers"] = _HEADER
        if response.get("description") == "Successful Response":
            response["description"] = "Gelukt."


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    error = {"type": "object", "properties": {"detail": text, "pointer": text}}
    properties = {
        "type": {"type": "string", "format": "uri-reference"},
        "title": text,
        "status": {"type": "integer"},
        "detail": text,
        "errors": {"type": "array", "items": error},
    }
    return {"type": "object", "required": ["title", "status", "detail"], "properties": properties, "title": "Fout"}
