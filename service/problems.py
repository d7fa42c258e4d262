"""Errors as problem+json (RFC 9457), in Dutch. One table maps the core's errors to statuses."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import (
    BackupError,
    CatalogueBusyError,
    CatalogueError,
    ClassificationError,
    ConflictError,
    DiskFullError,
    FingerprintError,
    IndexUnavailableError,
    KennislabError,
    KeyRequestError,
    LeaseLostError,
    MetadataError,
    ModelError,
    NotFoundError,
    QuestionFileError,
    ReadError,
    SettingsError,
    StoreUnavailableError,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# The nearest class in an error's own line of ancestors decides.
STATUSES: dict[type[KennislabError], tuple[int, str]] = {
    NotFoundError: (404, "Niet gevonden"),
    ReadError: (400, "Bestand niet te lezen"),
    MetadataError: (400, "Ongeldige metadata"),
    ClassificationError: (400, "Ongeldige vertrouwelijkheid"),
    KeyRequestError: (400, "Sleutel kan niet"),
    QuestionFileError: (400, "Ongeldig vragenbestand"),
    SettingsError: (500, "Ongeldige instelling"),
    ConflictError: (409, "Intussen veranderd"),
    LeaseLostError: (409, "Intussen veranderd"),
    CatalogueBusyError: (503, "Kennisbank bezet"),
    CatalogueError: (503, "Kennisbank niet beschikbaar"),
    DiskFullError: (507, "Geen ruimte"),
    StoreUnavailableError: (503, "Opslag niet beschikbaar"),
    BackupError: (500, "Reservekopie kan niet"),
    IndexUnavailableError: (503, "Index niet beschikbaar"),
    FingerprintError: (503, "Index past niet bij het model"),
    ModelError: (503, "Model niet beschikbaar"),
    KennislabError: (500, "Fout"),
}

TITLES = {
    400: "Ongeldige aanvraag",
    401: "Niet aangemeld",
    403: "Geen toestemming",
    404: "Niet gevonden",
    405: "Methode niet toegestaan",
    409: "Intussen veranderd",
    406: "Niet leverbaar in dit formaat",
    413: "Te groot",
    415: "Onbekend formaat",
    429: "Te veel aanvragen",
    500: "Onverwachte fout",
    503: "Tijdelijk niet beschikbaar",
}
DETAILS = {
    404: "Dit adres bestaat niet, of u mag het niet zien.",
    405: "Deze methode is op dit adres niet mogelijk.",
}

# What pydantic says, as a person would; `{}` is filled from the error's context.
_TEXTS = {
    "missing": "Dit veld is verplicht.",
    "extra_forbidden": "Dit veld bestaat niet.",
    "string_type": "Hier hoort tekst.",
    "int_type": "Hier hoort een geheel getal.",
    "int_parsing": "Hier hoort een geheel getal.",
    "int_from_float": "Hier hoort een geheel getal.",
    "list_type": "Hier hoort een lijst.",
    "greater_than_equal": "De waarde moet {ge} of hoger zijn.",
    "less_than_equal": "De waarde mag hooguit {le} zijn.",
    "string_too_long": "De tekst mag hooguit {max_length} tekens lang zijn.",
    "string_too_short": "De tekst moet minstens {min_length} teken lang zijn.",
    "too_long": "De lijst mag hooguit {max_length} waarden hebben.",
    "json_invalid": "De inhoud is geen geldige JSON.",
    "model_attributes_type": "Hier hoort een JSON-object.",
}


def problem(status: int, title: str, detail: str, errors: Sequence[dict[str, str]] = ()) -> JSONResponse:
    """A problem+json answer."""
    content: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors:
        content["errors"] = list(errors)
    return JSONResponse(content, status, media_type=MEDIA_TYPE)


def status_of(error: KennislabError) -> tuple[int, str]:
    """Status and title for an error of the core."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def _explain(error: dict[str, Any]) -> str:
    kind = str(error["type"])
    if kind.startswith("date"):
        return "Hier hoort een datum als JJJJ-MM-DD."
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", "Deze waarde kan niet."))
    template = _TEXTS.get(kind, "Deze waarde kan niet.")
    return template.format_map(error.get("ctx", {}))


def _pointer(location: Sequence[Any]) -> str:
    where, *rest = location
    if where == "body" and all(isinstance(part, str) or rest for part in rest):
        return "#" + "".join(f"/{part}" for part in rest)
    return f"{where}:" + ".".join(str(part) for part in rest)


async def _on_core_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, KennislabError):
        raise error
    status, title = status_of(error)
    if status >= 500:
        logger.error("%s: %s", title, error)
    return problem(status, title, str(error))


async def _on_invalid_input(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    if not _is_json(request) and any(tuple(entry["loc"]) == ("body",) for entry in error.errors()):
        return problem(415, TITLES[415], "Stuur JSON, met de header Content-Type: application/json.")
    found = [{"detail": _explain(entry), "pointer": _pointer(entry["loc"])} for entry in error.errors()]
    return problem(400, TITLES[400], "; ".join(f"{entry['pointer']}: {entry['detail']}" for entry in found), found)


def _is_json(request: Request) -> bool:
    """Whether the body says that it is JSON, or says nothing because there is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        return request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


async def _on_http_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    title = TITLES.get(error.status_code, "Fout")
    detail = DETAILS.get(error.status_code, str(error.detail))
    answer = problem(error.status_code, title, detail)
    answer.headers.update(error.headers or {})
    return answer


Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Make the application answer every error as problem+json."""
    handlers: dict[type[Exception], Handler] = {
        KennislabError: _on_core_error,
        RequestValidationError: _on_invalid_input,
        HTTPException: _on_http_error,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


class SurpriseMiddleware:
    """Answers an error that nobody foresaw. A handler of Starlette would answer outside all other layers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or answered:
                raise
            logger.error("onverwachte fout", exc_info=error)
            answer = problem(500, TITLES[500], "Er ging iets mis bij ons. Probeer het later opnieuw.")
            await answer(scope, receive, send)
