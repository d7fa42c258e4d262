"""Documents like this one: order, rights, and documents that come and go."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.publishing import remove
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.similar import Similar

Put = Callable[..., str]


@pytest.fixture
def similar(catalogue: Catalogue, encoder: Encoder, tmp_path: Path) -> Similar:
    return Similar(catalogue, open_index(catalogue, tmp_path / "data", Fingerprint.of(encoder.facts, "test")))


def fill(put: Put) -> dict[str, str]:
    moskee = "Het bestuur van de moskee kreeg een dreigbrief en belde de wijkagent en de gemeente."
    school = "De mentor van de school sprak met de leerling over memes in de groepsapp."
    weg = "Het asfalt van de rondweg wordt in de zomer vervangen door een aannemer."
    return {
        "moskee": put("moskee", [moskee, "Daarna volgde een gesprek met de burgemeester."], kind="casus"),
        "moskee2": put("moskee2", [moskee.replace("kreeg", "ontving")], kind="casus"),
        "nota": put("nota", ["Een moskee die een dreigbrief krijgt belt de wijkagent."], kind="nota"),
        "geheim": put("geheim", [moskee + " Vertrouwelijk."], classification=Classification.VERTROUWELIJK),
        "school": put("school", [school], kind="casus"),
        "weg": put("weg", [weg], kind="nota"),
    }


def test_the_most_alike_comes_first_and_never_the_document_itself(similar: Similar, put: Put) -> None:
    ids = fill(put)
    found = [one.document.id for one in similar.find(ids["moskee"], EVERYTHING, 10)]
    assert set(found[:2]) == {ids["moskee2"], ids["geheim"]}
    assert ids["moskee"] not in found


def test_what_the_asker_may_not_see_is_not_found_and_can_not_be_asked_about(similar: Similar, put: Put) -> None:
    ids = fill(put)
    assert ids["geheim"] not in {one.document.id for one in similar.find(ids["moskee"], PUBLIC, 10)}
    with pytest.raises(NotFoundError):
        similar.find(ids["geheim"], PUBLIC, 10)
    with pytest.raises(NotFoundError):
        similar.find(ids["moskee"], Scope(), 10)


def test_a_kind_limits_what_is_found_but_not_what_may_be_asked_about(similar: Similar, put: Put) -> None:
    ids = fill(put)
    cases = similar.find(ids["nota"], replace(EVERYTHING, kinds=frozenset({"casus"})), 10)
    assert cases
    assert {one.document.metadata.kind for one in cases} == {"casus"}


def test_each_comes_with_the_pair_of_passages_that_is_nearest(similar: Similar, put: Put) -> None:
    ids = fill(put)
    first = similar.find(ids["moskee2"], PUBLIC, 1)[0]
    assert first.document.id == ids["moskee"]
    assert "dreigbrief" in first.own.text
    assert "dreigbrief" in first.other.text
    assert (first.own.document_id, first.other.document_id) == (ids["moskee2"], ids["moskee"])


def test_the_count_is_kept_and_scores_fall(similar: Similar, put: Put) -> None:
    ids = fill(put)
    found = similar.find(ids["moskee"], EVERYTHING, 3)
    assert len(found) == 3
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)


def test_a_document_that_is_withdrawn_is_gone_at_once(similar: Similar, put: Put, catalogue: Catalogue) -> None:
    ids = fill(put)
    assert ids["moskee2"] in {one.document.id for one in similar.find(ids["moskee"], PUBLIC, 10)}
    remove(catalogue, ids["moskee2"])
    assert ids["moskee2"] not in {one.document.id for one in similar.find(ids["moskee"], PUBLIC, 10)}


def test_the_only_document_is_like_no_other(similar: Similar, put: Put) -> None:
    assert similar.find(put("alleen", ["Een tekst over niets."]), EVERYTHING, 5) == []
