"""FAISS, loaded when it is first needed. Its own types do not fit what it offers, so it comes without."""

from typing import Any

FaissIndex = Any  # an index of FAISS
FaissSelector = Any  # what FAISS tells which rows are admitted


def faiss() -> Any:  # noqa: ANN401 - the library as it is
    """The library."""
    import faiss as library

    return library
