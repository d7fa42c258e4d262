"""What users of other systems complain of, as far as one sees it in answers; the rows are those of the research."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pptx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from corpus.catalogue import open_catalogue
from corpus.schema import passages_fts
from corpus.types import Classification
from ingest.pipeline import Incoming, IngestOptions, Pipeline, Status
from service.access import Role
from service.checks import run_checks
from service.settings import load_settings
from tests.conftest import HashEncoder
from tests.ingest.pdf_samples import pdf, text
from tests.service.clients import bearer, new_key, served
from tests.service.described import JSON, Operation, operations

FIRST = ["aardbei", "bosuil"]
SECOND = ["citroen", "dakpan", "egel", "fluitketel", "goudvink", "hazelaar"]


def deck() -> bytes:
    """Three slides: what was made last comes first, and the second is hidden."""
    presentation = pptx.Presentation()
    for name in ("ijsvogel", "jeneverbes", "klaproos"):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = f"Dia over {name}"
        slide.notes_slide.notes_text_frame.text = f"Vertel hier over de {name[::-1]} en wat die betekent."
    order = presentation.slides._sldIdLst
    order.insert(0, order[2])
    presentation.slides[1].element.set("show", "0")
    made = io.BytesIO()
    presentation.save(made)
    return made.getvalue()


def pages(words: list[str]) -> bytes:
    return pdf([[text(72, 700, f"Op deze bladzijde staat het woord {word} en verder niets.")] for word in words])


FILES = {
    "kort.pdf": pages(FIRST),
    "lang.pdf": pages(SECOND),
    "dias.pptx": deck(),
    "zonder.md": b"# Stuk\n\nHier staat het woord lijsterbes en verder niets.\n",
    "engels.md": b"# Paper\n\nThe municipality talks about the magpie with schools and the police, as every year.\n",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    data, encoder = tmp_path_factory.mktemp("klachten") / "data", HashEncoder()
    catalogue = open_catalogue(data, create=True)
    pipeline = Pipeline(catalogue, encoder, IngestOptions(default_level=Classification.OPENBAAR))
    for name, content in FILES.items():
        outcome = pipeline.take(Incoming(content, name, f"upload:{name}"))
        assert outcome.status is Status.PROCESSED, outcome
    editor = bearer(new_key(catalogue, Role.EDITOR))
    with served(data, encoder) as opened:
        opened.headers.update(editor)
        yield opened
    catalogue.close()


def hits(client: TestClient, question: str, **fields: object) -> list[tuple[str, dict[str, Any]]]:
    """The passages that are found, each with the name of its file."""
    answer = client.post("/v1/documenten/_zoek", json={"vraag": question, **fields})
    assert answer.status_code == 200, answer.text
    return [(one["document"]["bestandsnaam"], hit) for one in answer.json()["resultaten"] for hit in one["passages"]]


def holding(client: TestClient, word: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, hit) for name, hit in hits(client, word) if word in hit["tekst"]]


# -- pages (rows 1, 2, 3 and 15) ---------------------------------------------------------------------------------------


def test_row_1_a_hit_has_the_page_of_its_own_document(client: TestClient) -> None:
    lengths = {"kort.pdf": len(FIRST), "lang.pdf": len(SECOND)}
    for word in (*FIRST, *SECOND):
        found = [(name, hit) for name, hit in hits(client, f"bladzijde woord {word}") if name in lengths]
        assert {name for name, _hit in found} == set(lengths)
        for name, hit in found:
            own = FIRST if name == "kort.pdf" else SECOND
            assert own[hit["pagina"] - 1] in hit["tekst"]


def test_row_1_where_there_are_no_pages_none_is_named(client: TestClient) -> None:
    ((name, hit),) = holding(client, "lijsterbes")
    assert (name, hit["pagina"]) == ("zonder.md", None)
    assert "page=" not in hit["link"]


def test_row_3_a_word_is_found_on_its_page_counted_from_one(client: TestClient) -> None:
    for name, words in (("kort.pdf", FIRST), ("lang.pdf", SECOND)):
        for number, word in enumerate(words, start=1):
            ((found, hit),) = holding(client, word)
            assert (found, hit["pagina"]) == (name, number)
            assert hit["link"].endswith(f"#page={number}")
            page = client.get(f"{hit['link'].partition('/bestand')[0]}/paginas/{number}").json()
            assert word in page["tekst"]


def test_row_15_notes_are_found_on_their_own_slide_in_the_order_that_is_shown(client: TestClient) -> None:
    """PowerPoint counts a hidden slide too: the number beside the slide is the one that is named."""
    for number, name in enumerate(("klaproos", "ijsvogel", "jeneverbes"), start=1):
        ((_name, of_title),) = holding(client, name)
        ((_name, of_notes),) = holding(client, name[::-1])
        assert of_title["id"] == of_notes["id"]
        assert of_notes["pagina"] == number


# -- languages (row 28) ------------------------------------------------------------------------------------------------


def test_row_28_a_question_is_never_limited_to_the_language_it_seems_to_be_in(client: TestClient) -> None:
    dutch = "Waar praat de gemeente elk jaar over met scholen en de politie, zoals over magpie?"
    assert "engels.md" in {name for name, _hit in hits(client, dutch)}
    english = "What is said on this page about the word lijsterbes, and what is it that follows from there?"
    assert "zonder.md" in {name for name, _hit in hits(client, english)}
    assert {name for name, _hit in hits(client, english, filters={"taal": ["en"]})} == {"engels.md"}


# -- both legs (row 33) ------------------------------------------------------------------------------------------------


def test_row_33_counts_of_both_legs_are_told_and_when_they_differ_it_is_not_ready(tmp_path: Path) -> None:
    catalogue, encoder = open_catalogue(tmp_path / "data", create=True), HashEncoder()
    pipeline = Pipeline(catalogue, encoder, IngestOptions(default_level=Classification.OPENBAAR))
    for name in ("kort.pdf", "lang.pdf"):
        pipeline.take(Incoming(FILES[name], name, f"upload:{name}"))
    with served(tmp_path / "data", encoder) as client:
        before = client.get("/readyz").json()
        assert before["status"] == "goed"
        assert before["passagesTrefwoorden"] == before["passagesVectoren"] == len(FIRST) + len(SECOND)
        with catalogue.database.write() as connection:
            some = sa.select(sa.func.min(passages_fts.c.rowid)).scalar_subquery()
            connection.execute(sa.delete(passages_fts).where(passages_fts.c.rowid == some))
        answer = client.get("/readyz")
        assert answer.status_code == 503
        after = answer.json()
        assert (after["passagesTrefwoorden"], after["passagesVectoren"]) == (7, 8)
        assert "verschillen" in after["reden"]
        assert "kennislab doctor" in after["reden"]
        figures = client.get("/metrics", headers=bearer(new_key(catalogue, Role.ADMINISTRATOR))).text
        assert {line.split()[-1] for line in figures.splitlines() if line.startswith("kennislab_passages{")} >= {"7.0"}
    catalogue.close()


@pytest.mark.usefixtures("_model")
def test_row_33_doctor_tells_the_counts_of_both_legs(tmp_path: Path) -> None:
    catalogue = open_catalogue(tmp_path / "data", create=True)
    Pipeline(catalogue, HashEncoder(), IngestOptions()).take(Incoming(FILES["lang.pdf"], "lang.pdf", "upload:1"))
    settings = load_settings({"data": str(tmp_path / "data")})
    told = {check.name: check for check in run_checks(settings)}
    assert told["trefwoorden"].message == "1 documenten, 6 passages, 6 in de trefwoordenindex"
    assert told["vectoren"].message.startswith("6 passages")
    with catalogue.database.write() as connection:
        connection.execute(sa.delete(passages_fts))
    told = {check.name: check for check in run_checks(settings)}
    assert (told["trefwoorden"].fine, told["trefwoorden"].remedy) == (False, "kennislab rebuild")
    catalogue.close()


@pytest.fixture
def _model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.checks.load_encoder", lambda *_arguments: HashEncoder())


# -- invalid input (row 34) --------------------------------------------------------------------------------------------


def wrong_values(schema: dict[str, Any]) -> list[Any]:
    """Values that a schema does not allow, as far as it is plain about them."""
    kinds = {schema["type"]} if isinstance(schema.get("type"), str) else set(schema.get("type", ()))
    found: list[Any] = []
    if "string" not in kinds:
        found.append("onzin")
    if "maximum" in schema:
        found.append(schema["maximum"] + 1)
    if "maxLength" in schema:
        found.append("x" * (schema["maxLength"] + 1))
    if "enum" in schema or schema.get("format") == "date":
        found.append("onzin")
    if "array" in kinds:
        found += [[value] for value in wrong_values(schema["items"])]
    return found


def resolved(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return description["components"]["schemas"][name] if name else schema


def wrong_requests(description: dict[str, Any], operation: Operation) -> Iterator[dict[str, Any]]:
    """Ways to ask an operation that its description does not allow."""
    entry, path = operation.entry, operation.path
    plain = path.replace("{id}", "bestaat-niet").replace("{nummer}", "1").replace("{passage}", "x")
    for parameter in entry.get("parameters", ()):
        schema = parameter["schema"]
        if parameter["in"] == "query":
            values = wrong_values(schema.get("items", schema))
            yield from ({"url": plain, "params": {parameter["name"]: value}} for value in values)
            continue
        for value in wrong_values(schema):
            named = path.replace(f"{{{parameter['name']}}}", str(value))
            yield {"url": named.replace("{id}", "x").replace("{nummer}", "1").replace("{passage}", "x")}
    contents = entry.get("requestBody", {}).get("content", {})
    for form in (form for form in contents if form.endswith("json")):
        headers = {"Content-Type": form}
        yield {"url": plain, "content": b"{", "headers": headers}
        yield {"url": plain, "content": b"[1, 2]", "headers": headers}
        yield {"url": plain, "json": {"bestaatNiet": 1}}
        schema = resolved(description, contents[form]["schema"])
        for name, one in schema["properties"].items():
            yield from ({"url": plain, "json": {name: value}} for value in [{"a": 1}, *wrong_values(one)])
    if "multipart/form-data" in contents:
        yield {"url": plain, "data": {"metadata": "{"}, "files": {"bestanden": ("a.txt", b"tekst", "text/plain")}}
        yield {"url": plain, "data": {"metadata": "{}"}, "files": {"anders": ("a.txt", b"tekst", "text/plain")}}
        yield {"url": plain, "content": b"geen deel", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}


def test_row_34_invalid_input_is_400_for_every_operation_and_never_422(client: TestClient) -> None:
    description = client.get("/v1/openapi.json").json()
    wrong, without = [], []
    for operation in operations(description):
        asked = list(wrong_requests(description, operation))
        if not asked:
            without.append(operation.name)
        for request in asked:
            answer = client.request(operation.method, f"/v1{request.pop('url')}", **request)
            if not is_invalid(operation, answer):
                wrong.append((operation.name, request, answer.status_code, answer.text[:200]))
    assert not wrong, wrong
    assert without == []


def is_invalid(operation: Operation, answer: httpx.Response) -> bool:
    # What one asks of a document that is not there is judged first where a file may be anything.
    statuses = {400, 404} if operation.name == "vervangBestand" else {400}
    problem = answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"]
    return bool(problem) and answer.status_code in statuses and JSON not in answer.headers["content-type"]
