"""How long each page of the web app takes on a large release, and how much memory the app needs.

`python -m benchmarks.app --customers 1500 --times 700`: a made-up shop goes through everything once; its release is then
grown by repeating every customer so many times under other ids, with all orders, predictions and recommendations. The
aggregates of the report stay those of the small shop, the queries of the pages run over the grown tables. A page's time
is from the click in the menu to the end of the drawing, in a real browser: the first time, and once it was asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from regulars.engines.duckdb import DuckDBEngine, literal, parquet
from regulars.publish.reader import Reader
from regulars.terms.places import Places

IDLE = "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
PAGES = {
    "Customers": "Customers", "Segments": "Segments", "Campaigns": "Whom to write to", "Insights": "What is worth knowing",
    "Baskets": "Baskets & recommendations", "Rhythm": "When they buy", "Proof": "What the predictions are worth",
    "Data health": "Can the data be trusted", "Overview": "What matters",
}  # fmt: skip


def grow(source: Path, target: Path, times: int) -> dict[str, int]:
    """Write a release in which every customer stands so many times, and return the rows of each table."""
    folder = Path(shutil.copytree(source, target))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    with Reader.at(source) as reader, DuckDBEngine() as engine:
        for name in reader.tables():
            if "customer_id" not in reader.spec(name).column_names or name in ("set_aside", "cluster_map"):
                continue
            file = folder / manifest["tables"][name]["file"]
            rows = (
                "SELECT rows.* REPLACE (CASE WHEN copy = 0 THEN customer_id ELSE customer_id || '-' || copy END AS customer_id) "
                f"FROM {parquet(reader.path(name))} AS rows, range({times}) AS copies(copy) ORDER BY customer_id"
            )
            engine.execute(
                f"COPY ({rows}) TO {literal(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 40960)"
            )
            manifest["tables"][name]["rows"] *= times
            manifest["tables"][name]["bytes"] = file.stat().st_size
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return {name: card["rows"] for name, card in manifest["tables"].items()}


def look(root: Path, customer_id: str) -> dict[str, Any]:
    """Open every page of the app twice, and a customer; return seconds by page and the app's largest memory."""
    import psutil
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "regulars", "app", "-w", str(root), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
    memory, seconds = psutil.Process(process.pid), {}
    most = 0.0
    try:
        with sync_playwright() as playwright:
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=path, args=flags)
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            time.sleep(3)
            page.goto(url)
            page.get_by_role("heading", level=1, name="What matters").wait_for(timeout=120_000)
            page.wait_for_function(IDLE)
            for again in ("first", "again"):
                for title, heading in PAGES.items():
                    began = time.perf_counter()
                    page.get_by_role("link", name=title, exact=True).first.click()
                    page.get_by_role("heading", level=1, name=heading).wait_for(timeout=120_000)
                    page.wait_for_function(IDLE)
                    seconds[f"{title}, {again}"] = time.perf_counter() - began
                    most = max(most, memory.memory_info().rss / 1e6)
            page.get_by_role("link", name="Customers", exact=True).first.click()
            field = page.get_by_label("Customer id, name")
            field.wait_for()
            began = time.perf_counter()
            field.fill(customer_id)
            field.press("Enter")
            page.get_by_role("heading", name="The rows behind").wait_for(timeout=120_000)
            page.wait_for_function(IDLE)
            seconds["One customer"] = time.perf_counter() - began
            most = max(most, memory.memory_info().rss / 1e6)
            browser.close()
    finally:
        process.terminate()
        process.communicate()
    return {"seconds": seconds, "memory_mb": most}


def main() -> None:
    """Make a shop, grow its release, and look at every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument(
        "--workspace", type=Path, help="A workspace with a release to grow, in place of a made-up shop."
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = asked.workspace or Path(folder) / "demo"
        if asked.workspace is None:
            made = ["-m", "regulars", "demo", "--customers", str(asked.customers), "--workspace", str(root)]
            subprocess.run([sys.executable, *made], check=True, capture_output=True)
        with Reader.open(Places(root)) as reader:
            source = reader.folder
            query = "SELECT customer_id FROM orders WHERE customer_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
            customer_id = reader.sql(query).to_pylist()[0]["customer_id"]
        grown = Path(folder) / "grown"
        (grown / "releases").mkdir(parents=True)
        began = time.perf_counter()
        rows = grow(source, grown / "releases" / source.name, asked.times)
        (grown / "releases" / "current").write_text(source.name)
        sizes = {
            name: rows.get(name, 0)
            for name in ("customers", "order_lines", "backtest_predictions", "recommendations")
        }
        print(
            f"grown in {time.perf_counter() - began:.0f} s: "
            + ", ".join(f"{n:,} {name}" for name, n in sizes.items())
        )
        found = look(grown, customer_id)
    for name, seconds in found["seconds"].items():
        print(f"  {seconds:6.2f} s  {name}")
    print(f"  {found['memory_mb']:6.0f} MB  largest memory of the app")


if __name__ == "__main__":
    main()
