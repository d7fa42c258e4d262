"""Milvus' own server: an old one, since that is the only one that can be had as a package. It has no sparse vectors, so
only the vector leg and the filters are tried on it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import IndexUnavailableError, KennislabError
from corpus.publishing import remove
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification
from search.encoder import Encoder, Vectors
from search.fingerprint import Fingerprint
from search.index import Hit
from search.milvus_address import parse_milvus
from search.milvus_client import MilvusClient
from search.milvus_index import open_milvus
from search.milvus_legs import Legs, best_passages
from search.milvus_rows import Lengths, rows_of
from search.milvus_schema import of_documents, unit_fields, unit_indexes
from search.recipe import UnitUse
from tests.e2e.serving import free_port

Put = Callable[..., str]
ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("TEST_MILVUS") or ROOT / "build" / "milvus-2.3.5" / "bin" / "milvus-server")
START_S = 180.0

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(not PROGRAM.exists(), reason="Milvus 2.3.5 is er niet: make milvus"),
]
WORDS = "preventie radicalisering gemeente wijkteam moskee school politie jongeren".split()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusClient]:
    folder, port = tmp_path_factory.mktemp("milvus-server"), free_port()
    with (folder / "log").open("wb") as log:
        command = [str(PROGRAM), "--data", str(folder / "data"), "--proxy-port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        connected = _connected(f"milvus://127.0.0.1:{port}", process)
        yield connected
        connected.close()
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it is a program that starts the server
        process.wait(60)


def _connected(url: str, process: "subprocess.Popen[bytes]") -> MilvusClient:
    until = time.monotonic() + START_S
    while True:
        try:
            client = MilvusClient(parse_milvus(url))
            client.names()
            return client
        except KennislabError as error:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"Milvus start niet: {error}")
            time.sleep(0.5)


def fill(put: Put) -> None:
    levels = (Classification.OPENBAAR, Classification.INTERN, Classification.VERTROUWELIJK)
    for number in range(12):
        chosen = [WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5)]
        put(
            f"doc{number:02}",
            [" ".join(f"{word} komt hier {number} keer voor." for word in chosen * 8)],
            classification=levels[number % 3],
            kind="casus" if number % 2 else "nota",
            themes=(f"thema{number % 4}",),
            date=date(2020 + number % 4, 1, 1) if number else None,
        )


SCOPES: dict[str, Scope] = {
    "everything": EVERYTHING,
    "public": PUBLIC,
    "nothing": Scope(),
    "kind": replace(EVERYTHING, kinds=frozenset({"casus"})),
    "theme": replace(EVERYTHING, themes=frozenset({"thema1", "thema2"})),
    "period": replace(EVERYTHING, since=date(2021, 1, 1), until=date(2022, 12, 31)),
    "year": replace(EVERYTHING, years=frozenset({2021, 2023})),
}


def test_the_vector_leg_and_its_filters_are_exact(
    client: MilvusClient, catalogue: Catalogue, put: Put, encoder: Encoder
) -> None:
    fill(put)
    dimension = encoder.facts.dimension
    client.create("proef_vectoren", unit_fields(dimension), unit_indexes("HNSW"))
    for document_id in sorted(catalogue.ids(EVERYTHING)):
        client.upsert("proef_vectoren", rows_of(catalogue, document_id, 1, Lengths(64, 240))[0])
    legs = Legs(client, catalogue.database, "proef_vectoren", "", lambda: True)
    question = encoder.encode_question("radicalisering op school")
    for name, scope in SCOPES.items():
        for k in (1, 5, 100):
            found = legs.vector_hits(question, scope, k, UnitUse.BOTH)
            wanted = exact(catalogue, question, scope)[:k]
            # Equal scores may differ by rounding, and then the order does.
            assert {hit.key for hit in found} == {hit.key for hit in wanted} or k < 100, (name, k)
            assert [hit.score for hit in found] == pytest.approx([hit.score for hit in wanted], abs=1e-5)
    client.delete("proef_vectoren", f"{of_documents(['doc00', 'doc01'])} and change < 2")
    assert client.count("proef_vectoren", of_documents(["doc00", "doc01", "doc02"])) > 0
    remove(catalogue, "doc02")
    found = legs.vector_hits(question, EVERYTHING, 100, UnitUse.BOTH)
    names = {passage.document_id for passage in catalogue.passages(hit.key for hit in found).values()}
    assert names == catalogue.ids(EVERYTHING) - {"doc00", "doc01"}


def exact(catalogue: Catalogue, question: Vectors, scope: Scope) -> list[Hit]:
    hits = [
        hit
        for document_id in catalogue.ids(scope)
        for hit in best_passages(catalogue.units(document_id), question, UnitUse.BOTH)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))


def test_it_is_too_old_for_the_whole_index(client: MilvusClient, catalogue: Catalogue, encoder: Encoder) -> None:
    with pytest.raises(IndexUnavailableError, match=r"Milvus 2\.3 op .* te oud; nodig is 2\.4 of nieuwer"):
        open_milvus(catalogue, client.address, Fingerprint.of(encoder.facts, "test"))
