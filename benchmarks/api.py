"""The API under load, from a second process on loopback: customer profiles at a steady rate, and reads after live orders.

`python -m benchmarks.api --customers 1000000` publishes made-up profiles of so many customers first (as
`benchmarks.publishing` does); `--workspace DIR` serves a copy of the releases of a workspace, where live scores can be
measured too. Requests are sent when they are due, whether or not earlier ones were answered, and a wait counts from
then: a server that stalls cannot hide it. The server's processor seconds say what a busy machine hides.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks import measure
from benchmarks.publishing import FEATURES, SEGMENTS, fill
from regulars.engines.duckdb import DuckDBEngine
from regulars.publish.reader import Reader
from regulars.publish.release import publish
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.windows import Cutoff, Horizon

CONNECTIONS = 32
WARM_UP_SECONDS = 3
"""A server that has just started answers late once, within its first second."""
SEED = 1


def made_up(folder: Path, n: int) -> Places:
    """Publish a release of n customers."""
    places = Places(folder / "shop")
    with DuckDBEngine(folder / "w.duckdb", memory_limit="4GB") as engine:
        fill(engine, n)
        publish(
            engine, places, tables=[FEATURES, SEGMENTS], cutoff=Cutoff(datetime(2026, 3, 1)),
            horizon=Horizon(60, "made up"), settings=Settings(),
        )  # fmt: skip
    return places


def copied(folder: Path, workspace: Path) -> Places:
    """Link what a server reads, which nobody changes; orders that are sent stay in the copy."""
    places = Places(folder / "shop")
    shutil.copytree(workspace / "releases", places.releases, copy_function=os.link)
    if (workspace / "regulars.toml").exists():
        shutil.copy(workspace / "regulars.toml", places.root)
    return places


@contextmanager
def served(places: Places, workers: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Yield the port of a server, and its process."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "regulars",
        "serve",
        "-w",
        str(places.root),
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    environment = {**os.environ, "REGULARS_API__REQUESTS_PER_MINUTE": "10000000"}
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=60).read()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(60)


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return what a process and its children have used."""
    import psutil  # type: ignore[import-untyped]

    whole = psutil.Process(process.pid)
    times = [one.cpu_times() for one in (whole, *whole.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


async def steadily(port: int, paths: Sequence[str], a_second: float) -> tuple[list[float], int]:
    """Ask for paths at a steady rate; return the waits in seconds, each from when it was due, and the errors."""
    idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    start, waits, errors = time.perf_counter() + 0.1, [0.0] * len(paths), 0

    async def ask(number: int, path: str) -> None:
        nonlocal errors
        due = start + number / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer = await idle.get()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        errors += not head.startswith(b"HTTP/1.1 200")
        waits[number] = time.perf_counter() - due
        idle.put_nowait((reader, writer))

    await asyncio.gather(*(ask(number, path) for number, path in enumerate(paths)))
    while not idle.empty():
        idle.get_nowait()[1].close()
    return waits, errors


def profiles(
    port: int, process: subprocess.Popen[bytes], ids: Sequence[str], a_second: float, seconds: float
) -> dict[str, Any]:
    """Ask for profiles of customers drawn at random, after some seconds of the same that are not counted."""
    drawn = random.Random(SEED).choices(ids, k=int(a_second * seconds))
    paths = [f"/v1/customers/{quote(one, safe='')}" for one in drawn]
    asyncio.run(steadily(port, paths[: int(a_second * WARM_UP_SECONDS)], a_second))
    used = processor_seconds(process)
    waits, errors = asyncio.run(steadily(port, paths, a_second))
    used = processor_seconds(process) - used
    return {
        "what": f"profiles, {a_second:g} a second", "requests": len(waits), "errors": errors, **shares(waits),
        "server_processor_ms_each": 1000 * used / len(waits),
    }  # fmt: skip


def reads_after_orders(
    port: int, process: subprocess.Popen[bytes], ids: Sequence[str], after: datetime, n: int
) -> list[dict[str, Any]]:
    """Send an order, and read the customer's predictions at once, n times over."""
    base = f"http://127.0.0.1:{port}/v1"
    writes, reads, before = [], [], processor_seconds(process)
    for number, customer_id in enumerate(random.Random(SEED).sample(list(ids), n)):
        body = {
            "order_id": f"bench-{number}", "customer_id": customer_id, "ordered_at": (after + timedelta(hours=9)).isoformat(),
            "lines": [{"product_id": f"B-{number % 7}", "quantity": 2, "unit_price": "4.25"}],
        }  # fmt: skip
        request = urllib.request.Request(
            f"{base}/orders", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        start = time.perf_counter()
        urllib.request.urlopen(request, timeout=60).read()
        middle = time.perf_counter()
        found = json.load(
            urllib.request.urlopen(f"{base}/customers/{quote(customer_id, safe='')}/predictions", timeout=60)
        )
        reads.append(time.perf_counter() - middle)
        writes.append(middle - start)
        assert found["is_newer_than_release"], found
    used = 1000 * (processor_seconds(process) - before) / n
    return [
        {"what": "order taken in", "requests": n, "errors": 0, **shares(writes)},
        {
            "what": "read after it",
            "requests": n,
            "errors": 0,
            **shares(reads),
            "server_processor_ms_each": used,
        },
    ]


def shares(waits: Sequence[float]) -> dict[str, float]:
    """Return the median and the worst waits, in milliseconds."""
    cuts = statistics.quantiles(waits, n=100)
    return {"p50_ms": 1000 * cuts[49], "p99_ms": 1000 * cuts[98], "worst_ms": 1000 * max(waits)}


def main() -> None:
    """Serve, ask, and print what it took."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--customers", type=int, default=100_000)
    arguments.add_argument("--workspace", type=Path)
    arguments.add_argument("--rate", type=float, default=200)
    arguments.add_argument("--seconds", type=float, default=15)
    arguments.add_argument("--orders", type=int, default=50)
    arguments.add_argument("--workers", type=int, default=1)
    given = arguments.parse_args()
    beside = given.workspace.resolve().parent if given.workspace else None
    with tempfile.TemporaryDirectory(prefix="regulars-bench-", dir=beside) as name:
        folder = Path(name)
        places = copied(folder, given.workspace) if given.workspace else made_up(folder, given.customers)
        with Reader.open(places) as reader:
            ids = reader.table("customers", ["customer_id"]).arrow["customer_id"].to_pylist()
            after = reader.cutoff.at
        with served(places, given.workers) as (port, process):
            rows = [profiles(port, process, ids, given.rate, given.seconds)]
            if given.workspace and given.orders:
                rows += reads_after_orders(port, process, ids, after, given.orders)
    rows = [{"customers": len(ids), "workers": given.workers, **row} for row in rows]
    measure.show("API", rows)
    measure.record("api", rows)


if __name__ == "__main__":
    main()
