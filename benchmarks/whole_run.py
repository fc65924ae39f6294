"""A whole `regulars run` beside the same work in plain pandas: wall seconds and peak memory.

The file is UCI Online Retail II where it is (`REGULARS_DATA`, or `../shared/data`), else a synthetic shop of 25,000
customers. Bars, on two cores: under 20 seconds and under 2 GB for Online Retail II.

    python -m benchmarks.whole_run [FILE …]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import measure

BAR_SECONDS, BAR_MB = 20.0, 2048.0
SYNTHETIC_CUSTOMERS = 25_000


def default_files(folder: Path) -> list[Path]:
    """Return the public data set, or a synthetic shop made for the occasion."""
    data = Path(os.environ.get("REGULARS_DATA", measure.ROOT.parent / "shared" / "data"))
    retail = data / "online_retail_II.csv.gz"
    if retail.exists():
        return [retail]
    from regulars.demo.shop import write_shop

    paths = write_shop(folder, customers=SYNTHETIC_CUSTOMERS).paths
    return [path for path in paths if path.name.startswith("orders")]


def ours(files: list[Path], workspace: Path) -> dict[str, Any]:
    """Measure the command as a person would give it."""
    regulars = Path(sys.executable).with_name("regulars")
    measured = measure.command([regulars, "run", *files, "--workspace", workspace, "--json"], ok=(0, 1))
    database = workspace / "warehouse.duckdb"
    return {
        "what": "regulars run",
        "seconds": measured.seconds,
        "cpu_seconds": measured.cpu_seconds,
        "peak_mb": measured.peak_mb,
        "disk_mb": sum(path.stat().st_size for path in workspace.rglob("*") if path.is_file()) / 2**20,
        "warehouse_mb": database.stat().st_size / 2**20,
    }


def pandas(files: list[Path], folder: Path) -> dict[str, Any]:
    """Measure the same work in pandas; no audit, no release, no report."""
    folder.mkdir()
    measured = measure.call("benchmarks.pandas_shop:whole_run", [str(file) for file in files], str(folder))
    print("pandas found", json.dumps(measured.result), file=sys.stderr)
    return {
        "what": "plain pandas, without audit, release and report",
        "seconds": measured.seconds,
        "cpu_seconds": measured.cpu_seconds,
        "peak_mb": measured.peak_mb,
        "disk_mb": sum(path.stat().st_size for path in folder.iterdir()) / 2**20,
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args(arguments).files
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as name:
        folder = Path(name)
        files = [file.resolve() for file in files] or default_files(folder / "shop")
        source = ", ".join(file.name for file in files)
        rows = [ours(files, folder / "workspace"), pandas(files, folder / "pandas")]
    rows = [{"source": source, **row} for row in rows]
    measure.record("whole_run", rows)
    measure.show(
        f"A whole run on {source}", [{k: v for k, v in row.items() if k != "source"} for row in rows]
    )
    seconds, peak = rows[0]["seconds"], rows[0]["peak_mb"]
    print(f"under {BAR_SECONDS:.0f} s: {'yes' if seconds < BAR_SECONDS else 'NO'} ({seconds:.1f} s)")
    print(f"under {BAR_MB:.0f} MB: {'yes' if peak < BAR_MB else 'NO'} ({peak:.0f} MB)")


if __name__ == "__main__":
    main()
