"""A question's answer with what surrounds it: every document found, and how they divide over the facets."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain

from corpus.labels import Labels
from corpus.scope import Scope
from search.index import Hit
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


VALUES: Mapping[str, Callable[[Labels], Iterable[str]]] = {
    "kinds": lambda labels: [labels.kind],
    "themes": lambda labels: labels.themes,
    "organisations": lambda labels: [labels.organisation],
    "years": lambda labels: [str(labels.date.year)] if labels.date else [],
    "languages": lambda labels: [labels.language],
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
    asked, index = searcher.ask(text), searcher.index
    found = wider = searcher.candidates(asked, allowed)
    relevant = around = list(searcher.judged(wider, limits))
    if scope != allowed:
        kept = index.labels([one.name for one in around], scope).keys()
        found = _narrowed(searcher.candidates(asked, scope), wider, kept)
        relevant = list(searcher.judged(found, limits))
    read = partial(searcher.catalogue.documents_by_id, scope=scope)
    results = searcher.results(text, found, relevant, read, limits)
    shown = {hit.document.id: Labels.of(hit.document) for hit in results}
    names = list(dict.fromkeys(one.name for one in (*around, *relevant)))
    counted = index.labels(names, allowed) | shown
    count = len(shown.keys() | {one.name for one in relevant if one.name in counted})
    facets = {name: _count(name, counted.values(), scope) for name in VALUES}
    themes = () if count else _themes(index.labels(list(found.by_document)[:NEIGHBOURS], scope))
    return Overview(Answer(text, tuple(results), (time.perf_counter() - start) * 1000), count, facets, themes)


def _narrowed(found: Candidates, wider: Candidates, kept: Collection[str]) -> Candidates:
    """What was found within the filters, with the evidence of the wider search for the documents `kept` of it.

    How near a question is to the collection, and which passages a leg brings in, depend on how much there is to choose
    from. A filter may bring more to light, but what was relevant without it stays relevant.
    """
    groups, before = found.by_document, wider.by_document
    merged: list[Hit] = []
    for name in [*groups, *(name for name in before if name in kept and name not in groups)]:
        own = list(groups.get(name, ()))
        scores = sorted((hit.score for hit in own), reverse=True)
        if name in kept:
            scores += [0.0] * len(before[name])
            merged += [Hit(hit.key, score) for hit, score in zip(before[name], scores, strict=False)]
        else:
            merged += own
    owners = {**found.owners, **wider.owners}
    changed = {hit.key for hit in merged if owners[hit.key] in kept}
    return replace(
        found,
        fused=tuple(merged),
        owners=owners,
        cosines=_taken(found.cosines, wider.cosines, changed),
        bm25=_taken(found.bm25, wider.bm25, changed),
        windows={**found.windows, **wider.windows},
        typical=wider.typical_cosine,
    )


def _taken(own: Mapping[int, float], other: Mapping[int, float], keys: Collection[int]) -> dict[int, float]:
    """`own`, with what `other` says of these keys: a score, or none."""
    kept = {key: score for key, score in own.items() if key not in keys}
    return kept | {key: other[key] for key in keys if key in other}


def _count(name: str, documents: Iterable[Labels], scope: Scope) -> Counts:
    """How many documents have each value, among those that fit every other facet: within a facet a choice adds."""
    chosen = {other: frozenset(map(str, getattr(scope, other))) for other in VALUES if other != name}
    chosen = {other: values for other, values in chosen.items() if values}
    fitting = documents if not chosen else [one for one in documents if _fits(one, chosen)]
    if scope.since is not None or scope.until is not None:
        fitting = [one for one in fitting if _in_period(one.date, scope)]
    counts = Counter(chain.from_iterable(map(VALUES[name], fitting)))
    counts.pop("", None)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0].casefold()))


def _fits(labels: Labels, chosen: Mapping[str, Collection[str]]) -> bool:
    return all(any(value in values for value in VALUES[other](labels)) for other, values in chosen.items())


def _in_period(day: date | None, scope: Scope) -> bool:
    return day is not None and (scope.since or day) <= day <= (scope.until or day)


def _themes(near: Mapping[str, Labels]) -> tuple[str, ...]:
    """Themes of the nearest documents: first those that several share, then in the order of nearness."""
    counts = Counter(theme for labels in near.values() for theme in labels.themes)
    return tuple(theme for theme, _ in counts.most_common(THEMES))
