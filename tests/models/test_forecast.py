"""Revenue ahead: laws on shops whose future can be worked out on paper, shops with next to nothing, and the real one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.models.forecast import forecast
from regulars.models.forecast_tables import FORECAST_TABLES
from regulars.settings import Settings, Shop
from regulars.terms.windows import Cutoff
from regulars.testing.shops import land_rows
from regulars.warehouse.build import build
from regulars.warehouse.history import History

POUNDS = Settings(shop=Shop(currency="GBP"))
Rows = list[dict[str, Any]]


def order(customer: str | None, at: datetime, amount: float) -> dict[str, Any]:
    return {
        "order_id": f"{customer}{at:%y%m%d%H}", "customer_id": customer, "ordered_at": at, "product_id": "TEA",
        "quantity": Decimal(-1 if amount < 0 else 1), "unit_price": Decimal(str(round(abs(amount), 2))),
    }  # fmt: skip


def months(first: date, n: int) -> Iterable[date]:
    return (
        date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(n)
    )


def warehouse(rows: Rows) -> DuckDBEngine:
    engine = DuckDBEngine()
    land_rows(engine, rows)
    build(engine, POUNDS)
    return engine


def told(engine: DuckDBEngine, cutoff: str, ahead: int = 3) -> tuple[Rows, Rows]:
    """Return the forecast at a cut-off and its backtest."""
    forecast(History(engine, Cutoff.parse(cutoff)), POUNDS, ahead)
    return engine.rows("FROM forecast"), engine.rows("FROM forecast_backtest")


def whole(rows: Rows) -> Rows:
    return [row for row in rows if row["part"] == "all"]


def regular_shop(amount: Callable[[date], float], n_months: int, new_each: int = 1) -> Rows:
    """Every month some customers join on the 2nd; everybody who ever joined shares the month's revenue on the 15th."""
    rows = []
    for i, month in enumerate(months(date(2024, 1, 1), n_months)):
        everybody = [f"c{joined}-{n}" for joined in range(i + 1) for n in range(new_each)]
        for customer in everybody:
            at = datetime(month.year, month.month, 15, 12)
            rows.append(order(customer, at, amount(month) / len(everybody)))
    return rows


@pytest.fixture(scope="module")
def busy() -> DuckDBEngine:
    """Return a shop of 28 months with chance, returns, sales that name nobody and a busy December."""
    chance = random.Random(5)
    rows, day = [], datetime(2024, 1, 1, 9)
    while day < datetime(2026, 5, 1):
        for n in range(chance.randint(0, 3) + 3 * (day.month == 12)):
            at = day + timedelta(hours=n)
            rows.append(
                order(chance.choice([None, *(f"c{i}" for i in range(60))]), at, chance.uniform(5, 80))
            )
            if rows[-1]["customer_id"] and chance.random() < 0.1:
                back = rows[-1] | {"ordered_at": at + timedelta(days=20), "quantity": Decimal(-1)}
                rows.append(back | {"order_id": "C" + back["order_id"]})
        day += timedelta(days=1)
    return warehouse(rows)


@pytest.mark.parametrize(("cutoff", "origin"), [("2026-04-01", "2025-11-01"), ("2026-04-12", "2025-09-12")])
def test_the_backtest_is_the_forecast_as_it_would_have_been_then(
    busy: DuckDBEngine, cutoff: str, origin: str
) -> None:
    _, proof = told(busy, cutoff)
    then, _ = told(busy, origin)
    judged = {(r["month"], r["part"]): r for r in proof if r["origin"] == datetime.fromisoformat(origin)}
    assert len(judged) == len(then) >= 12
    for row in then:
        one = judged[row["month"], row["part"]]
        assert (one["expected"], one["low"], one["high"]) == (
            row["expected_revenue"],
            row["low"],
            row["high"],
        )


