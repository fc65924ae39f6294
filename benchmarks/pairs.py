"""Pairs of products: ours beside FP-growth of `mlxtend` and a self-join in DuckDB, on the same baskets in the same run.

    python -m benchmarks.pairs                                   made-up baskets
    python -m benchmarks.pairs --data ../shared/data             those of Online Retail II
    python -m benchmarks.pairs --lines 100000000 --memory-limit 6GB

Every contender works in a process of its own, starts with the same arrays of basket and item in a file and ends with the
pairs; all have to find the same ones, or the benchmark fails. With `--lines`, everything that a run does about baskets
is done for a made-up shop of that size, from a database file.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure

SUPPORTS = (0.01, 0.005)
PEERS_FROM = 0.005
"""Below this support FP-growth takes minutes."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def write_real(folder: str, data: str) -> int:
    """Write the baskets of Online Retail II: sales of positive quantity and price, each product of an invoice once."""
    from regulars.engines.duckdb import DuckDBEngine

    with DuckDBEngine() as engine:
        rows = engine.arrow(
            """
            SELECT dense_rank() OVER (ORDER BY Invoice) - 1 AS basket, dense_rank() OVER (ORDER BY StockCode) - 1 AS item
            FROM (
                SELECT DISTINCT Invoice, StockCode FROM read_csv($path, all_varchar = true)
                WHERE CAST(Quantity AS BIGINT) > 0 AND CAST(Price AS DOUBLE) > 0
            )
            """,
            {"path": str(Path(data) / "online_retail_II.csv.gz")},
        )
    return _write(folder, rows.column("basket").to_numpy(), rows.column("item").to_numpy())


def write_made_up(folder: str, n_baskets: int = 40_000, n_items: int = 4_600) -> int:
    """Write baskets shaped like a wholesaler's: 25 products on average, a long tail of both sizes and popularity."""
    rng = np.random.default_rng(7)
    sizes = np.minimum(1 + rng.exponential(24, n_baskets).astype(int), 300)
    baskets = np.repeat(np.arange(n_baskets), sizes)
    taste = rng.integers(0, 40, n_baskets)[
        baskets
    ]  # half of a basket is from one of forty corners of the shop
    anywhere = n_items * rng.random(len(baskets)) ** 2.2
    corner = (taste * 115 + 115 * rng.random(len(baskets)) ** 2) % n_items
    items = np.where(rng.random(len(baskets)) < 0.5, corner, anywhere).astype(np.int64)
    once = np.unique(baskets * n_items + items)
    return _write(folder, once // n_items, once % n_items)


def _write(folder: str, baskets: np.ndarray, items: np.ndarray) -> int:
    np.save(Path(folder) / "baskets.npy", baskets.astype(np.int32))
    np.save(Path(folder) / "items.npy", items.astype(np.int32))
    return len(baskets)


def _read(folder: str) -> tuple[np.ndarray, np.ndarray, int]:
    baskets, items = (np.load(Path(folder) / f"{name}.npy") for name in ("baskets", "items"))
    return baskets, items, int(baskets.max()) + 1


def _answer(pairs: np.ndarray, seconds: float) -> dict[str, Any]:
    """Return how many pairs there are and a hash of first, second and count, sorted."""
    ordered = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64)
    digest = hashlib.sha256(np.ascontiguousarray(ordered).tobytes()).hexdigest()
    return {"pairs": len(pairs), "same": digest[:16], "work": seconds}


def regulars(folder: str, support: float) -> dict[str, Any]:
    """Count with XᵀX, a block at a time."""
    import scipy.sparse  # noqa: F401 – what is imported on first use is not the count

    from regulars.describe.baskets.pairs import count_pairs

    baskets, items, n = _read(folder)
    start = time.process_time()
    found = count_pairs(baskets, items, n, int(np.ceil(support * n)))
    seconds = time.process_time() - start
    return _answer(np.stack([found.first, found.second, found.together], axis=1), seconds)


def mlxtend(folder: str, support: float) -> dict[str, Any]:
    """Grow itemsets of two, from a sparse data frame."""
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth
    from scipy import sparse

    baskets, items, n = _read(folder)
    start = time.process_time()
    cells = sparse.csr_matrix((np.ones(len(items), bool), (baskets, items)), shape=(n, int(items.max()) + 1))
    frame = pd.DataFrame.sparse.from_spmatrix(cells)
    found = fpgrowth(frame, min_support=(np.ceil(support * n) - 0.5) / n, max_len=2)
    seconds = time.process_time() - start
    pairs = [
        [*sorted(members), round(share * n)]
        for share, members in zip(found["support"], found["itemsets"], strict=True)
        if len(members) == 2
    ]
    return _answer(np.array(pairs), seconds)


