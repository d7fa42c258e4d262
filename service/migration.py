"""Comparing what a knowledge base answers on both sides of a move."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from search.questions import Question
from search.searcher import Answer, Limits, Searcher
from service.access import OPERATOR

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the answers of both sides are the same."""

    questions: int = 0
    same_order: int = 0  # of documents
    same_first: int = 0
    overlap: float = 1.0  # mean share of the documents of one side that the other gives too
    different: list[str] = field(default_factory=list)  # ids of questions whose first document is another


def compare(old: Searcher, new: Searcher, questions: Sequence[Question]) -> Comparison:
    """Ask both sides the same."""
    scope, limits = OPERATOR.scope(), Limits(_SHOWN)
    pairs = [
        (question, _names(old.search(question.text, scope, limits)), _names(new.search(question.text, scope, limits)))
        for question in questions
    ]
    if not pairs:
        return Comparison()
    shares = [len({*one} & {*other}) / max(len(one), len(other), 1) for _, one, other in pairs]
    empty = [1.0 if not one and not other else share for share, (_, one, other) in zip(shares, pairs, strict=True)]
    different = [question.id for question, one, other in pairs if one[:1] != other[:1]]
    return Comparison(
        questions=len(pairs),
        same_order=sum(one == other for _, one, other in pairs),
        same_first=len(pairs) - len(different),
        overlap=sum(empty) / len(empty),
        different=different,
    )


def _names(answer: Answer) -> list[str]:
    return [result.document.id for result in answer.results]
