"""Reports of real releases: rows are landed, built, described and published as a run would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from regulars.describe.build import describe
from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.features.tables import SHOP_STATISTICS, features_table
from regulars.publish.reader import Reader
from regulars.publish.release import publish
from regulars.publish.report.html import write_report
from regulars.segments.build import build_segments
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_orders, six_customer_sign_ups
from regulars.warehouse.audits import audit
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff, default_horizon
from regulars.warehouse.history import History


@dataclass(frozen=True)
class Report:
    """What was written, and what it was written from."""

    folder: Path

    @property
    def html(self) -> str:
        return self.page.read_text("utf-8")

    @property
    def page(self) -> Path:
        return self.folder / "report.html"

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads(self.folder.joinpath("report.json").read_text("utf-8"))


def publish_report(
    engine: DuckDBEngine, workspace: Path, settings: Settings, cutoff: Cutoff | None = None
) -> Report:
    """Run what follows landing, in the order of a run, and publish it with its report."""
    build(engine, settings)
    found = audit(engine, settings)
    at = cutoff or default_cutoff(engine)
    horizon = default_horizon(engine, at)
    history = History(engine, at)
    build_features(history, horizon.days)
    build_segments(history, settings)
    describe(history, settings)

    def write(folder: Path) -> None:
        with Reader.at(folder) as reader:
            write_report(reader, folder)

    release = publish(
        engine,
        Places(workspace),
        tables=(features_table(), SHOP_STATISTICS, *SEGMENT_TABLES, *DESCRIBE_TABLES),
        cutoff=at,
        horizon=horizon,
        settings=settings,
        audit=found,
        write_report=write,
        history=history,
    )
    return Report(release.folder)


Maker = Callable[..., Report]


@pytest.fixture(scope="session")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Return a function that makes the report of order lines."""

    def make(
        orders: Iterable[Mapping[str, Any]],
        customers: Iterable[Mapping[str, Any]] = (),
        *,
        name: str = "Tea shop",
        currency: str = "GBP",
        has_hours: bool = True,
        cutoff: Cutoff | None = None,
    ) -> Report:
        settings = Settings(shop={"name": name, "currency": currency})
        with DuckDBEngine() as engine:
            land_rows(engine, orders, customers, has_hours=has_hours)
            return publish_report(engine, tmp_path_factory.mktemp("shop"), settings, cutoff)

    return make


@pytest.fixture(scope="session")
def six_customers(report_of: Maker) -> Report:
    return report_of(six_customer_orders(), six_customer_sign_ups(), cutoff=SIX_CUSTOMERS_CUTOFF)
