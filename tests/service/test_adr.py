"""The API Design Rules of the Dutch government (2.1), a test for each; the linter checks the technical ones too.

https://gitdocumentatie.logius.nl/publicatie/api/adr/
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import langdetect
import pytest
from fastapi.testclient import TestClient
from wordfreq import zipf_frequency

from corpus.catalogue import Catalogue
from corpus.types import Classification
from search.encoder import Encoder
from service.access import Role
from service.headers import SECURITY_HEADERS
from service.protection import Protection
from tests.service.clients import bearer, new_key, served
from tests.service.described import Operation, operations
from tests.service.test_access_table import publish_pdf

ROOT = Path(__file__).resolve().parent.parent.parent
SITE = "https://www.portaal.nl"
ASK = {"vraag": "preventie"}

# What a rule asks of who runs the service, or of an API with other contents.
ELSEWHERE = {
    "/core/transport/tls": "TLS ends at the proxy before the service",
    "/core/modules/geospatial": "there are no places in the answers",
    "/core/modules/signing": "messages are not signed",
    "/core/modules/encryption": "messages are not encrypted, the connection is",
}
TESTED: set[str] = set()
Test = Callable[..., None]


def rule(*names: str) -> Callable[[Test], Test]:
    """Says which rules a test is about."""
    TESTED.update(f"/core/{name}" for name in names)
    return lambda test: test


@pytest.fixture
def client(
    catalogue: Catalogue, encoder: Encoder, base_metadata: Any, tmp_path: Path, put: Any
) -> Iterator[TestClient]:
    put("nota", ["De gemeente voert de regie over preventie."], date=date(2024, 3, 1))
    put("casus", ["Geheime casus over preventie."], classification=Classification.VERTROUWELIJK)
    publish_pdf(catalogue, encoder, "pdf", base_metadata)
    protection = Protection(frozenset({SITE}), rate_limit=1000)
    with served(tmp_path / "data", encoder, protection) as opened:
        yield opened


@pytest.fixture
def editor(catalogue: Catalogue) -> dict[str, str]:
    return bearer(new_key(catalogue, Role.EDITOR))


@pytest.fixture
def description(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/openapi.json").json()
    return found


@pytest.fixture
def paths(description: dict[str, Any]) -> list[str]:
    return list(description["paths"])


@pytest.fixture
def every(description: dict[str, Any]) -> list[Operation]:
    return operations(description)


def fields(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every field of every schema."""
    return {
        name: schema
        for holder in description["components"]["schemas"].values()
        for name, schema in holder.get("properties", {}).items()
    }


def queries(every: list[Operation]) -> set[str]:
    return {one["name"] for operation in every for one in operation.entry.get("parameters", ()) if one["in"] == "query"}


def filled(path: str, document: str = "nota") -> str:
    return "/v1" + path.replace("{id}", document).replace("{nummer}", "1").replace("{passage}", "x")


# -- names -------------------------------------------------------------------------------------------------------------


@rule("naming-resources", "naming-collections", "nested-child")
def test_addresses_are_things_and_collections_are_plural(paths: list[str]) -> None:
    for path in paths:
        segments = path.strip("/").split("/")
        things = [one for one in segments if not one.startswith(("{", "_"))]
        assert all(zipf_frequency(one, "nl") > 0 for one in things), path
        for thing, after in pairwise(segments):
            assert not after.startswith("{") or thing.endswith(("en", "s")), path
        assert segments[0].endswith("en")


@rule("interface-language")
def test_fields_are_dutch_words(description: dict[str, Any], every: list[Operation]) -> None:
    problem = set(description["components"]["schemas"].pop("Fout")["properties"])
    names = set(fields(description)) | queries(every)
    words = {word.lower() for name in names for word in re.findall(r"[a-z]+|[A-Z][a-z]+", name)}
    foreign = {word for word in words if zipf_frequency(word, "en") > zipf_frequency(word, "nl") + 1.2}
    assert foreign == set()
    assert problem == {"type", "title", "status", "detail", "errors"}  # as RFC 9457 names them


@rule("path-segments-kebab-case", "query-keys-camel-case")
def test_spelling(paths: list[str], every: list[Operation], description: dict[str, Any]) -> None:
    assert all(re.fullmatch(r"(/([a-z0-9-]+|\{[a-z]+\}))*(/_[a-z]+)?", path) for path in paths)
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name) for name in queries(every) | set(fields(description)))


