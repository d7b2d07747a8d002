"""Figures for a monitor, in Prometheus' text format: counts, times and sizes, never names or contents."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from sync.errors import DaftarError

SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class Metrics:
    """What one worker has done since it started."""

    def __init__(self, *, waiting: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "daftar_requests", "Requests answered", ["path", "status", "code"], registry=self._registry
        )
        self._seconds = Histogram(
            "daftar_request_seconds",
            "Seconds from the first byte to the answer, waiting for news included",
            ["path"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._bytes = Counter("daftar_body_bytes", "Bytes of bodies", ["direction"], registry=self._registry)
        self._pushes = Counter(
            "daftar_pushes", "Pushes that laptops handed in, one for each workspace", registry=self._registry
        )
        self._refused = Counter("daftar_refused", "Changes not applied", registry=self._registry)
        gauge = Gauge("daftar_waiting", "Requests that wait for news now", registry=self._registry)
        gauge.set_function(waiting)

    def request(
        self, *, path: str, status: int, code: str, seconds: float, bytes_in: int, bytes_out: int
    ) -> None:
        """Count an answered request; `path` is the address as it is described, see `logs.place_of`."""
        self._requests.labels(path, str(status), code).inc()
        self._seconds.labels(path).observe(seconds)
        self._bytes.labels("in").inc(bytes_in)
        self._bytes.labels("out").inc(bytes_out)

    def pushed(self, pushes: int, refused: int) -> None:
        """Count the pushes of a request, one for each workspace, and the changes that were refused."""
        self._pushes.inc(pushes)
        self._refused.inc(refused)

    def text(self) -> bytes:
        return generate_latest(self._registry)


def insist_on_token(given: str, expected: str | None) -> None:
    """Raise `not_found` for whoever does not know the monitor's token, as if there were nothing."""
    scheme, _, token = given.partition(" ")
    right = expected is not None and hmac.compare_digest(token.encode(), expected.encode())
    if scheme.lower() != "bearer" or not right:
        raise DaftarError("not_found")
