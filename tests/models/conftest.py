"""A shop with a season, drawn from a process that is known, and what every contender is fitted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.evaluation.backtest import Backtest, judge_all
from regulars.evaluation.plan import Plan, backtest_plan
from regulars.evaluation.snapshots import collect
from regulars.evaluation.year import judge_year
from regulars.features.build import build_features
from regulars.models.matrix import Encoding, FeatureMatrix, read_matrix
from regulars.models.training import Snapshot, Training
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff
from regulars.warehouse.history import History

START = datetime(2024, 1, 1)
DAYS = 800
HORIZON_DAYS = 60
EVERY = 3
"""Of the months that a run would learn from, so many are one: tests need not wait for all."""


def busy(day: int) -> float:
    """Return how busy the made-up shop is on a day: autumn thrice as busy as spring."""
    return float(1 + 0.5 * np.cos(2 * np.pi * (day - 300) / 365))


def order(customer: str, at: datetime, amount: float = 20.0, **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"{customer}-{at:%y%m%d%H%M}", "customer_id": customer, "ordered_at": at, "product_id": "P1",
        "description": "Thing", "quantity": Decimal(1), "unit_price": Decimal(f"{amount:.2f}"), **more,
    }  # fmt: skip


def drawn_orders(n_customers: int = 250, seed: int = 4) -> Iterator[dict[str, Any]]:
    """Draw customers who buy at their own rate, faster when the shop is busy, until they leave."""
    dice = np.random.default_rng(seed)
    paces = np.array([busy(day) for day in range(DAYS)])
    clock = np.cumsum(paces)
    for number in range(n_customers):
        rate, mean = dice.gamma(1.2, 1 / 40), dice.gamma(4, 12)
        shop_time, end = dice.uniform(0, clock[-1] * 0.8), clock[-1]
        while shop_time < end:
            day = int(np.searchsorted(clock, shop_time))
            at = START + timedelta(days=day, hours=int(dice.integers(8, 20)))
            yield order(f"c{number:04d}", at, max(dice.gamma(4, mean / 4), 1.0))
            if dice.random() < 0.12:
                break
            shop_time += dice.exponential(1 / rate)


def shop(orders: Iterable[dict[str, Any]]) -> DuckDBEngine:
    engine = DuckDBEngine(threads=1)
    land_rows(engine, orders)
    build(engine, Settings())
    return engine


@dataclass(frozen=True)
class Fitting:
    """What a run has when it fits: the engine, snapshots of past windows, and the present."""

    engine: DuckDBEngine
    cutoff: Cutoff
    plan: Plan
    snapshots: list[Snapshot]
    present: FeatureMatrix
    encoding: Encoding
    training: Training


def fitting(engine: DuckDBEngine, horizon_days: int = HORIZON_DAYS) -> Fitting:
    """Return what a run has at its end, the first midnight after the last order."""
    cutoff = default_cutoff(engine)
    plan = backtest_plan(engine, cutoff, horizon_days)
    kept = plan.snapshots[::-EVERY][::-1]
    plan = replace(plan, snapshots=kept, tests=kept[-3:])
    snapshots = collect(engine, plan, Settings())
    history = History(engine, cutoff)
    build_features(history, horizon_days)
    present, encoding = read_matrix(engine)
    training = Training.at(cutoff, present, snapshots, horizon_days)
    return Fitting(engine, cutoff, plan, snapshots, present, encoding, training)


@pytest.fixture(scope="session")
def fitted_shop() -> Iterator[Fitting]:
    """The shop with a season, at its end."""
    with shop(drawn_orders()) as engine:
        yield fitting(engine)


def proof_of_a_year(found: Fitting) -> Backtest:
    """Return how a year's revenue was foretold in a shop, as a run does after its backtest."""
    proof = judge_all(found.plan, found.snapshots, [], Settings())
    return judge_year(found.engine, proof, Settings())


@pytest.fixture(scope="session")
def year(fitted_shop: Fitting) -> Backtest:
    return proof_of_a_year(fitted_shop)
