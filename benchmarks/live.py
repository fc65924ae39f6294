"""One customer scored alone, as on demand: history, features, predictions and reasons. Bar: under 50 ms.

    python -m benchmarks.live [--workspace DIR] [--customers 100]

Works on the warehouse and the newest models of a workspace; without one, a synthetic shop of 10,000 customers is run
first. The warehouse is read from its file, as whoever serves it would.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure

BAR_MS = 50.0
SYNTHETIC_CUSTOMERS = 10_000


def score(workspace: str, n_customers: int) -> list[dict[str, Any]]:
    """Score customers one by one with what is made once; return milliseconds of the whole and of its parts."""
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.models.live import Scorer
    from regulars.models.store import open_models
    from regulars.publish.reader import Reader
    from regulars.settings import Settings
    from regulars.terms.places import Places
    from regulars.warehouse.one_customer import facts_of

    places = Places(Path(workspace))
    with Reader.open(places) as reader:
        cutoff, statistics = reader.cutoff, reader.table("shop_statistics").arrow
        models = open_models(reader.folder / "models")
        chosen = reader.sql("SELECT customer_id FROM predictions ORDER BY md5(customer_id)").arrow[
            "customer_id"
        ]
    parts: dict[str, list[Any]] = {"facts": [], "features_predictions_and_reasons": [], "together": []}
    scorer = Scorer(models, statistics, Settings.load(places.root).predictions)
    with closing(scorer), DuckDBEngine(places.warehouse, read_only=True) as engine:
        for customer in chosen.to_pylist()[: n_customers + 1]:
            start = _now()
            facts = facts_of(engine, customer)
            middle = _now()
            scorer.score(facts, cutoff)
            end = _now()
            for name, took in zip(parts, (middle - start, end - middle, end - start), strict=True):
                parts[name].append(1000 * took)
    rows = []
    for name, found in parts.items():
        wall, processor = np.array(found[1:]).T
        rows.append(
            {
                "what": name.replace("_", " "),
                "customers": len(wall),
                "first_ms": float(found[0][0]),
                "median_ms": float(np.median(wall)),
                "p95_ms": float(np.quantile(wall, 0.95)),
                "median_cpu_ms": float(np.median(processor)),
            }
        )
    return rows


def _now() -> Any:
    """Return seconds by the clock and of processors."""
    return np.array([time.perf_counter(), time.process_time()])


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--customers", type=int, default=100)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        workspace = given.workspace or _synthetic(Path(folder))
        found = measure.call("benchmarks.live:score", str(workspace.resolve()), given.customers)
    measure.record("live", found.result)
    measure.show("One customer scored alone", found.result)
    middle = found.result[-1]["median_ms"]
    print(f"under {BAR_MS:.0f} ms: {'yes' if middle < BAR_MS else 'NO'} ({middle:.0f} ms at the median)")


def _synthetic(folder: Path) -> Path:
    from regulars import flow
    from regulars.demo.shop import write_shop

    shop = write_shop(folder / "shop", SYNTHETIC_CUSTOMERS, format="parquet")
    flow.run(folder / "workspace", [str(path) for path in shop.paths])
    return folder / "workspace"


if __name__ == "__main__":
    main()