def self_join(folder: str, support: float) -> dict[str, Any]:
    """Join the lines of frequent products with themselves."""
    import pyarrow as pa

    from regulars.engines.duckdb import DuckDBEngine

    baskets, items, n = _read(folder)
    with DuckDBEngine(threads=1) as engine:
        start = time.process_time()
        with engine.registered("entries", pa.table({"basket": baskets, "item": items})):
            found = engine.arrow(
                """
                WITH frequent AS (
                    SELECT * FROM entries
                    WHERE item IN (SELECT item FROM entries GROUP BY item HAVING count(*) >= $least)
                )
                SELECT one.item AS a, other.item AS b, count(*) AS n
                FROM frequent AS one INNER JOIN frequent AS other ON other.basket = one.basket AND other.item > one.item
                GROUP BY ALL HAVING count(*) >= $least
                """,
                {"least": int(np.ceil(support * n))},
            )
        seconds = time.process_time() - start
    return _answer(np.stack([found.column(name).to_numpy() for name in ("a", "b", "n")], axis=1), seconds)


def compare(folder: str, n_lines: int, supports: tuple[float, ...] = SUPPORTS) -> list[dict[str, Any]]:
    """Measure all contenders at each support; they have to agree."""
    rows = []
    for support in supports:
        contenders = ["regulars", "self_join", *(["mlxtend"] if support >= PEERS_FROM else [])]
        for contender in contenders:
            found = measure.call(f"benchmarks.pairs:{contender}", folder, support, environment=ONE_THREAD)
            rows.append(
                {
                    "lines": n_lines, "support": support, "contender": contender, "pairs": found.result["pairs"],
                    "seconds": found.seconds, "work_cpu_seconds": found.result["work"], "peak_mb": found.peak_mb,
                    "same": found.result["same"],
                }
            )  # fmt: skip
        told = {row["same"] for row in rows if row["support"] == support}
        if len(told) > 1:
            raise SystemExit(f"the contenders do not find the same pairs at support {support}")
    return rows


def describe_baskets(folder: str, memory_limit: str) -> dict[str, Any]:
    """Do all that a run does about baskets, for a shop in a database file."""
    from regulars.describe.baskets.build import build_baskets
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.settings import Baskets
    from regulars.terms.money import Currency
    from regulars.terms.windows import Cutoff
    from regulars.warehouse.history import History

    with DuckDBEngine(Path(folder) / "shop.duckdb", memory_limit=memory_limit) as engine:
        engine.execute(
            "CREATE TEMP TABLE segments AS SELECT DISTINCT customer_id, 'Segment ' || hash(customer_id) % 11 AS segment "
            "FROM fct_orders WHERE customer_id IS NOT NULL"
        )
        history = History(engine, Cutoff(datetime(2026, 1, 1)))
        start = time.perf_counter()
        history.need("order_lines", "products", "returns")
        behind_the_wall = time.perf_counter() - start
        facts = build_baskets(history, Baskets(), Currency("GBP"))
        whole = time.perf_counter() - start
        return {
            "wall_seconds": behind_the_wall, "basket_seconds": whole - behind_the_wall,
            "rules": engine.count("basket_rules"), "said": [fact["sentence"] for fact in facts],
        }  # fmt: skip


def make_shop(folder: str, n_lines: int) -> int:
    """Make a shop of so many lines, with its orders and products."""
    from benchmarks.features import _engine, _make_facts, make_lines

    made = make_lines(folder, n_lines)
    with _engine(folder) as engine:
        _make_facts(engine)
    return made


def scale(n_lines: int, memory_limit: str) -> list[dict[str, Any]]:
    """Measure a whole shop."""
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        made = measure.call("benchmarks.pairs:make_shop", folder, n_lines).result
        found = measure.call("benchmarks.pairs:describe_baskets", folder, memory_limit)
    for sentence in found.result.pop("said"):
        print("·", sentence)
    return [
        {
            "lines": made, "memory_limit": memory_limit or "default", "seconds": found.seconds,
            "cpu_seconds": found.cpu_seconds, "peak_mb": found.peak_mb, **found.result,
        }
    ]  # fmt: skip


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="folder with online_retail_II.csv.gz")
    parser.add_argument("--support", type=float, nargs="+", default=SUPPORTS)
    parser.add_argument("--lines", type=int, help="instead: all about baskets in a shop of so many lines")
    parser.add_argument("--memory-limit", default="", help="for the database, as 4GB")
    given = parser.parse_args()
    if given.lines:
        rows = scale(given.lines, given.memory_limit)
        measure.record("pairs", rows)
        measure.show(f"Baskets of a shop of {given.lines:,} lines", rows)
        return
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        n_lines = write_real(folder, given.data) if given.data else write_made_up(folder)
        rows = compare(folder, n_lines, tuple(given.support))
    rows = [row | {"baskets_of": "online_retail_II" if given.data else "made up"} for row in rows]
    measure.record("pairs", rows)
    measure.show("Pairs of products in the same baskets", rows)
    for support in given.support:
        at = {row["contender"]: row for row in rows if row["support"] == support}
        if peer := at.get("mlxtend"):
            ours = at["regulars"]
            print(
                f"support {support:g}: identical pairs; mlxtend takes {peer['work_cpu_seconds'] / ours['work_cpu_seconds']:.0f} times "
                f"the processor time and {peer['peak_mb'] / ours['peak_mb']:.1f} times the memory"
            )


if __name__ == "__main__":
    main()