@rule("no-trailing-slash")
def test_an_address_with_a_slash_at_its_end_does_not_exist(client: TestClient, every: list[Operation]) -> None:
    for operation in every:
        answer = client.request(operation.method, filled(operation.path) + "/", follow_redirects=False)
        assert answer.status_code == 404, operation.path


@rule("hide-implementation")
def test_nothing_of_the_inside_is_shown(client: TestClient, editor: dict[str, str]) -> None:
    texts = [client.get("/v1/openapi.json").text]
    texts += [client.post("/v1/documenten/_zoek", json=ASK).text, client.get("/v1/documenten/nota").text]
    texts += [client.patch("/v1/documenten/nota", json={"datum": 7}, headers=editor).text]
    inside = r"(?i)faiss|sqlite|torch|fastapi|pydantic|starlette|uvicorn|traceback|\.py\b|/home|/tmp"
    assert [found for text in texts for found in re.findall(inside, text)] == []


# -- time --------------------------------------------------------------------------------------------------------------


@rule("date-time/format", "date-time/timezone", "date-time/date-omit-time-portion")
def test_days_and_moments(client: TestClient, description: dict[str, Any]) -> None:
    found = client.get("/v1/documenten/nota").json()
    assert found["datum"] == "2024-03-01"
    moment = datetime.fromisoformat(found["toegevoegd"])
    assert found["toegevoegd"].endswith("Z")
    assert abs(datetime.now(UTC) - moment).days == 0
    formats = {name: schema.get("format") for name, schema in fields(description).items()}
    assert {formats[name] for name in ("datum", "vanaf", "tot", "bewaartermijn")} == {"date"}
    assert {formats[name] for name in ("toegevoegd", "gemaakt")} == {"date-time"}


# -- HTTP --------------------------------------------------------------------------------------------------------------


@rule("http-methods")
def test_only_the_usual_methods_and_405_says_which(client: TestClient, every: list[Operation]) -> None:
    assert {operation.method for operation in every} <= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    for path in {operation.path for operation in every}:
        here = {operation.method for operation in every if operation.path == path}
        answer = client.request("TRACE", filled(path))
        assert answer.status_code == 405
        assert {method.strip() for method in answer.headers["allow"].split(",")} == here | (
            {"HEAD"} if "GET" in here else set()
        )


@rule("http-safety")
def test_reading_changes_nothing_and_removing_twice_is_removing_once(
    client: TestClient, catalogue: Catalogue, editor: dict[str, str], every: list[Operation]
) -> None:
    before = catalogue.last_change()
    for operation in every:
        if operation.method == "GET" and not operation.path.startswith("/taken/{id}"):
            client.get(filled(operation.path, "pdf"), headers=editor)
            client.head(filled(operation.path, "pdf"), headers=editor)
    client.post("/v1/documenten/_zoek", json=ASK)
    assert catalogue.last_change() == before
    assert [client.delete("/v1/documenten/nota", headers=editor).status_code for _ in range(2)] == [204, 404]
    assert client.get("/v1/documenten/nota", headers=editor).status_code == 404


@rule("http-response-code", "error-handling/problem-details")
def test_the_right_status_and_a_problem_in_dutch(client: TestClient, editor: dict[str, str]) -> None:
    reader = {"Content-Type": "application/json"}
    cases: list[tuple[int, str, str, dict[str, Any]]] = [
        (400, "GET", "documenten?maxAantal=0", {}),
        (400, "POST", "documenten/_zoek", {"content": b"{", "headers": reader}),
        (401, "POST", "documenten", {}),
        (401, "GET", "documenten", {"headers": bearer("onzin")}),
        (403, "PATCH", "documenten/nota", {"json": {}, "headers": {"Origin": SITE}}),
        (404, "GET", "documenten/casus", {}),
        (404, "GET", "bestaat-niet", {}),
        (405, "PUT", "documenten", {}),
        (406, "GET", "documenten", {"headers": {"Accept": "application/xml"}}),
        (415, "POST", "documenten/_zoek", {"content": b"vraag=preventie", "headers": {"Content-Type": "text/plain"}}),
        (415, "POST", "documenten", {"content": b"x", "headers": editor | {"Content-Type": "text/plain"}}),
    ]
    for status, method, path, options in cases:
        answer = client.request(method, f"/v1/{path}", **options)
        expected = 401 if status == 403 else status
        assert answer.status_code == expected, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == expected
        assert len(problem["title"]) > 4
        assert problem["detail"].endswith(".")


