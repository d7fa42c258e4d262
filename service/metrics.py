"""Figures for who watches over the service, in the format of Prometheus. No questions, names or addresses of people."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.tasks import files_by_status
from search.searcher import Searcher
from service.auditing import UNKNOWN

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)
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

    def text(self, searcher: Searcher | None) -> bytes:
        """All figures, those of the knowledge base as they are now."""
        self.ready.set(searcher is not None)
        if searcher is not None:
            counts = searcher.index.counts()
            self.passages.labels("trefwoorden").set(counts.keyword)
            self.passages.labels("vectoren").set(counts.vector)
            for status, number in files_by_status(searcher.catalogue).items():
                self.files.labels(status.value).set(number)
        return generate_latest(self.registry)


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
