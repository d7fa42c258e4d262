"""What is PostgreSQL's own: its address, its errors, and that writers keep the order that indexes rely on."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus import database as limits
from corpus import postgres as postgres_module
from corpus.audit import Entry, append, read, verify
from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import CatalogueBusyError, CatalogueError, SettingsError
from corpus.moving import move
from corpus.postgres import open_postgres, parse_url
from corpus.publishing import remove
from corpus.schema import facts
from corpus.scope import EVERYTHING
from corpus.term_counts import Statistics, TermLeg, statistics
from search.analysis import index_grams
from tests.scale.catalogues import all_rows
from tests.scale.postgres import Server

Put = Callable[..., str]
SECRET = "zeergeheim"  # noqa: S105 - of nobody


@pytest.fixture
def catalogue_url(postgres_server: Server) -> Iterator[str]:
    with postgres_server.database() as url:
        yield url


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://jan:{SECRET}@server/kennislab",
        f"postgresql+psycopg://jan:{SECRET}@server",
        f"jan:{SECRET}@server",
        f"postgresql+psycopg://jan:{SECRET}@server:poort/kennislab",
    ],
)
def test_an_impossible_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"Schrijf postgresql\+psycopg://") as refused:
        parse_url(url)
    assert SECRET not in str(refused.value)


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(CatalogueError, match=r"kennislab op 127\.0\.0\.1:9 is niet bereikbaar") as refused:
        open_postgres(f"postgresql+psycopg://jan:{SECRET}@127.0.0.1:9/kennislab", create=True)
    assert SECRET not in str(refused.value)


def test_an_absent_database_and_an_unknown_user_are_told_apart(postgres_server: Server) -> None:
    with pytest.raises(CatalogueError, match="createdb"):
        open_postgres(postgres_server.url("bestaat_niet"), create=True)
    other = postgres_server.url("leeg").replace("postgres@", "niemand@")
    with pytest.raises(CatalogueError, match="gebruiker en wachtwoord"):
        open_postgres(other, create=True)


def test_an_old_server_is_refused(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_module, "MINIMUM_VERSION", 99)
    with pytest.raises(CatalogueError, match="is te oud; nodig is 99 of nieuwer"):
        open_postgres(catalogue_url, create=True)


def test_tables_are_not_made_unasked_and_by_several_at_once_only_once(postgres_server: Server) -> None:
    postgres_server.psql("CREATE DATABASE kaal")
    url = postgres_server.url("kaal")
    with pytest.raises(CatalogueError, match="nog geen kennisbank"):
        open_postgres(url, create=False)
    errors: list[Exception] = []

    def open_one() -> None:
        try:
            open_postgres(url, create=True).close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert postgres_server.psql("SELECT count(*) FROM alembic_version", "kaal") == "1"


def test_a_newer_catalogue_is_refused(postgres_server: Server, catalogue_url: str) -> None:
    name = str(parse_url(catalogue_url).database)
    postgres_server.psql("UPDATE alembic_version SET version_num = '9999'", name)
    with pytest.raises(CatalogueError, match="nieuwere Kennislab"):
        open_postgres(catalogue_url, create=False)


def test_a_writer_waits_and_is_then_refused(
    tmp_path: Path, catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BUSY_TIMEOUT_S", 0.1)
    one, other = (open_catalogue(tmp_path, url=catalogue_url) for _ in range(2))
    with one.database.write(), pytest.raises(CatalogueBusyError, match="in gebruik"), other.database.write():
        pytest.fail("two writers at once")
    with one.database.exclusive(), pytest.raises(CatalogueBusyError), other.database.exclusive(0.05):
        pytest.fail("two followers at once")
    one.close()
    other.close()


def test_the_audit_log_does_not_wait_for_a_large_document(catalogue: Catalogue) -> None:
    with catalogue.database.write():
        append(catalogue.database, [Entry("jan", "lezer", "zoek", "", "gelukt (200)", "")])
        assert len(read(catalogue.database)) == 1
    assert verify(catalogue.database).broken is None


def test_who_follows_the_changes_never_misses_one(catalogue: Catalogue, put: Put) -> None:
    """A change is never seen before one with a lower number: else whoever follows would pass over that one."""
    seen: list[int] = []
    done = threading.Event()

    def follow() -> None:
        while not done.is_set() or catalogue.last_change() > (seen[-1] if seen else 0):
            seen.extend(change.seq for change in catalogue.changes_after(seen[-1] if seen else 0))

    follower = threading.Thread(target=follow)
    follower.start()
    writers = [
        threading.Thread(target=lambda name=name: [put(f"{name}{n}", [f"tekst {name} {n}"]) for n in range(5)])
        for name in "abcd"
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    follower.join()
    assert len(seen) == 20
    assert seen == sorted(seen)
    assert len(catalogue.ids(EVERYTHING)) == 20


def test_a_transaction_reads_one_moment(catalogue: Catalogue, put: Put) -> None:
    with catalogue.database.read() as reader:
        count = sa.text("SELECT count(*) FROM documents")
        assert reader.scalar(count) == 0
        put("a", ["tekst"])
        assert reader.scalar(count) == 0


def test_a_reader_can_not_write(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueError), catalogue.database.read() as connection:
        connection.execute(sa.insert(facts).values(name="x", value="y"))


def test_zero_characters_do_no_harm(catalogue: Catalogue, put: Put) -> None:
    put("a", ["gewone tekst"], title="Ti\0tel")
    assert catalogue.document("a", EVERYTHING).metadata.title == "Titel"
    assert catalogue.documents(EVERYTHING, text="ti\0t")


def test_terms_are_counted_as_sqlite_counts_them(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    """Published, replaced and removed; what was removed leaves nothing behind."""
    put("basis", ["een tekst over preventie en preventie", "nog een tekst over de wijk"])
    before = all_rows(catalogue)["term_counts"]
    put("weg", ["radicalisering in de wijk"])
    put("weg", ["preventie van radicalisering"], version=2)
    here = open_catalogue(tmp_path / "hier", create=True)
    move(catalogue, here, lambda _name: None)
    terms = ["preventie", "radicaliser", "wijk", "tekst", "niets"]
    for leg, wanted in ((TermLeg.WORDS, terms), (TermLeg.GRAMS, index_grams("preventie in de wijk"))):
        assert counted(catalogue, leg, wanted) == counted(here, leg, wanted)
        assert counted(catalogue, leg, wanted).passages == 2
    assert counted(catalogue, TermLeg.WORDS, terms).holding["preventie"] == 2
    remove(catalogue, "weg")
    assert all_rows(catalogue)["term_counts"] == before
    remove(catalogue, "basis")
    assert all_rows(catalogue)["term_counts"] == []
    here.close()


def counted(catalogue: Catalogue, leg: TermLeg, terms: list[str]) -> Statistics:
    with catalogue.database.read() as connection:
        return statistics(connection, leg, terms)
