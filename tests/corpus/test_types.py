"""The facts that everything speaks of."""

from dataclasses import FrozenInstanceError, replace

import pytest

from corpus.scope import ALL_LEVELS, EVERYTHING, PUBLIC, Scope
from corpus.types import Block, BlockKind, Classification, Page, Passage

PASSAGE = Passage("a.1.00001", "a", 1, 1, 3, 0, 5, "tekst", ("Deel", "Hoofdstuk"), "nl")


def test_levels_are_in_the_order_of_the_standard() -> None:
    names = "openbaar beperkt_openbaar intern zaakvertrouwelijk vertrouwelijk confidentieel geheim zeer_geheim"
    assert [level.value for level in sorted(Classification, key=lambda level: level.rank)] == names.split()
    assert [level.rank for level in Classification] == [0, 1, 2, 3, 4, 5, 6, 7]


def test_from_confidentieel_up_nothing_is_accepted() -> None:
    refused = {level for level in Classification if not level.accepted}
    assert refused == {Classification.CONFIDENTIEEL, Classification.GEHEIM, Classification.ZEER_GEHEIM}
    assert set(Classification) - refused == ALL_LEVELS


def test_a_scope_sees_nothing_unless_told() -> None:
    assert Scope().levels == frozenset()
    assert PUBLIC.levels == {Classification.OPENBAAR}
    assert EVERYTHING.levels == ALL_LEVELS


@pytest.mark.parametrize(("text", "has_text"), [("", False), (" \n\t\u00a0", False), (" a ", True), (".", True)])
def test_a_page_of_white_space_has_no_text(text: str, has_text: bool) -> None:
    assert Page(1, 1, text).has_text is has_text


def test_what_is_indexed_is_the_path_the_header_row_and_the_text() -> None:
    passage = replace(PASSAGE, table_header="Naam | Rol")
    assert passage.indexed_text("Titel") == "Titel › Deel › Hoofdstuk\nNaam | Rol\ntekst"


def test_what_is_indexed_names_nothing_twice_and_leaves_out_what_is_empty() -> None:
    assert replace(PASSAGE, headings=("Titel", "Deel", "Deel")).indexed_text("Titel") == "Titel › Deel\ntekst"
    assert replace(PASSAGE, headings=()).indexed_text("") == "tekst"
    assert replace(PASSAGE, headings=("", "Deel")).indexed_text("") == "Deel\ntekst"


def test_facts_do_not_change() -> None:
    block = Block(BlockKind.PARAGRAPH, 0, 1)
    with pytest.raises(FrozenInstanceError):
        block.start = 1  # type: ignore[misc]
