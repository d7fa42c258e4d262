"""Every route × every caller × every level, on one machine and on servers. The table grows from the API's own
description: a new route without a row fails, so nobody adds one without saying who may use it."""

import hashlib
import io
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
import pytest
from fastapi.testclient import TestClient

from corpus.catalogue import Catalogue, open_catalogue
from corpus.keys import NewKey, create_key
from corpus.publishing import NewVersion, publish
from corpus.scope import EVERYTHING
from corpus.tasks import NewFile, add_task
from corpus.types import Block, BlockKind, Classification, Metadata, Page
from ingest.indexing import index_pages
from ingest.plan import Action, Plan
from search.encoder import Encoder
from service.access import LEVELS, Role, levels_of
from tests.conftest import HashEncoder
from tests.scale.setups import FULL, SETUPS, set_up
from tests.service.clients import bearer, served

ALL = [level for level in Classification if level.accepted]
SHARED = "beleidsdocument"  # kind of the documents that no test changes
SAMPLE = 3  # routes of each test that a short run tries on servers too
TEXT = "De gemeente voert de regie over preventie."


@dataclass(frozen=True)
class Row:
    """Who may use a route and how it is called. `{id}`, `{nummer}` and `{passage}` are filled in."""

    needs: Role = Role.ANONYMOUS  # the least role; below it 401 for who is not known, else 403
    allowed: int = 200
    about: str = "document"  # what the id is of; "documents" and "tasks" are lists
    below: int | None = None  # another answer than 401 or 403 for who has not the role
    changes: bool = False  # then every call gets a document of its own
    call: dict[str, Any] = field(default_factory=dict)


EDITOR = Row(Role.EDITOR, changes=True)
UPLOAD = {"files": {"bestanden": ("nieuw.txt", b"Een stuk over het wijkteam.", "text/plain")}}

TABLE: dict[str, Row] = {
    "POST /documenten/_zoek": Row(
        about="documents", call={"json": {"vraag": "regie preventie", "filters": {"soort": [SHARED]}}}
    ),
    "POST /documenten/_suggereer": Row(about="suggestions", call={"json": {"begin": "openbaar"}}),
    "GET /documenten": Row(about="documents", call={"params": {"soort": SHARED}}),
    "POST /documenten/_lijst": Row(about="documents", call={"json": {"soort": [SHARED], "zoekterm": "-"}}),
    "POST /documenten": Row(Role.EDITOR, 202, about="", call=UPLOAD),
    "GET /documenten/{id}": Row(),
    "PATCH /documenten/{id}": replace(EDITOR, call={"json": {"organisatie": "Gemeente"}}),
    "DELETE /documenten/{id}": replace(EDITOR, allowed=204),
    "GET /documenten/{id}/versies": Row(),
    "GET /documenten/{id}/bestand": Row(),
    "PUT /documenten/{id}/bestand": replace(EDITOR, allowed=202, call={"content": b"%PDF-1.7 een nieuwe versie"}),
    "GET /documenten/{id}/paginas/{nummer}": Row(),
    "GET /documenten/{id}/paginas/{nummer}/afbeelding": Row(call={"params": {"breedte": 160}}),
    "GET /documenten/{id}/passages/{passage}": Row(),
    "GET /documenten/{id}/vergelijkbaar": Row(),
    "GET /taken": Row(Role.EDITOR, about="tasks"),
    "GET /taken/{id}": Row(Role.EDITOR, about="task", below=404),
    "GET /taken/{id}/gebeurtenissen": Row(Role.EDITOR, about="task", below=404),
    "POST /taken/{id}/_opnieuw": Row(Role.EDITOR, 409, about="task"),  # of a file that was refused nothing is kept
}


@dataclass(frozen=True)
class Someone:
    """A caller with what it may see."""

    name: str
    role: Role
    levels: frozenset[Classification]
    headers: dict[str, str]


@dataclass
class World:
    """A running service, its callers, a document of every level and a task."""

    client: TestClient
    catalogue: Catalogue
    encoder: Encoder
    callers: list[Someone]
    task: str = ""
    made: int = 0
    shared: dict[Classification, str] = field(default_factory=dict)

    def document(self, level: Classification, kind: str = "om te wijzigen") -> str:
        """A new document."""
        self.made += 1
        document_id = f"{level.value}-{self.made}"
        publish_pdf(self.catalogue, self.encoder, document_id, Metadata(document_id, kind, level, "nl"))
        return document_id


