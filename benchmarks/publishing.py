"""Publish a release of many customers: time, memory, size, and what a look-up costs.

`python -m benchmarks.publishing --customers 1000000`: 90 features of doubles, four orders a customer, two lines an
order; the facts are made up first and not measured.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.queries import Query
from regulars.ingest.tables import RAW_TABLES
from regulars.publish.reader import Reader
from regulars.publish.release import publish
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.tables import Column, TableSpec
from regulars.terms.windows import Cutoff, Horizon
from regulars.warehouse.tables import WAREHOUSE_TABLES

NAMES = ["n_orders", "gross_revenue_to_date", "return_value", "revenue_to_date"] + [
    f"some_feature_with_a_name_{i:02d}_days" for i in range(86)
]
FEATURES = TableSpec(
    "features", "one row per customer", ("customer_id",),
    (Column("customer_id", "VARCHAR", "Who."), *(Column(name, "DOUBLE", "Made up.") for name in NAMES)),
    timeless_because="made up",
)  # fmt: skip
SEGMENTS = TableSpec(
    "segments", "one row per customer", ("customer_id",),
    (Column("customer_id", "VARCHAR", "Who."), Column("segment", "VARCHAR", "Made up.")),
    timeless_because="made up",
)  # fmt: skip


class Steps:
    """Says how long each step took."""

    def __init__(self) -> None:
        self.before, self.cpu, self.sentence = time.perf_counter(), time.process_time(), ""

    def step(self, sentence: str) -> None:
        now, cpu = time.perf_counter(), time.process_time()
        if self.sentence:
            print(f"  {now - self.before:7.2f} s ({cpu - self.cpu:.2f} of processor) {self.sentence}")
        self.before, self.cpu, self.sentence = now, cpu, sentence

    def advance(self, done: int, total: int | None, what: str = "") -> None: ...

    def note(self, sentence: str) -> None: ...


class Peak:
    """The largest resident memory while the block lasts, in MB."""

    def __enter__(self) -> Peak:
        self.mb, self._going = 0.0, True
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self._thread.join()

    def _look(self) -> None:
        while self._going:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self.mb = max(self.mb, pages * 4096 / 1e6)
            time.sleep(0.05)


def fill(engine: DuckDBEngine, n: int) -> None:
    """Make up facts and results."""
    for spec in (*RAW_TABLES, *WAREHOUSE_TABLES):
        engine.create_empty(spec, replace=True)
    made_up = ", ".join(
        f"CAST(hash(i * 90 + {k}) % 100000 AS DOUBLE) / 7 AS {name}" for k, name in enumerate(NAMES)
    )
    customers = "SELECT CAST(i AS VARCHAR) AS customer_id"
    tables = {
        "features": f"{customers}, {made_up} FROM range($n) t(i) ORDER BY hash(i)",
        "segments": f"{customers}, 'Champions' AS segment FROM range($n) t(i) ORDER BY hash(i)",
    }
    for name, text in tables.items():
        engine.create(name, Query(name, text, {}), {"n": n}, temporary=True)
    engine.execute(
        """
        INSERT INTO fct_orders BY NAME
        SELECT CAST(i AS VARCHAR) || '-' || k AS order_id, 1 AS version, CAST(i AS VARCHAR) AS customer_id,
            TIMESTAMP '2025-01-01' + to_hours(CAST(hash(i * 4 + k) % 8000 AS INTEGER)) AS ordered_at, TRUE AS has_hour,
            TRUE AS is_purchase, 10 + k AS revenue, 0 AS charges, 2 AS n_lines, 2 AS n_units
        FROM range($n) t(i), range(4) s(k)
        """,
        {"n": n},
    )
    engine.execute(
        """
        INSERT INTO fct_order_lines BY NAME
        SELECT order_id, 1 AS version, customer_id, ordered_at, 'p' || (hash(order_id) % 5000 + j) AS product_id,
            'product' AS line_kind, TRUE AS counts_as_revenue, 1 AS quantity, 5 AS unit_price, revenue / 2 AS amount
        FROM fct_orders, range(2) t(j)
        """
    )


def look_up(reader: Reader, n: int) -> None:
    """Ask for customers in no order."""
    ids = [str(i) for i in random.Random(1).sample(range(n), min(n, 20_000))]
    for name, ask in [
        ("profile", reader.profile),
        ("profile, as text", reader._profiles.text),
    ]:
        ask(ids[0])
        before, cpu = time.perf_counter(), time.process_time()
        for customer_id in ids:
            ask(customer_id)
        wall, cpu = time.perf_counter() - before, time.process_time() - cpu
        print(f"  {wall / len(ids) * 1e6:7.1f} µs ({cpu / len(ids) * 1e6:.1f} of processor) {name}")
    before = time.perf_counter()
    for customer_id in ids[:50]:
        reader.rows_of("orders", customer_id)
    print(f"  {(time.perf_counter() - before) / 50 * 1e3:7.1f} ms orders of a customer, from Parquet")


def main() -> None:
    """Publish once and look up."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--customers", type=int, default=200_000)
    arguments.add_argument("--memory", default="4GB", help="what the database may take")
    given = arguments.parse_args()
    n = given.customers
    with (
        tempfile.TemporaryDirectory() as folder,
        DuckDBEngine(Path(folder) / "w.duckdb", memory_limit=given.memory) as engine,
    ):
        fill(engine, n)
        engine.execute("CHECKPOINT")
        places, steps = Places(Path(folder)), Steps()
        before = time.perf_counter()
        with Peak() as peak:
            release = publish(
                engine, places, tables=[FEATURES, SEGMENTS], cutoff=Cutoff(datetime(2026, 3, 1)),
                horizon=Horizon(60, "made up"), settings=Settings(), progress=steps,
            )  # fmt: skip
        steps.step("")
        print(
            f"{n:,} customers published in {time.perf_counter() - before:.1f} s, peak {peak.mb:,.0f} MB resident"
        )
        for path in sorted(release.folder.iterdir(), key=lambda path: -path.stat().st_size)[:4]:
            print(f"  {path.stat().st_size / 1e6:7.0f} MB {path.name}")
        with Reader.open(places) as reader:
            look_up(reader, n)


if __name__ == "__main__":
    main()