def test_what_came_is_the_net_revenue_of_the_days_forecast(busy: DuckDBEngine) -> None:
    ahead, proof = told(busy, "2026-04-12")
    assert {row["horizon_months"] for row in ahead} == {0, 1, 2, 3}
    assert {row["starts_on"] for row in ahead} == {date(2026, 4, 12), *months(date(2026, 5, 1), 3)}
    for row in (r for r in whole(proof) if r["origin"] == datetime(2025, 12, 12)):
        start = max(row["month"], date(2025, 12, 12))
        net = busy.row(
            "SELECT (SELECT sum(revenue) FROM history_orders WHERE CAST(ordered_at AS DATE) >= $start "
            "AND date_trunc('month', ordered_at) = $month) - (SELECT coalesce(sum(amount), 0) FROM history_returns "
            "WHERE CAST(returned_at AS DATE) >= $start AND date_trunc('month', returned_at) = $month) AS net",
            {"start": start, "month": row["month"]},
        )["net"]
        assert row["actual"] == pytest.approx(net)


def test_parts_add_up_and_lie_in_their_intervals(busy: DuckDBEngine) -> None:
    ahead, proof = told(busy, "2026-04-12")
    for rows, expected in ((ahead, "expected_revenue"), (proof, "expected")):
        for key in {(row.get("origin"), row["month"]) for row in rows}:
            parts = {r["part"]: r[expected] for r in rows if (r.get("origin"), r["month"]) == key}
            assert set(parts) == {"existing", "new", "untracked", "all"}
            assert parts["all"] == pytest.approx(
                sum(v for k, v in parts.items() if k != "all"), abs=Decimal("0.001")
            )
        assert all(0 <= row["low"] <= row[expected] <= row["high"] for row in rows)


def test_a_year_that_repeats_itself_is_foretold() -> None:
    engine = warehouse(regular_shop(lambda month: 3000 if month.month == 12 else 1000 + 50 * month.month, 35))
    ahead, _ = told(engine, "2026-12-01")
    for row, actual in zip(whole(ahead), (3000, 1050, 1100), strict=True):
        assert float(row["expected_revenue"]) == pytest.approx(actual, rel=0.03)
    assert whole(ahead)[0]["note"].startswith("Drawn on from last year's month. At ")


def test_growth_is_seen_when_there_is_reason_to() -> None:
    engine = warehouse(regular_shop(lambda month: 1000 * 2 ** (month.year - 2024 + month.month / 12), 34))
    ahead, proof = told(engine, "2026-11-01", 1)
    assert float(whole(ahead)[0]["expected_revenue"]) == pytest.approx(1000 * 2 ** (2 + 11 / 12), rel=0.05)
    assert whole(proof)[-1]["rule"] == "last_year_growth"


def test_new_customers_are_told_apart() -> None:
    """Of n + 1 cohorts sharing a month alike, the new one brings 1 / (n + 1)."""
    ahead, proof = told(warehouse(regular_shop(lambda _: 1000, 10, 3)), "2024-11-01", 1)
    expected = {row["part"]: float(row["expected_revenue"]) for row in ahead}
    assert expected["new"] / expected["all"] == pytest.approx(
        1 / 9, abs=0.04
    )  # 1/6 to 1/10 at the last origins
    came = {row["part"]: float(row["actual"]) for row in proof if row["month"] == date(2024, 10, 1)}
    assert came["new"] == pytest.approx(100, abs=0.1)
    assert "the season is not known" in ahead[0]["note"]


def test_a_rule_that_leaves_the_season_out_says_why() -> None:
    # a wild first year, then a calm one: the season of the wild one is known, and misleads
    def amount(month: date) -> float:
        return (100, 1900)[month.month % 2] if month.year == 2024 else 1000

    with warehouse(regular_shop(amount, 26)) as engine:
        rows, _ = told(engine, "2025-09-01", 1)
    (note,) = {row["note"].split(". ")[-1] for row in whole(rows)}
    assert note == "Last year's months foretold worse, so the season is left out and the interval is wide."


def test_without_the_season_the_interval_is_wider() -> None:
    """The same months are foretold by the same revenue, with and without a year before them."""
    rows = regular_shop(lambda _: 1000, 24)
    (young, *_), _ = told(warehouse([row for row in rows if row["ordered_at"].year == 2025]), "2025-11-01", 1)
    (old, *_), _ = told(warehouse(rows), "2025-11-01", 1)
    assert young["high"] - young["low"] > 2 * (old["high"] - old["low"]) > 0


