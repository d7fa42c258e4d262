"""What holds for any text that is published, and for any sequence of publishing and removing."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.files import sha256_of
from corpus.publishing import NewVersion, publish, remove, sweep
from corpus.scope import EVERYTHING
from corpus.types import Block, BlockKind, Classification, Metadata, Page
from search.embedded_index import EmbeddedIndex
from search.encoder import Encoder
from search.fingerprint import Fingerprint

Put = Callable[..., str]
# One catalogue serves all examples of a test: each example first empties it.
slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

any_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


def empty(catalogue: Catalogue) -> None:
    for document_id in catalogue.ids(EVERYTHING):
        remove(catalogue, document_id)


@slow
@given(text=any_text, field=any_text, theme=any_text, level=st.sampled_from([x for x in Classification if x.accepted]))
def test_any_text_comes_back_as_it_went_in(
    catalogue: Catalogue, text: str, field: str, theme: str, level: Classification
) -> None:
    empty(catalogue)
    data = text.encode()
    metadata = Metadata(field, "nota", level, "nl", field, field, None, (theme,), field)
    pages = (
        Page(1, None, text, (Block(BlockKind.HEADING, 0, len(text), 2),)),
        Page(2, None, field, tuple(Block(kind, 0, len(field)) for kind in BlockKind)),
    )
    new = NewVersion("x", 1, field, sha256_of(data), field, "text/plain", len(data), metadata, pages, (), (text, field))
    publish(catalogue, new, data)
    document = catalogue.document("x", EVERYTHING)
    assert document.metadata == metadata
    assert (document.file_name, document.remarks) == (field, (text, field))
    assert tuple(catalogue.pages("x")) == pages
    assert catalogue.files.read(document.sha256) == data
    assert catalogue.origins() == {field: ("x", field)}


names = st.sampled_from(["a", "b", "c"])
paragraphs = st.lists(
    st.lists(st.sampled_from("wijk school moskee één geëngageerd overheid 1.300 de".split()), min_size=1, max_size=30),
    min_size=1,
    max_size=3,
).map(lambda lists: [" ".join(words) for words in lists])
steps = st.lists(st.one_of(st.tuples(names, paragraphs), st.tuples(names, st.none())), max_size=8)


@slow
@given(steps=steps)
def test_any_sequence_of_publishing_and_removing_is_what_a_dictionary_would_hold(
    catalogue: Catalogue, put: Put, encoder: Encoder, steps: list[tuple[str, list[str] | None]]
) -> None:
    empty(catalogue)
    fingerprint = Fingerprint.of(encoder.facts, "test")
    index = EmbeddedIndex(catalogue, fingerprint)
    model: dict[str, tuple[int, list[str]]] = {}
    for name, text in steps:
        if text is not None:
            version = model[name][0] + 1 if name in model else 1
            put(name, text, version=version)
            model[name] = (version, text)
        elif name in model:
            remove(catalogue, name)
            del model[name]
        check(catalogue, index, model)
    assert sweep(catalogue) == 0


def check(catalogue: Catalogue, index: EmbeddedIndex, model: dict[str, tuple[int, list[str]]]) -> None:
    """The catalogue, its files and both legs hold the model and nothing else."""
    documents = {document.id: document for document in catalogue.documents(EVERYTHING)}
    assert {name: document.version for name, document in documents.items()} == {n: v for n, (v, _) in model.items()}
    passages = {name: catalogue.passages_of(name) for name in model}
    for name, (version, text) in model.items():
        assert "\n\n".join(passage.text for passage in passages[name]) == "\n\n".join(text)
        assert {passage.version for passage in passages[name]} == {version}
        assert documents[name].passage_count == len(passages[name])
        assert [record.version for record in catalogue.history(name)] == list(range(version, 0, -1))
    total = sum(len(own) for own in passages.values())
    counts = index.counts()
    numbers = catalogue.counts()
    assert (counts.vector, counts.keyword) == (total, total)
    assert (numbers["passages"], numbers["keyword"], numbers["grams"]) == (total, total, total)
    assert set(catalogue.files.hashes()) == {document.sha256 for document in documents.values()}
