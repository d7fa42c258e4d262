"""Milvus follows the catalogue, which has the last word; what is said when it does not answer."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import CatalogueBusyError, FingerprintError, IndexUnavailableError, SettingsError
from corpus.publishing import Edit, change_metadata, remove
from corpus.scope import EVERYTHING, PUBLIC
from corpus.types import Classification
from search import milvus_client
from search import milvus_index as milvus_index_module
from search.embedded_index import claim, open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.index import LegCounts
from search.milvus_address import MilvusAddress, parse_milvus
from search.milvus_client import MilvusClient
from search.milvus_index import MilvusIndex, open_milvus
from tests.e2e.serving import free_port
from tests.scale.milvus import emptied, start_lite, wait_for

Put = Callable[..., str]
SECRET = "zeergeheim"  # noqa: S105 - of nobody


@pytest.fixture
def address(milvus_url: str) -> Iterator[MilvusAddress]:
    with emptied(milvus_url) as found:
        yield found


@pytest.fixture
def fingerprint(encoder: Encoder) -> Fingerprint:
    return Fingerprint.of(encoder.facts, "test")


@pytest.fixture
def client(address: MilvusAddress) -> Iterator[MilvusClient]:
    opened = MilvusClient(address)
    yield opened
    opened.close()


@pytest.fixture
def index(catalogue: Catalogue, address: MilvusAddress, fingerprint: Fingerprint) -> Iterator[MilvusIndex]:
    opened = open_milvus(catalogue, address, fingerprint)
    yield opened
    opened.disconnect()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"http://jan:{SECRET}@server:19530", "embedded zijn, of een adres als milvus://"),
        (f"milvus://jan:{SECRET}@server:poort", "geen adres"),
        (f"milvus://jan:{SECRET}@server?kleur=rood", "kent kleur niet"),
        (f"milvus://jan:{SECRET}@server?naam=Onze%20index", "kleine letters"),
        (f"milvus://jan:{SECRET}@server?index=PLAT", "Kies uit: HNSW, IVF_SQ8, DISKANN"),
        ("milvus:///map/index.sqlite", r"eindigt op \.db"),
    ],
)
def test_an_impossible_address_is_refused_and_not_repeated(url: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as refused:
        parse_milvus(url)
    assert SECRET not in str(refused.value)


def test_an_address_is_taken_apart_and_hides_its_password() -> None:
    found = parse_milvus(f"milvus+tls://jan:{SECRET}@server/archief?naam=proef&index=ivf_sq8")
    assert (found.uri, found.shown, found.database) == ("https://server:19530", "server:19530", "archief")
    assert (found.user, found.password, found.name, found.vector_index) == ("jan", SECRET, "proef", "IVF_SQ8")
    assert SECRET not in repr(found)
    assert parse_milvus("milvus:///map/index.db").uri == "/map/index.db"


def test_a_server_that_does_not_answer_is_named_without_the_password(
    catalogue: Catalogue, fingerprint: Fingerprint
) -> None:
    silent = parse_milvus(f"milvus://jan:{SECRET}@127.0.0.1:{free_port()}")
    with pytest.raises(IndexUnavailableError, match=rf"Milvus \({silent.shown}\) antwoordt niet") as refused:
        open_milvus(catalogue, silent, fingerprint)
    assert SECRET not in str(refused.value)


def test_an_old_server_is_refused(
    catalogue: Catalogue, address: MilvusAddress, fingerprint: Fingerprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_index_module, "MINIMUM_VERSION", (100, 0))
    with pytest.raises(IndexUnavailableError, match=r"te oud; nodig is 100\.0 of nieuwer"):
        open_milvus(catalogue, address, fingerprint)


def test_a_catalogue_of_another_model_is_refused(
    catalogue: Catalogue, address: MilvusAddress, fingerprint: Fingerprint
) -> None:
    claim(catalogue, fingerprint)
    with pytest.raises(FingerprintError, match="kennislab rebuild"):
        open_milvus(catalogue, address, replace(fingerprint, chunker="2"))


def test_the_index_of_another_catalogue_is_left_alone(
    index: MilvusIndex, put: Put, address: MilvusAddress, fingerprint: Fingerprint, tmp_path: Path
) -> None:
    put("a", ["een"])
    other = open_catalogue(tmp_path / "ander", create=True)
    with pytest.raises(IndexUnavailableError, match=r"andere catalogus.*\?naam="):
        open_milvus(other, address, fingerprint)
    assert index.counts() == LegCounts(1, 1)
    other.close()


def test_after_a_backup_was_put_back_it_is_filled_again(
    catalogue: Catalogue, address: MilvusAddress, fingerprint: Fingerprint, put: Put, encoder: Encoder
) -> None:
    put("a", ["tekst over moskee"])
    put("b", ["tekst over school"])
    open_milvus(catalogue, address, fingerprint).disconnect()
    with catalogue.database.write() as connection:  # as it was before b came
        connection.exec_driver_sql("DELETE FROM changes WHERE seq = 2")
    remove_silently(catalogue, "b")
    again = open_milvus(catalogue, address, fingerprint)
    assert again.counts() == LegCounts(1, 1)
    assert len(again.vector_hits(encoder.encode_question("school"), EVERYTHING, 10)) == 1
    again.disconnect()


def remove_silently(catalogue: Catalogue, document_id: str) -> None:
    remove(catalogue, document_id)
    with catalogue.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM changes WHERE NOT published")


def test_what_is_hidden_or_removed_is_not_found_while_milvus_is_behind(
    catalogue: Catalogue, index: MilvusIndex, put: Put, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process is at it: the catalogue alone has to see to it."""
    for name in ("weg", "geheim", "open"):
        put(name, [f"tekst over moskee {name}"])
    question = encoder.encode_question("moskee")
    assert len(index.keyword_hits(["moskee"], PUBLIC, 10)) == 3
    monkeypatch.setattr(milvus_index_module, "FOLLOW_S", 0.05)
    with catalogue.database.exclusive():
        remove(catalogue, "weg")
        hide(catalogue, "geheim")
        put("nieuw", ["tekst over moskee nieuw"])
        for hits in (
            index.vector_hits(question, PUBLIC, 10),
            index.keyword_hits(["moskee"], PUBLIC, 10),
            index.gram_hits(["0moske"], PUBLIC, 10),
        ):
            names = {passage.document_id for passage in catalogue.passages(hit.key for hit in hits).values()}
            assert names == {"open"}
        assert len(index.keyword_hits(["moskee"], EVERYTHING, 10)) == 2
    index.follow()
    assert len(index.keyword_hits(["moskee"], PUBLIC, 10)) == 2
    assert index.counts() == LegCounts(3, 3)