JANUARY = datetime(2026, 1, 5)
SMALL: dict[str, Rows] = {
    "nobody comes back": [order(f"c{i}", JANUARY + timedelta(days=i), 10) for i in range(84)],
    "one customer": [order("ann", JANUARY + timedelta(days=20 * i), 10) for i in range(5)],
    "nobody known": [order(None, JANUARY + timedelta(days=i), 10) for i in range(84)],
    "everything taken back": [
        order("ann", JANUARY + timedelta(days=10 * i, hours=i % 2), 10 if i % 2 == 0 else -10) for i in range(9)
    ],
    "only one day": [order(c, JANUARY, 10) for c in "abcdef"],
    "six weeks": [order(c, JANUARY + timedelta(days=7 * i), 10) for i in range(6) for c in "abc"],
}  # fmt: skip


@pytest.mark.parametrize("cutoff", ["2026-04-01", "2026-04-20"])
@pytest.mark.parametrize("shop", SMALL)
def test_a_small_shop_gets_what_it_can_carry(shop: str, cutoff: str) -> None:
    ahead, proof = told(warehouse(SMALL[shop]), cutoff)
    assert ahead
    assert all(row["note"].endswith(".") and "nan" not in row["note"] for row in ahead)
    for row in ahead:
        assert 0 <= row["low"] <= row["expected_revenue"] <= row["high"]
    assert all(row["horizon_months"] in (0, 1, 2) for row in proof)


def test_where_nobody_comes_back_all_revenue_is_of_new_customers() -> None:
    ahead, _ = told(warehouse(SMALL["nobody comes back"]), "2026-04-01", 1)
    expected = {row["part"]: float(row["expected_revenue"]) for row in ahead}
    assert expected["existing"] == 0
    assert expected["new"] == pytest.approx(300, rel=0.15)


def test_two_months_are_needed_and_it_is_said() -> None:
    ahead, proof = told(warehouse(SMALL["six weeks"]), "2026-02-15")
    assert proof == []
    assert {row["expected_revenue"] for row in ahead} == {None}
    assert "41 days of history" in ahead[0]["note"]


def test_no_order_no_rows() -> None:
    ahead, proof = told(warehouse([]), "2026-02-15")
    assert (ahead, proof) == ([], [])


def test_the_tables_are_as_their_specs_say(busy: DuckDBEngine) -> None:
    told(busy, "2026-04-12")
    for spec in FORECAST_TABLES:
        assert tuple(busy.columns(spec.name)) == spec.column_names
        keys = ", ".join(spec.key)
        assert busy.row(f"SELECT count(*) = count(DISTINCT ({keys})) AS yes FROM {spec.name}")["yes"]


@pytest.mark.parametrize("ahead", [0, 13])
def test_as_far_as_a_year(busy: DuckDBEngine, ahead: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 12"):
        told(busy, "2026-04-01", ahead)


@pytest.mark.real_data
@pytest.mark.slow
def test_on_online_retail_ii(online_retail_ii: DuckDBEngine) -> None:
    _, proof = told(online_retail_ii, "2011-12-01")
    for part, horizon, most in (("all", 1, 0.09), ("all", 2, 0.10), ("all", 3, 0.11), ("existing", 3, 0.12)):
        rows = [
            row for row in proof
            if (row["part"], row["horizon_months"]) == (part, horizon) and row["same_month_last_year"] is not None
        ]  # fmt: skip
        came = sum(row["actual"] for row in rows)
        missed = {
            guess: float(sum(abs(row[guess] - row["actual"]) for row in rows) / came)
            for guess in ("expected", "same_month_last_year", "last_month")
        }
        assert missed["expected"] < most
        assert missed["expected"] < missed["last_month"] / 2
        assert missed["expected"] < missed["same_month_last_year"] + 0.02
        outside = sum(not row["low"] <= row["actual"] <= row["high"] for row in rows) / len(rows)
        assert outside <= 0.3
