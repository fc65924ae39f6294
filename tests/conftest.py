"""What all tests may ask for."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Two processes of tests share the cores: a second thread of linear algebra would only wait for its neighbors, and burn
# what they need. It is read when NumPy is loaded, and handed on to every process that a test starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile(
    "house", deadline=None, max_examples=30, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

MADE_WITHIN_SECONDS = 600
SETTINGS_OF_THE_DEMO_SHOP = """
[shop]
name = "Tea shop"
currency = "GBP"

[predictions]
reasons_for = 20
"""
OWN_FEATURE = """-- name: n_evening_orders
-- sentence: Orders after six in the evening.
-- unit: orders
SELECT customer_id, count(*) AS n_evening_orders FROM history_orders
WHERE extract('hour' FROM ordered_at) >= 18 GROUP BY customer_id
"""
BROWSER_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of public data sets, or skip."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("REGULARS_DATA", default))
    if not (folder / "online_retail_II.csv.gz").exists():
        pytest.skip("the public data sets are not here; set REGULARS_DATA to their folder")
    return folder


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one process fills, for the tests of all processes: to be copied."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    made = folder / "made"
    try:
        folder.mkdir()
    except FileExistsError:  # the other process makes it
        until = time.monotonic() + MADE_WITHIN_SECONDS
        while not made.exists():
            assert folder.exists(), f"another process failed to make {name}"
            assert time.monotonic() < until, f"another process has not made {name} yet"
            time.sleep(0.1)
    else:
        try:
            make(folder)
        except BaseException:
            shutil.rmtree(folder)
            raise
        made.touch()
    return folder


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a synthetic shop's workspace with one release and a feature of its own, which tests only read."""

    def make(folder: Path) -> None:
        from regulars import flow
        from regulars.demo.shop import write_shop

        root = folder / "shop"
        (root / "features").mkdir(parents=True)
        (root / "features" / "n_evening_orders.sql").write_text(OWN_FEATURE, encoding="utf-8")
        (root / "regulars.toml").write_text(SETTINGS_OF_THE_DEMO_SHOP, encoding="utf-8")
        flow.run(root, write_shop(folder, customers=120, seed=5).paths)

    made = made_once(tmp_path_factory, "demo", make) / "shop"
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("demo") / "shop"))


@pytest.fixture(scope="module")
def online_retail_ii(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return an engine over the warehouse of UCI Online Retail II, which a module may do with as it likes."""
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.flow import load
    from regulars.settings import Settings
    from regulars.terms.progress import Silence

    def make(folder: Path) -> None:
        with DuckDBEngine(folder / "warehouse.duckdb", threads=2) as engine:
            load(engine, [real_data / "online_retail_II.csv.gz"], Settings(), Silence())

    kept = made_once(tmp_path_factory, "online-retail-ii", make) / "warehouse.duckdb"
    own = Path(shutil.copy(kept, tmp_path_factory.mktemp("online-retail-ii")))
    with DuckDBEngine(own, threads=2) as engine:
        yield engine
    own.unlink()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium, one for all tests of a process: a second one cannot be driven beside it."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
    if not path:
        pytest.skip("there is no browser here; set BROWSER_PATH to a Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield running
        running.close()
