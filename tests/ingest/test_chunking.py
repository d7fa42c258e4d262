"""Cutting pages into passages: where it cuts, what goes along, and the model's limit."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from corpus.types import BlockKind, Page
from ingest.chunking import ENOUGH_WORDS, TARGET_WORDS, Chunk, chunk_pages
from ingest.text import PageBuilder
from search.encoder import Encoder

H, P, LI = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM
TH, TR = BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW
NO_LIMIT = 10**9

Part = tuple[BlockKind, str] | tuple[BlockKind, str, int]


def page_of(*parts: Part, position: int = 1, number: int | None = 1) -> Page:
    """A page of blocks, laid out as the readers do."""
    builder = PageBuilder()
    for part in parts:
        builder.add(*part)
    return builder.page(position, number)


def words(count: int, word: str = "woord") -> str:
    """A text of so many different words, without a sentence end."""
    return " ".join(f"{word}{number}" for number in range(count))


def sentences(count: int, length: int) -> str:
    """So many sentences of `length` words each."""
    return " ".join(f"Zin{number} {words(length - 1)}." for number in range(count))


def count_words(texts: Sequence[str]) -> list[int]:
    """The plainest of token counters: a word is a token."""
    return [len(text.split()) for text in texts]


def cut(*pages: Page, title: str = "Titel", limit: int = NO_LIMIT) -> list[Chunk]:
    return chunk_pages(pages, title, limit, count_words)


def test_short_neighbours_become_one_passage() -> None:
    page = page_of((P, "Eerste alinea."), (P, "Tweede alinea."), (LI, "een punt"))
    (chunk,) = cut(page)
    assert chunk.text == "Eerste alinea.\n\nTweede alinea.\n\neen punt"
    assert (chunk.start, chunk.end) == (0, len(page.text))


def test_a_passage_is_closed_when_the_next_piece_would_bring_it_above_the_target() -> None:
    exact = page_of((P, words(70)), (P, words(TARGET_WORDS - 70)))
    one_more = page_of((P, words(70)), (P, words(TARGET_WORDS - 70 + 1)))
    assert len(cut(exact)) == 1
    assert [len(chunk.text.split()) for chunk in cut(one_more)] == [70, 51]


def test_a_paragraph_of_the_target_is_kept_whole_and_a_longer_one_is_cut_at_sentences() -> None:
    assert len(cut(page_of((P, sentences(6, 20))))) == 1
    # 10 sentences of 20 words: six make 120, which is the target; four are left.
    chunks = cut(page_of((P, sentences(10, 20))))
    assert [len(chunk.text.split()) for chunk in chunks] == [120, 80]
    assert all(chunk.text.startswith("Zin") and chunk.text.endswith(".") for chunk in chunks)


def test_a_short_rest_joins_the_passage_before_it() -> None:
    # 120 + 20 words: the rest is below half of ENOUGH_WORDS and about the same section.
    assert ENOUGH_WORDS // 2 == 25
    assert [len(chunk.text.split()) for chunk in cut(page_of((P, sentences(7, 20))))] == [140]
    assert [len(chunk.text.split()) for chunk in cut(page_of((P, sentences(5, 24)), (P, words(25))))] == [120, 25]


def test_a_short_rest_of_another_section_stays_on_its_own() -> None:
    page = page_of((H, "Een", 1), (P, words(100)), (H, "Twee", 1), (P, words(5)))
    assert [chunk.headings for chunk in cut(page)] == [("Een",), ("Twee",)]


def test_a_heading_closes_a_passage_that_says_enough_and_no_other() -> None:
    enough = page_of((P, words(ENOUGH_WORDS)), (H, "Kop", 1), (P, words(30)))
    few = page_of((P, words(ENOUGH_WORDS - 1)), (H, "Kop", 1), (P, words(30)))
    assert [chunk.text.split()[0] for chunk in cut(enough)] == ["woord0", "Kop"]
    assert len(cut(few)) == 1


def test_a_heading_is_never_alone() -> None:
    page = page_of((P, words(60)), (H, "Hoofdstuk", 1), (H, "Paragraaf", 2), (P, words(119)))
    first, second = cut(page)
    assert first.text == words(60)
    assert second.text == f"Hoofdstuk\n\nParagraaf\n\n{words(119)}"


def test_headings_are_the_path_to_the_text_and_live_on_over_pages() -> None:
    first = page_of((H, "Deel", 1), (H, "Hoofdstuk", 2), (P, words(60)))
    second = page_of((P, words(61)), (H, "Ander hoofdstuk", 2), (P, words(62)), position=2, number=2)
    third = page_of((H, "Nieuw deel", 1), (P, words(63)), position=3, number=3)
    assert [(chunk.page, chunk.headings) for chunk in cut(first, second, third)] == [
        (1, ("Deel", "Hoofdstuk")),
        (2, ("Deel", "Hoofdstuk")),
        (2, ("Deel", "Ander hoofdstuk")),
        (3, ("Nieuw deel",)),
    ]


def test_a_passage_never_runs_over_a_page_border() -> None:
    pages = [page_of((P, "kort"), position=n, number=n + 10) for n in (1, 2, 3)]
    assert [(chunk.position, chunk.page) for chunk in cut(*pages)] == [(1, 11), (2, 12), (3, 13)]


def test_a_page_without_a_number_gives_passages_without_one() -> None:
    (chunk,) = cut(page_of((P, "tekst"), number=None))
    assert chunk.page is None
    assert chunk.position == 1


def test_a_table_of_contents_is_no_passage_and_parts_what_is_around_it() -> None:
    page = page_of((P, "Voor."), (BlockKind.CONTENTS, "1 Inleiding .... 3"), (P, "Na."))
    assert [chunk.text for chunk in cut(page)] == ["Voor.", "Na."]


def test_a_page_of_contents_only_gives_nothing() -> None:
    assert cut(page_of((BlockKind.CONTENTS, "1 Inleiding"), (BlockKind.CONTENTS, "2 Vervolg"))) == []


@pytest.mark.parametrize("text", ["", "  \n\n ", "\n"])
def test_an_empty_page_gives_nothing(text: str) -> None:
    assert cut(Page(1, 1, text)) == []


def test_a_page_without_blocks_is_cut_at_blank_lines() -> None:
    text = f"  {words(80)}\nregel twee\n \n\n{words(90)}  \n"
    first, second = cut(Page(1, None, text))
    assert first.text == f"{words(80)}\nregel twee"
    assert second.text == words(90)
    assert text[second.start : second.end] == second.text


TABLE_ROWS = tuple(f"cel{number} {words(29)}" for number in range(10))


def table() -> Page:
    """A table of 2 + 10 × 30 words: three passages (2 + 90, 120, 90 words)."""
    return page_of((TH, "Naam Waarde"), *((TR, row) for row in TABLE_ROWS))


def test_a_table_is_cut_between_rows_and_every_piece_has_the_header_row_once() -> None:
    chunks = cut(table())
    assert [chunk.text.split("\n") for chunk in chunks] == [
        ["Naam Waarde", *TABLE_ROWS[0:3]],
        list(TABLE_ROWS[3:7]),
        list(TABLE_ROWS[7:10]),
    ]
    assert [chunk.table_header for chunk in chunks] == ["", "Naam Waarde", "Naam Waarde"]
    assert chunks[1].header("Titel") == "Titel\nNaam Waarde"


def test_the_header_row_of_one_table_is_not_given_to_what_comes_after_it() -> None:
    page = page_of((TH, "Naam Waarde"), (TR, words(110)), (P, words(110)), (TR, words(109, "los")), (TH, "Ander"))
    assert [chunk.table_header for chunk in cut(page)][:3] == ["", "", ""]


def test_a_table_piece_that_is_too_long_for_the_model_is_cut_between_rows_with_its_header_row() -> None:
    """The first piece holds the header row in its text; what is cut off it needs that row as much (limit 60 words)."""
    chunks = cut(table(), limit=60)
    rows = [line for chunk in chunks for line in chunk.text.split("\n") if line != "Naam Waarde"]
    assert rows == list(TABLE_ROWS)
    assert all("Naam Waarde" in (chunk.table_header, chunk.text.split("\n")[0]) for chunk in chunks)
    assert max(count_words([f"{chunk.header('Titel')}\n{chunk.text}" for chunk in chunks])) <= 60


def test_a_row_of_several_sentences_is_not_cut_where_a_row_border_will_do() -> None:
    rows = [f"Rij {number}. {words(12)}. Nog een zin." for number in range(6)]
    chunks = cut(page_of((TH, "Naam Waarde"), *((TR, row) for row in rows)), limit=60)
    lines = [line for chunk in chunks for line in chunk.text.split("\n")]
    assert lines == ["Naam Waarde", *rows]
    assert len(chunks) == 2


def test_a_passage_above_the_limit_is_cut_at_the_sentence_nearest_to_its_middle() -> None:
    # Title 1 + 100 words > 61, so in two, at a sentence of 20 words: the middle lies between 40 and 60.
    chunks = cut(page_of((P, sentences(5, 20))), limit=61)
    assert sorted(len(chunk.text.split()) for chunk in chunks) == [40, 60]
    assert " ".join(chunk.text for chunk in chunks) == sentences(5, 20)


def test_a_passage_of_the_limit_is_kept_and_one_token_more_is_cut() -> None:
    """A word is a token here, and the title is one."""
    assert len(cut(page_of((P, words(59))), limit=60)) == 1
    assert len(cut(page_of((P, words(60))), limit=60)) == 2


def test_a_passage_without_sentences_is_cut_at_a_word() -> None:
    chunks = cut(page_of((P, words(100))), limit=30)
    assert " ".join(chunk.text for chunk in chunks) == words(100)
    assert all(len(chunk.text.split()) + 1 <= 30 for chunk in chunks)


def test_a_word_above_the_limit_is_cut_and_not_a_letter_is_lost(encoder: Encoder) -> None:
    word = "abcdefghij" * 300
    limit = encoder.facts.token_limit
    chunks = chunk_pages([page_of((P, word))], "Titel", limit, encoder.count_tokens)
    assert len(chunks) > 1
    assert "".join(chunk.text for chunk in chunks) == word
    assert max(encoder.count_tokens([f"{chunk.header('Titel')}\n{chunk.text}" for chunk in chunks])) <= limit


def test_headings_that_leave_no_room_are_shortened_from_the_top() -> None:
    page = page_of((H, words(20, "deel"), 1), (H, words(10, "kop"), 2), (P, words(12)))
    (chunk,) = cut(page, limit=60)  # 1 + 20 + 10 of header, 42 of text: 73 words; without the first heading 53
    assert chunk.headings == (words(10, "kop"),)
    assert chunk.text == page.text


def test_headings_are_shortened_for_the_shortest_of_texts_too() -> None:
    (first, second) = cut(page_of((H, words(70), 1)), page_of((H, "0", 2), position=2, number=2), limit=60)[-2:]
    assert (second.text, second.headings) == ("0", ("0",))
    assert len(first.header("Titel").split()) + len(first.text.split()) <= 60


def test_the_header_names_a_heading_once_when_it_is_the_title() -> None:
    chunk = Chunk(1, 1, 0, 1, "x", ("Titel", "Kop"))
    assert chunk.header("Titel") == "Titel › Kop"
    assert Chunk(1, 1, 0, 1, "x", ()).header("") == ""


def test_with_the_real_tokenizer_nothing_is_above_the_limit(real_encoder: Encoder) -> None:
    dense = " ".join(f"{number * 7919 % 99991}:{number}€;" for number in range(119))  # many tokens to a word
    table_rows: list[Part] = [(TR, f"{dense[:300]} rij {number}") for number in range(8)]
    page = page_of((H, "Getallen " * 30, 1), (P, dense), (P, "ß" * 4000), (TH, "Kolom | Waarde"), *table_rows)
    title = "Een lange titel over de aanpak van radicalisering " * 4
    limit = real_encoder.facts.token_limit
    chunks = chunk_pages([page], title, limit, real_encoder.count_tokens)
    sizes = real_encoder.count_tokens([f"{chunk.header(title)}\n{chunk.text}" for chunk in chunks])
    assert max(sizes) <= limit
    assert min(sizes) > 0
    assert all(page.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(first.end <= second.start for first, second in pairwise(chunks))
    assert "".join("".join(chunk.text for chunk in chunks).split()) == "".join(page.text.split())
