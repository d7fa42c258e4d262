"""What every index must do, compared with a plain exact computation over the same catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import UNITS_PER_PASSAGE, Catalogue
from corpus.labels import Labels
from corpus.publishing import Edit, change_metadata, remove
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.index import Hit, Index
from search.milvus_index import open_milvus
from tests.scale.milvus import emptied

Put = Callable[..., str]
WORDS = tuple("preventie radicalisering gemeente wijkteam moskee school politie jongeren onrust casus".split())


@pytest.fixture(params=["embedded", "milvus"])
def index(request: pytest.FixtureRequest, catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> Iterator[Index]:
    """Each implementation, over the catalogue of the test."""
    fingerprint = Fingerprint.of(encoder.facts, "test")
    if request.param == "embedded":
        yield open_index(catalogue, tmp_path / "data", fingerprint)
        return
    with emptied(request.getfixturevalue("milvus_url")) as address:
        index = open_milvus(catalogue, address, fingerprint)
        yield index
        index.close()


def fill(put: Put, documents: int = 12) -> None:
    """Documents with different words, levels, kinds, languages, themes and dates."""
    levels = (Classification.OPENBAAR, Classification.INTERN, Classification.VERTROUWELIJK)
    for number in range(documents):
        word, other = WORDS[number % len(WORDS)], WORDS[(number * 3 + 1) % len(WORDS)]
        sentences = [f"{word.capitalize()} en {other} komen hier {count} keer voor." for count in range(12)]
        put(
            f"doc{number:02d}",
            [" ".join(sentences), f"Slot over {word}."],
            [f"Tweede bladzijde over {other} en nog eens {other}."],
            classification=levels[number % 3],
            kind="casus" if number % 2 else "nota",
            language="en" if number % 5 == 0 else "nl",
            themes=(f"thema{number % 4}",),
            organisation=f"organisatie{number % 3}",
            date=None if number == 0 else date(2020 + number % 5, 1, 1),
        )


def exact_vector_hits(catalogue: Catalogue, vector: np.ndarray, scope: Scope, k: int) -> list[Hit]:
    """Mean of the whole passage and its best window, by brute force from what the catalogue holds."""
    scores: dict[int, list[float]] = {}
    for document_id in catalogue.ids(scope):
        units = catalogue.units(document_id)
        for unit, stored in zip(units.ids, units.vectors, strict=True):
            scores.setdefault(int(unit) // UNITS_PER_PASSAGE, []).append(float(stored.astype(np.float32) @ vector))
    found = [Hit(key, (whole + max(rest, default=whole)) / 2) for key, (whole, *rest) in scores.items()]
    return sorted(found, key=lambda hit: (-hit.score, hit.key))[:k]


SCOPES = {
    "everything": EVERYTHING,
    "public": PUBLIC,
    "nothing": Scope(),
    "kind": replace(EVERYTHING, kinds=frozenset({"casus"})),
    "theme": replace(EVERYTHING, themes=frozenset({"thema1", "thema2"})),
    "language": replace(PUBLIC, languages=frozenset({"en"})),
    "organisation": replace(EVERYTHING, organisations=frozenset({"organisatie2"})),
    "period": replace(EVERYTHING, since=date(2021, 1, 1), until=date(2022, 12, 31)),
}


def test_vector_hits_equal_the_exact_ones(index: Index, catalogue: Catalogue, encoder: Encoder, put: Put) -> None:
    fill(put)
    vector = encoder.encode_question("Hoe werken wijkteam en politie samen bij radicalisering?")
    for name, scope in SCOPES.items():
        for k in (1, 5, 1000):
            wanted = exact_vector_hits(catalogue, vector, scope, k)
            got = index.vector_hits(vector, scope, k)
            assert [hit.score for hit in got] == pytest.approx([hit.score for hit in wanted], abs=1e-5), (name, k)
            # Ties at the cut may differ by rounding.
            assert {hit.key for hit in got} == {hit.key for hit in wanted} or k < 1000, (name, k)


def test_keyword_hits_are_the_passages_in_scope_that_hold_a_term(index: Index, catalogue: Catalogue, put: Put) -> None:
    fill(put)
    for name, scope in SCOPES.items():
        got = {hit.key for hit in index.keyword_hits(["wijkteam", "moskee"], scope, 1000)}
        units = [unit for document_id in catalogue.ids(scope) for unit in catalogue.units(document_id).ids.tolist()]
        passages = catalogue.passages({unit // UNITS_PER_PASSAGE for unit in units})
        texts = {key: passage.text.lower() for key, passage in passages.items()}
        assert got == {key for key, text in texts.items() if "wijkteam" in text or "moskee" in text}, name


def test_keyword_scores_are_bm25_best_first(index: Index, put: Put) -> None:
    put("veel", ["moskee moskee moskee gesprek"])
    put("een", ["moskee gesprek over iets anders in de wijk"])
    put("geen", ["gesprek over iets anders"])
    hits = index.keyword_hits(["moskee"], EVERYTHING, 10)
    assert len(hits) == 2
    assert hits[0].score > hits[1].score > 0


def test_a_query_without_terms_or_room_finds_nothing(index: Index, encoder: Encoder, put: Put) -> None:
    fill(put, 2)
    assert index.keyword_hits([], EVERYTHING, 10) == []
    assert index.keyword_hits(["gemeente"], EVERYTHING, 0) == []
    assert index.vector_hits(encoder.encode_question("x"), EVERYTHING, 0) == []


def test_no_term_is_read_as_syntax(index: Index, put: Put) -> None:
    put("een", ["gewone tekst over de gemeente"])
    for term in ('"', "*", "NEAR(", "a OR b", "title:", "-", "'; DROP TABLE passages; --", "é"):
        assert index.keyword_hits([term], EVERYTHING, 10) == [], term
        assert len(index.keyword_hits([term, "gement", "gewon"], EVERYTHING, 10)) <= 1, term


def test_an_empty_index_answers(index: Index, encoder: Encoder) -> None:
    assert index.vector_hits(encoder.encode_question("wat"), EVERYTHING, 10) == []
    assert index.keyword_hits(["wat"], EVERYTHING, 10) == []
    assert index.counts().equal


def test_after_removing_half_k_live_hits_remain(index: Index, catalogue: Catalogue, encoder: Encoder, put: Put) -> None:
    fill(put, 20)
    index.vector_hits(encoder.encode_question("politie"), EVERYTHING, 10)
    for number in range(0, 20, 2):
        remove(catalogue, f"doc{number:02d}")
    hits = index.vector_hits(encoder.encode_question("politie"), EVERYTHING, 20)
    passages = catalogue.passages(hit.key for hit in hits)
    assert len(hits) == 20
    assert {passage.document_id for passage in passages.values()} <= {f"doc{n:02d}" for n in range(1, 20, 2)}
    assert index.counts().equal


def test_a_new_version_takes_the_place_of_the_old_one(index: Index, catalogue: Catalogue, put: Put) -> None:
    put("stuk", ["oude tekst over vlaggetjes"])
    assert index.keyword_hits(["vlaggetjes"], EVERYTHING, 10)
    put("stuk", ["nieuwe tekst over kaarten"], version=2)
    assert index.keyword_hits(["vlaggetjes"], EVERYTHING, 10) == []
    (hit,) = index.keyword_hits(["kaart"], EVERYTHING, 10)
    assert catalogue.passages([hit.key])[hit.key].version == 2
    assert index.counts().vector == index.counts().keyword == 1


def test_what_another_connection_published_is_found_at_the_next_call(index: Index, encoder: Encoder, put: Put) -> None:
    assert index.vector_hits(encoder.encode_question("fiets"), EVERYTHING, 5) == []
    put("later", ["een fiets bij het station"])
    assert len(index.vector_hits(encoder.encode_question("fiets"), EVERYTHING, 5)) == 1


def test_the_same_question_gives_the_same_order(index: Index, encoder: Encoder, put: Put) -> None:
    for number in range(8):
        put(f"gelijk{number}", ["precies dezelfde tekst over preventie"])
    question = encoder.encode_question("preventie")
    orders = {tuple(hit.key for hit in index.vector_hits(question, EVERYTHING, 5)) for _ in range(5)}
    (order,) = orders
    assert list(order) == sorted(order)


def test_owners_are_those_in_scope_at_this_moment(index: Index, catalogue: Catalogue, put: Put) -> None:
    fill(put)
    keys = {name: list(catalogue.keyed_passages_of(name)) for name in catalogue.ids(EVERYTHING)}
    every = [key for own in keys.values() for key in own]
    for scope in (EVERYTHING, PUBLIC, replace(EVERYTHING, kinds=frozenset({"casus"})), Scope()):
        allowed = catalogue.ids(scope)
        assert index.owners([*every, 10**9], scope) == {
            key: name for name in keys if name in allowed for key in keys[name]
        }
    assert index.owners([], EVERYTHING) == {}
    remove(catalogue, "doc00")
    put("doc03", ["Een nieuwe versie."], version=2, classification=Classification.VERTROUWELIJK)
    there = index.owners(every, EVERYTHING)
    assert "doc00" not in there.values()
    assert not set(keys["doc03"]) & there.keys()  # its passages have new keys
    new = list(catalogue.keyed_passages_of("doc03"))
    assert index.owners(new, EVERYTHING) == dict.fromkeys(new, "doc03")
    assert index.owners(new, PUBLIC) == {}


def test_labels_are_those_of_documents_in_scope_at_this_moment(index: Index, catalogue: Catalogue, put: Put) -> None:
    fill(put)
    names = sorted(catalogue.ids(EVERYTHING), reverse=True)
    for scope in (EVERYTHING, PUBLIC, replace(EVERYTHING, themes=frozenset({"thema1"})), Scope()):
        wanted = {one.id: Labels.of(one) for one in catalogue.documents(scope)}
        found = index.labels([*names, "bestaat-niet"], scope)
        assert found == wanted
        assert list(found) == [name for name in names if name in wanted]
    changed = {"kind": "handreiking", "themes": ("nieuw", "anders"), "classification": Classification.INTERN}
    put("doc00", ["Andere tekst."], version=2, **changed)
    old = catalogue.document("doc03", EVERYTHING)
    change_metadata(catalogue, old, Edit(replace(old.metadata, kind="rapport"), {}))
    remove(catalogue, "doc06")
    put("erbij", ["Nog een."], kind="wet")
    names = [*names, "erbij"]
    assert index.labels(names, EVERYTHING) == {one.id: Labels.of(one) for one in catalogue.documents(EVERYTHING)}
    assert index.labels(names, PUBLIC).keys() == catalogue.ids(PUBLIC)
    assert index.labels(["doc03"], EVERYTHING)["doc03"].kind == "rapport"
