"""What Prometheus may ask; none of it names a customer."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("regulars_api_requests_total", "Requests answered.", ["method", "route", "status"])
LATENCY = Histogram(
    "regulars_api_seconds",
    "Seconds from the first byte of a request to the last of its answer.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
ORDERS = Counter("regulars_api_orders_total", "Orders taken in live, by whether they were new.", ["is_new"])
RELEASE_AT = Gauge(
    "regulars_release_created_seconds",
    "When the release that is read was made.",
    multiprocess_mode="mostrecent",
)


def exposition() -> bytes:
    """Return all metrics as text, of all processes when several answer."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
