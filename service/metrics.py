"""Figures for who watches over the service, in the format of Prometheus. No questions, names or addresses of people.

With several processes on one port, a request for the figures reaches any of them. So each gives the series of all, with
the number of the process as a label: a process that starts anew then resets its own series only, which Prometheus knows
how to read, and a sum over the label is that of the service.
"""

import json
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.tasks import files_by_status
from search.searcher import Searcher
from service.auditing import UNKNOWN
from service.siblings import Siblings

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)
OF_EACH = {"kennislab_verzoeken", "kennislab_verzoek_seconden", "kennislab_gereed"}  # the rest is of the knowledge base
LABEL = "proces"
NO_ANSWER = "499"  # who asked was gone before it

Find = Callable[[str, str], tuple[str, str]]


class Metrics:
    """What is counted of one application; another one in the same process has its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kennislab_verzoeken", "Beantwoorde verzoeken", ["operatie", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "kennislab_verzoek_seconden",
            "Tijd tot het begin van het antwoord",
            ["operatie"],
            registry=self.registry,
            buckets=SECONDS,
        )
        self.ready = self._gauge("gereed", "1 als de service vragen kan beantwoorden")
        self.passages = self._gauge("passages", "Passages in de index", "deel")
        self.files = self._gauge("bestanden", "Geuploade bestanden in taken", "status")

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"kennislab_{name}", text, labels, registry=self.registry)

    def own(self, *, ready: bool) -> bytes:
        """What the other processes of the service are told of this one."""
        self.ready.set(ready)
        found = [
            (metric.name, [(sample.name, sample.labels, sample.value) for sample in metric.samples])
            for metric in self.registry.collect()
            if metric.name in OF_EACH
        ]
        return json.dumps(dict(found)).encode()

    def text(self, searcher: Searcher | None, siblings: Siblings | None = None) -> bytes:
        """All figures, those of the knowledge base as they are now, and those of each process when there are more."""
        self.ready.set(searcher is not None)
        if searcher is not None:
            counts = searcher.index.counts()
            self.passages.labels("trefwoorden").set(counts.keyword)
            self.passages.labels("vectoren").set(counts.vector)
            for status, number in files_by_status(searcher.catalogue).items():
                self.files.labels(status.value).set(number)
        return generate_latest(self.registry if siblings is None else _Together(self.registry, siblings))


class _Together(Collector):
    """The figures of this process and of the others, each with its number."""

    def __init__(self, registry: CollectorRegistry, siblings: Siblings) -> None:
        self._registry = registry
        self._number = siblings.number
        self._others = {number: json.loads(told) for number, told in siblings.ask().items()}

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            if metric.name in OF_EACH:
                of_this = [_numbered(self._number, sample) for sample in metric.samples]
                of_others = [
                    _numbered(number, Sample(*sample))
                    for number, told in self._others.items()
                    for sample in told[metric.name]
                ]
                metric.samples = of_this + of_others
            yield metric


def _numbered(number: int, sample: Sample) -> Sample:
    return sample._replace(labels={**sample.labels, LABEL: str(number)})


class MetricsMiddleware:
    """Counts requests by operation: what is in an address or a question is never a label."""

    def __init__(self, app: ASGIApp, metrics: Metrics, find: Find) -> None:
        self.app = app
        self.metrics = metrics
        self.find = find

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), NO_ANSWER
        operation = self.find(scope["method"], scope["path"])[0]

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                if operation != UNKNOWN:
                    self.metrics.seconds.labels(operation).observe(time.perf_counter() - started)
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self.metrics.requests.labels(operation, status).inc()
