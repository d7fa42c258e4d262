"""The questions that the encoder learns from, and finding the passages they were written for.

A row of the file names a passage by file, page, span and sha256 of its text; the text itself is there only when the
document is ours. Questions were written by hand with the passage in view.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.errors import QuestionFileError
from corpus.scope import EVERYTHING
from corpus.types import Passage


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the questions of one passage belong, and the questions themselves with their kinds."""

    file: str
    page: int | None
    start: int
    end: int
    sha256: str
    questions: tuple[tuple[str, str], ...]  # kind, text


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the passage that answers it."""

    question: str
    kind: str
    key: int  # of the passage in its catalogue
    passage: Passage
    title: str
    file: str


def text_hash(text: str) -> str:
    """What names a passage's text in the question file: sha256 of its words, so white space may change."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def read_asked(path: Path) -> list[Asked]:
    """The rows of a question file. Raises QuestionFileError that names the line."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            questions = tuple((one["kind"], one["text"]) for one in row["questions"])
            rows.append(Asked(row["file"], row["page"], row["start"], row["end"], row["sha256"], questions))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileError(f"{path}, regel {number}: geen geldige leervraag ({error}).") from error
    return rows


def examples(catalogue: Catalogue, rows: Iterable[Asked]) -> tuple[list[Example], list[Asked]]:
    """The rows as examples over a catalogue's passages, and the rows whose passage is not there.

    A passage is known by its hash. Where the chunker cuts otherwise by now, it is the one on the same page that
    covers at least half of the row's span.
    """
    titles = {
        document.file_name: (document.id, document.metadata.title) for document in catalogue.documents(EVERYTHING)
    }
    keys: dict[str, dict[int, Passage]] = {}
    found: list[Example] = []
    lost: list[Asked] = []
    for row in rows:
        document_id, title = titles.get(row.file, ("", ""))
        if document_id and row.file not in keys:
            keys[row.file] = catalogue.keyed_passages_of(document_id)
        match = _match(row, keys.get(row.file, {}))
        if match is None:
            lost.append(row)
            continue
        key, passage = match
        found += [Example(text, kind, key, passage, title, row.file) for kind, text in row.questions]
    return found, lost


def _match(row: Asked, passages: dict[int, Passage]) -> tuple[int, Passage] | None:
    for key, passage in passages.items():
        if text_hash(passage.text) == row.sha256:
            return key, passage
    same_page = [(key, passage) for key, passage in passages.items() if passage.page == row.page]
    best = max(same_page, key=lambda item: _overlap(row, item[1]), default=None)
    return best if best and _overlap(row, best[1]) * 2 >= row.end - row.start else None


def _overlap(row: Asked, passage: Passage) -> int:
    return max(0, min(row.end, passage.end) - max(row.start, passage.start))


def kinds(found: Sequence[Example]) -> dict[str, int]:
    """How many questions there are of each kind."""
    counts: dict[str, int] = {}
    for example in found:
        counts[example.kind] = counts.get(example.kind, 0) + 1
    return dict(sorted(counts.items()))
