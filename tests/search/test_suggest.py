"""Suggestions out of a catalogue: what may be seen, as it is at this moment."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue import Catalogue, open_catalogue
from corpus.files import sha256_of
from corpus.publishing import Edit, NewVersion, change_metadata, publish, remove
from corpus.schema import changes, documents
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Block, BlockKind, Classification, Metadata, Page
from ingest.indexing import index_pages
from ingest.plan import Action, Plan
from search import suggest
from search.encoder import Encoder
from search.suggest import Suggester

SECRET = Classification.VERTROUWELIJK
Write = Callable[..., None]


def texts(suggester: Suggester, begin: str, scope: Scope = EVERYTHING, limit: int = 8) -> list[str]:
    return [phrase.text for phrase in suggester.suggest(begin, scope, limit)]


@pytest.fixture
def write(catalogue: Catalogue, encoder: Encoder, base_metadata: Metadata) -> Write:
    """Publishes a document of headings, each with the text under it."""

    def publish_headings(
        document_id: str, *headings: str, text: str = "Hier staat iets.", version: int = 1, **changes: object
    ) -> None:
        metadata = replace(base_metadata, **changes)  # type: ignore[arg-type]
        page = headed_page(headings, text)
        data = f"{document_id} {version} {page.text}".encode()
        new = NewVersion(
            document_id=document_id,
            version=version,
            origin=f"file:///test/{document_id}",
            sha256=sha256_of(data),
            file_name=f"{document_id}.txt",
            media_type="text/plain",
            size=len(data),
            metadata=metadata,
            pages=(page,),
            passages=tuple(index_pages(encoder, Plan(Action.NEW, document_id, version), metadata, [page])),
            remarks=(),
        )
        publish(catalogue, new, data)

    return publish_headings


def headed_page(headings: Sequence[str], text: str) -> Page:
    blocks, lines, at = [], [], 0
    for line, kind in [(line, kind) for heading in headings for line, kind in ((heading, 1), (text, 0))] or [(text, 0)]:
        block = Block(BlockKind.HEADING if kind else BlockKind.PARAGRAPH, at, at + len(line), kind)
        blocks.append(block)
        lines.append(line)
        at += len(line) + 1
    return Page(1, 1, "\n".join(lines), tuple(blocks))


def test_titles_headings_and_abbreviations(catalogue: Catalogue, write: Write) -> None:
    write("a", "Wijkteam en school", title="Nota wijk", text="Met het Zorg- en Veiligheidshuis (ZVH).")
    suggester = Suggester(catalogue)
    assert texts(suggester, "wijk") == ["Nota wijk", "Wijkteam en school"]
    assert texts(suggester, "zvh") == ["ZVH: Zorg- en Veiligheidshuis"]
    assert texts(suggester, "wijk", limit=1) == ["Nota wijk"]


def test_what_stands_in_a_confidential_document_only_is_never_seen(catalogue: Catalogue, write: Write) -> None:
    write("open", "Wijk van de toekomst", "Wijk en zorg", title="Nota wijk")
    before = texts(suggester := Suggester(catalogue), "wijk", PUBLIC)
    for number in range(3):
        write(f"casus{number}", "Wijk en zorg", "Wijk De Linde", "wijk en ZORG", title="Wijk", classification=SECRET)
    assert texts(suggester, "wijk", PUBLIC) == before == ["Nota wijk", "Wijk en zorg", "Wijk van de toekomst"]
    assert texts(suggester, "linde", PUBLIC) == []
    assert texts(suggester, "linde") == ["Wijk De Linde"]


def test_a_narrower_question_gives_narrower_suggestions(catalogue: Catalogue, write: Write) -> None:
    write("a", title="Nota wijk", kind="nota", themes=("zorg",))
    write("b", title="Wijk in beeld", kind="presentatie")
    suggester = Suggester(catalogue)
    assert texts(suggester, "wijk", replace(EVERYTHING, kinds=frozenset({"nota"}))) == ["Nota wijk"]
    assert texts(suggester, "wijk", replace(EVERYTHING, themes=frozenset({"zorg"}))) == ["Nota wijk"]
    assert texts(suggester, "wijk", Scope()) == []
    for number in range(2 * suggest.MOST_SCOPES):
        assert texts(suggester, "wijk", replace(EVERYTHING, years=frozenset({number}))) == []
    assert len(suggester._allowed) <= suggest.MOST_SCOPES


def test_a_change_counts_at_the_next_letter(catalogue: Catalogue, write: Write, tmp_path: Path) -> None:
    """Also one that another process makes."""
    suggester = Suggester(catalogue)
    assert texts(suggester, "wijk") == []
    write("a", "Wijkteam", title="Nota wijk")
    assert texts(suggester, "wijk", PUBLIC) == ["Nota wijk", "Wijkteam"]
    write("a", "Wijkagent", title="Nota wijk", version=2)
    assert texts(suggester, "wijk", PUBLIC) == ["Nota wijk", "Wijkagent"]
    other = open_catalogue(tmp_path / "data")
    document = other.document("a", EVERYTHING)
    hidden = replace(document.metadata, classification=SECRET)
    change_metadata(other, document, Edit(hidden, {}))
    assert texts(suggester, "wijk", PUBLIC) == []
    assert texts(suggester, "wijk") == ["Nota wijk", "Wijkagent"]
    remove(other, "a")
    other.close()
    assert texts(suggester, "wijk") == []


def test_a_backup_that_is_put_back_is_read_anew(catalogue: Catalogue, write: Write) -> None:
    write("a", "Wijkteam", title="Nota")
    write("b", "Wijkagent", title="Nota")
    suggester = Suggester(catalogue)
    assert texts(suggester, "wijk") == ["Wijkteam", "Wijkagent"]
    with catalogue.database.write() as connection:
        connection.execute(sa.delete(changes).where(changes.c.document_id == "b"))
        connection.execute(sa.delete(documents).where(documents.c.id == "b"))
        connection.execute(sa.update(documents).values(title="Wijknota"))
    assert texts(suggester, "wijk") == ["Wijknota", "Wijkteam"]


def test_reading_all_at_once_is_the_same(catalogue: Catalogue, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        write(
            f"d{number}", f"Wijk {number}", "Wijk en zorg", title=f"Nota wijk {number}", text="Zorg In De Wijk (ZIDW)."
        )
    write("leeg", title="Wijk zonder tekst", text="")
    remove(catalogue, "d3")
    one_by_one = Suggester(catalogue)
    monkeypatch.setattr(suggest, "ALL_AT_ONCE", 1)
    together = Suggester(catalogue)
    together.follow()
    assert texts(together, "wijk", limit=20) == texts(one_by_one, "wijk", limit=20)
    assert len(texts(together, "wijk", limit=20)) == 3 + 1 + 1 + 1 + 3


def test_rights_and_words_are_of_one_moment(catalogue: Catalogue, write: Write) -> None:
    """A document that goes back and forth between open with one title and confidential with another."""
    write("a", title="Open stuk", version=1)
    suggester, stop, seen = Suggester(catalogue), threading.Event(), set()

    def look() -> None:
        while not stop.is_set():
            seen.update(texts(suggester, "stuk", PUBLIC))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(2, 30):
        secret = version % 2 == 0
        level = SECRET if secret else Classification.OPENBAAR
        write("a", title="Geheim stuk" if secret else "Open stuk", version=version, classification=level)
    stop.set()
    for reader in readers:
        reader.join()
    assert seen <= {"Open stuk"}


slow = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
names = st.lists(st.sampled_from("wijk zorg Wijkteam Eén casus".split()), min_size=1, max_size=3).map(" ".join)
written = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(names, st.lists(names, max_size=2), st.sampled_from([SECRET, Classification.OPENBAAR])),
    max_size=4,
)


@slow
@given(collection=written, begin=st.sampled_from(["wijk", "een", "zorg", "c", "wijk z"]))
def test_only_words_of_documents_in_scope(
    catalogue: Catalogue, write: Write, collection: dict[str, tuple[str, list[str], Classification]], begin: str
) -> None:
    for document_id in catalogue.ids(EVERYTHING):
        remove(catalogue, document_id)
    suggester = Suggester(catalogue)
    for document_id, (title, headings, level) in collection.items():
        write(document_id, *headings, title=title, classification=level)
    visible = {
        words
        for title, headings, level in collection.values()
        if level is Classification.OPENBAAR
        for words in (title, *headings)
    }
    with_hidden = texts(suggester, begin, PUBLIC)
    assert set(with_hidden) <= visible
    for document_id, (_, _, level) in collection.items():
        if level is SECRET:
            remove(catalogue, document_id)
    assert texts(suggester, begin, PUBLIC) == texts(Suggester(catalogue), begin, PUBLIC) == with_hidden
