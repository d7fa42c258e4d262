"""Question files as an editor makes them in a spreadsheet."""

from pathlib import Path

import pytest

from corpus.errors import QuestionFileError
from search.questions import Evidence, Question, read_questions


def read(folder: Path, text: str, name: str = "vragen.csv", *, answerable: bool = True) -> list[Question]:
    path = folder / name
    path.write_bytes(text.encode())
    return read_questions(path, answerable=answerable)


ROWS = [
    ("vraag", "bestand", "citaat", "soort"),
    ("Wat is één?", "a.pdf", "één is 1", "eigen"),
    ("Wat is twee?", "b.pdf", "twee is 2", "trefwoord"),
]


@pytest.mark.parametrize(("mark", "name"), [("\t", "v.tsv"), (",", "v.csv"), (";", "v.csv"), (";", "V.CSV")])
def test_tabs_commas_and_semicolons_are_read_alike(tmp_path: Path, mark: str, name: str) -> None:
    questions = read(tmp_path, "\r\n".join(mark.join(row) for row in ROWS), name)
    assert [(one.text, one.kind, one.relevant) for one in questions] == [
        ("Wat is één?", "eigen", (Evidence("a.pdf", "één is 1"),)),
        ("Wat is twee?", "trefwoord", (Evidence("b.pdf", "twee is 2"),)),
    ]


def test_more_rows_of_one_question_are_more_evidence_for_it(tmp_path: Path) -> None:
    questions = read(
        tmp_path,
        "\ufeffVraag;Bestand;Citaat;Soort;opmerking\n"
        "Een?;a.pdf;eerste;eigen;van Anna\n"
        ";b.pdf;tweede;;\n"
        ";;;;\n"
        "Twee?;c.pdf;derde;;\n"
        "Een?;d.pdf;vierde;eigen;\n",
    )
    assert [(one.text, one.kind, [e.file for e in one.relevant]) for one in questions] == [
        ("Een?", "eigen", ["a.pdf", "b.pdf", "d.pdf"]),
        ("Twee?", "", ["c.pdf"]),
    ]


def test_a_cell_may_hold_line_ends_and_marks_between_quotes(tmp_path: Path) -> None:
    (question,) = read(tmp_path, 'vraag,bestand,citaat\n"Wat, en\nwie?",a.pdf,"hij zei ""ja"", toch"\n')
    assert question.text == "Wat, en\nwie?"
    assert question.relevant == (Evidence("a.pdf", 'hij zei "ja", toch'),)


def test_a_question_keeps_its_name_when_rows_are_moved(tmp_path: Path) -> None:
    head, *rest = ["vraag;bestand;citaat", "Een?;a.pdf;een", "Twee?;a.pdf;twee"]
    first = {one.text: one.id for one in read(tmp_path, "\n".join([head, *rest]))}
    moved = {one.text: one.id for one in read(tmp_path, "\n".join([head, "Nul?;a.pdf;nul", *reversed(rest)]))}
    assert first.items() <= moved.items()
    assert len(set(moved.values())) == 3
    (named,) = read(tmp_path, "id;vraag;bestand;citaat\nv7;Een?;a.pdf;een\n")
    assert named.id == "v7"


def test_unanswerable_questions_need_two_columns(tmp_path: Path) -> None:
    (question,) = read(tmp_path, "vraag\tsoort\nHoe bak ik taart?\tver\n", "o.tsv", answerable=False)
    assert (question.text, question.kind, question.relevant) == ("Hoe bak ik taart?", "ver", ())
    with pytest.raises(QuestionFileError, match=r"regel 2: .*geen bewijs"):
        read(tmp_path, "vraag\tsoort\nHoe bak ik taart?\tver\n", "o.tsv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question;file\nx;y", "regel 1: de kopregel moet de kolommen vraag, bestand, citaat, soort hebben"),
        ("vraag;bestand;citaat\n;a.pdf;een", "regel 2: de kolom vraag is leeg"),
        ("vraag;bestand;citaat\nEen?;a.pdf;", "regel 2: de kolom citaat is leeg"),
        ("vraag;bestand;citaat\nEen?;;een", "regel 2: de kolom bestand is leeg"),
        ("vraag;bestand;citaat\nEen?;a;b;c", "regel 2: meer cellen dan de kopregel, die er 3 heeft"),
        (
            "vraag;bestand;citaat;soort\nEen?;a;b;x\n;c;d;y",
            "regel 3: soort y, en op regel 2 heeft deze vraag soort 'x'",
        ),
        ('vraag;bestand;citaat\nEen?;a;"open\nTwee?;b;c', r"regel 2: niet te lezen .* verdubbel het teken"),
        ('vraag;bestand;citaat\n"Een\nof twee?";a;b\nTwee?;;c', "regel 4: de kolom bestand is leeg"),
        ("id;vraag;bestand;citaat\nv1;Een?;a;b\nv1;Twee?;a;b", "regel 3: het id v1 staat ook op regel 2"),
        ("vraag;bestand;citaat\n", "bevat geen vragen"),
        ("", "bevat geen vragen"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(QuestionFileError, match=message):
        read(tmp_path, text)


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_bytes("vraag;bestand;citaat\nEén?;a;b".encode("cp1252"))
    with pytest.raises(QuestionFileError, match="in Excel: CSV UTF-8"):
        read_questions(tmp_path / "v.csv", answerable=True)