def hide(catalogue: Catalogue, document_id: str) -> None:
    document = catalogue.document(document_id, EVERYTHING)
    hidden = replace(document.metadata, classification=Classification.VERTROUWELIJK)
    change_metadata(catalogue, document, Edit(hidden, {}))


def test_another_level_counts_before_ranking(
    catalogue: Catalogue, index: MilvusIndex, put: Put, client: MilvusClient, encoder: Encoder
) -> None:
    for number in range(8):
        put(f"d{number}", [f"tekst over moskee {number}"])
    index.follow()
    for number in range(6):
        hide(catalogue, f"d{number}")
    assert len(index.vector_hits(encoder.encode_question("moskee"), PUBLIC, 2)) == 2
    names = [name for name in client.names() if name.endswith("_vectoren")]
    assert [client.count(name, "change > 8") for name in names] == [6]  # only what changed was written again


def test_what_was_removed_also_goes_from_milvus(
    catalogue: Catalogue, index: MilvusIndex, put: Put, client: MilvusClient
) -> None:
    put("weg", ["een " * 120])
    put("weg", ["twee"], version=2)
    index.follow()
    remove(catalogue, "weg")
    index.follow()
    assert [client.count(name, "id >= 0") for name in client.names() if not name.endswith("_stand")] == [0, 0]


def test_a_rebuild_lets_go_of_what_other_parts_made(
    catalogue: Catalogue, index: MilvusIndex, put: Put, address: MilvusAddress, fingerprint: Fingerprint
) -> None:
    put("a", ["een"])
    index.follow()
    newer = open_milvus(catalogue, address, replace(fingerprint, chunker="2"))
    assert newer.counts() == LegCounts(1, 1)
    dropped = newer.drop_others()
    assert len(dropped) == 3
    assert newer.counts() == LegCounts(1, 1)
    with pytest.raises(IndexUnavailableError):
        index.counts()
    newer.drop_others()
    newer.disconnect()
    client = MilvusClient(address)  # leave the collections of the other tests as these expect them
    for name in client.names():
        client.drop(name)
    client.close()


def test_it_follows_by_itself(catalogue: Catalogue, index: MilvusIndex, put: Put, client: MilvusClient) -> None:
    index.keep_following()
    put("a", ["een"])
    (name,) = [name for name in client.names() if name.endswith("_termen")]
    wait = threading.Event()
    for _ in range(300):
        if client.count(name, "id >= 0") == 1:
            return
        wait.wait(0.1)
    pytest.fail("na een halve minuut staat het er nog niet in")


