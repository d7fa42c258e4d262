"""Reading the catalogue: what is in scope, what a page is, what a derived index follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue, Change
from corpus.errors import NotFoundError
from corpus.files import sha256_of
from corpus.publishing import NewVersion, publish, remove, set_fact
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Block, BlockKind, Classification, Metadata, Page

Put = Callable[..., str]
TRICKY = "Één geëngageerde coördinator, financiën: € 3,50 — naïef ‘citaat’ 日本 😀 e\u0301 ĳ"


def ids(catalogue: Catalogue, scope: Scope) -> list[str]:
    return [document.id for document in catalogue.documents(scope)]


@pytest.fixture
def three(put: Put) -> None:
    """Three documents that differ in every field a scope speaks of."""
    put(
        "openbaar",
        ["een"],
        kind="nota",
        themes=("jeugd", "zorg"),
        language="nl",
        organisation="Gemeente A",
        date=date(2022, 5, 1),
    )
    put(
        "intern",
        ["twee"],
        classification=Classification.INTERN,
        kind="casus",
        themes=("zorg",),
        language="en",
        organisation="Gemeente B",
        date=date(2023, 1, 1),
    )
    put(
        "gesloten",
        ["drie"],
        classification=Classification.VERTROUWELIJK,
        kind="casus",
        language="de",
        organisation="",
        date=None,
    )


SCOPES: dict[str, tuple[Scope, set[str]]] = {
    "nothing": (Scope(), set()),
    "everything": (EVERYTHING, {"openbaar", "intern", "gesloten"}),
    "public": (PUBLIC, {"openbaar"}),
    "a level without documents": (Scope(levels=frozenset({Classification.ZAAKVERTROUWELIJK})), set()),
    "two levels": (Scope(levels=frozenset({Classification.OPENBAAR, Classification.INTERN})), {"openbaar", "intern"}),
    "kind": (replace(EVERYTHING, kinds=frozenset({"casus"})), {"intern", "gesloten"}),
    "kind, public": (replace(PUBLIC, kinds=frozenset({"casus"})), set()),
    "theme": (replace(EVERYTHING, themes=frozenset({"zorg"})), {"openbaar", "intern"}),
    "either theme": (replace(EVERYTHING, themes=frozenset({"jeugd", "onbekend"})), {"openbaar"}),
    "language": (replace(EVERYTHING, languages=frozenset({"en", "de"})), {"intern", "gesloten"}),
    "organisation": (replace(EVERYTHING, organisations=frozenset({"Gemeente B"})), {"intern"}),
    "since, the day itself": (replace(EVERYTHING, since=date(2023, 1, 1)), {"intern"}),
    "since, a day later": (replace(EVERYTHING, since=date(2023, 1, 2)), set()),
    "until, the day itself": (replace(EVERYTHING, until=date(2022, 5, 1)), {"openbaar"}),
    "until, a day earlier": (replace(EVERYTHING, until=date(2022, 4, 30)), set()),
    "period": (replace(EVERYTHING, since=date(2022, 1, 1), until=date(2024, 1, 1)), {"openbaar", "intern"}),
    "all at once": (
        replace(EVERYTHING, kinds=frozenset({"casus"}), themes=frozenset({"zorg"}), languages=frozenset({"en"})),
        {"intern"},
    ),
    "what looks like SQL": (replace(EVERYTHING, kinds=frozenset({"casus' OR '1'='1"})), set()),
}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("name", SCOPES)
def test_every_read_of_documents_keeps_to_the_scope(catalogue: Catalogue, name: str) -> None:
    scope, wanted = SCOPES[name]
    assert set(ids(catalogue, scope)) == wanted
    assert catalogue.ids(scope) == wanted
    assert catalogue.count(scope) == len(wanted)
    assert catalogue.documents_by_id(["openbaar", "intern", "gesloten", "onbekend"], scope).keys() == wanted
    for document_id in ("openbaar", "intern", "gesloten"):
        if document_id in wanted:
            assert catalogue.document(document_id, scope).id == document_id
        else:
            with pytest.raises(NotFoundError):
                catalogue.document(document_id, scope)


@pytest.mark.usefixtures("three")
def test_what_one_may_not_see_is_as_absent_as_what_is_not_there(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError) as hidden:
        catalogue.document("gesloten", PUBLIC)
    with pytest.raises(NotFoundError) as absent:
        catalogue.document("onbekend", PUBLIC)
    assert str(hidden.value).replace("gesloten", "X") == str(absent.value).replace("onbekend", "X")


def test_documents_come_newest_first_then_by_title_undated_last(catalogue: Catalogue, put: Put) -> None:
    put("c", ["tekst c"], title="Zee", date=date(2020, 1, 1))
    put("a", ["tekst a"], title="Aap", date=None)
    put("b", ["tekst b"], title="Aap", date=date(2020, 1, 1))
    put("d", ["tekst d"], title="Zee", date=date(2021, 1, 1))
    assert ids(catalogue, EVERYTHING) == ["d", "b", "c", "a"]
    assert [document.id for document in catalogue.documents(EVERYTHING, limit=2, offset=1)] == ["b", "c"]
    assert catalogue.documents(EVERYTHING, limit=2, offset=4) == []


def test_a_document_comes_back_as_it_was_published(catalogue: Catalogue, put: Put, base_metadata: Metadata) -> None:
    given = {
        "title": TRICKY,
        "kind": "casus",
        "classification": Classification.ZAAKVERTROUWELIJK,
        "language": "nl",
        "organisation": "Gemeente ’s-Hertogenbosch",
        "author": "Zoë Ångström",
        "date": date(2024, 2, 29),
        "themes": ("jeugd", "één"),
        "source": "https://example.nl/ü?a=1&b=2",
    }
    put("stuk", [TRICKY, "Slot."], **given)
    document = catalogue.document("stuk", EVERYTHING)
    assert document.metadata == replace(base_metadata, **given)  # type: ignore[arg-type]
    assert (document.version, document.page_count, document.passage_count, document.paged) == (1, 1, 1, True)
    assert document.size == len(f"{TRICKY}\nSlot.".encode())
    assert document.sha256 == sha256_of(f"{TRICKY}\nSlot.".encode())
    assert document.added.endswith("Z")
    assert document.added[4:5] == "-"


def test_text_with_diacritics_comes_back_letter_for_letter(catalogue: Catalogue, put: Put) -> None:
    put("stuk", [TRICKY])
    assert catalogue.page("stuk", 1).text == TRICKY
    (passage,) = catalogue.passages_of("stuk")
    assert passage.text == TRICKY
    assert catalogue.pages("stuk")[0].text[passage.start : passage.end] == TRICKY


def test_a_page_is_read_by_its_number(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een a"], ["twee a"])
    put("b", ["een b"])
    assert catalogue.page("a", 2).text == "twee a"
    assert [page.number for page in catalogue.pages("a")] == [1, 2]
    for document_id, number in (("a", 3), ("a", 0), ("a", -1), ("b", 2), ("c", 1)):
        with pytest.raises(NotFoundError, match=f"{document_id} heeft geen bladzijde {number}"):
            catalogue.page(document_id, number)


def publish_pages(catalogue: Catalogue, metadata: Metadata, *pages: Page) -> None:
    new = NewVersion(
        "x", 1, "file:///x", sha256_of(b"x"), "x.html", "text/html", 1, metadata, pages, (), ("een opmerking",)
    )
    publish(catalogue, new, b"x")


def test_a_document_without_page_numbers_is_read_by_position(catalogue: Catalogue, base_metadata: Metadata) -> None:
    blocks = (Block(BlockKind.HEADING, 0, 3, 2), Block(BlockKind.TABLE_ROW, 4, 5))
    pages = (Page(1, None, "Kop tekst", blocks), Page(2, None, "vervolg"))
    publish_pages(catalogue, base_metadata, *pages)
    assert tuple(catalogue.pages("x")) == pages
    assert catalogue.page("x", 2) == pages[1]
    assert not catalogue.document("x", EVERYTHING).paged
    assert catalogue.document("x", EVERYTHING).remarks == ("een opmerking",)


def test_slide_numbers_need_not_be_positions(catalogue: Catalogue, base_metadata: Metadata) -> None:
    """Hidden slides are left out: position 2 may be slide 3, and slide 2 does not exist."""
    publish_pages(catalogue, base_metadata, Page(1, 1, "een"), Page(2, 3, "drie"))
    assert catalogue.page("x", 3).text == "drie"
    with pytest.raises(NotFoundError):
        catalogue.page("x", 2)


def test_passages_are_read_by_key_and_gone_ones_left_out(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een"])
    put("b", ["twee"])
    keys = {int(unit) // UNITS_PER_PASSAGE for name in ("a", "b") for unit in catalogue.units(name).ids}
    # More than SQLite takes in one statement, of which two exist.
    found = catalogue.passages([*keys, *range(10_000, 11_200)])
    assert found.keys() == keys
    assert {passage.text for passage in found.values()} == {"een", "twee"}
    remove(catalogue, "a")
    assert {passage.text for passage in catalogue.passages(keys).values()} == {"twee"}


def test_passages_of_a_document_are_in_reading_order(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een " * 100, "twee " * 100], ["drie"])
    passages = catalogue.passages_of("a")
    assert [passage.text.split()[0] for passage in passages] == ["een", "twee", "drie"]
    assert [passage.id for passage in passages] == ["a.1.00001", "a.1.00002", "a.1.00003"]
    assert [passage.page for passage in passages] == [1, 1, 2]


def test_units_are_numbered_by_passage_and_come_back_as_half_floats(
    catalogue: Catalogue, put: Put, encoder: object
) -> None:
    text = " ".join(f"woord{number}" for number in range(100))  # 100 words: a whole and windows at 0, 35, 40
    put("a", [text])
    units = catalogue.units("a")
    first = int(units.ids[0])
    assert units.ids.tolist() == [first, first + 1, first + 2, first + 3]
    assert first % UNITS_PER_PASSAGE == 0
    assert units.vectors.dtype == np.float16
    assert np.linalg.norm(units.vectors.astype(np.float32), axis=1) == pytest.approx([1, 1, 1, 1], abs=1e-3)
    assert len(catalogue.units("onbekend").ids) == 0


def test_counts_are_those_of_every_table(catalogue: Catalogue, put: Put) -> None:
    assert set(catalogue.counts().values()) == {0}
    put("a", ["een"], ["twee"])
    put("b", [" ".join(f"woord{number}" for number in range(100))])
    assert catalogue.counts() == {
        "documents": 2,
        "pages": 3,
        "passages": 3,
        "keyword": 3,
        "grams": 3,
        "units": 1 + 1 + 4,
    }


def test_changes_tell_what_was_published_and_removed_in_order(catalogue: Catalogue, put: Put) -> None:
    assert catalogue.last_change() == 0
    put("a", ["een"])
    put("b", ["twee"])
    put("a", ["drie"], version=2)
    remove(catalogue, "b")
    wanted = [Change(1, "a", True), Change(2, "b", True), Change(3, "a", True), Change(4, "b", False)]
    assert catalogue.changes_after(0) == wanted
    assert catalogue.changes_after(2) == wanted[2:]
    assert catalogue.changes_after(4) == []
    assert catalogue.last_change() == 4


def test_documents_are_found_by_their_current_bytes_and_origin(catalogue: Catalogue, put: Put) -> None:
    put("a", ["oud"])
    put("a", ["nieuw"], version=2)
    assert catalogue.find_by_sha256(sha256_of(b"nieuw")) == "a"
    assert catalogue.find_by_sha256(sha256_of(b"oud")) is None
    assert catalogue.origins() == {"file:///test/a.txt": ("a", "a.txt")}


def test_a_fact_is_replaced_and_absent_ones_are_none(catalogue: Catalogue) -> None:
    assert catalogue.fact("naam") is None
    set_fact(catalogue, "naam", "een")
    set_fact(catalogue, "naam", "twee")
    assert catalogue.fact("naam") == "twee"
