"""The catalog beside a second, plain implementation in pandas that shares no code with it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from benchmarks.plain_pandas import features

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.features.catalog import CATALOG, COMPOSITE_NAMES
from regulars.settings import Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

CUTOFF = Cutoff(datetime(2026, 4, 1))
HORIZON_DAYS = 45
APPROXIMATE = {*COMPOSITE_NAMES, "price_tier"}  # a hundred boundaries here, exact ranks there
NOT_IN_PANDAS = {"discount_share"}


def rows() -> list[dict[str, Any]]:
    """Return a year and a half of lines and returns of 150 customers, some of them twice on one day."""
    dice = random.Random(11)
    found = []
    for number in range(900):
        order = {
            "order_id": f"O{number:04}", "customer_id": f"C{int(150 * dice.random() ** 2)}",
            "ordered_at": datetime(2024, 11, 1) + timedelta(minutes=dice.randrange(740_000)),
            "country": dice.choice(["United Kingdom", "United Kingdom", "France"]), "channel": dice.choice(["web", "shop"]),
        }  # fmt: skip
        for product in dice.sample(range(40), dice.randrange(1, 6)):
            price = Decimal(199 + 37 * (product * 7 % 40)) / 100
            line = {
                "product_id": f"P{product}",
                "category": f"K{product % 5}",
                "quantity": Decimal(dice.randrange(1, 9)),
            }
            found.append({**order, **line, "unit_price": price})
    back = [
        {**line, "order_id": f"R{number}", "quantity": -line["quantity"],
         "ordered_at": line["ordered_at"] + timedelta(days=dice.randrange(30))}
        for number, line in enumerate(dice.sample(found, 60))
    ]  # fmt: skip
    return found + back


@pytest.fixture(scope="module")
def both() -> tuple[pd.DataFrame, pd.DataFrame]:
    with DuckDBEngine() as engine:
        land_rows(engine, rows())
        build(engine, Settings())
        lines, returns, cancellations = (
            engine.arrow(f"FROM {name}").to_pandas()
            for name in ("fct_order_lines", "fct_returns", "fct_cancellations")
        )
        lines[["amount", "unit_price", "quantity"]] = lines[["amount", "unit_price", "quantity"]].astype(
            float
        )
        returns["amount"] = returns.amount.astype(float)
        build_features(History(engine, CUTOFF), HORIZON_DAYS)
        ours = engine.arrow("FROM features ORDER BY customer_id").to_pandas().set_index("customer_id")
    theirs = features(lines, returns, cancellations, CUTOFF.at, HORIZON_DAYS)
    return ours, theirs.reindex(ours.index)


def test_the_shop_is_worth_comparing(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ours, theirs = both
    assert len(ours) > 100
    assert set(ours.columns) - set(theirs.columns) - {"cutoff"} == NOT_IN_PANDAS
    assert ours.n_returns.sum() > 20
    assert ours.cancelled_order_share.max() > 0


@pytest.mark.parametrize("name", [one.name for one in CATALOG if one.name not in NOT_IN_PANDAS])
def test_both_say_the_same(name: str, both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    bought = both[0].n_orders > 0  # zero or missing for the others is our convention
    ours, theirs = (table.loc[bought, name] for table in both)
    if next(one for one in CATALOG if one.name == name).type in ("VARCHAR", "BOOLEAN"):
        assert ours.astype(str).tolist() == theirs.astype(str).tolist()
        return
    close = 2.0 if name in APPROXIMATE else 1e-7
    np.testing.assert_allclose(
        ours.astype(float), theirs.astype(float), rtol=1e-9, atol=close, equal_nan=True
    )