@rule("stateless")
def test_no_request_depends_on_one_before(client: TestClient) -> None:
    answers = [client.post("/v1/documenten/_zoek", json=ASK) for _ in range(2)]
    assert not any("set-cookie" in answer.headers for answer in answers)
    first, second = ({**answer.json(), "duurMs": 0} for answer in answers)
    assert first == second


@rule("resource-operations")
def test_what_is_no_resource_stands_under_its_collection_with_a_mark(every: list[Operation]) -> None:
    marked = [operation for operation in every if "/_" in operation.path]
    assert {operation.method for operation in marked} == {"POST"}
    assert all(re.fullmatch(r"/[a-z]+(/\{id\})?/_[a-z]+", operation.path) for operation in marked)


@rule("error-handling/invalid-input", "error-handling/all-errors")
def test_all_that_is_wrong_is_told_at_once_as_400(client: TestClient, editor: dict[str, str]) -> None:
    wrong = {"vraag": "", "maxAantal": 0, "filters": {"vanaf": "gisteren"}, "topK": 1}
    answer = client.post("/v1/documenten/_zoek", json=wrong)
    assert answer.status_code == 400
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"#/vraag", "#/maxAantal", "#/filters/vanaf", "#/topK"}
    answer = client.patch("/v1/documenten/nota", json={"datum": "x", "taal": "xx-yy-zz", "y": 1}, headers=editor)
    assert len(answer.json()["errors"]) == 3
    assert len(client.get("/v1/documenten?pagina=0&maxAantal=x&sorteer=y").json()["errors"]) == 3


def test_head_is_get_without_a_body(client: TestClient, every: list[Operation], editor: dict[str, str]) -> None:
    for operation in every:
        if operation.method == "GET":
            address = filled(operation.path, "pdf")
            got, headed = (client.request(method, address, headers=editor) for method in ("GET", "HEAD"))
            assert (headed.status_code, headed.content) == (got.status_code, b""), address
            kept = {"content-type", "content-length", "content-disposition", "etag", "api-version"}
            assert {k: v for k, v in headed.headers.items() if k in kept} == {
                k: v for k, v in got.headers.items() if k in kept
            }
    assert client.head("/v1/documenten/_zoek").headers["allow"] == "POST"
    assert client.head("/readyz").status_code == 200
    assert client.head("/").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/merge-patch+json", 200),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("", 415),
    ],
)
def test_what_may_be_sent(client: TestClient, editor: dict[str, str], kind: str, status: int) -> None:
    headers = editor | {"Content-Type": kind}
    answer = client.patch("/v1/documenten/nota", content=b'{"organisatie": "Gemeente"}', headers=headers)
    assert answer.status_code == status
    assert client.patch("/v1/documenten/nota", headers=editor).status_code == 400  # nothing was sent


# -- the description ---------------------------------------------------------------------------------------------------


