"""One thing happens in a shop where else nothing does: it has to be found, with its period, its money and its people."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tests.insights.conftest import HORIZON_DAYS, Told, told_of
from tests.insights.made import CUTOFF, OPENED, Order, day_of, made

SEED = 5
DROPPED_FROM, DROPPED_UNTIL = day_of(2025, 7), day_of(2025, 8)
NEWEST_FROM = (CUTOFF.at - OPENED).days - HORIZON_DAYS - 90


def dropped(order: Order, rng: np.random.Generator) -> float:
    return 0.0 if DROPPED_FROM <= order.day < DROPPED_UNTIL and rng.random() < 0.75 else 1.0


def worse(order: Order, rng: np.random.Generator) -> float:
    is_newest = order.came_day >= NEWEST_FROM
    return 0.0 if is_newest and not order.is_first and rng.random() < 0.75 else 1.0


@pytest.fixture(scope="module")
def quiet() -> Told:
    return told_of(made(SEED), CUTOFF)


@pytest.fixture(scope="module")
def busiest(quiet: Told) -> str:
    return str(
        quiet.engine.row(
            "SELECT min(customer_id) AS who FROM features WHERE n_orders_last_365d = (SELECT max(n_orders_last_365d) FROM features)"
        )["who"]
    )


def test_where_nothing_happens_nothing_is_said_to_have_happened(quiet: Told) -> None:
    assert {row["kind"]: row["n_significant"] for row in quiet.tests.values() if row["n_significant"]} == {}
    assert sum(row["n_tested"] for row in quiet.tests.values()) > 100
    assert quiet.of("unusual_customers") == []
    assert quiet.of("concentration") == []
    assert quiet.of("portfolio") != []


def test_a_month_that_broke_down() -> None:
    told = told_of(made(SEED, effect=dropped), CUTOFF)
    (found,) = told.of("revenue_anomaly")
    assert date(2025, 7, 1) <= found["period_start"] <= date(2025, 7, 14)
    assert date(2025, 7, 20) <= found["period_end"] <= date(2025, 8, 4)
    # three quarters of what the shop sells in a month are missing
    usual = told.engine.row(
        "SELECT CAST(median(gross_revenue) AS DOUBLE) AS usual FROM revenue_by_month WHERE is_complete"
    )
    assert found["money"] == pytest.approx(-0.75 * usual["usual"], rel=0.35)
    assert found["ci_low"] < found["money"] < found["ci_high"] < 0
    assert "less than" in found["sentence"]
    assert found["severity"] in ("warning", "alert")


def test_a_category_that_takes_over(quiet: Told) -> None:
    told = told_of(made(SEED, tilt={2: lambda day: 0.5 + 1.5 * day / 790}), CUTOFF)
    (found,) = told.of("category_trend")
    assert found["subject"] == "Category 2"
    assert found["severity"] == "good"
    assert 0 < found["ci_low"] < found["money"] < found["ci_high"]
    # its products rise with it, which is not told a second time
    assert told.tests["product_trend"]["n_significant"] > 0
    assert told.of("product_trend") == []
    # the money: what it sold since less its earlier share of what all sold since
    shares = told.engine.rows(
        f"""
        SELECT ordered_at >= '{found["period_start"]}' AS is_late,
            CAST(sum(amount) FILTER (WHERE category = 'Category 2') AS DOUBLE) AS own, CAST(sum(amount) AS DOUBLE) AS whole
        FROM history_order_lines
        WHERE NOT is_cancelled AND ordered_at >= '2024-03-01' AND ordered_at < '{found["period_end"]}'
        GROUP BY ALL ORDER BY ALL
        """
    )
    before, after = shares
    wanted = after["own"] - before["own"] / before["whole"] * after["whole"]
    assert found["money"] == pytest.approx(wanted, abs=0.01)


def test_a_customer_who_is_a_tenth_of_the_shop(quiet: Told, busiest: str) -> None:
    rows = made(SEED, effect=lambda order, _: 40.0 if f"c{order.customer:05d}" == busiest else 1.0)
    told = told_of(rows, CUTOFF)
    named = [row for row in told.of("concentration") if row["subject"] == f"customer {busiest}"]
    assert len(named) == 1
    revenue = told.engine.row(f"SELECT revenue_last_365d AS r FROM features WHERE customer_id = '{busiest}'")[
        "r"
    ]
    assert named[0]["money"] == pytest.approx(revenue)
    (unusual,) = told.of("unusual_customers")
    assert busiest in {row["customer_id"] for row in told.behind(unusual)}
    assert "times the usual" in unusual["sentence"]
    # both count what this customer brought, and say so
    assert named[0]["finding_id"] in unusual["overlaps_with"].split(", ")
    assert unusual["finding_id"] in named[0]["overlaps_with"].split(", ")


def test_new_customers_who_stay_away() -> None:
    told = told_of(made(SEED, effect=worse), CUTOFF)
    (found,) = told.of("cohort_change")
    assert found["money"] < 0
    assert found["severity"] in ("warning", "alert")
    assert "come back less" in found["sentence"]
    behind = told.behind(found)
    assert len(behind) == found["n_customers"]
    rate = sum(row["reason"] == "came back" for row in behind) / len(behind)
    assert f"{rate:.0%}".replace("%", " %") in found["sentence"]


def test_a_product_that_comes_back() -> None:
    told = told_of(made(SEED, returned={4: 0.25}), CUTOFF)
    (found,) = told.of("returned_product")
    assert found["subject"] == "P04"
    assert found["money"] < 0
    assert float(sum(row["money"] for row in told.behind(found))) == -found["money"]
