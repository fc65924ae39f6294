"""How fast the synthetic shop is written, and in how much memory.

python -m benchmarks.shop [--customers 100000] [--format parquet]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import measure


def write(folder: str, customers: int, form: str) -> dict[str, int]:
    """Write a shop; return its rows and bytes."""
    from regulars.demo.shop import write_shop

    shop = write_shop(Path(folder), customers, format=form)  # type: ignore[arg-type]
    return {"rows": shop.facts.rows_in_files, "bytes": sum(path.stat().st_size for path in shop.paths)}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, nargs="+", default=[3_000, 100_000])
    parser.add_argument("--format", choices=["csv", "parquet"], default="parquet")
    given = parser.parse_args(arguments)
    rows: list[dict[str, Any]] = []
    for customers in given.customers:
        with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
            found = measure.call("benchmarks.shop:write", folder, customers, given.format)
        rows.append(
            {
                "customers": customers,
                "format": given.format,
                "rows": found.result["rows"],
                "seconds": found.seconds,
                "cpu_seconds": found.cpu_seconds,
                "peak_mb": found.peak_mb,
                "files_mb": found.result["bytes"] / 2**20,
                "µs_per_row": 1e6 * found.seconds / found.result["rows"],
            }
        )
    measure.record("shop", rows)
    measure.show("Writing a synthetic shop", rows)


if __name__ == "__main__":
    main()
