"""Nothing is left in the catalogue's file of what was erased, also not in the unused room of its pages."""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import CatalogueBusyError
from corpus.publishing import remove
from corpus.scope import EVERYTHING
from corpus.scrub import SCRUBBED, needs_scrubbing, scrub

Put = Callable[..., str]
FILLER = "De gemeente werkt samen met de wijk. " * 12


@pytest.fixture
def catalogue_url() -> str:
    return ""  # this is about SQLite's file


def remains(words: set[str], data: Path) -> set[str]:
    content = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    return {word for word in words if word.encode() in content}


def test_no_byte_of_what_was_erased_is_left(catalogue: Catalogue, put: Put, tmp_path: Path, seed: int) -> None:
    """Documents come, change and go in any order until SQLite, which moves rows about, left something behind."""
    chance, words, gone = random.Random(seed), dict[str, str](), set[str]()
    for _round in range(20):
        for _step in range(5):
            gone |= change(catalogue, put, chance, words)
        catalogue.database.checkpoint()
        if remains(gone, tmp_path / "data"):
            break
    print(f"{len(remains(gone, tmp_path / 'data'))} van {len(gone)} woorden nog in het bestand")
    assert gone
    counts, ids = catalogue.counts(), catalogue.ids(EVERYTHING)
    assert needs_scrubbing(catalogue)
    assert scrub(catalogue)
    assert remains(gone, tmp_path / "data") == set()
    assert (catalogue.counts(), catalogue.ids(EVERYTHING)) == (counts, ids)
    assert remains(set(words.values()), tmp_path / "data") == set(words.values())


def change(catalogue: Catalogue, put: Put, chance: random.Random, words: dict[str, str]) -> set[str]:
    """Add, replace or remove a document; the words that must be gone after it."""
    act = chance.random()
    document_id = chance.choice(sorted(words)) if words and act < 0.6 else ""
    if document_id and act < 0.35:
        remove(catalogue, document_id)
        return {words.pop(document_id)}
    word = f"w{chance.randrange(10**12):012d}"
    version = catalogue.history(document_id)[0].version + 1 if document_id else 1
    document_id = document_id or f"d{chance.randrange(10**9)}"
    old = {words[document_id]} if document_id in words else set()
    words[document_id] = word
    paragraphs = [f"Alinea {part} over {word}. {FILLER}" for part in range(10)]
    put(document_id, paragraphs, version=version, data="\n".join(paragraphs).encode())
    return old


def test_it_is_done_only_when_something_was_erased(catalogue: Catalogue, put: Put) -> None:
    put("een", ["Een."])
    assert not needs_scrubbing(catalogue)
    assert scrub(catalogue)
    assert catalogue.fact(SCRUBBED) is None
    put("een", ["Anders."], version=2)
    assert needs_scrubbing(catalogue)
    assert scrub(catalogue)
    assert not needs_scrubbing(catalogue)
    put("twee", ["Twee."])
    assert not needs_scrubbing(catalogue)
    remove(catalogue, "twee")
    assert needs_scrubbing(catalogue)


def test_it_waits_for_who_writes_and_says_so(catalogue: Catalogue, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("een", ["Een."])
    remove(catalogue, "een")
    catalogue.close()
    monkeypatch.setattr("corpus.database.BUSY_TIMEOUT_S", 0.2)
    with catalogue.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 200")
    with catalogue.database.write(), pytest.raises(CatalogueBusyError, match="in gebruik"):
        _impatient(catalogue)
    assert needs_scrubbing(catalogue)
    assert scrub(catalogue)


def _impatient(catalogue: Catalogue) -> None:
    raw = catalogue.database.engine.raw_connection()
    raw.execute("PRAGMA busy_timeout = 200")  # type: ignore[attr-defined]
    raw.close()  # the pool gives this connection to who asks next
    scrub(catalogue)


def test_others_search_on_meanwhile(catalogue: Catalogue, put: Put) -> None:
    for number in range(20):
        put(f"d{number}", [f"Alinea {number}. {FILLER}"] * 4)
    remove(catalogue, "d0")
    stopping, seen, errors = threading.Event(), [0], []

    def read() -> None:
        try:
            while not stopping.is_set():
                assert catalogue.count(EVERYTHING) == 19
                seen[0] += 1
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        end = time.monotonic() + 60
        while not scrub(catalogue):
            assert time.monotonic() < end
    finally:
        stopping.set()
        thread.join()
    assert not errors
    assert seen[0] > 0
