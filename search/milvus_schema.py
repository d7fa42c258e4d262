"""What our collections in Milvus hold, and how a scope is asked of them.

Texts are in none of them: a row has numbers that stand for words, and what is needed to leave out documents before
ranking. Kinds, themes, languages and organisations are kept as numbers too, so that nothing of them needs quoting.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from corpus.scope import Scope
from corpus.types import Document

NO_DATE = 0  # a document without a date is outside every period
_MOST_THEMES = 1024
_INT64, _VARCHAR, _ARRAY = 5, 21, 22
_FLOAT_VECTOR, _SPARSE_VECTOR = 101, 104  # numbers of Milvus' types, so that the package is not needed to read this

_DOCUMENT_FIELDS: list[dict[str, Any]] = [
    {"field_name": "document", "datatype": _VARCHAR, "max_length": 64},
    {"field_name": "change", "datatype": _INT64},  # of the change sequence, which wrote the row
    *({"field_name": name, "datatype": _INT64} for name in ("level", "kind", "language", "organisation", "day")),
    {"field_name": "themes", "datatype": _ARRAY, "element_type": _INT64, "max_capacity": _MOST_THEMES},
]
_KEY: dict[str, Any] = {"field_name": "id", "datatype": _INT64, "is_primary": True}

STATE_FIELDS: list[dict[str, Any]] = [
    _KEY,
    {"field_name": "seq", "datatype": _INT64},
    {"field_name": "catalogue", "datatype": _VARCHAR, "max_length": 64},
    {"field_name": "lengths", "datatype": _VARCHAR, "max_length": 256},
    {"field_name": "place", "datatype": _FLOAT_VECTOR, "dim": 2},  # Milvus wants a vector in every collection
]
STATE_INDEXES: list[dict[str, Any]] = [{"field_name": "place", "index_type": "FLAT", "metric_type": "IP"}]

TERM_FIELDS: list[dict[str, Any]] = [
    _KEY,  # the passage's key
    *_DOCUMENT_FIELDS,
    {"field_name": "words", "datatype": _SPARSE_VECTOR},
    {"field_name": "grams", "datatype": _SPARSE_VECTOR},
]
TERM_INDEXES: list[dict[str, Any]] = [
    {"field_name": name, "index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"} for name in ("words", "grams")
]

_VECTOR_PARAMS: dict[str, dict[str, int]] = {"HNSW": {"M": 16, "efConstruction": 200}, "IVF_SQ8": {"nlist": 4096}}


def unit_fields(dimension: int) -> list[dict[str, Any]]:
    """Of the collection of vectors: a row for each unit, by its id in the vector leg."""
    own = {"field_name": "vector", "datatype": _FLOAT_VECTOR, "dim": dimension}
    return [_KEY, *_DOCUMENT_FIELDS, {"field_name": "unit", "datatype": _INT64}, own]


def unit_indexes(kind: str) -> list[dict[str, Any]]:
    """How vectors are found."""
    params = {"params": _VECTOR_PARAMS[kind]} if kind in _VECTOR_PARAMS else {}
    return [{"field_name": "vector", "index_type": kind, "metric_type": "IP", **params}]


def search_params(kind: str, limit: int) -> dict[str, Any]:
    """How thoroughly vectors are looked for."""
    params = {"HNSW": {"ef": max(256, limit)}, "IVF_SQ8": {"nprobe": 64}, "DISKANN": {"search_list": max(256, limit)}}
    return {"metric_type": "IP", "params": params[kind]}


def number_of(value: str) -> int:
    """A number of 64 bits that stands for a value of a document."""
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), "big", signed=True)


def document_values(document: Document, change: int) -> dict[str, Any]:
    """What every row of a document holds."""
    metadata = document.metadata
    return {
        "document": document.id,
        "change": change,
        "level": number_of(metadata.classification.value),
        "kind": number_of(metadata.kind),
        "language": number_of(metadata.language),
        "organisation": number_of(metadata.organisation),
        "day": _day(metadata.date),
        "themes": [number_of(theme) for theme in metadata.themes[:_MOST_THEMES]],
    }


def condition_of(scope: Scope) -> str:
    """The scope as Milvus' expression."""
    parts = [_any("level", (number_of(level.value) for level in scope.levels))]
    values = {"kind": scope.kinds, "language": scope.languages, "organisation": scope.organisations}
    parts += [_any(name, map(number_of, chosen)) for name, chosen in values.items() if chosen]
    if scope.themes:
        parts.append(f"array_contains_any(themes, {sorted(map(number_of, scope.themes))})")
    if scope.since is not None:
        parts.append(f"day >= {_day(scope.since)}")
    if scope.until is not None:
        parts.append(f"day > {NO_DATE} and day <= {_day(scope.until)}")
    if scope.years:
        years = " or ".join(f"(day > {year * 10_000} and day < {(year + 1) * 10_000})" for year in sorted(scope.years))
        parts.append(f"({years})")
    return " and ".join(parts)


def of_documents(ids: Sequence[str]) -> str:
    """The rows of these documents."""
    return f"document in {json.dumps(list(ids))}"


def _any(name: str, values: Iterable[int]) -> str:
    return f"{name} in {sorted(values)}"


def _day(day: date | None) -> int:
    return NO_DATE if day is None else day.year * 10_000 + day.month * 100 + day.day
