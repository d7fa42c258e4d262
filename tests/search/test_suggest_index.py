"""Finding phrases by the beginnings of their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.suggest_index import PhraseIndex
from search.suggest_phrases import Kind, Phrase


def title(text: str, language: str = "nl") -> Phrase:
    return Phrase(text, Kind.TITLE, language)


def heading(text: str, language: str = "nl") -> Phrase:
    return Phrase(text, Kind.HEADING, language)


def short(text: str) -> Phrase:
    return Phrase(text, Kind.ABBREVIATION, "nl")


def found(index: PhraseIndex, begin: str, *allowed: str, limit: int = 8) -> list[str]:
    return [phrase.text for phrase in index.find(begin, allowed or {"a", "b", "c", "d"}, limit)]


@pytest.fixture
def index() -> PhraseIndex:
    made = PhraseIndex()
    made.put("a", [title("Nota preventie"), heading("Moskeeën en moslims"), short("ZVH: Zorg- en Veiligheidshuis")])
    made.put("b", [title("Eén aanpak"), heading("Radicaliseringspreventie in het kort")])
    return made


@pytest.mark.parametrize(
    ("begin", "text"),
    [
        ("nota", "Nota preventie"),
        ("NOTA prev", "Nota preventie"),
        ("preventie nota", "Nota preventie"),
        ("de not", "Nota preventie"),
        ("een", "Eén aanpak"),
        ("ÉÉN", "Eén aanpak"),
        ("moskeeen", "Moskeeën en moslims"),
        ("moskeeën", "Moskeeën en moslims"),
        ("zvh", "ZVH: Zorg- en Veiligheidshuis"),
        ("zorg- en veil", "ZVH: Zorg- en Veiligheidshuis"),
        ("zorg en veil", "ZVH: Zorg- en Veiligheidshuis"),
        ("radicalisering", "Radicaliseringspreventie in het kort"),
        ("preventie kort", "Radicaliseringspreventie in het kort"),
    ],
)
def test_any_word_in_any_spelling(index: PhraseIndex, begin: str, text: str) -> None:
    assert found(index, begin) == [text]


@pytest.mark.parametrize("begin", ["xyz", "nota xyz", "", "   ", "?!", "-", "%", "nota\0x"])
def test_nothing_fits(index: PhraseIndex, begin: str) -> None:
    assert found(index, begin) == []


def test_a_compound_comes_after_whole_words(index: PhraseIndex) -> None:
    index.put("c", [heading("Heel lang over wat er met preventie te doen is in kleine gemeenten en in de regio")])
    assert found(index, "preventie")[0] == "Nota preventie"
    assert found(index, "preventie")[-1] == "Radicaliseringspreventie in het kort"


def test_titles_before_headings_then_what_begins_so_then_what_more_have_then_what_is_shorter() -> None:
    index = PhraseIndex()
    index.put("a", [heading("Wijk en buurt"), heading("Wijkaanpak"), title("Over de wijk"), short("WT: Wijkteam")])
    index.put("b", [heading("Wijk en buurt"), heading("Rond de wijk"), title("Wijkgericht werken")])
    assert found(index, "wijk") == [
        "Wijkgericht werken",
        "Over de wijk",
        "WT: Wijkteam",
        "Wijk en buurt",
        "Wijkaanpak",
        "Rond de wijk",
    ]
    assert found(index, "wijk", limit=2) == ["Wijkgericht werken", "Over de wijk"]
    assert found(index, "wt") == ["WT: Wijkteam"]


def test_an_abbreviation_that_is_typed_in_full_is_first() -> None:
    index = PhraseIndex()
    index.put("a", [title("OM en politie"), short("OM: Openbaar Ministerie"), short("OMO: Onrust Met Ons")])
    assert found(index, "om") == ["OM: Openbaar Ministerie", "OM en politie", "OMO: Onrust Met Ons"]


def test_one_phrase_in_the_spelling_that_most_use() -> None:
    index = PhraseIndex()
    for document, text in {"a": "Zorg en veiligheid", "b": "Zorg- en Veiligheid", "c": "Zorg- en Veiligheid"}.items():
        index.put(document, [heading(text)])
    assert found(index, "zorg") == ["Zorg- en Veiligheid"]
    assert found(index, "zorg", "a") == ["Zorg en veiligheid"]
    index.put("d", [title("ZORG EN VEILIGHEID"), short("VZ: Veiligheid en Zorg")])
    assert found(index, "zorg") == ["ZORG EN VEILIGHEID", "VZ: Veiligheid en Zorg"]


def test_what_is_put_again_replaces_and_nothing_removes(index: PhraseIndex) -> None:
    index.put("a", [title("Nota zorg")])
    assert found(index, "nota") == ["Nota zorg"]
    assert found(index, "preventie") == ["Radicaliseringspreventie in het kort"]
    index.put("a", [])
    index.put("b", [])
    index.put("nooit gezien", [])
    assert found(index, "n") == []
    tables = (index._named, index._headings)
    assert not index._of
    assert not any(table._entries or table._sorted or table._with for table in tables)


documents = st.sampled_from("abcd")
word = st.sampled_from("wijk Wijk wijkteam zorg Zórg een preventie radicaliseringspreventie ZVH 24 ☃".split())
phrases = st.builds(
    Phrase,
    st.lists(word, min_size=1, max_size=4).map(" ".join),
    st.sampled_from(Kind),
    st.sampled_from(["nl", "en"]),
).filter(lambda phrase: bool(phrase.words))
steps = st.lists(
    st.tuples(documents, st.lists(phrases, max_size=4, unique_by=lambda phrase: phrase.words)), max_size=12
)
begins = st.one_of(word, st.text(max_size=6), st.lists(word, max_size=3).map(" ".join))


@given(steps=steps, allowed=st.sets(documents), begin=begins, limit=st.integers(0, 9))
def test_what_others_say_changes_nothing(
    steps: list[tuple[str, list[Phrase]]], allowed: set[str], begin: str, limit: int
) -> None:
    """Words, order and number are as they would be if the other documents were not there at all, however they came."""
    index, alone = PhraseIndex(), PhraseIndex()
    last = dict(steps)
    for document, own in steps:
        index.put(document, own)
    for document in sorted(last, reverse=True):
        if document in allowed:
            alone.put(document, last[document])
    suggested = index.find(begin, allowed, limit)
    assert suggested == alone.find(begin, allowed, limit)
    assert len(suggested) <= limit
    assert len({frozenset(phrase.words) for phrase in suggested}) == len(suggested)
    assert all(phrase in [own for document in allowed for own in last.get(document, [])] for phrase in suggested)
