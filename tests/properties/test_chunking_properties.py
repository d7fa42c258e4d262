"""What holds for the passages of any document, however odd its pages are."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import BlockKind, Page
from ingest.chunking import Chunk, chunk_pages
from ingest.text import PageBuilder
from search.units import windows

TITLE = "Handreiking lokale aanpak"
LIMIT = 64
HEADER_ROOM = 12  # words of a heading at most, so that it is not shortened away in every example


def count_tokens(texts: Sequence[str]) -> list[int]:
    """As the HashEncoder of conftest counts: a token for every four characters of a word, and three more."""
    return [3 + sum(1 + len(word) // 4 for word in text.split()) for text in texts]


letters = st.sampled_from("abcdéïöŁ日ß0123456789.?!;:,-'’\"()•|ﬁ\u0301")
short_words = st.text(letters, min_size=1, max_size=9)
any_words = st.one_of(short_words, short_words, st.builds(lambda word, times: word * times, short_words, st.just(60)))
sizes = st.sampled_from([1, 3, 10, 40, 130])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Words from a few, many times over: long texts from little entropy, now and then with a huge word."""
    some = draw(st.lists(any_words, min_size=1, max_size=6))
    return " ".join(some[number % len(some)] for number in range(draw(sizes)))


block_texts = st.one_of(texts(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
blocks = st.tuples(st.sampled_from(BlockKind), block_texts, st.integers(1, 4))


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    """Up to three pages of blocks laid out by PageBuilder, with or without numbers."""
    numbered = draw(st.booleans())
    pages = []
    for position in range(1, draw(st.integers(1, 3)) + 1):
        builder = PageBuilder()
        for kind, text, level in draw(st.lists(blocks, max_size=8)):
            builder.add(kind, " ".join(text.split()[:HEADER_ROOM]) if kind is BlockKind.HEADING else text, level)
        pages.append(builder.page(position, position * 2 if numbered else None))
    return pages


plain_pages = st.builds(Page, st.just(1), st.none(), st.lists(block_texts, max_size=4).map("\n \n".join))
any_document = st.one_of(documents(), plain_pages.map(lambda page: [page]))


def cut(pages: list[Page]) -> list[Chunk]:
    return chunk_pages(pages, TITLE, LIMIT, count_tokens)


def places(pages: list[Page], *, contents: bool) -> Counter[tuple[int, int]]:
    """(page position, index) of every character that is not blank, of contents lines or of all else."""
    found: Counter[tuple[int, int]] = Counter()
    for page in pages:
        spans = [(block.start, block.end, block.kind is BlockKind.CONTENTS) for block in page.blocks]
        for start, end, is_contents in spans or [(0, len(page.text), False)]:
            if is_contents is contents:
                found.update((page.position, at) for at in range(start, end) if not page.text[at].isspace())
    return found


@settings(max_examples=80, deadline=None)
@given(any_document)
def test_a_passage_is_a_span_of_its_page_in_order_without_overlap(pages: list[Page]) -> None:
    by_position = {page.position: page for page in pages}
    headings = {p.text[b.start : b.end] for p in pages for b in p.blocks if b.kind is BlockKind.HEADING}
    headers = {p.text[b.start : b.end] for p in pages for b in p.blocks if b.kind is BlockKind.TABLE_HEADER}
    chunks = cut(pages)
    for chunk in chunks:
        page = by_position[chunk.position]
        assert set(chunk.headings) <= headings
        assert chunk.table_header in headers | {""}
        assert page.text[chunk.start : chunk.end] == chunk.text
        assert chunk.page == page.number
        assert chunk.text == chunk.text.strip() != ""
    for first, second in pairwise(chunks):
        assert (first.position, first.end) <= (second.position, second.start) or first.position < second.position


@settings(max_examples=80, deadline=None)
@given(any_document)
def test_every_character_is_in_exactly_one_passage_and_none_of_a_table_of_contents(pages: list[Page]) -> None:
    by_position = {page.position: page for page in pages}
    held = Counter(
        (chunk.position, at)
        for chunk in cut(pages)
        for at in range(chunk.start, chunk.end)
        if not by_position[chunk.position].text[at].isspace()
    )
    assert held == places(pages, contents=False)
    assert not held & places(pages, contents=True)


@settings(max_examples=80, deadline=None)
@given(any_document)
def test_no_passage_and_no_window_of_one_is_longer_than_the_model_reads(pages: list[Page]) -> None:
    chunks = cut(pages)
    embedded = [f"{chunk.header(TITLE)}\n{chunk.text}" for chunk in chunks]
    embedded += [f"{TITLE}\n{window}" for chunk in chunks for window in windows(chunk.text)]
    assert not [size for size in count_tokens(embedded) if size > LIMIT]


@settings(max_examples=20, deadline=None)
@given(any_document)
def test_the_same_pages_give_the_same_passages(pages: list[Page]) -> None:
    assert cut(pages) == cut(pages)


@given(st.integers(0, 400))
def test_windows_together_hold_every_word_in_order(count: int) -> None:
    every = [str(number) for number in range(count)]
    numbers = [[int(word) for word in window.split()] for window in windows(" ".join(every))]
    for window in numbers:
        assert window == list(range(window[0], window[0] + 60))
    for first, second in pairwise(numbers):
        assert first[0] < second[0] <= first[-1] + 1
    assert not numbers or (numbers[0][0], numbers[-1][-1]) == (0, count - 1)
