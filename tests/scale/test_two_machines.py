"""Two services and a worker that share no disk: PostgreSQL, Milvus and a bucket are all that they have in common.

What one accepts another takes in, and what is withdrawn on one is nowhere any more, on no disk and in no store.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.server import Server, until
from tests.faults.tiny_model import build
from tests.scale.bucket import BucketServer, objects
from tests.scale.setups import Setup, set_up
from tests.scale.test_two_of_each import key_of_an_editor, worker

PATIENCE_S = 240.0  # on a busy machine
SAMPLE = Path(__file__).resolve().parent.parent.parent / "corpus" / "voorbeeld" / "documenten"
FACTSHEET = SAMPLE / "factsheet-beschermende-factoren.pdf"


@pytest.fixture
def setup(request: pytest.FixtureRequest, bucket_server: BucketServer) -> Iterator[Setup]:
    address = bucket_server.address()
    with set_up(request, "servers") as servers:
        yield replace(servers, files=address, access=bucket_server.environment(address))


@pytest.mark.heavy
def test_machines_that_share_no_disk(tmp_path: Path, setup: Setup) -> None:
    model = build(tmp_path / "model")
    key = key_of_an_editor(tmp_path / "sleutel", setup.catalogue_url)
    folders = [tmp_path / name for name in ("a", "b", "werker")]
    a, b = (
        Server(folder, model, tmp_path / f"{folder.name}.log", workers=0, key=key, setup=setup)
        for folder in folders[:2]
    )
    settings = {**setup.settings, "KENNISLAB_MODEL": str(model)}
    with ExitStack() as stack:
        for one in (a, b):
            stack.callback(one.stop)
            one.start()
        stack.enter_context(worker(folders[2], tmp_path / "werker.log", settings))
        data = FACTSHEET.read_bytes()
        task = a.upload(FACTSHEET.name, data).json()
        until(lambda: b.ended(task["id"]), PATIENCE_S, tmp_path / "werker.log")
        ended = b.ended(task["id"])
        assert ended is not None
        assert ended["status"] == "verwerkt", ended
        link = f"/v1/documenten/{ended['document']}"
        pages = [f"{link}/bestand", f"{link}/paginas/1/afbeelding"]
        for one in (a, b):
            assert one.call("GET", pages[0]).body == data
            assert one.call("GET", pages[1]).status == 200
        assert held(folders[0]) == held(folders[1]) == {"cache", "afbeeldingen"}
        assert held(folders[2]) == set()

        assert a.call("DELETE", link).status == 204
        assert [b.call("GET", page).status for page in [link, *pages]] == [404, 404, 404]
        assert held(folders[0]) == set()
        until(lambda: not held(folders[1]), PATIENCE_S, b.log)
        assert setup.files is not None
        assert set(objects(setup.files)) == {"eigenaar"}
    assert not any("Traceback" in one.log.read_text() for one in (a, b))


def held(folder: Path) -> set[str]:
    """In which of its folders a machine has something made of files."""
    names = ("bestanden", "wachtrij", "cache", "afbeeldingen")
    return {name for name in names if any(path.is_file() for path in (folder / name).rglob("*"))}
