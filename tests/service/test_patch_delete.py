"""Changing and withdrawing documents over HTTP, and the list with its filters."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue, open_catalogue
from corpus.schema import documents
from corpus.scope import EVERYTHING
from corpus.types import Classification
from search.embedded_index import open_index
from search.encoder import Encoder, Vectors
from search.fingerprint import Fingerprint
from search.relevance import Calibration
from search.searcher import Searcher
from service import state
from service.access import ANONYMOUS, LEVELS, Caller, Role
from service.app import create_app

Put = Callable[..., str]

ALWAYS = Calibration((0.0, 0.0, 0.0), 5.0, possible=0.3, strong=0.7)
EDITOR = Caller("redacteur", Role.EDITOR, LEVELS[Role.EDITOR])
READER = Caller("lezer", Role.READER, LEVELS[Role.READER])
NARROW = Caller("smal", Role.EDITOR, LEVELS[Role.READER])


@pytest.fixture
def client(catalogue: Catalogue, encoder: Encoder, tmp_path: Path, put: Put) -> Iterator[TestClient]:
    put("nota", ["De gemeente werkt samen met de wijk."], title="Nota wijk", author="Wij", date=date(2024, 3, 1))

    def opener() -> Searcher:
        opened = open_catalogue(tmp_path / "data")
        index = open_index(opened, tmp_path / "data", Fingerprint.of(encoder.facts, "test"))
        return Searcher(opened, index, encoder, ALWAYS)

    app = create_app(opener, "https://example.nl/contact")
    app.dependency_overrides[state._caller] = lambda: EDITOR
    with TestClient(app, raise_server_exceptions=False) as opened:
        while opened.get("/readyz").status_code != 200:
            pass
        yield opened


def as_caller(client: TestClient, caller: Caller) -> None:
    client.app.dependency_overrides[state._caller] = lambda: caller  # type: ignore[attr-defined]


def patch(client: TestClient, **changes: Any) -> dict[str, Any]:
    response = client.patch("/v1/documenten/nota", json=changes)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def found_by(client: TestClient, question: str) -> list[str]:
    answer = client.post("/v1/documenten/_zoek", json={"vraag": question}).json()
    return [result["document"]["id"] for result in answer["resultaten"]]


def test_what_is_named_changes_and_the_rest_stays(client: TestClient) -> None:
    changed = patch(client, organisatie="Gemeente", thema=["jeugd", "zorg"], bewaartermijn="2030-12-31", taal="en")
    assert (changed["organisatie"], changed["thema"], changed["bewaartermijn"]) == (
        "Gemeente",
        ["jeugd", "zorg"],
        "2030-12-31",
    )
    assert (changed["titel"], changed["auteur"], changed["datum"], changed["taal"]) == (
        "Nota wijk",
        "Wij",
        "2024-03-01",
        "en",
    )
    assert client.get("/v1/documenten/nota").json() == changed
    cleared = patch(client, auteur=None, thema=None, datum=None, bewaartermijn=None)
    assert (cleared["auteur"], cleared["thema"], cleared["datum"], cleared["bewaartermijn"]) == ("", [], None, None)
    assert patch(client) == cleared


def test_a_merge_patch_may_say_so_in_its_content_type(client: TestClient) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    assert client.patch("/v1/documenten/nota", content=b'{"auteur": "Zij"}', headers=headers).json()["auteur"] == "Zij"


def test_only_a_new_title_makes_new_vectors(client: TestClient, catalogue: Catalogue) -> None:
    before, seq = catalogue.units("nota"), catalogue.last_change()
    patch(client, soort="verslag", vertrouwelijkheid="intern")
    assert [change.metadata_only for change in catalogue.changes_after(seq)] == [True]
    assert (catalogue.units("nota").ids == before.ids).all()
    patch(client, titel="Handreiking vlaggenbeleid")
    assert [change.metadata_only for change in catalogue.changes_after(seq)] == [True, False]
    assert not set(catalogue.units("nota").ids) & set(before.ids)
    assert "vlaggenbeleid" not in " ".join(passage.text for passage in catalogue.passages_of("nota"))


def test_a_new_title_is_found_and_the_old_one_is_not(client: TestClient, catalogue: Catalogue) -> None:
    def rows_with(word: str) -> int:
        with catalogue.database.read() as connection:
            query = "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?"
            return int(connection.exec_driver_sql(query, (word,)).scalar() or 0)

    assert (rows_with("nota"), rows_with("vlag*")) == (1, 0)
    patch(client, titel="Handreiking vlaggen")
    assert (rows_with("nota"), rows_with("vlag*")) == (0, 1)
    assert found_by(client, "handreiking vlaggen") == ["nota"]
    assert client.get("/v1/documenten/nota").json()["aantalPassages"] == len(catalogue.passages_of("nota"))
    assert client.get("/readyz").status_code == 200


def test_a_level_that_goes_up_hides_the_document_at_once(client: TestClient) -> None:
    as_caller(client, READER)
    assert found_by(client, "gemeente wijk") == ["nota"]
    as_caller(client, EDITOR)
    patch(client, vertrouwelijkheid="vertrouwelijk")
    as_caller(client, READER)
    assert found_by(client, "gemeente wijk") == []
    assert client.get("/v1/documenten/nota").status_code == 404
    assert client.get("/v1/documenten").json()["aantal"] == 0


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"titels": "x"}, "#/titels"),
        ({"titel": 7}, "#/titel"),
        ({"titel": "x" * 201}, "#/titel"),
        ({"vertrouwelijkheid": "zeer_geheim"}, "#/vertrouwelijkheid"),
        ({"bewaartermijn": "ooit"}, "#/bewaartermijn"),
        ({"bewaartermijn": "0204-01-01"}, "#/bewaartermijn"),
        ({"bewaartermijn": "9999-12-31"}, "#/bewaartermijn"),
        ({"thema": "jeugd"}, "#/thema"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(client: TestClient, changes: Any, pointer: str) -> None:
    response = client.patch("/v1/documenten/nota", json=changes)
    assert response.status_code == 400
    assert [entry["pointer"] for entry in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize("name", ["titel", "soort", "taal", "vertrouwelijkheid"])
def test_what_every_document_has_cannot_be_emptied(client: TestClient, name: str) -> None:
    for value in (None, " "):
        response = client.patch("/v1/documenten/nota", json={name: value})
        assert response.status_code == 400
        assert name in response.json()["detail"] or "Vertrouwelijkheid" in response.json()["detail"]


@pytest.mark.parametrize(("caller", "status"), [(ANONYMOUS, 401), (READER, 403)])
def test_only_an_editor_changes_and_withdraws(
    client: TestClient, catalogue: Catalogue, caller: Caller, status: int
) -> None:
    as_caller(client, caller)
    for document_id in ("nota", "bestaat-niet"):
        assert client.patch(f"/v1/documenten/{document_id}", json={"auteur": "x"}).status_code == status
        assert client.delete(f"/v1/documenten/{document_id}").status_code == status
    assert catalogue.document("nota", EVERYTHING).metadata.author == "Wij"


def test_what_an_editor_may_not_see_does_not_exist(client: TestClient, catalogue: Catalogue, put: Put) -> None:
    put("casus", ["Geheim."], classification=Classification.VERTROUWELIJK)
    as_caller(client, NARROW)
    assert client.patch("/v1/documenten/casus", json={"auteur": "x"}).status_code == 404
    assert client.delete("/v1/documenten/casus").status_code == 404
    assert client.patch("/v1/documenten/nota", json={"vertrouwelijkheid": "intern"}).status_code == 403
    assert "casus" in catalogue.ids(EVERYTHING)


def test_two_who_change_different_fields_both_get_their_way(client: TestClient, catalogue: Catalogue) -> None:
    names = [("auteur", "A"), ("bron", "B"), ("organisatie", "O"), ("titel", "T")]
    threads = [
        threading.Thread(target=client.patch, args=("/v1/documenten/nota",), kwargs={"json": {name: value}})
        for name, value in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = client.get("/v1/documenten/nota").json()
    assert [found[name] for name, _value in names] == [value for _name, value in names]
    with catalogue.database.read() as connection:
        assert connection.scalar(sa.select(documents.c.edited)) == dict(names)


def test_a_title_that_cannot_be_embedded_changes_nothing(
    client: TestClient, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: object, _texts: Sequence[str]) -> Vectors:
        raise RuntimeError("model weg")

    counts = catalogue.counts()
    encoder = client.app.state.kennislab.searcher.encoder  # type: ignore[attr-defined]
    monkeypatch.setattr(type(encoder), "encode_passages", fail)
    assert client.patch("/v1/documenten/nota", json={"titel": "Anders", "auteur": "Zij"}).status_code == 500
    assert catalogue.counts() == counts
    metadata = catalogue.document("nota", EVERYTHING).metadata
    assert (metadata.title, metadata.author) == ("Nota wijk", "Wij")


def test_withdrawing_erases_everything_also_what_waits(client: TestClient, catalogue: Catalogue) -> None:
    task = client.put("/v1/documenten/nota/bestand", content=b"Nieuwe versie.").json()
    assert [path for path in catalogue.spool.folder.rglob("*") if path.is_file()]
    response = client.delete("/v1/documenten/nota")
    assert (response.status_code, response.content) == (204, b"")
    assert client.delete("/v1/documenten/nota").status_code == 404
    for path in ("", "/bestand", "/paginas/1", "/versies"):
        assert client.get(f"/v1/documenten/nota{path}").status_code == 404
    assert found_by(client, "gemeente wijk") == []
    assert client.get("/v1/documenten").json()["aantal"] == 0
    (file,) = client.get(task["link"]).json()["bestanden"]
    assert (file["status"], file["document"]) == ("overgeslagen", None)
    assert "nota" not in file["bestandsnaam"]
    assert not [path for path in catalogue.spool.folder.rglob("*") if path.is_file()]
    assert not list(catalogue.files.hashes())
    assert {name: count for name, count in catalogue.counts().items() if count} == {}


@pytest.fixture
def several(put: Put) -> None:
    put("een", ["x een"], title="Alfa 100%", kind="verslag", date=date(2023, 1, 1), themes=("jeugd",))
    put("twee", ["x twee"], title="bravo", organisation="Gemeente", date=date(2025, 1, 1), language="en")
    put("drie", ["x drie"], title="Charlie", classification=Classification.INTERN, themes=("jeugd", "zorg"))


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["twee", "nota", "een", "drie"]),
        ("soort=verslag", ["een"]),
        ("soort=verslag&soort=beleidsdocument", ["twee", "nota", "een", "drie"]),
        ("thema=jeugd", ["een", "drie"]),
        ("thema=jeugd&vertrouwelijkheid=intern", ["drie"]),
        ("organisatie=Gemeente&taal=en", ["twee"]),
        ("vertrouwelijkheid=openbaar&vertrouwelijkheid=intern&taal=nl&thema=zorg", ["drie"]),
        ("vertrouwelijkheid=zaakvertrouwelijk", []),
        ("vanaf=2024-01-01&tot=2024-12-31", ["nota"]),
        ("sorteer=titel", ["een", "twee", "drie", "nota"]),
        ("sorteer=-titel", ["nota", "drie", "twee", "een"]),
        ("sorteer=datum", ["een", "nota", "twee", "drie"]),
        ("sorteer=bestandsnaam", ["drie", "een", "nota", "twee"]),
        ("maxAantal=2&pagina=2", ["een", "drie"]),
    ],
)
def test_the_list_has_filters_and_orders(client: TestClient, query: str, ids: list[str]) -> None:
    answer = client.get(f"/v1/documenten?{query}").json()
    assert [document["id"] for document in answer["documenten"]] == ids
    assert answer["aantal"] == (4 if "maxAantal" in query else len(ids))


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["twee", "nota", "een", "drie"]),
        ({"zoekterm": "charl", "vertrouwelijkheid": ["openbaar", "intern"]}, ["drie"]),
        ({"zoekterm": "BRAVO"}, ["twee"]),
        ({"zoekterm": "een.txt", "sorteer": "titel"}, ["een"]),
        ({"zoekterm": "%"}, ["een"]),
        ({"zoekterm": "_"}, []),
        ({"maxAantal": 2, "pagina": 2}, ["een", "drie"]),
    ],
)
def test_words_of_a_title_are_asked_for_in_the_body(client: TestClient, asked: dict[str, Any], ids: list[str]) -> None:
    answer = client.post("/v1/documenten/_lijst", json=asked)
    assert answer.status_code == 200
    assert [document["id"] for document in answer.json()["documenten"]] == ids
    assert answer.json()["aantal"] == (4 if "maxAantal" in asked else len(ids))
    assert client.get("/v1/documenten", params={"zoekterm": "bravo"}).status_code == 400  # it would be in logs


@pytest.mark.usefixtures("several")
def test_filters_never_show_more_than_one_may_see(client: TestClient) -> None:
    as_caller(client, ANONYMOUS)
    nothing = {"aantal": 0, "documenten": []}
    for query in ("vertrouwelijkheid=intern", "thema=zorg"):
        assert client.get(f"/v1/documenten?{query}").json() == nothing
    for asked in ({"zoekterm": "Charlie"}, {"vertrouwelijkheid": ["intern"]}):
        assert client.post("/v1/documenten/_lijst", json=asked).json() == nothing


@pytest.mark.parametrize(
    "query", ["soorten=x", "sorteer=kleur", "vanaf=gisteren", "vertrouwelijkheid=geheim", "soort="]
)
def test_a_wrong_filter_is_refused(client: TestClient, query: str) -> None:
    response = client.get(f"/v1/documenten?{query}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
