"""A server that must not stumble: mixed reads and writes for minutes, while `regulars run` publishes again and again.

    python -m benchmarks.soak --workspace DIR [--minutes 10] [--runs 2]

Works on a copy of a workspace that has its warehouse. Every answer that is not the expected one is an error. In the end
each order that was sent must be known exactly once: in the last release, or among those that wait for the next run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from benchmarks import measure
from benchmarks.api import SEED, served, shares
from regulars.publish.intake import last_intake, waiting
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.terms.places import Places

WIDE = (
    "/v1/segments", "/v1/findings", "/v1/baskets?limit=20", "/v1/models", "/v1/releases", "/metrics", "/ready",
    "/v1/customers?sort=-revenue_at_risk&limit=50", "/v1/tables/segments?format=csv", "/v1/tables/predictions?limit=100",
)  # fmt: skip


class Soak:
    """Sends requests when they are due and keeps what became of them."""

    def __init__(self, client: httpx.AsyncClient, ids: list[str], after: datetime) -> None:
        self.client, self.ids, self.after = client, ids, after
        self.draw = random.Random(SEED)
        self.waits: dict[str, list[float]] = {"read": [], "write": []}
        self.errors: Counter[str] = Counter()
        self.sent: list[str] = []

    async def steadily(self, what: str, a_second: float, until: float) -> None:
        """Send one kind of request at a steady rate, whether or not earlier ones were answered."""
        start, tasks, number = time.perf_counter(), set(), 0
        while (due := start + number / a_second) < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(self._one(what, number, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            number += 1
        await asyncio.gather(*tasks)

    async def _one(self, what: str, number: int, due: float) -> None:
        try:
            found = await (self._read() if what == "read" else self._write(number))
            if found.status_code != (200 if what == "read" else 201):
                self.errors[f"{found.request.url.path.split('/')[2:3]} {found.status_code}"] += 1
        except httpx.HTTPError as problem:
            self.errors[type(problem).__name__] += 1
        self.waits[what].append(time.perf_counter() - due)

    async def _read(self) -> httpx.Response:
        if self.draw.random() < 0.1:
            return await self.client.get(self.draw.choice(WIDE))
        return await self.client.get(f"/v1/customers/{quote(self.draw.choice(self.ids), safe='')}")

    async def _write(self, number: int) -> httpx.Response:
        at = self.after + timedelta(hours=9, seconds=number)
        body = {
            "order_id": f"soak-{number}", "customer_id": self.draw.choice(self.ids), "ordered_at": at.isoformat(),
            "lines": [{"product_id": f"B-{number % 7}", "quantity": 2, "unit_price": "4.25"}],
        }  # fmt: skip
        found = await self.client.post("/v1/orders", json=body)
        if found.status_code == 201:
            self.sent.append(body["order_id"])
        return found


async def publish(places: Places, times: int, seconds: float) -> int:
    """Run so many times, spread over the time; return how many published."""
    published = 0
    for number in range(times):
        await asyncio.sleep(seconds / 10)
        command = [sys.executable, "-m", "regulars", "run", "-w", str(places.root)]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
        published += await process.wait() == 0
        print(
            f"run {number + 1} of {times}: {'published' if process.returncode == 0 else 'FAILED'}", flush=True
        )
    return published


async def soak(port: int, places: Places, given: argparse.Namespace) -> tuple[Soak, int]:
    """Send both kinds of requests and run in between; return what became of them, and how many runs published."""
    with Reader.open(places) as reader:
        ids = reader.table("customers", ["customer_id"]).arrow["customer_id"].to_pylist()
        after = reader.cutoff.at
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits) as client:
        found, until = Soak(client, ids, after), time.perf_counter() + 60 * given.minutes
        _, _, published = await asyncio.gather(
            found.steadily("read", given.reads, until),
            found.steadily("write", given.writes, until),
            publish(places, given.runs, 60 * given.minutes),
        )
    return found, published


def known(places: Places) -> Counter[str]:
    """Return how often each order of a soak is known: in the last release, or waiting for the next run."""
    with Reader.open(places) as reader, State.open(places) as state:
        released = reader.table("orders", ["order_id"]).arrow["order_id"].to_pylist()
        held = last_intake(one.source for one in reader.manifest.sources)
        return Counter([one for one in released if one.startswith("soak-")]) + Counter(
            one.order_id for one in waiting(state, held)
        )


def main() -> None:
    """Serve, soak, print and keep what became of it."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--workspace", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--runs", type=int, default=2)
    arguments.add_argument("--reads", type=float, default=30, help="so many a second")
    arguments.add_argument("--writes", type=float, default=2, help="so many a second")
    arguments.add_argument("--workers", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-soak-") as folder:
        places = Places(Path(shutil.copytree(given.workspace, Path(folder) / "shop")))
        with served(places, given.workers) as (port, _):
            found, published = asyncio.run(soak(port, places, given))
        counted = known(places)
    once = set(found.sent) <= set(counted) and set(counted.values()) <= {1}
    rows: list[dict[str, Any]] = [
        {"what": f"{what}s for {given.minutes:g} minutes", "requests": len(waits), "a_second": vars(given)[f"{what}s"], "published": published, **shares(waits)}
        for what, waits in found.waits.items()
    ]  # fmt: skip
    for row in rows:
        row |= {"errors": sum(found.errors.values()), "every_order_known_once": once}
    measure.show("Mixed reads and writes while runs publish", rows)
    measure.record("soak", rows)
    if found.errors:
        print(json.dumps(found.errors))


if __name__ == "__main__":
    main()
