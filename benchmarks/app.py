"""How long each page of the web app takes on a large release, and how much memory the app needs.

`python -m regulars demo --customers 1500 --workspace SMALL`, `python -m benchmarks.grown SMALL LARGE`, then
`python -m benchmarks.app LARGE`. A page's time is from the click in the menu to the end of the drawing, in a real browser:
the first time, and once it was asked for. The app's processor seconds say what a busy machine hides. The app is given
some seconds after its start, as it makes ready what its pages begin with.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from regulars.publish.reader import Reader
from regulars.terms.places import Places

IDLE = "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
PAGES = {
    "Customers": "Customers", "Segments": "Segments", "Campaigns": "Whom to write to", "Insights": "What is worth knowing",
    "Baskets": "Baskets & recommendations", "Rhythm": "When they buy", "Proof": "What the predictions are worth",
    "Data health": "Can the data be trusted", "Overview": "What matters",
}  # fmt: skip


def look(root: Path, customer_id: str) -> dict[str, Any]:
    """Open every page of the app twice, and a customer; return wall and processor seconds by page, and the largest memory."""
    import psutil
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "regulars", "app", "-w", str(root), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
    app, seconds = psutil.Process(process.pid), {}
    most = 0.0

    def processor() -> float:
        return sum(app.cpu_times()[:2])

    try:
        with sync_playwright() as playwright:
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=path, args=flags)
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            began, used = time.perf_counter(), processor()
            wait_until_quiet(processor)
            seconds["Start"] = (time.perf_counter() - began, processor() - used)
            began, used = time.perf_counter(), processor()
            page.goto(url)
            page.get_by_role("heading", level=1, name="What matters").wait_for(timeout=120_000)
            page.wait_for_function(IDLE)
            seconds["Overview, opened"] = (time.perf_counter() - began, processor() - used)
            for again in ("first", "again"):
                for title, heading in PAGES.items():
                    began, used = time.perf_counter(), processor()
                    page.get_by_role("link", name=title, exact=True).first.click()
                    page.get_by_role("heading", level=1, name=heading).wait_for(timeout=120_000)
                    page.wait_for_function(IDLE)
                    seconds[f"{title}, {again}"] = (time.perf_counter() - began, processor() - used)
                    most = max(most, app.memory_info().rss / 1e6)
            page.get_by_role("link", name="Customers", exact=True).first.click()
            field = page.get_by_label("Customer id, name")
            field.wait_for()
            began, used = time.perf_counter(), processor()
            field.fill(customer_id)
            field.press("Enter")
            page.get_by_role("heading", name="The rows behind").wait_for(timeout=120_000)
            page.wait_for_function(IDLE)
            seconds["One customer"] = (time.perf_counter() - began, processor() - used)
            most = max(most, app.memory_info().rss / 1e6)
            browser.close()
    finally:
        process.terminate()
        process.communicate()
    return {"seconds": seconds, "memory_mb": most}


def wait_until_quiet(processor: Callable[[], float], most: float = 60) -> None:
    """Wait until the app does nothing any more."""
    until, before = time.monotonic() + most, -1.0
    while time.monotonic() < until and processor() - before > 0.05:
        before = processor()
        time.sleep(1)


def main() -> None:
    """Look at every page of a workspace's release."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    asked = parser.parse_args()
    with Reader.open(Places(asked.workspace)) as reader:
        query = "SELECT customer_id FROM orders WHERE customer_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        customer_id = reader.sql(query).to_pylist()[0]["customer_id"]
        rows = {name: card.rows for name, card in reader.manifest.tables.items()}
    sizes = (f"{rows.get(name, 0):,} {name}" for name in ("customers", "order_lines", "backtest_predictions"))
    print(", ".join(sizes) + f"; load {os.getloadavg()[0]:.1f}")
    found = look(asked.workspace, customer_id)
    for name, (wall, used) in found["seconds"].items():
        print(f"  {wall:6.2f} s  {used:6.2f} processor s  {name}")
    print(f"  {found['memory_mb']:6.0f} MB  largest memory of the app")


if __name__ == "__main__":
    main()
