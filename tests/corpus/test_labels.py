"""The labels of documents: what they are counted by, and only of those in scope."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from corpus.catalogue import Catalogue
from corpus.labels import Labels, labels_of
from corpus.scope import EVERYTHING, PUBLIC, Scope
from corpus.types import Classification
from corpus.visible import visible_keys, visible_owners

Put = Callable[..., str]


def test_labels_are_those_of_the_documents_in_scope_in_the_order_asked(catalogue: Catalogue, put: Put) -> None:
    put("a", ["tekst"], kind="nota", themes=("zorg", "wijk"), organisation="A", date=date(2020, 1, 2))
    put("b", ["tekst"], language="en")
    put("dicht", ["tekst"], classification=Classification.INTERN)
    found = labels_of(catalogue.database, ["b", "dicht", "weg", "a"], PUBLIC)
    assert list(found) == ["b", "a"]
    assert found["a"] == Labels("nota", "A", date(2020, 1, 2), "nl", ("wijk", "zorg"))
    assert found["b"] == Labels("beleidsdocument", "", None, "en", ())
    assert found == {name: Labels.of(catalogue.document(name, PUBLIC)) for name in found}
    assert labels_of(catalogue.database, ["a", "b", "dicht"], Scope()) == {}


def test_more_names_than_fit_in_one_statement(catalogue: Catalogue, put: Put) -> None:
    put("a", ["tekst"])
    names = [*(f"weg{number}" for number in range(1200)), "a"]
    assert list(labels_of(catalogue.database, names, PUBLIC)) == ["a"]


def test_passages_are_visible_with_their_document_and_only_then(catalogue: Catalogue, put: Put) -> None:
    put("a", ["een", "twee"], kind="nota")
    put("dicht", ["drie"], classification=Classification.INTERN)
    keys = {name: list(catalogue.keyed_passages_of(name)) for name in ("a", "dicht")}
    every = [*keys["dicht"], *keys["a"], 999]
    assert visible_owners(catalogue.database, every, PUBLIC) == dict.fromkeys(keys["a"], "a")
    assert visible_keys(catalogue.database, every, EVERYTHING) == {*keys["a"], *keys["dicht"]}
    assert visible_owners(catalogue.database, every, replace(PUBLIC, kinds=frozenset({"casus"}))) == {}
    assert visible_owners(catalogue.database, [], PUBLIC) == {}