def publish_pdf(catalogue: Catalogue, encoder: Encoder, document_id: str, metadata: Metadata) -> None:
    """A PDF of one page, so that there is a picture of it too."""
    made, buffer = pypdfium2.PdfDocument.new(), io.BytesIO()
    made.new_page(100, 100).close()
    made.save(buffer)
    made.close()
    data = buffer.getvalue() + f"% {document_id}\n".encode()
    page = Page(1, 1, TEXT, (Block(BlockKind.PARAGRAPH, 0, len(TEXT)),))
    new = NewVersion(
        document_id=document_id,
        version=1,
        origin=f"file:///test/{document_id}.pdf",
        sha256=hashlib.sha256(data).hexdigest(),
        file_name=f"{document_id}.pdf",
        media_type="application/pdf",
        size=len(data),
        metadata=metadata,
        pages=(page,),
        passages=tuple(index_pages(encoder, Plan(Action.NEW, document_id, 1), metadata, [page])),
        remarks=(),
    )
    publish(catalogue, new, data)


def someone(catalogue: Catalogue, role: Role, level: Classification | None = None) -> Someone:
    if role is Role.ANONYMOUS:
        return Someone(role.value, role, LEVELS[role], {})
    new = NewKey(role.value, role.value, datetime.now(UTC) + timedelta(days=1), level)
    key, token = create_key(catalogue.database, new)
    name = f"{role.value} tot {level.value}" if level else role.value
    return Someone(f"{name} ({key.id})", role, levels_of(role, level), bearer(token))


@pytest.fixture(params=SETUPS)
def world(request: pytest.FixtureRequest) -> World:
    made: World = request.getfixturevalue(f"{request.param}_world")
    return made


@pytest.fixture(scope="module")
def embedded_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with new_world(request, "embedded", tmp_path_factory.mktemp("toegang")) as made:
        yield made


@pytest.fixture(scope="module")
def servers_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with new_world(request, "servers", tmp_path_factory.mktemp("toegang")) as made:
        yield made


@contextmanager
def new_world(request: pytest.FixtureRequest, setup: str, folder: Path) -> Iterator[World]:
    data, encoder = folder / "data", HashEncoder()
    with set_up(request, setup) as place:
        catalogue = open_catalogue(data, create=True, url=place.catalogue_url)
        try:
            with served(data, encoder, where=place.where) as client:
                yield filled(World(client, catalogue, encoder, all_callers(catalogue)))
        finally:
            catalogue.close()


def all_callers(catalogue: Catalogue) -> list[Someone]:
    """One of each role, and two whose key reaches less far than their role."""
    callers = [someone(catalogue, role) for role in Role]
    callers.append(someone(catalogue, Role.EDITOR, Classification.BEPERKT_OPENBAAR))
    callers.append(someone(catalogue, Role.PARTICIPANT, Classification.OPENBAAR))
    return callers


def filled(made: World) -> World:
    """With a document of every level that no test changes, and a task of somebody else."""
    made.shared = {level: made.document(level, SHARED) for level in ALL}
    refused = NewFile("stuk.xyz", refused="Dit soort bestand lezen wij niet.")
    made.task = add_task(made.catalogue, "iemand anders", [refused])
    return made


def call(world: World, operation: str, caller: Someone, about: str) -> httpx.Response:
    method, path = operation.split(" ")
    passage = f"{about}.1.0" if about not in world.shared.values() else passage_of(world, about)
    filled = path.replace("{id}", about).replace("{nummer}", "1").replace("{passage}", passage)
    row = TABLE[operation]
    answer: httpx.Response = world.client.request(method, f"/v1{filled}", headers=caller.headers, **row.call)
    return answer


def passage_of(world: World, document_id: str) -> str:
    return world.catalogue.passages_of(document_id)[0].id


def expected(row: Row, caller: Someone, level: Classification | None) -> int:
    if not caller.role.at_least(row.needs):
        return row.below or (401 if caller.role is Role.ANONYMOUS else 403)
    if row.about == "task" and caller.levels != LEVELS[Role.EDITOR]:
        return 404  # not theirs, and they may not see all that could be in it
    return row.allowed if level is None or level in caller.levels else 404


def operations(client: TestClient) -> set[str]:
    paths = client.get("/v1/openapi.json").json()["paths"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item}


def test_every_route_of_the_description_has_a_row_and_no_row_is_of_the_past(world: World) -> None:
    assert operations(world.client) == set(TABLE)


def with_about(*kinds: str) -> list[str]:
    return [operation for operation, row in TABLE.items() if row.about in kinds]


