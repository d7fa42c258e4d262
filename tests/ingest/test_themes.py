"""Themes that are proposed: what the title and headings name, and nothing that the reader may not know of."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.scope import EVERYTHING
from corpus.types import Block, BlockKind, Classification, Document, Metadata, Page
from ingest.editing import edit_document
from ingest.metadata import GivenMetadata
from ingest.pipeline import IngestOptions, Pipeline
from ingest.readers.registry import read_document
from ingest.themes import COMMON, known_themes, propose_themes
from search.encoder import Encoder
from search.fingerprint import Fingerprint

Put = Callable[..., str]
KNOWN = {"preventie", "jongerenwerk", "persoonsgerichte aanpak", "zorg", "online"}


def page(*headings: str, text: str = "") -> Page:
    blocks, at = [], 0
    for heading in headings:
        blocks.append(Block(BlockKind.HEADING, at, at + len(heading), 1))
        at += len(heading) + 1
    return Page(1, 1, "\n".join([*headings, text]), tuple(blocks))


@pytest.mark.parametrize(
    ("title", "headings", "proposed"),
    [
        ("Preventie in de wijk", [], ("preventie",)),
        ("De persoonsgerichte aanpak", [], ("persoonsgerichte aanpak",)),
        ("Een aanpak, persoonsgericht", [], ()),
        ("Nota", ["Jongerenwerk nu", "Meer jongerenwerk"], ("jongerenwerk",)),
        ("Nota", ["Jongerenwerk nu"], ()),
        ("Zorgen over verkeer", [], ("zorg",)),
        ("Online preventie", ["Zorg", "Zorg", "Zorg", "Jongerenwerk", "Jongerenwerk"], ("online", "preventie", "zorg")),
        ("Nota", [], ()),
    ],
)
def test_what_title_and_headings_name(
    base_metadata: Metadata, title: str, headings: list[str], proposed: tuple[str, ...]
) -> None:
    metadata = replace(base_metadata, title=title)
    assert propose_themes(metadata, [page(*headings, text="preventie preventie preventie")], KNOWN) == proposed


def test_a_theme_of_a_document_that_others_may_not_see_is_not_proposed(catalogue: Catalogue, put: Put) -> None:
    put("open", ["x"], themes=("vlaggen",))
    put("dicht", ["y"], themes=("operatie kat",), classification=Classification.VERTROUWELIJK)
    assert known_themes(catalogue, Classification.OPENBAAR) == {*COMMON, "vlaggen"}
    assert known_themes(catalogue, Classification.VERTROUWELIJK) == {*COMMON, "vlaggen", "operatie kat"}


def test_a_proposal_is_marked_and_a_given_theme_is_left_alone(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    for name in ("eigen.md", "afgeleid.md"):
        (tmp_path / name).write_text(f"# Preventie {name[0]}\n\nTekst van {name}.", "utf-8")
    options = IngestOptions({"eigen.md": GivenMetadata(themes=("iets",))})
    pipeline = Pipeline(catalogue, encoder, options, read_document)
    own, derived = (
        catalogue.document(pipeline.ingest(tmp_path / name, name).document_id, EVERYTHING)
        for name in ("eigen.md", "afgeleid.md")
    )
    assert (own.metadata.themes, own.remarks) == (("iets",), ())
    assert derived.metadata.themes == ("preventie",)
    (remark,) = derived.remarks
    assert "voorgesteld" in remark
    assert "preventie" in remark


def test_an_editor_who_chooses_themes_ends_the_proposal(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "nota.md").write_text("# Preventie\n\nTekst.", "utf-8")
    made = Pipeline(catalogue, encoder, IngestOptions(), read_document).ingest(tmp_path / "nota.md", "nota.md")
    fingerprint = Fingerprint.of(encoder.facts, "test")

    def edited(**patch: object) -> Document:
        return edit_document(catalogue, encoder, fingerprint, (made.document_id, EVERYTHING), patch)

    assert edited(auteur="Wij").remarks == made.remarks != ()
    assert edited(thema=["jeugd"]).remarks == ()