def test_many_followers_write_what_one_would(
    catalogue: Catalogue, address: MilvusAddress, fingerprint: Fingerprint, put: Put
) -> None:
    indexes = [open_milvus(catalogue, address, fingerprint) for _ in range(3)]
    errors: list[Exception] = []

    def follow(index: MilvusIndex) -> None:
        try:
            for _ in range(5):
                index.follow()
        except CatalogueBusyError:
            pass
        except Exception as error:
            errors.append(error)

    for number in range(6):
        put(f"d{number}", [f"tekst {number}"])
        if number > 2:
            put(f"d{number - 3}", [f"nieuwe tekst {number}"], version=2)
        threads = [threading.Thread(target=follow, args=(index,)) for index in indexes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert [index.counts() for index in indexes] == [LegCounts(6, 6)] * 3
    for index in indexes:
        index.disconnect()


class _Killed(BaseException):
    """Stands for a kill: nothing of the process goes on after it."""


@pytest.mark.parametrize("after", range(6))
def test_killed_at_any_write_the_next_follower_makes_it_whole(
    catalogue: Catalogue,
    address: MilvusAddress,
    fingerprint: Fingerprint,
    put: Put,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    index = open_milvus(catalogue, address, fingerprint)
    put("blijft", ["tekst over moskee"])
    put("weg", ["tekst over school"])
    index.follow()
    put("blijft", ["nieuwe tekst over wijk"], version=2)
    remove(catalogue, "weg")
    put("erbij", ["tekst over politie"])
    writes = 0

    def dying(name: str) -> Callable[..., None]:
        real = getattr(MilvusClient, name)

        def call(self: MilvusClient, *arguments: object) -> None:
            nonlocal writes
            if writes == after:
                raise _Killed
            writes += 1
            real(self, *arguments)

        return call

    with monkeypatch.context() as patch:
        for name in ("upsert", "delete"):
            patch.setattr(MilvusClient, name, dying(name))
        with suppress(_Killed):  # or there were fewer writes than that
            index.follow()
    index.disconnect()
    again = open_milvus(catalogue, address, fingerprint)
    assert again.counts() == LegCounts(2, 2)
    assert again.keyword_hits(["moskee", "school"], EVERYTHING, 10) == []
    assert len(again.keyword_hits(["wijk", "politie"], EVERYTHING, 10)) == 2
    assert len(again.vector_hits(encoder.encode_question("wijk"), EVERYTHING, 10)) == 2
    again.disconnect()


def test_the_answers_are_those_of_the_embedded_index(
    catalogue: Catalogue, index: MilvusIndex, put: Put, encoder: Encoder, tmp_path: Path, fingerprint: Fingerprint
) -> None:
    words = "preventie radicalisering gemeente wijkteam moskee school politie jongeren".split()
    for number in range(24):
        chosen = [words[(number * step) % len(words)] for step in (1, 3, 5)]
        put(f"d{number:02}", [f"{' '.join(chosen * (1 + number % 3))} nummer {number}"])
    embedded = open_index(catalogue, tmp_path / "data", fingerprint)
    question = encoder.encode_question("radicalisering in de moskee")
    ours, theirs = (one.vector_hits(question, EVERYTHING, 10) for one in (index, embedded))
    assert [hit.key for hit in ours] == [hit.key for hit in theirs]
    assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-5)
    ours, theirs = (one.keyword_hits(["radicaliser", "moskee"], EVERYTHING, 24) for one in (index, embedded))
    assert {hit.key for hit in ours} == {hit.key for hit in theirs}
    assert ours[0].key == theirs[0].key


def test_a_server_that_stops_is_told_and_one_that_comes_back_is_used(
    catalogue: Catalogue, fingerprint: Fingerprint, put: Put, tmp_path: Path
) -> None:
    port = free_port()
    url = f"milvus://127.0.0.1:{port}"
    server = start_lite(tmp_path / "milvus", port)
    try:
        wait_for(url, server)
        put("a", ["tekst over moskee"])
        index = open_milvus(catalogue, parse_milvus(url), fingerprint)
        assert len(index.keyword_hits(["moskee"], EVERYTHING, 10)) == 1
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        with pytest.raises(IndexUnavailableError, match="antwoordt niet"):
            index.keyword_hits(["moskee"], EVERYTHING, 10)
        put("b", ["nog een tekst over moskee"])
        server = start_lite(tmp_path / "milvus", port)
        wait_for(url, server)
        assert len(index.keyword_hits(["moskee"], EVERYTHING, 10)) == 2
        index.disconnect()
    finally:
        server.kill()
        server.wait()


def test_a_lost_index_is_told(index: MilvusIndex, put: Put, client: MilvusClient) -> None:
    put("a", ["een"])
    (name,) = [name for name in client.names() if name.endswith("_stand")]
    client.delete(name, "id >= 0")
    with pytest.raises(IndexUnavailableError, match="Start de service opnieuw"):
        index.follow()


def test_a_quiet_connection_is_left_in_peace(client: MilvusClient) -> None:
    """The package takes our options for what they are: it has others of its own, which get connections cut."""
    assert client._client._handler._grpc_options["grpc.keepalive_permit_without_calls"] == 0


def test_a_connection_that_was_cut_for_its_pings_is_made_again() -> None:
    answers: list[Exception | str] = [RuntimeError("UNAVAILABLE: Too many pings"), "er weer"]

    def call() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert milvus_client._again_after_pings(call) == "er weer"
    while_connecting = RuntimeError("Fail connecting to server")
    while_connecting.__cause__ = RuntimeError("UNAVAILABLE: Too many pings")
    answers = [while_connecting, "er weer"]
    assert milvus_client._again_after_pings(call) == "er weer"
    answers = [RuntimeError("UNAVAILABLE: Too many pings")] * milvus_client.TRIES
    with pytest.raises(RuntimeError, match="Too many pings"):
        milvus_client._again_after_pings(call)
    answers = [RuntimeError("iets anders"), "er weer"]
    with pytest.raises(RuntimeError, match="iets anders"):
        milvus_client._again_after_pings(call)