@rule("doc-openapi", "doc-openapi-contact", "doc-language", "semver", "uri-version")
def test_the_description(description: dict[str, Any], every: list[Operation]) -> None:
    assert description["openapi"].startswith("3.1")
    assert all(description["info"]["contact"][name] for name in ("name", "url", "email"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", description["info"]["version"])
    assert [server["url"] for server in description["servers"]] == ["/v1"]
    text = " ".join(f"{operation.entry['summary']}. {operation.entry['description']}" for operation in every)
    text += " ".join(schema.get("description", "") for schema in fields(description).values())
    assert langdetect.detect(text) == "nl"
    assert re.findall(r"(?i)\b(the|successful|response|error|this)\b", text) == []


@rule("publish-openapi")
def test_the_description_is_there_for_everyone(client: TestClient) -> None:
    answer = client.get("/v1/openapi.json", headers={"Origin": "https://elders.nl", **bearer("onzin")})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@rule("changelog", "deprecation-schedule", "transition-period")
def test_what_changes_is_told_and_how_long_the_old_stays() -> None:
    manual = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert "(../CHANGELOG.md)" in manual
    assert "blijft dan nog minstens een half jaar" in " ".join(manual.split())


def test_who_needs_a_key_is_told(every: list[Operation]) -> None:
    for operation in every:
        assert operation.entry["tags"]
        assert {"401", "403", "429", "500", "503"} <= set(operation.entry["responses"])
        assert ("404" in operation.entry["responses"]) == ("{" in operation.path)


# -- headers -----------------------------------------------------------------------------------------------------------


def boom() -> None:
    """A route with an error that nobody foresaw."""
    raise ZeroDivisionError("geheim")


@pytest.fixture
def surprised(client: TestClient) -> TestClient:
    app: Any = client.app
    app.get("/v1/stuk")(boom)
    return client


@rule("version-header", "transport/security-headers")
def test_every_answer_has_the_headers(surprised: TestClient, editor: dict[str, str]) -> None:
    answers = [surprised.get("/v1/stuk")]
    assert answers[0].status_code == 500
    client = surprised
    answers += [client.get(path) for path in ("/v1/documenten", "/v1/x", "/v1/openapi.json", "/livez", "/static/x")]
    answers += [client.get("/v1/documenten", headers=bearer("onzin")), client.put("/v1/documenten")]
    answers += [client.delete("/v1/documenten/nota", headers=editor)]
    answers += [client.options("/v1/documenten", headers={"Origin": SITE, "Access-Control-Request-Method": "GET"})]
    answers += [client.head("/v1/documenten")]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS, answer.url
        assert "content-type" in answer.headers or not answer.content


def test_a_surprise_is_a_problem_that_tells_nothing(surprised: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = surprised.get("/v1/stuk", headers={"Origin": SITE})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Onverwachte fout"
    assert "geheim" not in answer.text
    assert answer.headers["access-control-allow-origin"] == SITE  # so that a page of that site can tell what happened
    assert any("onverwachte fout" in record.message and record.exc_info for record in caplog.records)


@rule("transport/cors")
def test_another_site_reads_answers_only_when_it_is_on_the_list(client: TestClient) -> None:
    for site, told in ((SITE, SITE), ("https://elders.nl", None)):
        answer = client.get("/v1/documenten", headers={"Origin": site})
        assert answer.headers.get("access-control-allow-origin") == told


@rule("transport/no-sensitive-uris")
def test_no_question_and_no_key_in_an_address(client: TestClient, every: list[Operation], catalogue: Catalogue) -> None:
    assert not queries(every) & {"vraag", "zoekterm", "q", "query", "tekst", "sleutel", "key", "token"}
    key = new_key(catalogue, Role.EDITOR)
    for name in ("sleutel", "key", "access_token"):
        assert client.get(f"/v1/documenten/casus?{name}={key}").status_code == 404


def test_how_much_one_may_still_ask(client: TestClient) -> None:
    first, second = (client.get("/v1/documenten").headers for _ in range(2))
    assert first["ratelimit-policy"] == '"aanvragen";q=1000;w=60'
    left = [int(re.fullmatch(r'"aanvragen";r=(\d+)', headers["ratelimit"])[1]) for headers in (first, second)]  # type: ignore[index]
    assert left[0] <= 999
    assert left[1] <= left[0]
    assert "ratelimit" not in client.get("/livez").headers


def test_a_picture_is_sent_once(client: TestClient) -> None:
    address = "/v1/documenten/pdf/paginas/1/afbeelding?breedte=160"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


# As the standard lists them.
RULES = """naming-resources naming-collections interface-language no-trailing-slash path-segments-kebab-case
query-keys-camel-case hide-implementation date-time/format date-time/timezone date-time/date-omit-time-portion
http-methods http-safety http-response-code stateless nested-child resource-operations error-handling/problem-details
error-handling/invalid-input error-handling/all-errors doc-openapi doc-openapi-contact doc-language publish-openapi
deprecation-schedule transition-period uri-version changelog semver version-header transport/tls
transport/no-sensitive-uris transport/security-headers transport/cors modules/geospatial modules/signing
modules/encryption"""


def test_every_rule_has_a_test_or_a_reason() -> None:
    assert {f"/core/{name}" for name in RULES.split()} == TESTED | ELSEWHERE.keys()
    assert not TESTED & ELSEWHERE.keys()
