"""The searcher of a running service, opened beside it."""

import threading
from pathlib import Path

from corpus.catalogue import Catalogue
from search.embedded_index import open_index
from search.encoder import Encoder
from search.fingerprint import Fingerprint
from search.searcher import Searcher
from service.state import State


def test_what_comes_afterwards_does_not_keep_it_from_answering(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    searcher = Searcher(catalogue, open_index(catalogue, tmp_path, Fingerprint.of(encoder.facts, "test")), encoder)
    begun, go_on = threading.Event(), threading.Event()
    ended: list[bool] = []

    def afterwards() -> None:
        begun.set()
        ended.append(go_on.wait(60))

    state = State(lambda: searcher, afterwards)
    state.start()
    assert begun.wait(60)
    assert (state.searcher, state.reason, ended) == (searcher, "", [])
    go_on.set()
    state.stop()
    assert ended == [True]


def test_what_was_opened_before_the_start_is_not_opened_again(
    catalogue: Catalogue, encoder: Encoder, tmp_path: Path
) -> None:
    searcher = Searcher(catalogue, open_index(catalogue, tmp_path, Fingerprint.of(encoder.facts, "test")), encoder)
    opened: list[Searcher] = []

    def opener() -> Searcher:
        opened.append(searcher)
        return searcher

    state = State(opener)
    state.open()
    assert (state.searcher, state.reason) == (searcher, "")
    state.start()
    state.stop()
    assert opened == [searcher]
