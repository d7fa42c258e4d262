"""Figures for who watches over the service."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from corpus.catalogue import Catalogue
from corpus.tasks import NewFile, add_task
from corpus.types import Classification
from search.encoder import Encoder
from service.access import Role
from tests.service.clients import bearer, new_key, served

Put = Callable[..., str]


@pytest.fixture
def client(tmp_path: Path, encoder: Encoder, put: Put) -> Iterator[TestClient]:
    put("nota", ["De gemeente voert de regie over preventie."])
    put("casus", ["Een casus die niet openbaar is."], classification=Classification.VERTROUWELIJK)
    with served(tmp_path / "data", encoder) as opened:
        yield opened


def figures(client: TestClient, catalogue: Catalogue) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers=bearer(new_key(catalogue, Role.ADMINISTRATOR)))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_questions_are_counted_by_operation_and_status_and_timed(client: TestClient, catalogue: Catalogue) -> None:
    for question in ("preventie", "regie", ""):
        client.post("/v1/documenten/_zoek", json={"vraag": question})
    client.get("/v1/documenten/geheim-kenmerk")
    client.get("/geheim-adres")
    found = figures(client, catalogue)
    assert found["kennislab_verzoeken_total", "zoekDocumenten", "200"] == 2
    assert found["kennislab_verzoeken_total", "zoekDocumenten", "400"] == 1
    assert found["kennislab_verzoek_seconden_count", "zoekDocumenten"] == 3
    assert found["kennislab_verzoek_seconden_sum", "zoekDocumenten"] > 0
    assert "geheim" not in str(found)
    assert "preventie" not in str(found)


def test_the_knowledge_base_and_the_queue_are_counted_as_they_are_now(client: TestClient, catalogue: Catalogue) -> None:
    found = figures(client, catalogue)
    assert found[("kennislab_gereed",)] == 1
    assert found["kennislab_passages", "vectoren"] == found["kennislab_passages", "trefwoorden"] == 2
    assert found["kennislab_bestanden", "mislukt"] == 0
    add_task(catalogue, "redactie", [NewFile("nota.md", refused="Wij lezen dit niet.")])
    assert figures(client, catalogue)["kennislab_bestanden", "mislukt"] == 1


@pytest.mark.parametrize("role", [None, Role.READER, Role.PARTICIPANT, Role.EDITOR])
def test_only_an_administrator_sees_them(client: TestClient, catalogue: Catalogue, role: Role | None) -> None:
    answer = client.get("/metrics", headers=bearer(new_key(catalogue, role)) if role else {})
    assert answer.status_code == (403 if role else 401)
    assert "kennislab_" not in answer.text