def on_both(operations: Sequence[str]) -> pytest.MarkDecorator:
    """Each route on one machine, and on servers each of them in a full run, else a few that the run's seed chooses."""
    chance = random.Random(f"{os.environ.get('TEST_SEED')} {operations}")
    few = operations if FULL else sorted(chance.sample(operations, min(SAMPLE, len(operations))))
    cases = [("embedded", name) for name in operations] + [("servers", name) for name in few]
    return pytest.mark.parametrize(("world", "operation"), cases, indirect=["world"])


@on_both(with_about("document"))
def test_a_document_is_there_only_for_who_may_see_it(world: World, operation: str) -> None:
    row, wrong = TABLE[operation], []
    for caller in world.callers:
        for level in ALL:
            document_id = world.document(level) if row.changes else world.shared[level]
            answer = call(world, operation, caller, document_id)
            if answer.status_code != expected(row, caller, level):
                wrong.append((caller.name, level.value, answer.status_code, answer.text[:200]))
            elif answer.status_code >= 400:
                assert_says_nothing(world, operation, caller, document_id, answer)
    assert wrong == []


def assert_says_nothing(world: World, operation: str, caller: Someone, hidden: str, answer: httpx.Response) -> None:
    """What one may not see is answered exactly as what does not exist."""
    absent = call(world, operation, caller, "bestaat-niet")
    problem, other = answer.json(), absent.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text.replace(hidden, "bestaat-niet")) == other
    assert problem["status"] == absent.status_code
    assert {name for name in answer.headers if name != "content-length"} == {
        name for name in absent.headers if name != "content-length"
    }


@on_both(with_about("documents"))
def test_lists_and_counts_hold_only_what_one_may_see(world: World, operation: str) -> None:
    for caller in world.callers:
        answer = call(world, operation, caller, "")
        assert answer.status_code == 200, caller.name
        found = {level for level, document_id in world.shared.items() if f'"{document_id}"' in answer.text}
        assert found == caller.levels, caller.name
        shown = {level for level in ALL if f'"{level.value}"' in answer.text}
        assert shown <= caller.levels, caller.name


def test_suggestions_are_words_of_what_one_may_see(world: World) -> None:
    for caller in world.callers:
        for level, document_id in world.shared.items():
            body = {"begin": document_id.replace("_", " "), "filters": {"soort": [SHARED]}}
            answer = world.client.post("/v1/documenten/_suggereer", json=body, headers=caller.headers)
            found = [one["tekst"] for one in answer.json()["suggesties"]]
            assert found == ([document_id] if level in caller.levels else []), (caller.name, level)


@on_both(with_about("task", "tasks", ""))
def test_tasks_and_uploads_are_for_editors(world: World, operation: str) -> None:
    row = TABLE[operation]
    found = {caller.name: call(world, operation, caller, world.task).status_code for caller in world.callers}
    assert found == {caller.name: expected(row, caller, None) for caller in world.callers}


@on_both(sorted(TABLE))
def test_every_route_refuses_a_key_that_is_not_right(world: World, operation: str) -> None:
    stranger = Someone("onbekend", Role.ANONYMOUS, frozenset(), bearer("kl_" + "0" * 12 + "_" + "0" * 64))
    answer = call(world, operation, stranger, world.shared[Classification.OPENBAAR])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


@on_both([name for name, row in TABLE.items() if row.needs is Role.EDITOR])
def test_who_may_not_change_is_refused_before_what_was_sent_is_judged(world: World, operation: str) -> None:
    """Also with a body that makes no sense."""
    method, path = operation.split(" ")
    reader = next(caller for caller in world.callers if caller.role is Role.READER)
    for caller, status in ((world.callers[0], 401), (reader, 403)):
        url = f"/v1{path.replace('{id}', 'bestaat-niet')}"
        answer = world.client.request(method, url, headers=caller.headers, json=["onzin"] if method != "GET" else None)
        assert answer.status_code == (TABLE[operation].below or status)


def test_nobody_gives_a_document_a_level_that_they_do_not_see(world: World) -> None:
    (narrow,) = [caller for caller in world.callers if caller.name.startswith("redacteur tot")]
    document_id = world.document(Classification.OPENBAAR)
    send: Callable[..., Any] = world.client.patch
    answer = send(f"/v1/documenten/{document_id}", json={"vertrouwelijkheid": "intern"}, headers=narrow.headers)
    assert answer.status_code == 403
    metadata = {"data": {"metadata": json.dumps({"vertrouwelijkheid": "intern"})}, **UPLOAD}
    assert world.client.post("/v1/documenten", headers=narrow.headers, **metadata).status_code == 403
    kept = world.catalogue.document(document_id, EVERYTHING)
    assert kept.metadata.classification is Classification.OPENBAAR
