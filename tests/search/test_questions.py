"""Question files in JSON lines."""

from pathlib import Path

import pytest

from corpus.errors import QuestionFileError
from search.questions import MOST_PROBLEMS, Evidence, Question, read_questions


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
    with pytest.raises(QuestionFileError, match=r"regel 1: \(v1\) er is geen bewijs"):
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


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "a", "question": "Een?", "relevant": [{"file": "x", "quote": "een"}]}\n'
        "kapot\n"
        '{"id": "a", "question": "Twee?", "relevant": [{"file": "x", "quote": "twee"}]}\n'
        '{"id": "b", "question": " ", "relevant": [{"file": "x", "quote": "…"}]}\n',
    )
    with pytest.raises(QuestionFileError) as raised:
        read_questions(path, answerable=True)
    lines = str(raised.value).splitlines()
    assert [line.partition("regel ")[2][:1] for line in lines] == ["2", "3", "4", "4"]
    assert "het id a staat ook op regel 1" in lines[1]
    assert "de vraag is leeg" in lines[2] + lines[3]
    assert "citaat zonder letters of cijfers: '…'" in lines[2] + lines[3]


def test_of_many_wrong_lines_the_first_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "kapot\n" * (MOST_PROBLEMS + 3))
    with pytest.raises(QuestionFileError) as raised:
        read_questions(path, answerable=True)
    assert len(str(raised.value).splitlines()) == MOST_PROBLEMS + 1
    assert str(raised.value).endswith("En nog 3 regels.")


def test_a_byte_order_mark_and_windows_line_ends_are_no_difference(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeff{"id": "1", "question": "Wat?"}\r\n{"id": "2", "question": "Wie?\u2028"}\r\n')
    assert [question.text for question in read_questions(path, answerable=False)] == ["Wat?", "Wie?\u2028"]


def test_a_folder_is_no_question_file(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match="niet te lezen"):
        read_questions(tmp_path, answerable=False)
