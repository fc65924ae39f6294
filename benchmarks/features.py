"""Features at a cut-off from order lines: our facts and catalog beside a bare scan and plain pandas.

    python -m benchmarks.features --lines 1000000

Every measurement is a process of its own. Beside pandas, both start with their lines in memory and end with a table in
memory; the runs from a database file show memory and how cost grows. pandas makes the same facts, in floating point,
and all columns that both define alike are compared at the end. What counts as pandas, and what as pandas tuned by hand,
is said in `plain_pandas.py`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import measure

START = datetime(2024, 1, 1)
CUTOFF = datetime(2025, 12, 1)
HORIZON_DAYS = 90
EIGHT = [CUTOFF - timedelta(days=45 * step) for step in range(8)]
LINES_PER_ORDER = 20
LINES_PER_CUSTOMER = 130
PANDAS_UP_TO = 10_000_000
APART = {"price_tier", "loyalty_index", "rule_churn_risk_score"}
"""A hundred boundaries here, exact ranks there."""
FACTS = (
    ("fct_order_categories", "facts/order_categories"),
    ("fct_customer_products", "facts/first_bought"),
    ("fct_orders", "facts/orders"),
)


def make_lines(folder: str, n_lines: int) -> int:
    """Make the lines, some returns and some cancelled orders; return how many lines there are."""
    from regulars.engines.queries import load_file
    from regulars.warehouse.tables import FCT_CANCELLATIONS, FCT_RETURNS, WAREHOUSE_TABLES

    with _engine(folder, "6GB") as engine:
        for spec in WAREHOUSE_TABLES:
            engine.create_empty(spec)
        query = load_file(Path(__file__).parent / "synthetic_lines.sql")
        sizes = {
            "n_orders": round(n_lines / LINES_PER_ORDER),
            "n_customers": n_lines // LINES_PER_CUSTOMER,
            "n_products": 4_000 if n_lines <= 1_000_000 else 20_000,
            "start": START,
        }
        engine.create("fct_order_lines", query, sizes)
        engine.execute(
            f"""INSERT INTO {FCT_RETURNS.name} BY NAME
            SELECT 'R' || row_number AS return_id, 1 AS return_line, order_id, 'exact' AS link, customer_id,
                ordered_at + INTERVAL 9 DAY AS returned_at, product_id, description, line_kind, counts_as_revenue,
                quantity, amount, load_id, row_number, TRUE AS is_row
            FROM fct_order_lines WHERE hash(row_number) % 50 = 0"""
        )
        engine.execute(
            f"""INSERT INTO {FCT_CANCELLATIONS.name} BY NAME
            SELECT DISTINCT order_id, ordered_at + INTERVAL 1 HOUR AS cancelled_at, 'status' AS cancelled_by
            FROM fct_order_lines WHERE hash(order_id) % 100 = 0"""
        )
        return engine.count("fct_order_lines")


def floor(folder: str) -> dict[str, Any]:
    """Scan once: a sum and a distinct count."""
    with _engine(folder, read_only=True) as engine:
        start, cpu = time.perf_counter(), time.process_time()
        engine.rows("SELECT count(*), sum(amount), count(DISTINCT customer_id) FROM fct_order_lines")
        return {"total": time.perf_counter() - start, "cpu": time.process_time() - cpu}


def ours(folder: str, n_cutoffs: int, memory_limit: str = "", in_memory: bool = False) -> dict[str, Any]:
    """Build facts from lines once, then the whole catalog at each cut-off."""
    from regulars.features.build import build_features_at
    from regulars.terms.windows import Cutoff
    from regulars.warehouse import build  # noqa: F401  before the clock starts, as pandas is

    with _in_memory(folder) if in_memory else _engine(folder, memory_limit) as engine:
        start, cpu = time.perf_counter(), time.process_time()
        _make_facts(engine)
        facts = time.perf_counter() - start
        cutoffs = [Cutoff(at) for at in EIGHT[:n_cutoffs]]
        rows = [
            history.engine.count("features") for history in build_features_at(engine, cutoffs, HORIZON_DAYS)
        ]
        found = {
            "total": time.perf_counter() - start, "cpu": time.process_time() - cpu, "facts": facts, "rows": sum(rows),
        }  # fmt: skip
        if n_cutoffs == 1:
            engine.execute(f"COPY features TO '{folder}/ours.parquet' (FORMAT parquet)")
        return found


def with_pandas(folder: str, tuned: bool = False) -> dict[str, Any]:
    """Compute the same catalog with pandas, from a data frame in memory."""
    from benchmarks.plain_pandas import PLAIN, TUNED, catalog, facts, with_categories

    with _engine(folder, read_only=True) as engine:
        lines, returns, cancellations = (
            engine.arrow(f"FROM {name}").to_pandas()
            for name in ("fct_order_lines", "fct_returns", "fct_cancellations")
        )
    money = ["amount", "unit_price", "quantity", "discount", "unit_cost"]
    for frame, columns in ((lines, money), (returns, ["amount"])):
        frame[columns] = frame[columns].astype(float)
    start, cpu = time.perf_counter(), time.process_time()
    if tuned:
        lines, returns = with_categories(lines, returns)
    known = facts(lines, returns, cancellations, CUTOFF)
    facts_seconds = time.perf_counter() - start
    table = catalog(known, CUTOFF, HORIZON_DAYS, TUNED if tuned else PLAIN)
    found = {
        "total": time.perf_counter() - start, "cpu": time.process_time() - cpu, "facts": facts_seconds, "rows": len(table),
    }  # fmt: skip
    table.reset_index().to_parquet(Path(folder) / ("tuned.parquet" if tuned else "pandas.parquet"))
    return found


def differing(folder: str, other: str) -> dict[str, list[str]]:
    """Compare our table with another, customers with an order that stood: which columns are the same, which are not."""
    import numpy as np
    import pandas as pd

    ours, theirs = (
        pd.read_parquet(Path(folder) / f"{who}.parquet").set_index("customer_id").sort_index()
        for who in ("ours", other)
    )
    bought = ours.index[ours.n_orders > 0]
    found: dict[str, list[str]] = {"same": [], "differ": []}
    for name in sorted(set(ours) & set(theirs) - APART):
        one, other = ours.loc[bought, name], theirs.loc[bought, name]
        if pd.api.types.is_numeric_dtype(one) and one.dtype != bool:
            same = np.allclose(one.astype(float), other.astype(float), rtol=1e-7, atol=1e-6, equal_nan=True)
        else:
            same = one.astype(str).tolist() == other.astype(str).tolist()
        found["same" if same else "differ"].append(name)
    return found


def _engine(folder: str, memory_limit: str = "", *, read_only: bool = False) -> Any:
    from regulars.engines.duckdb import DuckDBEngine

    return DuckDBEngine(Path(folder) / "shop.duckdb", memory_limit=memory_limit, read_only=read_only)


def _in_memory(folder: str) -> Any:
    """Return an engine without a file that holds the lines."""
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.warehouse.tables import WAREHOUSE_TABLES

    engine = DuckDBEngine()
    engine.execute(f"ATTACH '{folder}/shop.duckdb' AS file (READ_ONLY)")
    for spec in WAREHOUSE_TABLES:
        engine.execute(f"CREATE TABLE {spec.name} AS FROM file.{spec.name}")
    engine.execute("DETACH file")
    return engine


def _make_facts(engine: Any) -> None:
    """Do what the warehouse does once lines are cleaned."""
    from regulars.engines.queries import load
    from regulars.warehouse import build, tables

    engine.execute(
        "CREATE OR REPLACE TEMP TABLE stg_order_amounts (order_id VARCHAR, version INTEGER, "
        "shipping DECIMAL(18, 4), tax DECIMAL(18, 4))"
    )
    for name, query in FACTS:
        engine.create_empty(next(spec for spec in tables.WAREHOUSE_TABLES if spec.name == name), replace=True)
        engine.insert(name, load("regulars.warehouse", query))
    build.part_what_ended(engine)


def run(n_lines: int, memory_limit: str, folder: str) -> list[dict[str, Any]]:
    """Measure everything at one size."""
    made = measure.call("benchmarks.features:make_lines", folder, n_lines).result
    runs: list[tuple[str, str, list[Any]]] = [("floor", "floor", [])]
    if n_lines <= PANDAS_UP_TO:
        runs += [
            ("pandas, one cut-off", "with_pandas", []),
            ("pandas tuned by hand, one cut-off", "with_pandas", [True]),
            ("ours, one cut-off", "ours", [1, "", True]),
            ("ours, eight cut-offs", "ours", [8, "", True]),
        ]
    runs += [("ours, one cut-off, from a file", "ours", [1, memory_limit])]
    if n_lines <= PANDAS_UP_TO:
        runs += [("ours, eight cut-offs, from a file", "ours", [8, memory_limit])]
    rows = []
    for what, function, arguments in runs:
        found = measure.call(f"benchmarks.features:{function}", folder, *arguments)
        seconds = found.result["total"]
        rows.append(
            {
                "lines": made, "what": what, "seconds": seconds, "cpu_seconds": found.result.get("cpu", ""), "peak_mb": found.peak_mb,
                "facts_seconds": found.result.get("facts", ""), "µs_per_line": 1e6 * seconds / made,
                "rows": found.result.get("rows", ""), "memory_limit": memory_limit or "default",
            }
        )  # fmt: skip
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure one size, print it and keep it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--memory-limit", default="", help="for the database, as 4GB")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        rows = run(arguments.lines, arguments.memory_limit, folder)
        compared = {}
        if arguments.lines <= PANDAS_UP_TO:
            compared = {
                "pandas": differing(folder, "pandas"),
                "pandas tuned by hand": differing(folder, "tuned"),
            }
    measure.record("features", rows)
    measure.show(f"Features from {arguments.lines:,} order lines", rows)
    found = {row["what"]: row for row in rows}
    from_file, floor_ = found["ours, one cut-off, from a file"], found["floor"]
    print(
        f"one cut-off from a file takes {from_file['seconds'] / floor_['seconds']:.0f} times the floor "
        f"({from_file['cpu_seconds'] / floor_['cpu_seconds']:.0f} times the processor time)"
    )
    for who, columns in compared.items():
        _print_beside(found, who)
        print(f"  {len(columns['same'])} columns are the same in both; not: {columns['differ'] or 'none'}")
    for where in ("", ", from a file"):
        if eight := found.get(f"ours, eight cut-offs{where}"):
            one = found[f"ours, one cut-off{where}"]
            print(
                f"eight cut-offs{where} take {eight['seconds'] / one['seconds']:.2f} times as long as one "
                f"({eight['cpu_seconds'] / one['cpu_seconds']:.2f} times the processor time)"
            )


def _print_beside(found: dict[str, dict[str, Any]], who: str) -> None:
    """Print how many times as long pandas takes as we do, both in memory: all of it, and the catalog from facts."""
    theirs, ours = found[f"{who}, one cut-off"], found["ours, one cut-off"]
    catalogs = [row["seconds"] - row["facts_seconds"] for row in (theirs, ours)]
    print(
        f"{who} takes {theirs['seconds'] / ours['seconds']:.1f} times as long as ours "
        f"({theirs['cpu_seconds'] / ours['cpu_seconds']:.1f} times the processor time), {catalogs[0] / catalogs[1]:.1f} times "
        "as long for the catalog from facts that are made"
    )


if __name__ == "__main__":
    main()
