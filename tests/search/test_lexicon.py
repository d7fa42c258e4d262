"""The word list: folded, without English, and nothing of it kept where it is not needed."""

from search.folding import fold
from search.lexicon import RAREST, zipf


def test_words_are_folded_and_common_enough() -> None:
    words = zipf()
    assert len(words) > 100_000
    assert all(fold.__wrapped__(word) == word and word.isalpha() for word in words)
    assert min(words.values()) >= RAREST
    assert words["een"] > words["gemeente"] > words["burgemeester"] > words["radicalisering"]
    assert "then" not in words
    assert {"coordinator", "geengageerd"} <= words.keys()


def test_reading_the_list_leaves_the_memory_of_folded_words_to_the_texts() -> None:
    before = fold.cache_info().currsize
    zipf.__wrapped__()
    assert fold.cache_info().currsize == before
