"""Question files of the evaluation: JSON lines, or a table (see `search.question_table`)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import QuestionFileError
from search.question_table import SUFFIXES, Table, read_table

MOST_PROBLEMS = 20  # named at once; who has more made one mistake everywhere


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the answer stands: a file and words from it."""

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One judged question; one without evidence is unanswerable."""

    id: str
    text: str
    kind: str
    relevant: tuple[Evidence, ...] = ()


def read_questions(path: Path, *, answerable: bool) -> list[Question]:
    """Questions of a .tsv or .csv table, or else of JSON lines. Raises QuestionFileError naming every wrong line."""
    text = _text(path)
    table = read_table(text) if path.suffix.lower() in SUFFIXES else None
    problems = list(table.problems) if table else []
    numbered = list(_from_table(table) if table else _from_json_lines(text, problems))
    problems += _wrong(numbered, answerable=answerable)
    if problems:
        lines = [f"{path}, regel {line}: {message}." for line, message in sorted(problems)]
        rest = len(lines) - MOST_PROBLEMS
        raise QuestionFileError("\n".join(lines[:MOST_PROBLEMS] + [f"En nog {rest} regels."] * (rest > 0)))
    if not numbered:
        raise QuestionFileError(f"Het vragenbestand {path} bevat geen vragen.")
    return [question for _, question in numbered]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise QuestionFileError(f"Het vragenbestand {path} bestaat niet.") from None
    except UnicodeDecodeError:
        raise QuestionFileError(
            f"Het vragenbestand {path} is geen UTF-8. Sla het op als UTF-8 (in Excel: CSV UTF-8)."
        ) from None
    except OSError as error:
        raise QuestionFileError(f"Het vragenbestand {path} is niet te lezen ({error.strerror}).") from error


def _from_table(table: Table) -> Iterator[tuple[int, Question]]:
    for entry in table.entries:
        relevant = tuple(Evidence(file, quote) for file, quote in entry.evidence)
        yield entry.line, Question(entry.id, entry.text, entry.kind, relevant)


def _from_json_lines(text: str, problems: list[tuple[int, str]]) -> Iterator[tuple[int, Question]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, _question(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append((number, f"verwacht id, question, relevant en kind ({error})"))


def _question(line: str) -> Question:
    row: dict[str, Any] = json.loads(line)
    relevant = tuple(Evidence(entry["file"], entry["quote"]) for entry in row.get("relevant", ()))
    return Question(str(row["id"]), str(row["question"]), str(row.get("kind", "")), relevant)


def _wrong(numbered: Iterable[tuple[int, Question]], *, answerable: bool) -> Iterator[tuple[int, str]]:
    """What is wrong with questions that could be read."""
    seen: dict[str, int] = {}
    for line, question in numbered:
        first = seen.setdefault(question.id, line)
        if first != line:
            yield line, f"het id {question.id} staat ook op regel {first}; geef elke vraag een eigen id"
        if not question.text.strip():
            yield line, f"({question.id}) de vraag is leeg"
        if answerable and not question.relevant:
            yield line, f"({question.id}) er is geen bewijs: geef een bestand en een citaat (relevant)"
        for evidence in question.relevant:
            if not any(char.isalnum() for char in evidence.quote):
                yield line, f"({question.id}) een citaat zonder letters of cijfers: {evidence.quote!r}"
