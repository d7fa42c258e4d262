"""Near-duplicates: the same text, exported again or with a few words changed.

A text is the set of its runs of five words (shingles). Of their hashes the 256 smallest are kept (a bottom-k sketch);
of two such sketches the share that both have among the smallest of the two together estimates the Jaccard similarity
of the sets, with a standard error of 0.02 around 0.9. A Jaccard of 0.9 needs sets of about the same size, so only texts
of that size are compared.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa

from corpus.sketches import Sketch, sketches_between
from corpus.types import Page

SHINGLE_WORDS = 5
SKETCH_SIZE = 256
SIMILAR = 0.9


def sketch_of(pages: Sequence[Page]) -> Sketch:
    """The sketch of a document's text; of a text without words an empty one."""
    words = [word for page in pages for word in re.findall(r"\w+", page.text.casefold())]
    runs = max(len(words) - SHINGLE_WORDS + 1, min(len(words), 1))
    shingles = {" ".join(words[start : start + SHINGLE_WORDS]) for start in range(runs)}
    hashes = {hashlib.blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles}
    smallest = np.sort(np.frombuffer(b"".join(hashes), dtype="<u8"))[:SKETCH_SIZE]
    return Sketch(len(hashes), smallest)


def similarity(one: Sketch, other: Sketch) -> float:
    """Estimated Jaccard similarity, 0 to 1."""
    union = np.union1d(one.hashes, other.hashes)[:SKETCH_SIZE]
    shared = np.intersect1d(np.intersect1d(one.hashes, other.hashes), union)
    return len(shared) / len(union) if len(union) else 0.0


def near_duplicates(connection: sa.Connection, document_id: str, sketch: Sketch) -> list[tuple[str, float]]:
    """Ids of the other documents with nearly the same text and how much alike they are, most alike first."""
    near = sketches_between(connection, sketch.shingles * SIMILAR, sketch.shingles / SIMILAR)
    found = [(other, similarity(sketch, known)) for other, known in near.items() if other != document_id]
    return sorted((pair for pair in found if pair[1] >= SIMILAR), key=lambda pair: (-pair[1], pair[0]))


def remarks_on(near: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    """What an editor should know. By id only: a title could be one that a reader of the remark may not see."""
    return tuple(
        f"De tekst lijkt voor ongeveer {share:.0%} op die van document {other}. Controleer of beide nodig zijn."
        for other, share in near[:3]
    )
