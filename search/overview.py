"""A question's answer with what surrounds it: every document found, and how they divide over the facets."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from corpus.scope import Scope
from corpus.types import Document
from search.index import Hit
from search.relevance import Evidence
from search.searcher import Answer, Candidates, Limits, Searcher
from search.text import normalise_question

NEIGHBOURS = 12  # nearest documents whose themes are offered when nothing answers
THEMES = 6

Counts = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Overview:
    """An answer, the number of documents above the bar, the facets, and themes that are near and exist."""

    answer: Answer
    count: int
    facets: Mapping[str, Counts]  # most frequent first
    themes: tuple[str, ...]  # only when nothing was found


VALUES: Mapping[str, Callable[[Document], Iterable[str]]] = {
    "kinds": lambda document: [document.metadata.kind],
    "themes": lambda document: document.metadata.themes,
    "organisations": lambda document: [document.metadata.organisation],
    "years": lambda document: [str(document.metadata.date.year)] if document.metadata.date else [],
    "languages": lambda document: [document.metadata.language],
}


def explore(searcher: Searcher, question: str, scope: Scope, allowed: Scope, limits: Limits) -> Overview:
    """Search in `scope`, and count what choosing another value of a facet would give within `allowed`.

    `allowed` is all that the caller may see; `scope` lies within it and adds what the caller filters on.
    """
    with searcher.turn:
        return _explore(searcher, question, scope, allowed, limits)


def _explore(searcher: Searcher, question: str, scope: Scope, allowed: Scope, limits: Limits) -> Overview:
    start = time.perf_counter()
    text = normalise_question(question)
    if not text:
        return Overview(Answer(text, (), 0.0), 0, {name: [] for name in VALUES}, ())
    wider = searcher.candidates(text, allowed)
    known = _documents(searcher, wider, allowed)
    around = _above_bar(searcher, wider, known, limits)
    found, near, relevant = wider, known if scope == allowed else _documents(searcher, wider, scope), around
    if scope != allowed:
        found = _narrowed(searcher.candidates(text, scope), wider, {*around} & {*near})
        near = _documents(searcher, found, scope)
        relevant = _above_bar(searcher, found, near, limits)
    answer = searcher.search(text, scope, _enough(limits, found, relevant), found=found)
    results = answer.results[: limits.documents]
    relevant = {hit.document.id: hit.document for hit in results} | relevant
    facets = {name: _count(name, (around | relevant).values(), scope) for name in VALUES}
    answer = replace(answer, results=results, duration_ms=(time.perf_counter() - start) * 1000)
    return Overview(answer, len(relevant), facets, () if relevant else _themes(near))


def _narrowed(found: Candidates, wider: Candidates, kept: Collection[str]) -> Candidates:
    """What was found within the filters, with the evidence of the wider search for the documents `kept` of it.

    How near a question is to the collection, and which passages a leg brings in, depend on how much there is to choose
    from. A filter may bring more to light, but what was relevant without it stays relevant.
    """
    groups, before = found.by_document(), wider.by_document()
    merged: list[Hit] = []
    for name in [*groups, *(name for name in before if name in kept and name not in groups)]:
        own = groups.get(name, [])
        scores = sorted((hit.score for hit in own), reverse=True)
        if name in kept:
            scores += [0.0] * len(before[name])
            merged += [Hit(hit.key, score) for hit, score in zip(before[name], scores, strict=False)]
        else:
            merged += own
    passages = {**found.passages, **wider.passages}
    changed = {hit.key for hit in merged if passages[hit.key].document_id in kept}
    return replace(
        found,
        fused=tuple(merged),
        passages=passages,
        cosines=_taken(found.cosines, wider.cosines, changed),
        bm25=_taken(found.bm25, wider.bm25, changed),
        windows={**found.windows, **wider.windows},
        typical=wider.typical_cosine,
    )


def _taken(own: Mapping[int, float], other: Mapping[int, float], keys: Collection[int]) -> dict[int, float]:
    """`own`, with what `other` says of these keys: a score, or none."""
    kept = {key: score for key, score in own.items() if key not in keys}
    return kept | {key: other[key] for key in keys if key in other}


def _enough(limits: Limits, found: Candidates, relevant: Collection[str]) -> Limits:
    """So many documents that the searcher looks as far as the last one that should be shown."""
    places = [place for place, name in enumerate(found.by_document()) if name in relevant][: limits.documents]
    return replace(limits, documents=max(limits.documents, (places[-1] + 2) // 2)) if places else limits


def _documents(searcher: Searcher, found: Candidates, scope: Scope) -> dict[str, Document]:
    names = list(found.by_document())
    known = searcher.catalogue.documents_by_id(names, scope)
    return {name: known[name] for name in names if name in known}


def _above_bar(
    searcher: Searcher, found: Candidates, documents: Mapping[str, Document], limits: Limits
) -> dict[str, Document]:
    """The documents that the legs alone put above the bar, by the passages that would be shown."""
    typical, judge = found.typical_cosine, searcher.calibration
    above: dict[str, Document] = {}
    for name, hits in found.by_document().items():
        shown = [
            Evidence(found.cosines.get(hit.key, 0.0), typical, 0.0, found.bm25.get(hit.key, 0.0))
            for hit in hits[: limits.passages]
        ]
        if name in documents and judge.judge(max(map(judge.probability, shown))) is not None:
            above[name] = documents[name]
    return above


def _count(name: str, documents: Iterable[Document], scope: Scope) -> Counts:
    """How many documents have each value, among those that fit every other facet: within a facet a choice adds."""
    counts: Counter[str] = Counter()
    for document in documents:
        if all(_fits(document, other, scope) for other in VALUES if other != name) and _in_period(document, scope):
            counts.update({value for value in VALUES[name](document) if value})
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0].casefold()))


def _fits(document: Document, name: str, scope: Scope) -> bool:
    chosen = {str(value) for value in getattr(scope, name)}
    return not chosen or not chosen.isdisjoint(VALUES[name](document))


def _in_period(document: Document, scope: Scope) -> bool:
    if scope.since is None and scope.until is None:
        return True
    date = document.metadata.date
    return date is not None and (scope.since or date) <= date <= (scope.until or date)


def _themes(near: Mapping[str, Document]) -> tuple[str, ...]:
    """Themes of the nearest documents: first those that several share, then in the order of nearness."""
    counts = Counter(theme for document in list(near.values())[:NEIGHBOURS] for theme in document.metadata.themes)
    return tuple(theme for theme, _ in counts.most_common(THEMES))
