"""Whether a knowledge base is whole after what was done to it."""

from pathlib import Path

from corpus.catalogue import Catalogue, open_catalogue
from corpus.publishing import sweep
from corpus.scope import EVERYTHING
from corpus.tasks import OPEN, TaskFile, files_of, list_tasks, sweep_spool
from search.embedded_index import open_index
from search.index import LegCounts
from search.loading import load_encoder
from search.milvus_index import open_milvus
from service.wiring import fingerprint_of
from tests.scale.bucket import objects
from tests.scale.catalogues import all_rows
from tests.scale.setups import EMBEDDED, Setup


def check_whole(catalogue: Catalogue, data: Path, model: Path, setup: Setup = EMBEDDED) -> None:
    """Every document is there entirely, both legs agree, and what waits has its file."""
    documents = catalogue.documents(EVERYTHING)
    for document in documents:
        passages = catalogue.passages_of(document.id)
        pages = {page.position: page for page in catalogue.pages(document.id)}
        assert len(passages) == document.passage_count > 0
        assert all(pages[p.position].text[p.start : p.end] == p.text for p in passages)
        assert len(catalogue.files.read(document.sha256)) == document.size
    counts = catalogue.counts()
    assert counts["passages"] == counts["keyword"] == counts["grams"] == sum(d.passage_count for d in documents)
    assert index_counts(catalogue, data, model, setup) == LegCounts(counts["passages"], counts["passages"])
    for file in all_files(catalogue).values():
        assert file.status not in OPEN or catalogue.spool.read(file.sha256)


def index_counts(catalogue: Catalogue, data: Path, model: Path, setup: Setup) -> LegCounts:
    """What both legs hold, once they are up to date."""
    fingerprint = fingerprint_of(load_encoder(str(model)))
    if setup.where is None:
        return open_index(catalogue, data, fingerprint).counts()
    index = open_milvus(catalogue, setup.where[1], fingerprint)
    try:
        return index.counts()
    finally:
        index.disconnect()


def all_files(catalogue: Catalogue) -> dict[tuple[str, int], TaskFile]:
    """Every file of every task."""
    known = list_tasks(catalogue, None, None, limit=10**6)[1]
    return {(file.task_id, file.number): file for task in known for file in files_of(catalogue, task.id)}


def check_tidy(data: Path, setup: Setup = EMBEDDED) -> None:
    """Nothing waits, so nothing is left of the queue, and the originals are those of the documents."""
    catalogue = open_catalogue(data, url=setup.catalogue_url, files=setup.files)
    sweep(catalogue)
    sweep_spool(catalogue)
    assert [path for path in catalogue.spool.folder.rglob("*") if path.is_file()] == catalogue.spool.hashes() == []
    assert set(catalogue.files.hashes()) == {document.sha256 for document in catalogue.documents(EVERYTHING)}
    catalogue.close()


def places_of(words: set[str], data: Path, setup: Setup = EMBEDDED) -> dict[str, list[str]]:
    """Which files of the data folder and tables of the server hold which of these words, byte for byte."""
    found: dict[str, list[str]] = {}
    files = {path.relative_to(data).as_posix(): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    stored = objects(setup.files) if setup.files is not None else {}
    for name, content in {**files, **_tables(data, setup), **stored}.items():
        for word in words:
            if word.encode() in content:
                found.setdefault(word, []).append(name)
    return found


def _tables(data: Path, setup: Setup) -> dict[str, bytes]:
    """What can be read of each table on the server; those of SQLite are in its file."""
    if not setup.catalogue_url:
        return {}
    catalogue = open_catalogue(data, url=setup.catalogue_url)
    tables = {name: repr(rows).encode() for name, rows in all_rows(catalogue).items()}
    catalogue.close()
    return tables
