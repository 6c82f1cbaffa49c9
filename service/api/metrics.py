"""``/metrics`` for Prometheus: the service's figures from SQL, and this process's requests."""

import shutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from time import monotonic
from typing import Any

import fsspec
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.config import Settings
from service.store import figures, workers
from service.store.base import Sessions

router = APIRouter(include_in_schema=False)
# seconds for which the size of all artifacts is not looked up again
SLOW_FIGURES = 300.0
LATENCIES = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


def gauge(name: str, about: str, values: Mapping[Any, float], *labels: str) -> Metric:
    """A gauge with a value for each tuple of values of its labels."""
    family = GaugeMetricFamily(f"gradarena_{name}", about, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


class ServiceFigures:
    """What Prometheus collects: the same from every process of the API."""

    def __init__(self, readers: Sessions, settings: Settings) -> None:
        self.readers, self.settings = readers, settings

    def collect(self) -> Iterator[Metric]:
        with self.readers.begin() as session:
            yield from self.queues(session)
            yield from self.fleet(session)
            endings = figures.attempts_by_ending(session)
            steps = figures.steps_trained(session)
        attempts = CounterMetricFamily(
            "gradarena_attempts", "attempts at bundles that ended, by ending", labels=["ending"]
        )
        for ending, count in endings.items():
            attempts.add_metric([ending], count)
        yield attempts
        yield gauge("steps", "steps trained, of all runs; its slope is the speed", {(): steps})
        yield from self.disk()

    def queues(self, session: Session) -> Iterator[Metric]:
        queues = figures.queue_figures(session)
        waiting = {(name,): one.waiting for name, one in queues.items()}
        oldest = {(name,): one.oldest for name, one in queues.items()}
        yield gauge("waiting_bundles", "bundles that wait", waiting, "queue")
        yield gauge("oldest_wait_seconds", "how long the oldest waits", oldest, "queue")
        states = {(str(name),): count for name, count in figures.bundles_by_state(session).items()}
        yield gauge("bundles", "bundles by state", states, "state")

    def fleet(self, session: Session) -> Iterator[Metric]:
        views = workers.fleet_views(session)
        silent = {(view.worker.id,): view.silent for view in views}
        busy = {(view.worker.id,): float(view.worker.bundle_id is not None) for view in views}
        trouble = {(view.worker.id,): float(bool(view.worker.trouble)) for view in views}
        yield gauge("worker_silent_seconds", "since a worker was heard", silent, "worker")
        yield gauge("worker_busy", "whether a worker trains", busy, "worker")
        yield gauge("worker_trouble", "whether a worker takes no work", trouble, "worker")
        late = workers.overdue_seconds(session)
        yield gauge("overdue_lease_seconds", "since the oldest lost lease ran out", {(): late})

    def disk(self) -> Iterator[Metric]:
        usage = shutil.disk_usage(self.settings.data if self.settings.data.exists() else "/")
        yield gauge("disk_free_bytes", "of the data folder's disk", {(): usage.free})
        yield gauge("disk_bytes", "of the data folder's disk", {(): usage.total})
        size = artifact_bytes(self.settings.artifacts, int(monotonic() // SLOW_FIGURES))
        yield gauge("artifact_bytes", "checkpoints, looked up now and then", {(): size})


@lru_cache(maxsize=8)
def artifact_bytes(url: str, _moment: int) -> float:
    """What all checkpoints take; not a number where the store does not say."""
    try:
        files, root = fsspec.url_to_fs(url)
        return float(files.du(root)) if files.exists(root) else 0.0
    except Exception:
        return float("nan")


class RequestTimes:
    """ASGI middleware: how long requests take until their answer begins."""

    def __init__(self, app: ASGIApp, histogram: Histogram) -> None:
        self.app, self.histogram = app, histogram

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = monotonic()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                labels = (scope["method"], route, str(message["status"]))
                self.histogram.labels(*labels).observe(monotonic() - began)
            await send(message)

        await self.app(scope, receive, timed if scope["type"] == "http" else send)


def request_histogram(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "gradarena_request_seconds",
        "until an answer begins",
        ("method", "route", "status"),
        registry=registry,
        buckets=LATENCIES,
    )


@router.get("/metrics")
def get_metrics(request: Request) -> Response:
    """In Prometheus' text format."""
    content = generate_latest(request.app.state.registry)
    return Response(content, media_type=CONTENT_TYPE_LATEST)
