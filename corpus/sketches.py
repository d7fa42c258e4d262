"""Texts in small, kept beside each document to tell near-duplicates without reading any text again."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from corpus.schema import sketches

SKETCH_TYPE = np.dtype("<u8")


@dataclass(frozen=True, slots=True)
class Sketch:
    """How many shingles a text has, and the smallest hashes of them, in order."""

    shingles: int
    hashes: npt.NDArray[np.uint64]


def sketches_between(connection: sa.Connection, low: float, high: float) -> dict[str, Sketch]:
    """The sketches, by document id, of texts that have from `low` to `high` shingles."""
    query = sa.select(sketches).where(sketches.c.shingles.between(low, high)).order_by(sketches.c.document_id)
    return {
        row.document_id: Sketch(row.shingles, np.frombuffer(row.sketch, dtype=SKETCH_TYPE))
        for row in connection.execute(query)
    }
