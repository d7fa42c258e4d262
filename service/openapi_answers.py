"""The answers of an operation in the description: every error that it can give, with an example, and the headers."""

from typing import Any

from service.headers import API_VERSION
from service.problems import MEDIA_TYPE, TITLES

_TEXT: dict[str, Any] = {"type": "string"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Een fout volgens RFC 9457.",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {**_TEXT, "description": "Wat voor fout het is."},
        "status": {"type": "integer", "description": "Dezelfde als die van het antwoord."},
        "detail": {**_TEXT, "description": "Wat er is en wat u kunt doen."},
        "errors": {
            "type": "array",
            "description": "Bij 400: alles wat niet klopt, met de plaats in de aanvraag.",
            "items": {
                "type": "object",
                "required": ["detail", "pointer"],
                "properties": {"detail": _TEXT, "pointer": _TEXT},
            },
        },
    },
}

HEADERS: dict[str, Any] = {
    "API-Version": {"description": "Versie van de API.", "schema": _TEXT, "example": API_VERSION},
    "RateLimit": {
        "description": "Hoeveel aanvragen u nog over hebt (r). Ontbreekt als er geen grens is.",
        "schema": _TEXT,
        "example": '"aanvragen";r=1199',
    },
    "RateLimit-Policy": {
        "description": "Hoeveel aanvragen u mag doen (q) in hoeveel seconden (w). Ontbreekt als er geen grens is.",
        "schema": _TEXT,
        "example": '"aanvragen";q=1200;w=60',
    },
    "Retry-After": {
        "description": "Na hoeveel seconden u het weer kunt proberen.",
        "schema": {"type": "integer"},
        "example": 5,
    },
    "WWW-Authenticate": {
        "description": "Hoe u zich aanmeldt.",
        "schema": _TEXT,
        "example": 'Bearer realm="kennislab", error="invalid_token"',
    },
    "Location": {
        "description": "Waar u de taak volgt.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/v1/taken/187a9b2f06c1d3e45f6a7b8c9d0e1f23",
    },
}

# Status → what it means, and what one answer says.
ERRORS: dict[int, tuple[str, str]] = {
    400: ("De aanvraag klopt niet. Alle fouten staan in één antwoord.", "#/vraag: Dit veld is verplicht."),
    401: (
        "Niet aangemeld, of de sleutel is niet geldig.",
        "Deze sleutel is verlopen. Vraag de beheerder om een nieuwe.",
    ),
    403: ("U bent aangemeld, maar mag dit niet.", "Hiervoor is de rol redacteur nodig."),
    404: ("Bestaat niet, of u mag het niet zien.", "Er is geen document met id 0f9986e825b7."),
    406: (
        "U vraagt in Accept om een vorm die er niet is.",
        "Dit adres antwoordt met application/json. Vraag daarom in Accept, of laat Accept weg.",
    ),
    409: (
        "Het kan nu niet, omdat er intussen iets veranderd is.",
        "Er zijn geen mislukte bestanden die nog bewaard zijn.",
    ),
    413: ("Een bestand is te groot, of het zijn er te veel.", "Hooguit 200 bestanden per keer. Deel de upload op."),
    415: ("De inhoud heeft een soort die hier niet kan.", "Stuur JSON, met de header Content-Type: application/json."),
    429: (
        "Te veel aanvragen; Retry-After zegt hoe lang u wacht.",
        "U doet te veel aanvragen achter elkaar. Probeer het over 2 seconden weer.",
    ),
    500: ("Er ging iets mis bij ons.", "Er ging iets mis bij ons. Probeer het later opnieuw."),
    503: ("De service is nog niet gereed, of heeft het te druk.", "De service start op."),
}
_ALWAYS = (400, 401, 403, 429, 500, 503)
_RETRY = frozenset({429, 503})


def add_answers(operation: dict[str, Any]) -> None:
    """Describe the errors and headers; FastAPI's own 422 is never given."""
    responses = operation["responses"]
    responses.pop("422", None)
    for status in _statuses(operation):
        found = responses.setdefault(str(status), {"description": ERRORS[status][0]})
        found["content"] = _problem(status)
    for status, response in responses.items():
        names = _headers(int(status), response)
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        if response.get("description") == "Successful Response":
            response["description"] = "Gelukt."
    operation["responses"] = dict(sorted(responses.items()))


def _statuses(operation: dict[str, Any]) -> set[int]:
    responses = operation["responses"]
    found = {*_ALWAYS, *(int(status) for status in responses if int(status) >= 400)}
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        found.add(404)
    if "requestBody" in operation:
        found.add(415)
    if any(answer.get("content") for status, answer in responses.items() if status.startswith("2")):
        found.add(406)
    return found


def _problem(status: int) -> dict[str, Any]:
    detail = ERRORS[status][1]
    example: dict[str, Any] = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    if status == 400:
        example["errors"] = [{"detail": "Dit veld is verplicht.", "pointer": "#/vraag"}]
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Fout"}, "example": example}}


def _headers(status: int, response: dict[str, Any]) -> list[str]:
    found = ["API-Version", "RateLimit", "RateLimit-Policy"]
    later = status == 202 and not response.get("content")  # there is no task to follow: one asks again
    if status in _RETRY or later:
        found.append("Retry-After")
    if status == 401:
        found.append("WWW-Authenticate")
    if status == 202 and not later:
        found.append("Location")
    return found
