"""The HTTP contract: names, statuses, rights, headers."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import ModelError
from corpus.publishing import remove
from corpus.types import Classification
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.relevance import Calibration
from search.searcher import Searcher
from service.app import API_VERSION, create_app

Put = Callable[..., str]

ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
NEVER = Calibration((0.0, 0.0, 0.0), -5.0, possible=0.3, strong=0.7)


def application(data: Path, encoder: Encoder, calibration: Calibration = ALWAYS) -> TestClient:
    def opener() -> Searcher:
        catalogue = open_catalogue(data)
        index = open_index(catalogue, data, Fingerprint.of(encoder.facts, "test"))
        return Searcher(catalogue, index, encoder, calibration)

    return TestClient(create_app(opener, "https://example.nl/contact"), raise_server_exceptions=False)


def wait_until_ready(client: TestClient) -> None:
    for _ in range(200):
        if client.get("/readyz").status_code == 200:
            return
    pytest.fail("the service did not become ready")


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> Iterator[TestClient]:
    put(
        "beleid",
        ["De gemeente voert de regie over preventie van radicalisering. Dat spreekt vanzelf."],
        ["Op de tweede bladzijde staat iets over het wijkteam en de preventie."],
        title="Nota preventie",
        organisation="Gemeente",
        date=date(2024, 3, 1),
        themes=("preventie",),
    )
    put("casus", ["Geheime casus over preventie van radicalisering."], classification=Classification.VERTROUWELIJK)
    with application(tmp_path / "data", encoder) as opened:
        wait_until_ready(opened)
        yield opened


def ask(client: TestClient, **fields: object) -> dict[str, object]:
    response = client.post("/v1/documenten/_zoek", json={"vraag": "preventie radicalisering", **fields})
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def test_an_answer_has_exactly_the_promised_names(client: TestClient) -> None:
    answer = ask(client)
    assert set(answer) == {
        "vraag",
        "oordeel",
        "resultaten",
        "aantalGevonden",
        "facetten",
        "themas",
        "contact",
        "duurMs",
    }
    assert answer["oordeel"] == "gevonden"
    (result,) = answer["resultaten"]  # type: ignore[misc]
    assert set(result) == {"document", "relevantie", "score", "passages"}
    assert result["document"] == {
        "id": "beleid",
        "titel": "Nota preventie",
        "soort": "beleidsdocument",
        "organisatie": "Gemeente",
        "datum": "2024-03-01",
        "taal": "nl",
        "thema": ["preventie"],
        "vertrouwelijkheid": "openbaar",
        "bestandsnaam": "beleid.txt",
        "link": "/v1/documenten/beleid/bestand",
    }
    passage = result["passages"][0]
    assert set(passage) == {
        *("id", "tekst", "markeringen", "kop", "kolomkop", "pagina", "taal", "link", "afbeelding", "score")
    }
    begin, end = passage["markeringen"][0]
    assert passage["tekst"][begin:end] == "De gemeente voert de regie over preventie van radicalisering."
    assert passage["pagina"] == 1


def test_facets_count_only_what_may_be_seen_and_name_every_field(client: TestClient) -> None:
    answer = ask(client)
    assert answer["facetten"] == {
        "soort": [{"waarde": "beleidsdocument", "aantal": 1}],
        "thema": [{"waarde": "preventie", "aantal": 1}],
        "organisatie": [{"waarde": "Gemeente", "aantal": 1}],
        "jaar": [{"waarde": "2024", "aantal": 1}],
        "taal": [{"waarde": "nl", "aantal": 1}],
    }
    assert (answer["aantalGevonden"], answer["themas"]) == (1, [])
    assert answer["contact"] == "https://example.nl/contact"


def test_a_passage_says_where_it_stands(client: TestClient) -> None:
    passage = ask(client)["resultaten"][0]["passages"][0]  # type: ignore[index]
    place = client.get(f"/v1/documenten/beleid/passages/{passage['id']}").json()
    page = client.get(f"/v1/documenten/beleid/paginas/{place['nummer']}").json()
    assert page["tekst"][place["begin"] : place["eind"]] == passage["tekst"]
    for path in ("beleid/passages/onbekend", "casus/passages/casus.1.00001", f"onbekend/passages/{passage['id']}"):
        assert client.get(f"/v1/documenten/{path}").status_code == 404


def test_nothing_above_the_bar_is_said_so(catalogue: Catalogue, encoder: Encoder, put: Put, tmp_path: Path) -> None:
    put("stuk", ["tekst over preventie"])
    with application(tmp_path / "data", encoder, NEVER) as client:
        wait_until_ready(client)
        answer = ask(client)
    assert answer["oordeel"] == "geen-passende-bronnen"
    assert answer["resultaten"] == []


def test_at_most_so_many_passages_and_documents(client: TestClient, put: Put) -> None:
    put("tweede", ["Nog iets over preventie van radicalisering in de gemeente."])
    assert len(ask(client)["resultaten"]) == 2  # type: ignore[arg-type]
    assert len(ask(client, maxAantal=1)["resultaten"]) == 1  # type: ignore[arg-type]
    answer = ask(client, passagesPerDocument=1)
    assert all(len(result["passages"]) == 1 for result in answer["resultaten"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"soort": ["beleidsdocument"]}, 1),
        ({"soort": ["casus"]}, 0),
        ({"thema": ["preventie", "onrust"]}, 1),
        ({"thema": ["onrust"]}, 0),
        ({"taal": ["en"]}, 0),
        ({"organisatie": ["Gemeente"]}, 1),
        ({"vanaf": "2024-03-01", "tot": "2024-03-01"}, 1),
        ({"vanaf": "2024-03-02"}, 0),
        ({"tot": "2024-02-29"}, 0),
        ({"jaar": [2023, 2024]}, 1),
        ({"jaar": [2023]}, 0),
    ],
)
def test_filters(client: TestClient, filters: dict[str, object], found: int) -> None:
    assert len(ask(client, filters=filters)["resultaten"]) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"#/vraag"}),
        ({"vraag": ""}, {"#/vraag"}),
        ({"vraag": "   "}, {"#/vraag"}),
        ({"vraag": "x" * 1001}, {"#/vraag"}),
        ({"vraag": 7, "maxAantal": "veel"}, {"#/vraag", "#/maxAantal"}),
        ({"vraag": "x", "maxAantal": 0, "passagesPerDocument": 99}, {"#/maxAantal", "#/passagesPerDocument"}),
        ({"vraag": "x", "top_k": 3}, {"#/top_k"}),
        ({"vraag": "x", "filters": {"vanaf": "gisteren"}}, {"#/filters/vanaf"}),
        ({"vraag": "x", "filters": {"soort": "casus"}}, {"#/filters/soort"}),
    ],
)
def test_invalid_input_is_400_with_every_error(client: TestClient, body: dict[str, object], pointers: set[str]) -> None:
    response = client.post("/v1/documenten/_zoek", json=body)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {entry["pointer"] for entry in problem["errors"]} == pointers
    assert problem["status"] == 400
    assert all(len(entry["detail"]) > 10 for entry in problem["errors"])


def test_broken_json_is_400(client: TestClient) -> None:
    response = client.post("/v1/documenten/_zoek", content=b"{", headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_documents_and_pages(client: TestClient) -> None:
    listed = client.get("/v1/documenten").json()
    assert listed["aantal"] == 1
    assert [document["id"] for document in listed["documenten"]] == ["beleid"]
    document = client.get("/v1/documenten/beleid").json()
    assert document["aantalPaginas"] == 2
    assert document["thema"] == ["preventie"]
    page = client.get("/v1/documenten/beleid/paginas/2").json()
    assert page["nummer"] == 2
    assert page["tekst"].startswith("Op de tweede bladzijde")
    file = client.get("/v1/documenten/beleid/bestand")
    assert file.content.startswith(b"De gemeente voert")
    assert "attachment" in file.headers["content-disposition"]


@pytest.mark.parametrize("path", ["", "/bestand", "/paginas/1"])
@pytest.mark.parametrize("document_id", ["casus", "bestaat-niet"])
def test_what_one_may_not_see_does_not_exist(client: TestClient, path: str, document_id: str) -> None:
    response = client.get(f"/v1/documenten/{document_id}{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "Geheime" not in response.text


def test_search_and_counts_do_not_betray_a_confidential_document(client: TestClient) -> None:
    answer = ask(client, vraag="geheime casus")
    assert "Geheime" not in str(answer)
    assert client.get("/v1/documenten").json()["aantal"] == 1


def test_after_removal_nothing_answers(client: TestClient, catalogue: Catalogue) -> None:
    assert client.get("/v1/documenten/beleid").status_code == 200
    remove(catalogue, "beleid")
    assert ask(client)["resultaten"] == []
    for path in ("", "/bestand", "/paginas/1"):
        assert client.get(f"/v1/documenten/beleid{path}").status_code == 404
    assert client.get("/v1/documenten").json()["aantal"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/documenten/", 404),
        ("GET", "/v1/documenten/_zoek/", 404),
        ("GET", "/onbekend", 404),
        ("PUT", "/v1/documenten", 405),
        ("GET", "/v1/documenten/beleid/paginas/-1", 400),
        ("GET", "/v1/documenten/beleid/paginas/x", 400),
        ("GET", "/v1/documenten/beleid/paginas/3", 404),
        ("GET", "/v1/documenten?maxAantal=0", 400),
    ],
)
def test_every_error_is_a_problem_in_dutch(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path, follow_redirects=False)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"title", "status", "detail"} <= set(response.json())
    assert response.headers["api-version"] == API_VERSION


@pytest.mark.parametrize("path", ["/v1/documenten", "/v1/openapi.json", "/livez", "/readyz", "/onbekend"])
def test_headers_are_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["api-version"] == API_VERSION
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"].startswith("max-age=")


def test_the_description_is_open_and_in_line_with_the_rules(client: TestClient) -> None:
    response = client.get("/v1/openapi.json")
    assert response.headers["access-control-allow-origin"] == "*"
    document = response.json()
    assert document["openapi"].startswith("3.")
    assert document["servers"] == [{"url": "/v1"}]
    assert set(document["info"]["contact"]) == {"name", "url", "email"}
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len(operations) >= 5
    for operation in operations:
        assert "422" not in operation["responses"]
        assert "application/problem+json" in operation["responses"]["400"]["content"]
        assert all("API-Version" in answer["headers"] for answer in operation["responses"].values())


def test_a_service_that_can_not_open_lives_but_is_not_ready() -> None:
    def opener() -> Searcher:
        raise ModelError("Het model ontbreekt. Maak het met: make model")

    with TestClient(create_app(opener, "x")) as client:
        assert client.get("/livez").status_code == 200
        for _ in range(50):
            ready = client.get("/readyz")
            if "make model" in ready.text:
                break
        assert ready.status_code == 503
        assert "make model" in ready.json()["reden"]
        answer = client.post("/v1/documenten/_zoek", json={"vraag": "x"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert "make model" in answer.json()["detail"]
