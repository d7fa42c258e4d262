"""The export: what an organisation takes along can be taken in again."""

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, open_catalogue
from corpus.errors import BackupError
from corpus.files import FileStore
from corpus.publishing import remove
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification, Metadata
from ingest.editing import edit_document
from ingest.export import METADATA, Exported, export
from ingest.files import find_files
from ingest.metadata import FIELDS, read_metadata_file
from ingest.pipeline import Incoming, IngestOptions, Pipeline, Status
from ingest.readers.registry import read_document
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from tests.conftest import HashEncoder

Put = Callable[..., str]


def known(catalogue: Catalogue) -> set[tuple[str, str, Metadata]]:
    return {(found.file_name, found.sha256, found.metadata) for found in catalogue.documents(EVERYTHING)}


def take_in(folder: Path, data: Path, encoder: Encoder) -> Catalogue:
    catalogue = open_catalogue(data, create=True)
    options = IngestOptions(read_metadata_file(folder / METADATA))
    pipeline = Pipeline(catalogue, encoder, options, read_document)
    outcomes = [pipeline.ingest(path, name) for path, name in find_files([folder])]
    assert {outcome.status for outcome in outcomes} <= {Status.PROCESSED}, outcomes
    return catalogue


FINGERPRINT = Fingerprint.of(HashEncoder().facts, "test")


def fill(put: Put) -> None:
    """Documents that differ in all that is kept of them, two of one name."""
    put(
        "a",
        ["Over de wijk."],
        file_name="nota.txt",
        title="Nota «één»: vragen & antwoorden",
        kind="casus",
        classification=Classification.VERTROUWELIJK,
        organisation="Gemeente Utrecht",
        author="A. Jansen; B. de Vries",
        date=date(2024, 2, 29),
        themes=("preventie", "wijk en buurt"),
        source='https://example.nl/?a="b"',
        retain_until=date(2031, 12, 31),
        language="en",
    )
    put("b", ["Iets heel anders."], file_name="Nota.TXT", themes=("zorg",), author="Wij", date=date(2020, 1, 1))
    put("c", ["Oud."], file_name="stuk.md", themes=("x",), author="Wij", date=date(2020, 1, 1))
    put("c", ["Nieuw."], version=2, file_name="stuk.md", themes=("x",), author="Wij", date=date(2020, 1, 1))


def test_an_export_that_is_taken_in_gives_the_same_documents(
    catalogue: Catalogue, put: Put, encoder: Encoder, tmp_path: Path
) -> None:
    fill(put)
    made = export(catalogue, tmp_path / "uit", EVERYTHING)
    assert made == Exported(3, sum(d.size for d in catalogue.documents(EVERYTHING)), (), ())
    names = {path.relative_to(tmp_path / "uit").as_posix() for path in (tmp_path / "uit").rglob("*") if path.is_file()}
    assert names == {"Nota.TXT", "2/nota.txt", "stuk.md", METADATA}
    again = take_in(tmp_path / "uit", tmp_path / "nieuw", encoder)
    assert known(again) == known(catalogue)
    again.close()


TELLING = b"""---
title: Preventie in de wijk
author: J. Jansen
date: 2024-03-14
---
# Preventie van radicalisering

De wijk praat over preventie.
"""


