"""The figures of several processes in one answer."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service import siblings
from service.metrics import Metrics
from service.siblings import Siblings


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name, as a socket's must be."""
    with TemporaryDirectory() as made:
        yield Path(made)


def figures(text: bytes) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(text.decode())
    found = [
        (one.name, *(one.labels[key] for key in sorted(one.labels)), one.value) for f in families for one in f.samples
    ]
    return {tuple(map(str, one[:-1])): float(one[-1]) for one in found}


def counted(number: int) -> Metrics:
    metrics = Metrics()
    metrics.requests.labels("zoekDocumenten", "200").inc(number)
    metrics.seconds.labels("zoekDocumenten").observe(0.02)
    return metrics


def test_each_answers_for_all_with_a_number_for_each(folder: Path) -> None:
    own, other = counted(5), counted(7)
    with Siblings(folder, 2).telling(lambda: other.own(ready=True)):
        found = figures(own.text(None, Siblings(folder, 1)))
    assert found["kennislab_verzoeken_total", "zoekDocumenten", "1", "200"] == 5
    assert found["kennislab_verzoeken_total", "zoekDocumenten", "2", "200"] == 7
    assert found["kennislab_gereed", "1"] == 0
    assert found["kennislab_gereed", "2"] == 1
    assert found["kennislab_verzoek_seconden_count", "zoekDocumenten", "2"] == 1
    assert found["kennislab_verzoek_seconden_bucket", "0.025", "zoekDocumenten", "2"] == 1


def test_one_process_has_no_number() -> None:
    found = figures(counted(5).text(None))
    assert found["kennislab_verzoeken_total", "zoekDocumenten", "200"] == 5
    assert found[("kennislab_gereed",)] == 0


def test_who_was_killed_or_hangs_is_left_out_and_who_comes_after_is_heard(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(siblings, "ANSWER_S", 0.2)
    with ExitStack() as stack:
        for number in (2, 3):
            left = stack.enter_context(socket.socket(socket.AF_UNIX))
            left.bind(str(folder / f"{number}.sock"))  # 2 was killed: nobody listens; 3 hangs: nobody answers
            if number == 3:
                left.listen()
        assert Siblings(folder, 1).ask() == {}
        with Siblings(folder, 2).telling(lambda: b"weer hier"):
            assert Siblings(folder, 1).ask() == {2: b"weer hier"}
        assert Siblings(folder, 1).ask() == {}
