"""Lifecycle stages and names, over the six-customer shop and around their limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.segments.build import build_segments
from regulars.segments.lifecycle import lifecycle_stages
from regulars.settings import Segmentation, Settings
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_warehouse
from regulars.warehouse.build import build
from regulars.warehouse.history import History

LAST_DAY = datetime(2026, 6, 30, 12)


def stage(days_ago: list[int], settings: Settings | None = None) -> str:
    """Return the stage of a customer who bought so many days ago, in a shop whose usual gap is ten days."""
    bought = {f"d{n}": ("who", n) for n in days_ago} | {f"x{i}": ("regular", 10 * i) for i in range(30)}
    engine = DuckDBEngine()
    land_rows(
        engine,
        [
            {
                "order_id": order, "customer_id": customer, "ordered_at": LAST_DAY - timedelta(days=n),
                "product_id": "TEA", "quantity": Decimal(1), "unit_price": Decimal(5),
            }
            for order, (customer, n) in bought.items()
        ],
    )  # fmt: skip
    build(engine, Settings())
    history = History(engine, Cutoff(datetime(2026, 7, 1)))
    build_features(history, 30)
    build_segments(history, settings or Settings())
    stages = {row["customer_id"]: row["lifecycle_stage"] for row in engine.rows("SELECT * FROM segments")}
    assert stages["regular"] == "active"
    return stages["who"]


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([20], "new"),
        ([21], "slipping"),
        ([40], "slipping"),
        ([41], "lapsed"),
        ([0, 10], "active"),
        ([0, 40], "active"),
        ([0, 41], "returned"),
        # the own rhythm counts from three gaps on: every three days, so seven days away is long
        ([7, 10, 13, 16], "slipping"),
        ([7, 10, 13], "active"),
        # and every thirty days, so fifty-nine days away is not
        ([59, 89, 119, 149], "active"),
    ],
)
def test_stages_follow_the_usual_gap(days_ago: list[int], expected: str) -> None:
    assert stage(days_ago) == expected


def test_the_limits_are_settings() -> None:
    patient = Settings(segmentation=Segmentation(slipping_after=5, lapsed_after=9))
    assert (stage([41]), stage([41], patient)) == ("lapsed", "new")
    assert lifecycle_stages(patient.segmentation)[3].rule == "last bought 5 to 9 usual gaps ago"


def test_who_is_not_scored_has_a_name_that_says_why() -> None:
    history = History(six_customer_warehouse(), SIX_CUSTOMERS_CUTOFF)
    build_features(history, 30)
    build_segments(history, Settings())
    rows = {row["customer_id"]: row for row in history.engine.rows("SELECT * FROM segments")}
    assert (rows["cat"]["segment"], rows["cat"]["r_score"]) == ("Took everything back", None)
    assert (rows["eve"]["segment"], rows["eve"]["lifecycle_stage"]) == (
        "Registered, never ordered",
        "never_ordered",
    )
    # days since the last order: dan 0, fay 7, bob 14, ann 19; orders 2, 3, 1, 3; money 27, 37, 50, 78
    assert {name: (row["r_score"], row["f_score"], row["m_score"]) for name, row in rows.items() if row["r_score"]} == {
        "ann": (1, 5, 5), "bob": (2, 1, 4), "dan": (5, 2, 1), "fay": (4, 5, 2),
    }  # fmt: skip
    profiles = {row["segment"]: row for row in history.engine.rows("SELECT * FROM segment_profiles")}
    assert profiles["Took everything back"]["revenue"] == 0
    assert profiles["Can't lose"]["revenue"] == 78
