"""How many passages hold a term: what BM25 needs to know of the collection.

SQLite's FTS5 knows it already. In PostgreSQL it is counted in the transaction that writes or clears the terms, by a
number that stands for the term, so that the words of an erased document are not left behind in a list.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import sqlalchemy as sa

from corpus.schema import term_counts

_PASSAGES, _LENGTH = -1, -2  # in place of a term: how many passages there are, and how many terms they hold together


class TermLeg(IntEnum):
    """Which terms are meant."""

    WORDS = 0
    GRAMS = 1


_TABLES = {TermLeg.WORDS: "passages_fts", TermLeg.GRAMS: "passages_grams"}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 needs to know: passages, terms in all of them together, and how many passages hold each term."""

    passages: int
    length: int
    holding: dict[str, int]


@lru_cache(maxsize=200_000)
def term_number(term: str) -> int:
    """A number of 32 bits that stands for a term; 0 stands for none."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "big") or 1


def count(connection: sa.Connection, leg: TermLeg, texts: Iterable[str], sign: int) -> None:
    """Add (+1) or take off (-1) the terms of passages, each a text of terms with spaces between. PostgreSQL only."""
    counts: Counter[int] = Counter()
    for text in texts:
        terms = text.split()
        counts.update({term_number(term) for term in terms})
        counts[_PASSAGES] += 1
        counts[_LENGTH] += len(terms)
    if not counts:
        return
    # Always in the same order, so that two writers can not wait for each other.
    terms_in_order = sorted(counts)
    values = {"leg": leg.value, "terms": terms_in_order, "counts": [sign * counts[term] for term in terms_in_order]}
    connection.execute(_ADD, values)
    if sign < 0:
        connection.execute(_FORGET, {"leg": leg.value, "terms": terms_in_order})


_ADD = sa.text(
    "INSERT INTO term_counts (leg, term, passages)"
    " SELECT :leg, new.term, new.passages"
    " FROM unnest(CAST(:terms AS bigint[]), CAST(:counts AS bigint[])) AS new (term, passages)"
    " ON CONFLICT (leg, term) DO UPDATE SET passages = term_counts.passages + excluded.passages"
)
_FORGET = sa.text("DELETE FROM term_counts WHERE leg = :leg AND passages <= 0 AND term = ANY(CAST(:terms AS bigint[]))")


def statistics(connection: sa.Connection, leg: TermLeg, terms: Sequence[str]) -> Statistics:
    """What is known of these terms at this moment."""
    if connection.dialect.name == "sqlite":
        return _from_fts(connection, _TABLES[leg], terms)
    numbers = {term_number(term): term for term in terms}
    mine = sa.and_(term_counts.c.leg == leg.value, term_counts.c.term.in_([_PASSAGES, _LENGTH, *numbers]))
    query = sa.select(term_counts.c.term, term_counts.c.passages).where(mine)
    found = {int(row.term): int(row.passages) for row in connection.execute(query)}
    totals = (found.pop(_PASSAGES, 0), found.pop(_LENGTH, 0))
    return Statistics(*totals, {numbers[number]: passages for number, passages in found.items()})


def _from_fts(connection: sa.Connection, table: str, terms: Sequence[str]) -> Statistics:
    vocabulary = f"{table}_vocabulary"
    create = f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{vocabulary} USING fts5vocab(main, {table}, row)"
    connection.exec_driver_sql(create)
    query = f"SELECT doc FROM temp.{vocabulary} WHERE term = ?"  # noqa: S608 - the name is ours
    holding = {term: connection.exec_driver_sql(query, (term,)).scalar() for term in terms}
    block = connection.exec_driver_sql(f"SELECT block FROM {table}_data WHERE id = 1").scalar()  # noqa: S608
    passages, *lengths = _varints(bytes(block or b"\0"))
    return Statistics(passages, sum(lengths), {term: int(found) for term, found in holding.items() if found})


def _varints(block: bytes) -> list[int]:
    """SQLite's integers of variable length: seven bits a byte, a set high bit says that more follow."""
    values, value = [], 0
    for byte in block:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            values.append(value)
            value = 0
    return values
