"""What a server process counts for Prometheus, and what it prints of it.

Several processes of one server share the files of a directory (`PROMETHEUS_MULTIPROC_DIR`, set
before they start), so that whichever answers prints the sums of all. Labels are route templates and
methods of the API, never texts of a caller.
"""

import os
import time
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dealwright.storage.engines.engine import Database
from dealwright.wire.exchange import Request

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
PAGE = "pages"  # everything that is no route of the API
METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"})


class Meter:
    """Counts the requests of an application and the work of its database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = 0
        self.registry = CollectorRegistry()
        whole: dict[str, Any] = {"registry": self.registry}
        of_all: dict[str, Any] = {**whole, "multiprocess_mode": "livesum"}
        names = ("method", "route", "status")
        self._requests = Counter(
            "dealwright_requests", "Answered requests, by status class.", names, **whole
        )
        self._seconds = Histogram(
            "dealwright_request_seconds",
            "Time from the head of a request to its answer.",
            ("method", "route"),
            buckets=SECONDS,
            **whole,
        )
        self._running = Gauge("dealwright_requests_running", "Requests without answer.", **of_all)
        self._sql = Counter("dealwright_statements", "Statements; a change counts as one.", **whole)
        self._waiting = Gauge(
            "dealwright_database_waiting",
            "Callers that wait for the writer of SQLite or for a connection to PostgreSQL.",
            **of_all,
        )
        self._connections = Gauge(
            "dealwright_database_connections", "Open connections to PostgreSQL.", **of_all
        )

    def begin(self) -> float:
        """A request has come; its moment for `end`."""
        self._running.inc()
        return time.perf_counter()

    def end(self, request: Request, status: int, began: float) -> None:
        """The request is answered, or its client has gone (499)."""
        self._running.dec()
        method = request.method if request.method in METHODS else "other"
        route = request.route or PAGE
        self._requests.labels(method, route, f"{status // 100}xx").inc()
        self._seconds.labels(method, route).observe(time.perf_counter() - began)
        self._look()

    def _look(self) -> None:
        """Takes over what the database counts."""
        now = self._database.statements
        self._sql.inc(now - self._statements)
        self._statements = now
        self._waiting.set(self._database.waiting)
        self._connections.set(self._database.connections)

    def printed(self, *, jobs_due: int, jobs_given_up: int, lag: float) -> bytes:
        """The numbers of all processes of this server, in the text format of Prometheus. Those of
        the jobs (`lag` in seconds) come from the database, which all share."""
        self._look()
        of_jobs = CollectorRegistry()
        for name, text, value in (
            ("dealwright_jobs_due", "Jobs of the outbox that are due.", jobs_due),
            ("dealwright_jobs_given_up", "Jobs that failed for good.", jobs_given_up),
            ("dealwright_jobs_lag_seconds", "How long the oldest due job waits.", lag),
        ):
            of_jobs.register(_Constant(name, text, value))
        return self._counted() + generate_latest(of_jobs)

    def _counted(self) -> bytes:
        registry = self.registry
        if os.environ.get(DIRECTORY):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


class _Constant(Collector):
    """One number that is not kept in the process."""

    def __init__(self, name: str, text: str, value: float) -> None:
        self._metric = GaugeMetricFamily(name, text, value=value)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return [self._metric]
