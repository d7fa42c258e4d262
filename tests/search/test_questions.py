"""Question files, and when a passage holds the evidence."""

from pathlib import Path

import pytest

from corpus.errors import QuestionFileError
from search.questions import Evidence, Question, holds, read_questions

QUOTE = "een twee drie vier vijf zes zeven acht negen tien"


@pytest.mark.parametrize(
    ("passage", "quote"),
    [
        ("De wijkagent meldt zorgen.", "De wijkagent meldt zorgen."),
        ("Vooraf. De wijkagent meldt zorgen. Daarna.", "wijkagent meldt"),
        ("De\n\n wijkagent\tmeldt   zorgen", "De wijkagent meldt zorgen"),
        ("de WIJKAGENT meldt zorgen", "De Wijkagent Meldt Zorgen"),
        ("radicali\u00adsering in de wijk", "radicalisering in de wijk"),
        ("radicali-\nsering in de wijk", "radicalisering in de wijk"),
        ("de \ufb01nanci\u00eble o\ufb03ci\u00eble lijn", "de financiële officiële lijn"),
        ("gee\u0308ngageerd", "geëngageerd"),
        ("‘aanpak’ – stap 1", "'aanpak' - stap 1"),
    ],
    ids=["whole", "inside", "white space", "case", "soft hyphen", "broken word", "ligature", "decomposed", "quotes"],
)
def test_a_quote_is_held_whole_whatever_its_typography(passage: str, quote: str) -> None:
    assert holds(passage, quote)


@pytest.mark.parametrize(
    ("passage", "held"),
    [
        ("een twee drie vier vijf zes anders", True),  # 6 of 10 words
        ("een twee drie vier vijf anders", False),  # 5 of 10
        ("anders vijf zes zeven acht negen tien", True),
        ("een twee drie x vier vijf zes", True),  # one word between
        ("een a b twee c d drie e f vier g h vijf i j zes", False),  # six, but not close together
        ("zes vijf vier drie twee een", False),  # six, but not in order
        ("tien negen acht zeven zes vijf vier drie twee een", False),
        ("", False),
    ],
)
def test_six_in_ten_words_in_order_and_close_together_are_enough(passage: str, held: bool) -> None:
    assert holds(passage, QUOTE) is held


def test_a_short_quote_must_be_whole() -> None:
    assert holds("over veilig thuis", "Veilig Thuis")
    assert not holds("over veilig wonen", "Veilig Thuis")
    assert not holds("een twee", "een twee drie vier")  # 2 of 4
    assert holds("een twee drie", "een twee drie vier")  # 3 of 4


def test_the_part_of_a_quote_that_stands_far_into_a_long_passage_is_found() -> None:
    filler = " ".join(f"vulling{number}" for number in range(300))
    assert holds(f"{filler} drie vier vijf zes zeven acht {filler}", QUOTE)
    assert holds(f"{filler} een twee drie vier vijf zes", QUOTE)


def test_words_that_occur_often_are_counted_as_often_as_the_quote_has_them() -> None:
    assert not holds("de de de de de de de de", "de aanpak de wijk de school de moskee")


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "vragen.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_questions_are_read_with_their_evidence(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "v1", "question": "Wat is één?", "kind": "feit", "relevant": [{"file": "a.pdf", "quote": "één is 1"}]}'
        '\n\n{"id": 2, "question": "Twee?", "relevant": [{"file": "b", "quote": "2"}, {"file": "c", "quote": "3"}]}\n',
    )
    assert read_questions(path, answerable=True) == [
        Question("v1", "Wat is één?", "feit", (Evidence("a.pdf", "één is 1"),)),
        Question("2", "Twee?", "", (Evidence("b", "2"), Evidence("c", "3"))),
    ]


def test_unanswerable_questions_need_no_evidence(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id": "v1", "question": "Wat?", "kind": "buiten"}\n')
    assert read_questions(path, answerable=False) == [Question("v1", "Wat?", "buiten")]
    with pytest.raises(QuestionFileError, match=r"regel 1 \(v1\): het veld relevant ontbreekt of is leeg"):
        read_questions(path, answerable=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "1", "question": "a"}\nkapot', "regel 2: verwacht id"),
        ('{"id": "1"}', "regel 1: verwacht id"),
        ('{"question": "1"}', "regel 1: verwacht id"),
        ("[1, 2]", "regel 1: verwacht id"),
        ('{"id": "1", "question": "a", "relevant": [{"file": "x"}]}', "regel 1: verwacht id"),
        ('{"id": "1", "question": "a", "relevant": "x"}', "regel 1: verwacht id"),
        ("\n  \n", "bevat geen vragen"),
        (b"\xff\xfe", "geen UTF-8"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(QuestionFileError, match=message):
        read_questions(write(tmp_path, text), answerable=False)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match=r"nergens\.jsonl bestaat niet"):
        read_questions(tmp_path / "nergens.jsonl", answerable=True)
