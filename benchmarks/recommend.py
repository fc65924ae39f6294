"""Recommendations for many customers: our lists beside `implicit`'s item neighbors and its matrix factorization.

    python -m benchmarks.recommend --customers 1000000 --products 50000

Who bought what is made up first and not measured: products of a long tail, in two hundred groups, each customer with a
group of their own for half of what they buy. Every contender works in a process of its own on the same purchases and makes
ten products new to each customer; ours also makes ten to buy again, reasons included, as tables of the engine, and leaves
out what is not sold any more. The same seed gives the same shop.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure

ENTRIES_PER_CUSTOMER = 20
GROUPS = 200
N = 10
DAYS = 730
BLAS_ONE = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def make(path: str, n_customers: int, n_products: int, seed: int = 3) -> int:
    """Write customer, product and day of every purchase; return how many there are."""
    dice = np.random.default_rng(seed)
    sizes = 1 + dice.geometric(1 / ENTRIES_PER_CUSTOMER, n_customers)
    customers = np.repeat(np.arange(n_customers, dtype=np.int32), sizes)
    rank = np.minimum((n_products ** dice.random(len(customers))).astype(np.int64), n_products - 1)
    own = dice.random(len(customers)) < 0.5
    group = (customers.astype(np.int64) * 7919) % GROUPS
    products = np.where(own, (rank // GROUPS * GROUPS + group) % n_products, (rank * 31) % n_products)
    days = dice.integers(0, DAYS, len(customers))
    np.savez(path, customers=customers, products=products.astype(np.int32), days=days.astype(np.int16))
    return len(customers)


def ours(path: str, n_customers: int, n_products: int) -> dict[str, Any]:
    """Make both lists of everybody, with reasons, as a run does from the lines of its history."""
    import pyarrow as pa

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.recommend.build import build_recommendations
    from regulars.settings import Settings
    from regulars.terms.windows import Cutoff

    data = np.load(path)
    with (
        tempfile.TemporaryDirectory() as folder,
        DuckDBEngine(Path(folder) / "w.duckdb", memory_limit="6GB") as engine,
    ):
        lines = pa.table({name: data[name] for name in ("customers", "products", "days")})
        with engine.registered("made", lines):
            engine.execute(_HISTORY)
        history = _History(engine, Cutoff.parse("2026-01-01"))
        start = time.perf_counter()
        build_recommendations(history, Settings())  # type: ignore[arg-type]
        seconds = time.perf_counter() - start
        return {"lists_seconds": seconds, "n_rows": engine.count("recommendations")}


_HISTORY = """
CREATE TEMP TABLE history_order_lines AS
SELECT
    'c' || customers AS customer_id, 'p' || products AS product_id, customers || '-' || days AS order_id,
    TIMESTAMP '2026-01-01' - to_days(CAST(days AS INTEGER) + 1) AS ordered_at, 'Product ' || products AS description,
    'product' AS line_kind, 1 AS quantity, FALSE AS is_cancelled
FROM made;
CREATE TEMP TABLE history_customers AS SELECT DISTINCT customer_id FROM history_order_lines;
CREATE TEMP TABLE history_products AS
SELECT product_id, min(description) AS description FROM history_order_lines GROUP BY product_id;
CREATE TEMP TABLE history_orders AS SELECT CAST(NULL AS VARCHAR) AS order_id, FALSE AS is_cancelled WHERE FALSE;
CREATE TEMP TABLE history_returns AS SELECT CAST(NULL AS VARCHAR) AS product_id, CAST(NULL AS VARCHAR) AS order_id WHERE FALSE
"""


class _History:
    """The relations of a history that are there already."""

    def __init__(self, engine: Any, cutoff: Any) -> None:
        self.engine, self.cutoff = engine, cutoff
        self.parameters = {
            "cutoff": cutoff.at,
            "last_observed_day": cutoff.last_observed_day,
            "customer_id": None,
        }

    def need(self, *names: str) -> None:
        """Have them all."""


def neighbors_of_implicit(path: str, n_customers: int, n_products: int) -> dict[str, Any]:
    """`implicit`'s cosine neighbors, and ten new products for everybody."""
    from implicit.nearest_neighbours import CosineRecommender

    return _implicit(CosineRecommender(K=100, num_threads=0), path, n_customers, n_products)


def als_of_implicit(path: str, n_customers: int, n_products: int) -> dict[str, Any]:
    """`implicit`'s alternating least squares, and ten new products for everybody."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=64, iterations=15, random_state=1, num_threads=0)
    return _implicit(model, path, n_customers, n_products)


def _implicit(model: Any, path: str, n_customers: int, n_products: int) -> dict[str, Any]:
    from scipy.sparse import csr_matrix

    data = np.load(path)
    ones = np.ones(len(data["customers"]), dtype=np.float32)
    bought = csr_matrix((ones, (data["customers"], data["products"])), shape=(n_customers, n_products))
    start = time.perf_counter()
    model.fit(bought, show_progress=False)
    fitted = time.perf_counter()
    for first in range(0, n_customers, 10_000):
        who = np.arange(first, min(first + 10_000, n_customers))
        model.recommend(who, bought[who], N=N, filter_already_liked_items=True)
    return {"fit_seconds": fitted - start, "lists_seconds": time.perf_counter() - start}


CONTENDERS = {"regulars": ours, "implicit cosine": neighbors_of_implicit, "implicit als": als_of_implicit}


def main() -> int:
    """Make a shop, let everybody make their lists, print and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=50_000)
    parser.add_argument("--only", choices=sorted(CONTENDERS), action="append")
    chosen = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "purchases.npz")
        n = make(path, chosen.customers, chosen.products)
        for name, function in CONTENDERS.items():
            if chosen.only and name not in chosen.only:
                continue
            found = measure.call(
                f"benchmarks.recommend:{function.__name__}",
                path,
                chosen.customers,
                chosen.products,
                environment=BLAS_ONE,
            )
            rows.append(
                {
                    "who": name, "customers": chosen.customers, "products": chosen.products, "purchases": n, **found.result,
                    "cpu_seconds": found.cpu_seconds, "peak_mb": found.peak_mb,
                }
            )  # fmt: skip
    measure.record("recommend", rows)
    measure.show(f"{chosen.customers:,} customers × {chosen.products:,} products", rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
