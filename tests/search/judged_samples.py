"""Judged questions made by hand, for the tests of what is done with them."""

from collections.abc import Sequence

from corpus.types import Classification
from search.judged import Found, Judged, Marked, Timing
from search.questions import Evidence, Question
from search.relevance import Evidence as Known

NONE = Marked()


def judged(
    name: str = "1",
    kind: str = "feit",
    *,
    rank: int = 1,
    probability: float = 0.9,
    found: Sequence[Found] = (),
    missing: Sequence[str] = (),
    relevant: str = "p",
    marked: Marked = NONE,
) -> Judged:
    """A question whose one relevant passage and document are at `rank` (0: not found)."""
    before = tuple(f"x{number}" for number in range(rank - 1)) if rank else ("x0",)
    return Judged(
        question=Question(name, f"Vraag {name}?", kind, (Evidence("a.pdf", "het antwoord"),)),
        relevant_passages=frozenset({relevant}),
        relevant_documents=frozenset({"d"}),
        passages=(*before, "p") if rank else before,
        documents=(*before, "d") if rank else before,
        probability=probability,
        evidence=Known(0.0, 0.0, 0.0),
        refused=probability < 0.35,
        missing=tuple(missing),
        found=tuple(found),
        marked=marked,
        timing=Timing(encode=5.0, search=20.0),
    )


def found(text: str = "tekst", *, right: bool = False, **changes: object) -> Found:
    """A passage in a ranking."""
    facts: dict[str, object] = {
        "file": "a.pdf",
        "title": "Titel",
        "classification": Classification.OPENBAAR,
        "page": 3,
        "language": "nl",
        "text": text,
        "right": right,
    }
    return Found(**(facts | changes))  # type: ignore[arg-type]
