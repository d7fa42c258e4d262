"""What is done to a question first."""

import pytest

from search.text import normalise_question


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Wat is één?", "Wat is één?"),
        ("  Wat\n is\t dit? ", "Wat is dit?"),
        ("radicali\u00adsering", "radicalisering"),
        ("e\u0301e\u0301n", "één"),
        ("een\u00a0twee\u2003drie", "een twee drie"),
        ("een\u200btwee", "een twee"),
        ("een\x00twee\x07", "een twee"),
        ("\ufeffvraag", "vraag"),
        ("\u202evraag\u202c", "vraag"),
        ("\u00ad \n", ""),
        ("", ""),
        ("日本 😀", "日本 😀"),
    ],
)
def test_a_question_becomes_plain_text_on_one_line(question: str, wanted: str) -> None:
    assert normalise_question(question) == wanted
