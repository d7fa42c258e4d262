"""Question files of the evaluation, and when a passage holds the evidence."""

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import QuestionFileError

ENOUGH = 0.6  # share of a quote's words, in order, where the cut between passages runs through the quote


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
    """Questions of a JSON-lines file. Raises QuestionFileError that names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise QuestionFileError(f"Het vragenbestand {path} bestaat niet.") from None
    except UnicodeDecodeError:
        raise QuestionFileError(f"Het vragenbestand {path} is geen UTF-8.") from None
    questions = [_question(path, n, line, answerable=answerable) for n, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise QuestionFileError(f"Het vragenbestand {path} bevat geen vragen.")
    return questions


def _question(path: Path, number: int, line: str, *, answerable: bool) -> Question:
    try:
        row: dict[str, Any] = json.loads(line)
        relevant = tuple(Evidence(entry["file"], entry["quote"]) for entry in row.get("relevant", ()))
        question = Question(str(row["id"]), str(row["question"]), str(row.get("kind", "")), relevant)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionFileError(
            f"{path}, regel {number}: verwacht id, question, relevant en kind ({error})."
        ) from error
    if answerable and not relevant:
        raise QuestionFileError(f"{path}, regel {number} ({question.id}): het veld relevant ontbreekt of is leeg.")
    return question


def _squash(text: str) -> str:
    """Letters and digits only: white space, soft hyphens and broken words are no difference."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _fold(text: str) -> list[str]:
    words = (_squash(word) for word in text.split())
    return [word for word in words if word]


def holds(passage: str, quote: str) -> bool:
    """Whether a passage contains a quote, whole, or at least 60 % of its words in order and close together."""
    if _squash(quote) in _squash(passage):
        return True
    wanted, words = _fold(quote), _fold(passage)
    needed = max(2, ENOUGH * len(wanted))
    if len(wanted) < 3 or sum((Counter(wanted) & Counter(words)).values()) < needed:
        return False
    if _common(wanted, words) < needed:
        return False
    reach = len(wanted) + 3
    return any(_common(wanted, words[start : start + reach]) >= needed for start in range(max(1, len(words) - 2)))


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence of words."""
    row = [0] * (len(second) + 1)
    for word in first:
        previous = 0
        for at, other in enumerate(second, start=1):
            above = row[at]
            row[at] = previous + 1 if word == other else max(row[at], row[at - 1])
            previous = above
    return row[-1]