def test_what_an_editor_emptied_stays_empty(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> None:
    """In the next version and in a knowledge base that is made of an export, though the file says it again."""
    path = tmp_path / "bron" / "stuk 2023-01-01.md"
    path.parent.mkdir()
    path.write_bytes(TELLING)
    pipeline = Pipeline(catalogue, encoder, IngestOptions(), read_document)
    made = pipeline.ingest(path, path.name)
    found = catalogue.document(made.document_id, EVERYTHING)
    assert found.metadata.author
    assert found.metadata.date
    assert found.metadata.themes
    patch = {"auteur": None, "datum": None, "thema": []}
    edit_document(catalogue, encoder, FINGERPRINT, (found.id, EVERYTHING), patch)
    path.write_bytes(TELLING + b"\nEn nog een zin.\n")
    assert pipeline.ingest(path, path.name).version == 2
    pipeline.take(Incoming(TELLING + b"\nVervangen.\n", "ander.md", "upload:1", replaces=found.id))
    kept = catalogue.document(found.id, EVERYTHING)
    assert (kept.version, kept.metadata.author, kept.metadata.date, kept.metadata.themes) == (3, "", None, ())
    export(catalogue, tmp_path / "uit", EVERYTHING)
    again = take_in(tmp_path / "uit", tmp_path / "nieuw", encoder)
    assert known(again) == known(catalogue)
    again.close()


def test_the_table_has_the_columns_that_ingest_knows(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    fill(put)
    export(catalogue, tmp_path / "uit", EVERYTHING)
    lines = (tmp_path / "uit" / METADATA).read_text("utf-8").splitlines()
    assert lines[0].split("\t") == list(FIELDS)
    assert {len(line.split("\t")) for line in lines} == {len(FIELDS)}


def test_only_the_owner_can_read_it(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    fill(put)
    export(catalogue, tmp_path / "uit", EVERYTHING)
    paths = [tmp_path / "uit", *(tmp_path / "uit").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}


def test_a_scope_narrows_it(catalogue: Catalogue, put: Put, tmp_path: Path) -> None:
    fill(put)
    assert export(catalogue, tmp_path / "open", PUBLIC).documents == 2
    assert "Jansen" not in (tmp_path / "open" / METADATA).read_text("utf-8")
    own = Scope(levels=EVERYTHING.levels, organisations=frozenset({"Gemeente Utrecht"}))
    assert export(catalogue, tmp_path / "eigen", own).documents == 1


def test_what_a_table_cannot_hold_is_told_and_does_not_break_it(
    catalogue: Catalogue, put: Put, encoder: Encoder, tmp_path: Path
) -> None:
    put("a", ["Een."], file_name="een.txt", organisation="Regel een\nregel\ttwee", themes=("a",))
    put("b", ["Twee."], file_name=".verborgen.txt", themes=("zorg, welzijn",))
    put("c", ["Drie."], file_name="~$tijdelijk.txt", themes=("b",))
    put("d", ["Vier."], file_name="vier.txt", themes=("c",))
    put("e", ["Vijf."], file_name="vijf.txt", source="-")  # which says in a table that there is none
    made = export(catalogue, tmp_path / "uit", EVERYTHING)
    assert set(made.altered) == {"een.txt", ".verborgen.txt", "~$tijdelijk.txt", "vijf.txt"}
    again = take_in(tmp_path / "uit", tmp_path / "nieuw", encoder)
    found = {document.file_name: document.metadata for document in again.documents(EVERYTHING)}
    assert set(found) == {"een.txt", "verborgen.txt", "document ~$tijdelijk.txt", "vier.txt", "vijf.txt"}
    assert found["een.txt"].organisation == "Regel een regel twee"
    again.close()


def test_a_document_without_its_file_is_named_and_the_rest_comes(
    catalogue: Catalogue, put: Put, tmp_path: Path
) -> None:
    fill(put)
    catalogue.files.path(catalogue.document("a", EVERYTHING).sha256).unlink()
    made = export(catalogue, tmp_path / "uit", EVERYTHING)
    assert (made.documents, made.lost) == (2, ("nota.txt",))
    assert "nota.txt\t" not in (tmp_path / "uit" / METADATA).read_text("utf-8")


@pytest.mark.parametrize("change", ["withdrawn", "replaced"])
def test_what_changes_meanwhile_is_as_it_is_then(
    change: str, catalogue: Catalogue, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a", ["Oud."], file_name="a.txt")
    read, asked = FileStore.read, []

    def change_first(store: FileStore, sha256: str) -> bytes:
        asked.append(sha256)
        if len(asked) == 1 and change == "withdrawn":
            remove(catalogue, "a")
        elif len(asked) == 1:
            put("a", ["Nieuw."], version=2, file_name="a.txt")
        return read(store, sha256)

    monkeypatch.setattr(FileStore, "read", change_first)
    made = export(catalogue, tmp_path / "uit", EVERYTHING)
    assert (made.documents, made.lost) == ((0, ()) if change == "withdrawn" else (1, ()))
    if change == "replaced":
        assert (tmp_path / "uit" / "a.txt").read_text() == "Nieuw."


def test_a_folder_with_something_in_it_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "iets").touch()
    with pytest.raises(BackupError, match="is niet leeg"):
        export(catalogue, tmp_path / "vol", EVERYTHING)
    assert [path.name for path in (tmp_path / "vol").iterdir()] == ["iets"]
